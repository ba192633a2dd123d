"""The page and `course check` say the same of the answers in the banks, right and wrong ones."""

import itertools
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from banks_in_page import ASSIGNMENTS, alike, filled, here, read_bank, release, students

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "_build" / "exercises-in-a-browser"
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


# Kinds of wrong answers of which the page says something else:
NO_WARNING = re.compile(r"caused a warning: [a-z ]+ encountered in ")  # WebAssembly cannot warn
UNSTABLE = re.compile(r"labels with equal distances")  # such a sort differs between processors
OLDER = re.compile(r"The line, in <listcomp>")  # which Python 3.12 runs without a frame of its own
SOURCE = re.compile(r"\nThe line is: x = layer\.forward.*\nThere x=.*")  # the page has no source


def excepted(ours, theirs):
    """Whether a difference is of a known kind."""
    if NO_WARNING.search(ours[2]) or UNSTABLE.search(theirs[2]):
        return True
    if ours[1] != theirs[1]:
        return False
    if ours[1] == "waiting":  # for a task that an unstable sort has made wrong or right
        ours, theirs = (("", "", one[2].partition("\n")[2]) for one in (ours, theirs))
    return bool(OLDER.search(ours[2]) or SOURCE.sub("", ours[2]) == theirs[2])


def differences(machine, assignment, short, folder):
    """What the page says otherwise than this machine, of all notebooks in a row."""
    found, known, count = [], 0, 0
    texts = [text for text in students(assignment, short) if not re.search("scipy|sklearn", text)]
    assert len(texts) > len(students(assignment, short)) / 2
    # Without the training of ps08, which takes half a minute for each student.
    names = ("task-1", "task-3", "task-4") if assignment == "ps08-lenet5" else ("",)
    for text, only in itertools.product(texts, names):
        theirs, ours = machine(assignment, text, only), here(text, assignment, folder, only)
        pairs = list(zip(alike(ours), alike(theirs), strict=True))
        different = [pair for pair in pairs if pair[0] != pair[1]]
        found += [pair for pair in different if not excepted(*pair)]
        count, known = count + len(pairs), known + sum(excepted(*pair) for pair in different)
        print(*different, sep="\n", end="\n" if different else "")
    print(f"{assignment}: {count} verdicts and messages compared in {len(texts)} notebooks; of "
          f"known kinds differ {known}, otherwise {len(found)}")
    return found


@pytest.mark.parametrize("assignment", SAMPLE)
def test_first_and_last_answers_of_every_task(machine, assignment, tmp_path):
    assert differences(machine, assignment, True, tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_answer(machine, assignment, tmp_path):
    assert differences(machine, assignment, False, tmp_path) == []


@pytest.mark.parametrize("fault", [
    ("wrong", "Task 1 (f): w is wrong."), ("done", ""), ("waiting", "It calls f.\nTask 1: g.")])
def test_another_difference_is_none_of_the_known_kinds(fault):
    assert not excepted(("task-1", "wrong", "Task 1 (f): v is wrong."), ("task-1", *fault))
    assert not excepted(("task-1", "waiting", "It calls f.\nTask 1: h."), ("task-1", *fault))


def test_an_answer_with_scipy_is_told_why(machine):
    text = filled("ps05-optimizers", {"task-1": "from scipy.special import softmax\n"})
    (first, *_) = machine("ps05-optimizers", text, "task-1")
    assert first[1] == "wrong" and "this page brings NumPy alone" in first[2]
