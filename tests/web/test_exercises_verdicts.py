"""The page and `course check` say the same of the answers in the banks, right and wrong ones."""

import itertools
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from banks_in_page import ASSIGNMENTS, filled, here, read_bank, release, students

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "_build" / "exercises-in-a-browser"
SAMPLE = ("ps04-backpropagation", "ps05-optimizers")
# What differs, and may: lines that Python 3.12 counts otherwise, measured times, the name of the
# default integer, and the last digits of float32.
DIFFERENT = (
    (re.compile(r"executes [\d,]+ lines"), lambda match: "executes N lines"),
    (re.compile(r"used [\d.]+ MB"), lambda match: "used N MB"),
    (re.compile(r"\bint32\b"), lambda match: "int64"),
    (re.compile(r"-?\b\d+\.\d+(e[+-]\d+)?"), lambda match: f"{float(match[0]):.5g}"),
    (re.compile(r" +"), lambda match: " "),
)


def alike(tasks):
    """Tasks without what may differ."""
    found = []
    for name, state, message in tasks:
        for pattern, word in DIFFERENT:
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


def test_all_right_answers_of_ps05_pass(machine):
    answers = {task: one.source for task, one in read_bank("ps05-optimizers").reference.items()}
    found = machine("ps05-optimizers", filled("ps05-optimizers", answers))
    assert {state for _, state, _ in found} == {"done"}


def differences(machine, assignment, short, folder):
    """What the page says otherwise than this machine, of all notebooks in a row."""
    found = []
    texts = [text for text in students(assignment, short) if "scipy" not in text]
    assert len(texts) > len(students(assignment, short)) / 2
    # Without the training of ps08, which takes half a minute for each student.
    names = ("task-1", "task-3", "task-4") if assignment == "ps08-lenet5" else ("",)
    for text, only in itertools.product(texts, names):
        theirs, ours = machine(assignment, text, only), here(text, assignment, folder, only)
        found += [pair for pair in zip(alike(ours), alike(theirs), strict=True)
                  if pair[0] != pair[1]]
    return found


@pytest.mark.parametrize("assignment", SAMPLE)
def test_some_answers(machine, assignment, tmp_path):
    assert differences(machine, assignment, True, tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("assignment", [name for name in ASSIGNMENTS if name not in SAMPLE])
def test_first_and_last_answers_of_every_task(machine, assignment, tmp_path):
    assert differences(machine, assignment, True, tmp_path) == []


def test_an_answer_with_scipy_is_told_why(machine):
    text = filled("ps05-optimizers", {"task-1": "from scipy.special import softmax\n"})
    (first, *_) = machine("ps05-optimizers", text, "task-1")
    assert first[1] == "wrong" and "this page brings NumPy alone" in first[2]
