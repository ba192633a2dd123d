"""`course release`: the archive, and the gate before it."""

import ast
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from classroom.browser import NAME, browser_files
from classroom.leaks import all_secrets, find_leaks
from classroom.release import archive, student_files, student_lock

ROOT = Path(__file__).parents[2]
NOTEBOOK = "exercises/ps05-optimizers/optimizers.ipynb"

# Of the solution of ps05, task 4, as it stands there.
SOLUTION = """\
m, v, t = (np.zeros_like(w), np.zeros_like(w), 0) if state is None else state
t = t + 1
m = beta1 * m + (1 - beta1) * g
v = beta2 * v + (1 - beta2) * g**2
m_hat = m / (1 - beta1**t)
"""


@pytest.fixture(scope="module")
def files():
    return student_files(ROOT)


@pytest.fixture(scope="module")
def secrets():
    return all_secrets(ROOT)


@pytest.fixture(scope="module")
def leaks(files, secrets):
    """``leaks(path, change)``: what the gate says of one file whose text was changed."""
    def leaks_with(path, change):
        return find_leaks(secrets, {path: change(files.get(path, b"").decode()).encode()})

    return leaks_with


def in_cell(change, cell="text-03"):
    """Change one cell of a notebook."""
    def changed(text):
        notebook = json.loads(text)
        change(next(entry for entry in notebook["cells"] if entry["id"] == cell), notebook)
        return json.dumps(notebook)

    return changed


def append(text, cell="text-03"):
    return in_cell(lambda entry, _: entry.update(source=["".join(entry["source"]), "\n\n", text]), cell)


def test_nothing_secret_is_inside(files, secrets):
    assert find_leaks(secrets, files) == []


def test_everything_is_compared(secrets):
    """There is no solution, hidden test or model answer that would be found nowhere."""
    for kind, least in {"the solution": 50, "the hidden test": 50, "the model answer": 2,
                        "an answer in banks": 200}.items():  # fmt: skip
        ours = [secret for secret in secrets if secret.name.startswith(kind)]
        assert len(ours) >= least
        assert all(secret.alone for secret in ours if kind != "an answer in banks")


def hidden_line(assignment="ps05-optimizers", task="task-4-hidden"):
    """A line of a hidden test that holds numbers, as it stands in the source."""
    (path,) = (ROOT / "solutions" / assignment).glob("*.ipynb")
    (cell,) = [c for c in json.loads(path.read_text())["cells"] if c["id"] == task]
    lines = "".join(cell["source"]).split("\n")
    return next(line for line in lines if "default_rng(" in line and "def " not in line)


SMUGGLED = {
    "in a cell of text": append("Hint: `m_hat = m / (1 - beta1**t)`"),
    "without spaces": append("m_hat=m/(1-beta1**t)"),
    "in an example": append("m_hat = m / (1 - beta1**t)", "task-4-example"),
    "in a visible test": append("    m_hat = m / (1 - beta1**t)", "task-4-visible"),
    "over several lines": append("m_hat = (\n    m  # the mean\n    / (1 - beta1**t)\n)", "task-4-example"),
    "with more parentheses": append("m_hat = (m) / ((1 - (beta1 ** t)))", "task-4-example"),
    "in a comment": append("# m_hat = m / \\\n#    (1 - beta1**t)", "task-4-example"),
    "in a string": append("answer = 'm_hat = m / (1 - beta1**t)'", "task-4-example"),
    "in a fence": append("```python\nm_hat = m / (1 -\n   beta1**t)  # corrected\n```"),
    "in the metadata of a cell": in_cell(lambda cell, _: cell["metadata"].update(
        note={"deep": ["x", "m_hat = m / (1 - beta1**t)"]})),
    "in the metadata of the notebook": in_cell(lambda _, notebook: notebook["metadata"].update(
        solution=SOLUTION)),
    "as a key": in_cell(lambda cell, _: cell["metadata"].update({"m_hat = m / (1 - beta1**t)": 1})),
    "in an output": in_cell(lambda cell, _: cell.update(outputs=[
        {"output_type": "stream", "name": "stdout", "text": SOLUTION.splitlines(True)}]), "task-4"),
    "in a picture's text": in_cell(lambda cell, _: cell.update(outputs=[
        {"output_type": "display_data", "metadata": {}, "data": {"text/plain": repr(SOLUTION)}}]), "task-4"),
    "in an attachment": in_cell(lambda cell, _: cell.update(attachments={"a": {"text/plain": SOLUTION}})),
    "a line of a hidden test": append(hidden_line(), "task-4-visible"),
    "a marker": append("### BEGIN HIDDEN TESTS", "task-4-visible"),
    "a rubric": append("**Rubric:** one point for each."),
}  # fmt: skip


@pytest.mark.parametrize("how", SMUGGLED)
def test_the_gate_finds_it_and_names_the_place(leaks, how):
    clean = leaks(NOTEBOOK, lambda text: text)
    assert clean == []
    found = leaks(NOTEBOOK, SMUGGLED[how])
    assert found and all(line.startswith(NOTEBOOK) for line in found)
    place = "task-4" if "task-4" in found[0].split(":")[0] else "text-03"
    assert place in found[0] or "metadata" in found[0]


def test_other_names_for_the_variables_do_not_help(leaks):
    (path,) = (ROOT / "solutions/ps05-optimizers").glob("*.ipynb")
    (cell,) = [c for c in json.loads(path.read_text())["cells"] if c["id"] == "task-4"]
    tree = ast.parse("".join(cell["source"]))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id != "np":
            node.id = f"my_{node.id}"
        if isinstance(node, ast.arg):
            node.arg = f"my_{node.arg}"
    found = leaks(NOTEBOOK, append(ast.unparse(tree), "task-4-example"))
    assert any("under other names" in line and "task-4-example" in line for line in found)


def test_an_answer_of_the_banks(leaks):
    text = "\n".join((ROOT / "tests/assignments/banks/ps05_optimizers.py").read_text().split("\n")[:40])
    answer = text.split("'''")[1]
    found = leaks(NOTEBOOK, append(answer, "task-1-example"))
    assert any("banks/ps05_optimizers.py" in line for line in found)


def test_a_rubric_in_prose(leaks):
    (path,) = (ROOT / "solutions/ps01-bayes").glob("*.ipynb")
    cell = next(c for c in json.loads(path.read_text())["cells"] if c["id"] == "question-1")
    line = max("".join(cell["source"]).split("\n"), key=len)
    found = leaks("README.md", lambda text: f"{text}\n{line}\n")
    assert found and "README.md: holds 1 of" in found[0] and "model answer of ps01-bayes" in found[0]


def test_the_library_may_hold_its_own_version_but_no_whole_answer(leaks, files):
    path = "course_lib/nn/optimizers.py"
    assert b"beta1" in files[path] and leaks(path, lambda text: text) == []
    (source,) = (ROOT / "solutions/ps05-optimizers").glob("*.ipynb")
    (cell,) = [c for c in json.loads(source.read_text())["cells"] if c["id"] == "task-4"]
    answer = "\n".join(line for line in "".join(cell["source"]).split("\n") if "###" not in line)
    assert any("task-4" in line for line in leaks(path, lambda text: text + "\n\n" + answer))
    assert leaks(path, lambda text: text + "\n    ### BEGIN SOLUTION\n")


@pytest.mark.parametrize("name", [
    "solutions/ps05-optimizers/optimizers.ipynb", "tests/assignments/answers.py", "grading/gradebook.db",
    "results/lenet5/seed-0.json", "exercises/ps05-optimizers/notes.md", "course_lib/../tests/x.py",
    "tests/assignments/banks/ps05_optimizers.py", "nbgrader_config.py"])  # fmt: skip
def test_a_file_that_is_not_for_students(name):
    assert find_leaks([], {name: b""}) == [f"{name}: this file is not meant for students"]


def test_there_must_be_something_to_compare_with(tmp_path):
    with pytest.raises(ValueError, match="to compare with"):
        all_secrets(tmp_path)


# ---------------------------------------------------------------------------------- the archive


def test_what_is_inside(files):
    names = set(files)
    assert {"README.md", "LICENSE", "LICENSE-text", "pyproject.toml", "requirements.txt",
            "course_lib/nn/dense.py", "course_lib/data/mnist_validation.npy"} <= names  # fmt: skip
    notebooks = sorted((ROOT / "exercises").glob("ps*/*.ipynb"))
    assert len(notebooks) == 10
    for path in notebooks:
        assert files[path.relative_to(ROOT).as_posix()] == path.read_bytes()
    assert not any(name.startswith(("tests", "solutions", "results", "book", "grading")) for name in names)


def test_the_same_files_give_the_same_bytes(files):
    one, other = archive(files), archive(dict(reversed(files.items())))
    assert one == other
    with zipfile.ZipFile(io.BytesIO(one)) as file:
        assert file.testzip() is None
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {name.split("/")[0] for name in file.namelist()} == {"bayes-to-lenet5"}
        assert file.read(f"bayes-to-lenet5/{NOTEBOOK}") == files[NOTEBOOK]


def test_the_environment_is_that_of_the_lock():
    lock = (ROOT / "requirements.lock").read_text()
    pinned = student_lock(lock, (ROOT / "pyproject.toml").read_text()).splitlines()
    assert pinned[-1] == "-e ." and set(pinned[1:-1]) <= set(lock.splitlines())
    names = {line.split("==")[0] for line in pinned}
    assert {"numpy", "scikit-learn", "pooch", "jupyterlab", "ipykernel", "fqdn", "pywinpty"} <= names
    assert not {"nbgrader", "jupyter-book", "pytest", "hypothesis", "ruff", "dask", "sphinx"} & names


@pytest.mark.slow
def test_the_command(course, tmp_path, capsys):
    target = tmp_path / "students.zip"
    assert course("release", "--output", target) == 0
    assert "no solution" in capsys.readouterr().out
    before = target.read_bytes()
    assert course("release", "--output", target) == 1
    assert "is there already" in capsys.readouterr().err and target.read_bytes() == before

    # It works where it is unpacked: the library and the exercises there are used.
    zipfile.ZipFile(target).extractall(tmp_path)
    folder = tmp_path / "bayes-to-lenet5"
    command = [sys.executable, "-m", "course_lib.cli"]
    for words, code in ((["start", "ps05"], 0), (["check", "ps05"], 1), (["release"], 1)):
        done = subprocess.run([*command, *words], cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
    assert "has no solutions/" in done.stderr and str(folder) in done.stderr
    assert (folder / "ps05-optimizers" / "optimizers.ipynb").is_file()


def test_a_leak_stops_the_release(course, tmp_path, monkeypatch, capsys):
    from classroom import release

    monkeypatch.setattr(release, "student_files", lambda root: {"README.md": SOLUTION.encode()})
    assert course("release", "--output", tmp_path / "students.zip") == 1
    error = capsys.readouterr().err
    assert "nothing was written" in error and "README.md: holds" in error
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def built(tmp_path):
    """A folder as `make exercises` leaves it, with one page, and ``found()``: what goes into the archive."""
    folder, text = tmp_path / "_build" / NAME, (ROOT / NOTEBOOK).read_text(encoding="utf-8")
    (folder / "python").mkdir(parents=True)
    (folder / "index.html").write_text("<h1>Exercises</h1>")
    (folder / "python" / "packages.zip.js").write_text("packed")
    released = json.dumps({"text": text}).replace("</", "<\\/")
    (folder / "ps05-optimizers.html").write_text(
        f'<h1>Optimizers</h1><script id="released" type="application/json">{released}</script>')
    return folder, lambda secrets, text=text: browser_files(tmp_path, secrets, {"ps05-optimizers": text})


def test_the_pages_go_into_the_archive(built, secrets):
    folder, found = built
    assert {name: content for name, content in found(secrets).items()} == {
        f"{NAME}/{path}": (folder / path).read_bytes()
        for path in ("index.html", "ps05-optimizers.html", "python/packages.zip.js")}


def test_pages_that_are_not_those_of_the_release_are_refused(built, secrets):
    folder, found = built
    with pytest.raises(ValueError, match="another ps05-optimizers"):
        found(secrets, "changed since")
    page = folder / "ps05-optimizers.html"
    whole = page.read_text()
    page.write_text(f"{whole}<p>{SOLUTION.splitlines()[-1]}</p>")
    with pytest.raises(ValueError, match="ps05-optimizers.html: holds"):
        found(secrets)
    page.write_text(whole)
    (folder / "solutions.ipynb").write_text("{}")
    with pytest.raises(ValueError, match="solutions.ipynb: this file is not meant"):
        found(secrets)
    (folder / "index.html").unlink()
    with pytest.raises(ValueError, match="first run 'make exercises'"):
        found(secrets)
