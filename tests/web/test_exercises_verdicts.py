"""The page and `course check` say the same of the answers in the banks, right and wrong ones."""

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from banks_in_page import ASSIGNMENTS, here, release, students

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "_build" / "exercises-in-a-browser"
SAMPLE = ("ps04-backpropagation", "ps05-optimizers")
# What the answers themselves measure, and what the versions of Python and NumPy spell differently.
MEASURED = (
    (re.compile(r"\b\d+(\.\d+)? times\b"), "N times"),
    (re.compile(r"\b\d[\d.,]* (s|ms|MB|bytes)\b"), "N"),
)


def alike(tasks):
    """Tasks without what is measured."""
    found = []
    for name, state, message in tasks:
        for pattern, word in MEASURED:
            message = pattern.sub(word, message)
        found.append((name, state, message))
    return found


@pytest.fixture(scope="module")
def machine(chromium):
    """``machine(assignment, text)``: the tasks of a notebook, as a page has judged them."""
    if not (BUILT / "index.html").is_file():
        pytest.skip("the exercises in a browser are not built: make exercises")
    context = chromium.new_context(offline=True)
    page = context.new_page()
    page.goto((BUILT / "ps05-optimizers.html").as_uri())

    def check(assignment, text, only="", seconds=60):
        path = release(assignment)
        answer = page.evaluate("request => machine.check(request)", {
            "notebook": text, "released": path.read_text(encoding="utf-8"),
            "assignment": assignment, "stem": path.stem, "only": only, "seconds": seconds,
        })
        return [(task["name"], task["state"], task["message"]) for task in answer["tasks"]]

    yield check
    context.close()


def differences(machine, assignment, short, folder):
    """What the page says otherwise than this machine, of all notebooks in a row."""
    found = []
    for text in students(assignment, short):
        theirs, ours = machine(assignment, text), here(text, assignment, folder)
        found += [pair for pair in zip(alike(ours), alike(theirs), strict=True)
                  if pair[0] != pair[1]]
    return found


@pytest.mark.parametrize("assignment", SAMPLE)
def test_some_answers(machine, assignment, tmp_path):
    assert differences(machine, assignment, True, tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_first_and_last_answers_of_every_task(machine, assignment, tmp_path):
    assert differences(machine, assignment, True, tmp_path) == []
