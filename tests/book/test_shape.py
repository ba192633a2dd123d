"""Every chapter has the same parts in the same order, so that readers find their way."""

import re
from pathlib import Path

import pytest
import yaml

from .cells import BOOK, CHAPTERS

SKELETON = BOOK / "skeleton.md"
SECTIONS = ["In short", "Check yourself", "What if", "The assignment", "Further reading"]


def faults(text, number):
    """What the source of a chapter lacks."""
    title = re.search(r"^# (.*)$", text, re.MULTILINE)[1]
    if not re.match(rf"{number}\. \S", title):
        yield f"the title must begin with the number of the chapter: {title}"
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    if headings[-len(SECTIONS) :] != SECTIONS:
        yield f"the last sections must be {SECTIONS}, not {headings[-len(SECTIONS):]}"
        return
    parts = dict(zip(headings, re.split(r"^## .*$", text, flags=re.MULTILINE)[1:]))
    goals = re.search(r"^:::\{admonition\} After this chapter you can\n:class: objectives\n(.*?)^:::", text,
                      re.MULTILINE | re.DOTALL)
    if not goals or len(lines := re.findall(r"^- (.*)$", goals[1], re.MULTILINE)) != 3:
        yield "three objectives must stand at the top"
    elif text.index(goals[0]) > text.index("```{code-cell}"):
        yield "the objectives must stand before the setup"
    elif bad := [line for line in lines if not re.match(r"[a-z]+ ", line)]:
        yield f"an objective begins with a verb: {bad}"
    if len(re.findall(r"^- ", parts["In short"], re.MULTILINE)) != 5:
        yield "'In short' must have five lines"
    questions = re.findall(r"^:::\{admonition\} (\d)\. .*\?.*\n:class: dropdown$", parts["Check yourself"], re.MULTILINE)
    if questions != ["1", "2", "3", "4"]:
        yield f"there must be four questions with folded answers, numbered 1 to 4, not {questions}"
    if not re.search(r"^:::\{admonition\} What if .*\?\n:class: what-if$", parts["What if"], re.MULTILINE):
        yield "'What if' must hold an experiment of the class what-if"


def number_of(page):
    return int(page.name[:2])


@pytest.mark.parametrize("page", CHAPTERS, ids=lambda page: page.stem)
def test_a_chapter_has_all_parts(page):
    assert list(faults(page.read_text(encoding="utf-8"), number_of(page))) == []


def words(text):
    """Words of running text: no code, no formulas, a reference or a computed number as one word.

    What stands in the place of sliders is left out: a reader has the one or the other.
    """
    text = re.sub(r"(?ms)^:::\{interactive\}.*?^:::$", " ", text)
    text = re.sub(r"(?s)\A---.*?\n---\n|```.*?```|\$\$.*?\$\$(?: \(eq-[\w-]+\))?", " ", text)
    text = re.sub(r"\$[^$]*\$|(?m:^:::|^:class:.*$)|\]\([^)]*\)", " ", text)
    text = re.sub(r"\{[\w:]+\}`[^`]*`", " x ", text)
    return len(re.findall(r"[A-Za-z0-9][\w'.,-]*", text))


@pytest.mark.parametrize("page", CHAPTERS, ids=lambda page: page.stem)
def test_a_chapter_is_read_in_20_to_40_minutes(page):
    assert 1_500 <= words(page.read_text(encoding="utf-8")) <= 3_500


def test_words_are_those_of_the_running_text():
    text = "---\na: b\n---\nTwo words.\n\n```{code-cell}\nx = 1\n```\n\n$$\ny\n$$ (eq-a-b)\n\nOf $x$ we {term}`know <it>` 5.\n"
    assert words(text) == 6


def test_chapters_stand_in_order_in_the_contents():
    contents = yaml.safe_load((BOOK / "_toc.yml").read_text())
    names = [page["file"] for part in contents["parts"] for page in part["chapters"]]
    numbers = [int(name[:2]) for name in names if name[:2].isdigit()]
    assert numbers == sorted(numbers) == [number_of(page) for page in CHAPTERS]


def test_the_skeleton_is_a_chapter():
    assert list(faults(SKELETON.read_text(encoding="utf-8"), 0)) == []


@pytest.mark.parametrize("old, new, fault", [
    ("# 0. The", "# The", "number of the chapter"),
    ("- derive this from that;\n", "", "three objectives"),
    ("- derive this", "- This", "verb"),
    ("- next week,\n", "", "five lines"),
    ("} 3. A question?", "} 3. A statement.", "four questions"),
    (":class: what-if", ":class: note", "what-if"),
    ("## The assignment", "## Exercise", "last sections"),
])  # fmt: skip
def test_a_missing_part_is_seen(old, new, fault):
    text = SKELETON.read_text(encoding="utf-8")
    assert text.count(old) == 1
    (found,) = faults(text.replace(old, new), 0)
    assert fault in found


def test_authors_find_the_guide():
    assert "book/README.md" in (Path(BOOK).parent / "CONTRIBUTING.md").read_text()
