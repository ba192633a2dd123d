"""Assignment, chapter and module name each other, so that whoever reads one finds the others."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ASSIGNMENTS = sorted(path.parent.name for path in (ROOT / "exercises").glob("ps*/*.ipynb"))
NAME = re.compile(r"\bps\d\d-[a-z0-9-]+")

# What a docstring or a page names as the assignment of a chapter: "ps05-optimizers (chapter 7)".
WITH_CHAPTER = re.compile(r"\b(ps\d\d-[a-z0-9-]+)\s+\(chapters? (\d+)(?: and (\d+))?\)")


def docstrings():
    """Module name -> its docstring, for modules that name an assignment."""
    found = {}
    for path in sorted((ROOT / "course_lib").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        head = text.split('"""')[1] if text.startswith('"""') else ""
        if NAME.search(head):
            found[".".join(path.relative_to(ROOT).with_suffix("").parts)] = head
    return found


def prose(assignment):
    """The text of a released notebook, without its code."""
    (path,) = (ROOT / "exercises" / assignment).glob("*.ipynb")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def chapters():
    """Number -> page, of the chapters that are written."""
    return {int(path.name[:2]): path for path in (ROOT / "book").glob("[0-9][0-9]-*.md")}


def missing_in_modules(docs):
    """What is wrong with the links from modules to assignments."""
    for module, text in docs.items():
        for name in NAME.findall(text):
            if name not in ASSIGNMENTS:
                yield f"{module} names {name}, which is no assignment"
        if not WITH_CHAPTER.search(text):
            yield f"{module} names no chapter with its assignment"
        page = ROOT / "book" / "reference" / f"{module.split('.')[1]}.md"
        shown = page.read_text(encoding="utf-8") if page.is_file() else ""
        for name in NAME.findall(text):
            if f"exercises/{name}/" not in shown:
                yield f"{page.name} does not link to {name}, which {module} names"
    for name in ASSIGNMENTS:
        if not any(name in NAME.findall(text) for text in docs.values()):
            yield f"no module names {name}"


def missing_in_notebook(name, text, docs, pages):
    """What the text of a notebook does not name of its modules and chapters."""
    numbers = set()
    for module, doc in docs.items():
        found = [match for match in WITH_CHAPTER.finditer(doc) if match[1] == name]
        numbers |= {int(n) for match in found for n in match.groups()[1:] if n}
        if found and not re.search(rf"\b{re.escape(module)}\b", text):
            yield f"{name} does not name {module}"
    for number in sorted(numbers):
        if not re.search(rf"\bchapters? (\d+ and )?{number}\b", text):
            yield f"{name} does not name chapter {number}"
        if number in pages and pages[number].name not in text:
            yield f"{name} does not link to {pages[number].name}"


def missing_in_chapters(docs, pages):
    """Which written chapters do not link to an assignment that belongs to them, or to nothing."""
    for number, page in pages.items():
        text = page.read_text(encoding="utf-8")
        for doc in docs.values():
            for name, *numbers in WITH_CHAPTER.findall(doc):
                if str(number) in numbers and f"exercises/{name}/" not in text:
                    yield f"{page.name} does not link to {name}"
        for target in re.findall(r"exercises/[\w/-]+\.ipynb", text):
            if not (ROOT / target).is_file():
                yield f"{page.name} links to {target}, which is not there"


def test_modules_and_their_pages_name_the_assignments():
    assert list(missing_in_modules(docstrings())) == []


def test_chapters_link_to_their_assignments():
    assert len(chapters()) >= 3
    assert list(missing_in_chapters(docstrings(), chapters())) == []


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_notebooks_name_their_modules_and_chapters(name):
    assert list(missing_in_notebook(name, prose(name), docstrings(), chapters())) == []


def test_a_missing_link_is_seen(monkeypatch, tmp_path):
    docs = docstrings()
    module = "course_lib.nn.optimizers"
    assert "no module names ps09-ensembles" in list(missing_in_modules({module: docs[module]}))
    wrong = {module: "Students write these in ps99-nothing."}
    assert f"{module} names ps99-nothing, which is no assignment" in list(missing_in_modules(wrong))
    assert f"{module} names no chapter with its assignment" in list(missing_in_modules(wrong))
    elsewhere = {"course_lib.plots.style": docs[module]}
    assert any("plots.md does not link to ps05-optimizers" in line
               for line in missing_in_modules(elsewhere))  # fmt: skip

    page = tmp_path / "07-optimizers.md"
    page.write_text("nothing")
    assert list(missing_in_chapters(docs, {7: page})) == ["07-optimizers.md does not link to ps05-optimizers"] * 2
    page.write_text("exercises/ps05-optimizers/optimizer.ipynb")
    assert "which is not there" in next(missing_in_chapters(docs, {7: page}))

    text = "chapter 7: `course_lib.nn.optimizers`, `course_lib.nn.schedules`, 07-optimizers.md"
    assert list(missing_in_notebook("ps05-optimizers", text, docs, {7: page})) == []
    for word in ("chapter 7", "course_lib.nn.optimizers", "course_lib.nn.schedules", page.name):
        assert len(list(missing_in_notebook("ps05-optimizers", text.replace(word, ""), docs, {7: page}))) == 1
