"""A change grades those again whose marks may change with it, and nobody else."""

import shutil
from pathlib import Path

import pytest
from small_course import source_notebook

import classroom
import course_lib
from classroom import dependencies, fingerprints
from classroom.fingerprints import Assignment
from classroom.judge import Settings


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An assignment, a submission, and copies of the packages, which may be changed."""
    import nbformat

    packages = {}
    for package in (classroom, course_lib):
        packages[package.__name__] = tmp_path / package.__name__
        shutil.copytree(Path(package.__file__).parent, packages[package.__name__],
                        ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(dependencies, "PACKAGES", packages)
    nbformat.write(source_notebook(), tmp_path / "tiny.ipynb")
    folder = tmp_path / "ada"
    folder.mkdir()
    (folder / "tiny.ipynb").write_text("from course_lib.classical import anything")

    def fingerprint():
        dependencies._read.cache_clear()
        fingerprints._digests.cache_clear()
        assignment = Assignment("ps91-tiny", tmp_path / "tiny.ipynb", tmp_path / "tiny.ipynb")
        return assignment.fingerprint(folder, Settings("bubblewrap"))

    return tmp_path, fingerprint


@pytest.mark.parametrize("file, again", [
    ("classroom/judge.py", True), ("classroom/student_cells.py", True), ("classroom/reads.py", True),
    ("course_lib/grading/compare.py", True), ("course_lib/desk/rebuild.py", True),
    ("course_lib/classical/bayes.py", True),  # this student uses it
    ("classroom/summary.py", False), ("classroom/feedback.py", False), ("classroom/rows.py", False),
    ("classroom/collect.py", False), ("classroom/harmless.py", False), ("classroom/writer.py", False),
    ("course_lib/cli/zoo.py", False), ("course_lib/plots/__init__.py", False)])
def test_only_code_that_reaches_a_verdict_counts(here, file, again):
    folder, fingerprint = here
    before, path = fingerprint(), folder / file
    assert path.is_file() and fingerprint() == before
    path.write_text(f"{path.read_text()}\nx_new = 1\n")
    assert (fingerprint() != before) is again


def test_comments_and_words_about_it_do_not_count(here):
    folder, fingerprint = here
    before, path = fingerprint(), folder / "classroom" / "judge.py"
    path.write_text(path.read_text().replace('"""Run and judge', '"""Judge and run') + "# a comment\n")
    assert fingerprint() == before


def test_a_new_file_that_nothing_imports_does_not_count(here):
    folder, fingerprint = here
    before = fingerprint()
    (folder / "classroom" / "new.py").write_text("x = 1\n")
    assert fingerprint() == before


def test_every_module_that_judges_is_among_them():
    """What the server and the student's side import when they run is what was read of them."""
    import subprocess
    import sys

    program = ("import sys; import classroom.server, classroom.student, classroom.execute; "
               "print(*(name for name in sys.modules if name.startswith('classroom')))")
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert set(loaded.stdout.split()) <= set(dependencies.code_of(fingerprints.JUDGES))
