"""`course collect`: the downloads of Canvas and Moodle, late and repeated and hostile ones."""

import io
import json
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_course import FILE, NAME, ROOT, WRONG, SmallCourse

from classroom.downloads import by_student, read_download, recognize


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return SmallCourse(tmp_path_factory.mktemp("collect") / "course")


def download(path, files):
    """Write an archive; `files` maps names to contents, or to contents and times."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            data, time = data if isinstance(data, tuple) else (data, (2026, 3, 1, 12, 0, 0))
            archive.writestr(zipfile.ZipInfo(name, time), data)
    return path


def submitted(course, student):
    folder = course.folder / "grading" / "submitted" / student / NAME
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_canvas(course, tmp_path):
    right, wrong = course.notebook(), course.notebook(WRONG)
    file = download(tmp_path / "submissions.zip", {
        "doejane_LATE_11_901_tiny.ipynb": wrong,
        "doejane_LATE_11_902_tiny-1.ipynb": right,
        "roeric_12_905_my answers.ipynb": right,  # known by its functions
        "poepat_13_907_essay.pdf": b"%PDF-1.4",
        "__MACOSX/._doejane_11_901_tiny.ipynb": b"clutter"})
    said = course.course("collect", file, "91")
    assert "3 students in" in said and "3 new; 1 of them late" in said
    assert "doejane-11: 2 notebooks of this assignment; the newest is tiny.ipynb" in said
    assert "poepat-13: no notebook of this assignment; a person must look at essay.pdf" in said
    assert submitted(course, "doejane-11")[FILE] == right
    assert submitted(course, "roeric-12")[FILE] == right
    assert set(submitted(course, "poepat-13")) == {"essay.pdf", "collected.json"}
    facts = json.loads(submitted(course, "doejane-11")["collected.json"])
    assert facts["late"] and facts["attempt"] == [902, 1]
    assert not json.loads(submitted(course, "roeric-12")["collected.json"])["late"]
    known = json.loads((course.folder / "grading" / "students.json").read_text())
    assert known["roeric-12"] == {"platform": "canvas", "id": "12", "name": "roeric"}


def test_moodle(course, tmp_path):
    old, new = course.notebook(WRONG), course.notebook()
    file = download(tmp_path / "Course-PS 91-55.zip", {
        "Ada B. Lovelace_70_assignsubmission_file_/tiny.ipynb": (old, (2026, 3, 1, 9, 0, 0)),
        "Ada B. Lovelace_70_assignsubmission_file_/sub/tiny (1).ipynb": (new, (2026, 3, 2, 9, 0, 0)),
        "Émile Łoś_71_assignsubmission_file_tiny.ipynb": new,
        "Émile Łoś_71_assignsubmission_onlinetext_onlinetext.html": b"<p>see file</p>"})
    said = course.course("collect", file, "tiny")
    assert "2 students in" in said
    assert submitted(course, "ada-b-lovelace-70")[FILE] == new
    assert submitted(course, "émile-łoś-71")[FILE] == new
    assert submitted(course, "ada-b-lovelace-70")["timestamp.txt"].endswith(b"UTC\n")


def test_a_second_download_keeps_what_it_replaces(course, tmp_path):
    first, second = course.notebook((), "First."), course.notebook((), "Second.")
    one = download(tmp_path / "1.zip", {"zoe_20_300_tiny.ipynb": first})
    two = download(tmp_path / "2.zip", {"zoe_20_400_tiny-1.ipynb": second})
    assert "1 new" in course.course("collect", one, "91")
    assert "1 unchanged" in course.course("collect", one, "91")
    assert "1 newer" in course.course("collect", two, "91")
    assert submitted(course, "zoe-20")[FILE] == second
    before = course.folder / "grading" / "submitted_before" / "zoe-20" / NAME / "1"
    assert (before / FILE).read_bytes() == first
    said = course.course("collect", one, "91")  # the old download once more
    assert "1 older than what is there" in said and "tiny.ipynb is newer and stays" in said
    assert submitted(course, "zoe-20")[FILE] == second


def test_what_somebody_put_there_is_left_alone(course, tmp_path):
    path = course.submit("max-30", b"by hand")
    file = download(tmp_path / "1.zip", {"max_30_300_tiny.ipynb": course.notebook()})
    assert "was not collected from a download" in course.course("collect", file, "91", code=1)
    assert path.read_bytes() == b"by hand"


def test_no_name_of_an_archive_leads_out_of_the_folder(course, tmp_path):
    bad = course.notebook()
    names = ["../../../evil_1_2_tiny.ipynb", "/etc/evil_2_3_tiny.ipynb",
             "..\\..\\evil_3_4_tiny.ipynb", "evil_4_5_..", "._5_6_x", "..._6_7_....ipynb",
             "evil_7_8_\x1b[31mred.ipynb", ".._8_assignsubmission_file_/../../../x.ipynb",
             "evil_9_10_collected.json", "evil_10_11_" + "n" * 300 + ".ipynb",
             "con_11_12_timestamp.txt"]
    file = download(tmp_path / "evil.zip", dict.fromkeys(names, bad))
    said = course.course("collect", file, "91")
    assert "\x1b" not in said
    folder = course.folder / "grading" / "submitted"
    for above in (folder.parent, *folder.parent.parents, Path("/etc")):
        assert not [path for path in above.iterdir() if path.name.startswith(("evil_", "x.ipynb"))]
    for path in folder.rglob("*"):
        assert path.resolve().is_relative_to(folder.resolve())
    assert {path.name for path in folder.iterdir()} >= {"evil-1", "evil-2", "evil-3"}


def test_a_bomb_and_a_damaged_file_cost_only_themselves(course, tmp_path, monkeypatch):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb_40_1_tiny.ipynb", bytes(60_000_000))
        archive.writestr("good_41_2_tiny.ipynb", course.notebook())
        archive.writestr("torn_42_3_tiny.ipynb", b"x" * 5000)
    data = bytearray(buffer.getvalue())
    at = data.rindex(b"torn_42_3_tiny.ipynb", 0, data.index(b"PK\x01\x02")) + 22
    data[at:at + 4] = b"\xff" * 4
    file = tmp_path / "b.zip"
    file.write_bytes(data)
    said = course.course("collect", file, "91")
    assert "bomb-40: 'bomb_40_1_tiny.ipynb' has more than 25 million bytes" in said
    assert "torn-42: 'torn_42_3_tiny.ipynb' cannot be read" in said
    assert FILE in submitted(course, "good-41")


def test_what_is_no_download_is_named(course, tmp_path):
    odd = download(tmp_path / "odd.zip", {"homework/optimizers.ipynb": b""})
    assert "no download of Canvas or Moodle" in course.course("collect", odd, "91", code=1)
    mixed = download(tmp_path / "mixed.zip", {"a_50_1_tiny.ipynb": course.notebook(), "b.txt": b""})
    assert "nobody knows whose 'b.txt' is" in course.course("collect", mixed, "91", code=1)
    (tmp_path / "no.zip").write_text("no")
    assert "is no zip file" in course.course("collect", tmp_path / "no.zip", "91", code=1)
    assert "No such file" in course.course("collect", tmp_path / "nowhere.zip", "91", code=1)


@given(st.text(min_size=1, max_size=80))
def test_a_students_folder_is_a_plain_name(who):
    for name in (f"{who}_1_2_tiny.ipynb", f"{who}_1_assignsubmission_file_/tiny.ipynb"):
        one = recognize(name)
        if one is not None:
            assert Path(one.student).name == one.student
            assert not one.student.startswith((".", "-"))
            assert not set(one.student) & set("*?[]/\\\"'<>\n\r\t\0 ")


def test_the_newest_comes_first(tmp_path):
    file = download(tmp_path / "n.zip", {
        "a_1_10_x.ipynb": b"", "a_1_12_x-2.ipynb": b"", "a_1_11_x-1.ipynb": b"",
        "a_1_99_notes.pdf": b""})
    found, strange = read_download(file)
    assert [one.attempt[0] for one in by_student(found)["a-1"]] == [12, 11, 10, 99]
    assert not strange


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this is no clone of the repository")
@pytest.mark.parametrize("path", ["archive/ps05/a.zip", "submissions.zip", "grades.csv", "grading/gradebook.db",
                                  "downloaded/ps05/a.ipynb", "bayes-to-lenet5-students.zip"])
def test_git_does_not_take_what_students_handed_in(path):
    assert subprocess.run(["git", "check-ignore", "-q", path], cwd=ROOT, check=False).returncode == 0
