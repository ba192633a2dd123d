"""Through the sandbox an answer is judged as in a notebook, and costs its own task's points.

The quick tests take the first wrong answer of each task of some assignments; the slow ones take a
part of all. `python tests/assignments/test_judge.py ps08-lenet5` takes all, for
authors. In test_banks.py every answer goes through nbgrader and the same judge.
"""

import sys

import pytest
from answers import read_bank
from graders import ASSIGNMENTS, judge_here, maximum_points, source_notebook

pytestmark = pytest.mark.usefixtures("sandbox")

QUICK = ("ps04-backpropagation", "ps05-optimizers", "ps06-regularization", "ps10-capsules")
# Every so many answers, one by one, are enough here; networks are trained in the notebooks of LONG.
STEP, LONG = 3, {"ps06-regularization": 12, "ps08-lenet5": 12}
every_assignment = pytest.mark.parametrize("assignment", ASSIGNMENTS)


def with_one(bank, wrong=None):
    """The sources of the references, one of them replaced."""
    answers = {task: answer.source for task, answer in bank.reference.items()}
    return answers if wrong is None else {**answers, wrong.task: wrong.source}


def spilled(assignment, wrong, bank):
    """What is not as it should be where one answer is wrong and all others are right."""
    full = maximum_points(source_notebook(assignment))
    points, messages, judgment = judge_here(assignment, with_one(bank, wrong))
    due = {**full, f"{wrong.task}-hidden": 0.0}
    if points == due:
        return []
    lost = {test: messages.get(test) for test in full if points[test] != due[test]}
    return [f"{wrong.task}, {wrong.name!r}: {lost}, followed {judgment.followed}"]


@pytest.mark.parametrize("assignment", QUICK)
def test_a_wrong_answer_costs_its_own_points(assignment):
    bank = read_bank(assignment)
    problems = [text for task in bank.wrong
                for text in spilled(assignment, bank.wrong[task][0], bank)]
    assert not problems, "\n\n".join(problems)


@pytest.mark.slow
@every_assignment
def test_wrong_answers_cost_their_own_points(assignment):
    bank = read_bank(assignment)
    step = LONG.get(assignment, STEP)
    problems = [text for task in bank.wrong for wrong in bank.wrong[task][::step]
                for text in spilled(assignment, wrong, bank)]
    assert not problems, "\n\n".join(problems)


def test_without_follow_through_a_mistake_spreads():
    """So the test above would see it."""
    bank = read_bank("ps04-backpropagation")
    wrong = bank.wrong["task-3"][0]
    points, _, judgment = judge_here("ps04-backpropagation", with_one(bank, wrong), False)
    assert points["task-5-hidden"] == 0 == points["task-3-hidden"]
    points, _, judgment = judge_here("ps04-backpropagation", with_one(bank, wrong))
    assert points["task-5-hidden"] > 0
    assert judgment.followed == {"task-5-hidden": ["task-3"]}


@pytest.mark.parametrize("assignment", QUICK)
def test_a_solved_notebook_has_all_points(assignment):
    points, messages, judgment = judge_here(assignment, with_one(read_bank(assignment)))
    assert points == maximum_points(source_notebook(assignment))
    assert not messages
    assert not judgment.followed


if __name__ == "__main__":
    for name in sys.argv[1:]:
        known = read_bank(name)
        for answers in known.wrong.values():
            for answer in answers:
                print(*spilled(name, answer, known), end="", flush=True)
        print(name, "done", flush=True)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [77001])
@every_assignment
def test_right_answers_are_right_with_any_seed(assignment, seed):
    """`course grade` draws one for each assignment, so that nobody knows the numbers of a test."""
    bank = read_bank(assignment)
    full, problems = maximum_points(source_notebook(assignment)), []
    for i in range(-1, max(len(right) for right in bank.right.values())):
        answers = with_one(bank)
        answers |= {task: right[i].source for task, right in bank.right.items()
                    if 0 <= i < len(right)}
        points, messages, _ = judge_here(assignment, answers, seed=seed)
        problems += [f"{test}: {messages.get(test)}" for test in full if points[test] != full[test]]
    assert not problems, "\n\n".join(problems)
