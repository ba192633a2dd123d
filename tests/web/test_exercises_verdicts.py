"""The page and `course check` say the same of the answers in the banks, right and wrong ones."""

import itertools
import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from banks_in_page import ASSIGNMENTS, alike, filled, here, read_bank, release, students

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "_build" / "exercises-in-a-browser"
WHOLE = bool(os.environ.get("COURSE_WHOLE_BANKS"))
SAMPLE = ("ps04-backpropagation", "ps05-optimizers")


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
    found, count = [], 0
    texts = [text for text in students(assignment, short) if "scipy" not in text]
    assert len(texts) > len(students(assignment, short)) / 2
    # Without the training of ps08, which takes half a minute for each student.
    names = ("task-1", "task-3", "task-4") if assignment == "ps08-lenet5" else ("",)
    for text, only in itertools.product(texts, names):
        theirs, ours = machine(assignment, text, only), here(text, assignment, folder, only)
        pairs = list(zip(alike(ours), alike(theirs), strict=True))
        found, count = found + [pair for pair in pairs if pair[0] != pair[1]], count + len(pairs)
    print(f"{assignment}: {count} verdicts and messages compared, {len(found)} differ")
    return found


@pytest.mark.parametrize("assignment", SAMPLE)
def test_some_answers(machine, assignment, tmp_path):
    assert differences(machine, assignment, not WHOLE, tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("assignment", [name for name in ASSIGNMENTS if name not in SAMPLE])
def test_first_and_last_answers_of_every_task(machine, assignment, tmp_path):
    """All answers of the banks instead where COURSE_WHOLE_BANKS is set."""
    assert differences(machine, assignment, not WHOLE, tmp_path) == []


def test_an_answer_with_scipy_is_told_why(machine):
    text = filled("ps05-optimizers", {"task-1": "from scipy.special import softmax\n"})
    (first, *_) = machine("ps05-optimizers", text, "task-1")
    assert first[1] == "wrong" and "this page brings NumPy alone" in first[2]
