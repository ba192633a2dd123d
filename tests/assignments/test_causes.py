"""A likely cause is named for most wrong answers, and for none of them a false one."""

import re

import nbformat
import pytest
from answers import read_bank
from causes import known_causes, problems, verdicts
from graders import ASSIGNMENTS, source_notebook

TOLD = 0.8  # the share of wrong answers that are told what is wrong
LONG = {"ps08-lenet5", "ps09-ensembles"}  # whose tests take minutes for a whole bank
every_assignment = pytest.mark.parametrize("assignment", [
    pytest.param(name, marks=[pytest.mark.slow] if name in LONG else []) for name in ASSIGNMENTS])


@pytest.fixture(scope="module")
def judged():
    """Give the verdicts on all wrong answers of an assignment, worked out once."""
    memory = {}

    def of(assignment):
        if assignment not in memory:
            memory[assignment] = verdicts(assignment, read_bank(assignment))
        return memory[assignment]

    return of


@every_assignment
def test_no_cause_is_false_and_every_cause_is_possible(assignment, judged):
    found = problems(known_causes(assignment), judged(assignment))
    assert not found, "\n".join(found)


@every_assignment
def test_most_wrong_answers_are_told_what_is_wrong(assignment, judged):
    untold = [(v.answer.task, v.answer.name) for v in judged(assignment) if not v.told]
    assert len(untold) <= (1 - TOLD) * len(judged(assignment)), untold


def test_a_false_cause_and_an_impossible_one_are_noticed(monkeypatch):
    """Exchange two causes of sgd, and give one to numbers that no known mistake has."""
    notebook = source_notebook("ps05-optimizers")
    (cell,) = [cell for cell in notebook.cells if cell.id == "task-1-visible"]
    uphill, sign = '"Go down, not up: subtract the gradient."', '"Use g itself, not its sign."'
    swapped = {uphill: sign, sign: uphill}
    cell.source = re.sub("|".join(map(re.escape, swapped)), lambda m: swapped[m[0]], cell.source)
    assert "mistakes={" in cell.source
    cell.source = cell.source.replace("mistakes={", 'mistakes={"Ask the stars.": [7.0, 7.0],', 1)
    monkeypatch.setattr("causes.source_notebook", lambda _: nbformat.from_dict(notebook))
    bank = read_bank("ps05-optimizers")
    found = problems(known_causes("ps05-optimizers"), verdicts("ps05-optimizers", bank))
    for name in ("goes uphill", "copies the example"):
        assert any(f"task-1, {name!r}" in line for line in found)
    assert any("'Ask the stars.'" in line for line in found)
