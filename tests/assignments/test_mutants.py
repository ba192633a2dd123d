"""The hidden tests notice every small change of a solution that makes it wrong.

The quick test takes every 25th mutant, the slow one all: 4,000 in two minutes of CPU time.
"""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
from graders import ASSIGNMENTS, ROOT, grading, notebook_path, source_notebook

pytest.importorskip("resource", reason="mutants run under limits that this system does not have")
from mutants import LONG, mutants

HERE = Path(__file__).parent
LISTED = tomllib.loads((HERE / "survivors.toml").read_text())
every_assignment = pytest.mark.parametrize("assignment", ASSIGNMENTS)


def listed_mutants(assignment):
    """The survivors that are right answers: (task, statement, what it becomes)."""
    return [(entry["task"], entry["line"], new)
            for entry in LISTED.get(assignment, []) for new in entry["becomes"]]


def run(path, every=1):
    """Run mutants in a process of its own with one thread, which may be forked safely.

    Returns a list of (task, statement, what it becomes, visible test fails, hidden test fails).
    """
    done = subprocess.run([sys.executable, HERE / "mutants.py", path, str(every)], check=False,
                          env={**os.environ, "OPENBLAS_NUM_THREADS": "1"}, capture_output=True,
                          text=True)
    assert done.returncode == 0, done.stderr
    return [tuple(row) for row in json.loads(done.stdout)]


def judge(name, rows, listed, complete=True):
    """Compare the survivors with the list; return a row of a table and what is wrong."""
    alive = {(task, old, new): not by_hidden for task, old, new, _, by_hidden in rows}
    problems = [f"{task}: survives and is not in survivors.toml:\n  {old}\n  {new}"
                for (task, old, new), survived in alive.items()
                if survived and (task, old, new) not in listed]
    for task, old, new in listed:
        if (task, old, new) not in alive and complete:
            problems.append(f"{task}: in survivors.toml, but not made:\n  {old}\n  {new}")
        if not alive.get((task, old, new), True):
            problems.append(f"{task}: in survivors.toml, but noticed:\n  {old}\n  {new}")
    counts = (len(rows), sum(bool(row[3]) for row in rows), sum(row[4] for row in rows),
              sum(alive.values()), len(listed))
    return f"{name:<26}" + "".join(f"{count:>12}" for count in counts), problems


HEAD = f"{'':<26}" + "".join(f"{word:>12}" for word in ("mutants", "by visible", "by hidden",
                                                        "survive", "listed"))


@every_assignment
def test_some_mutants_are_noticed(assignment):
    rows = run(notebook_path(ROOT / "solutions", assignment), every=25)
    assert rows
    _, problems = judge(assignment, rows, listed_mutants(assignment), complete=False)
    assert not problems, "\n".join(problems)


@pytest.mark.slow
@every_assignment
def test_all_mutants_are_noticed(assignment, capsys):
    rows = run(notebook_path(ROOT / "solutions", assignment))
    row, problems = judge(assignment, rows, listed_mutants(assignment))
    with capsys.disabled():
        print(f"\n{HEAD}\n{row}")
    assert not problems, "\n".join(problems)


def test_the_list_has_no_entry_without_an_assignment_or_a_reason():
    assert LISTED.keys() <= set(ASSIGNMENTS)
    for assignment in LISTED:
        listed = listed_mutants(assignment)
        assert len(set(listed)) == len(listed)
        assert all(entry["because"].endswith(".") for entry in LISTED[assignment])


def test_tests_left_out_exist():
    cells = {notebook_path(ROOT / "solutions", assignment).stem:
             {cell.id for cell in source_notebook(assignment).cells} for assignment in ASSIGNMENTS}
    assert all(tests <= cells[name] for name, tests in LONG.items())


@pytest.fixture
def momentum(tmp_path):
    """Give a function that writes a notebook of one task, with this hidden test, and its path."""
    source = source_notebook("ps05-optimizers")
    source.cells = [cell for cell in source.cells if cell.id == "setup" or "task-2" in cell.id]

    def write(test=""):
        (hidden,) = [cell for cell in source.cells if cell.id == "task-2-hidden"]
        if test:
            hidden.source = (
                "import numpy as np\nfrom course_lib.grading import hidden_test\n\n\n"
                '@hidden_test("Task 2")\ndef test(check):\n'
                '    step = check.watch(momentum, returns=("w_new", "state_new"))\n    ' + test)
        path = tmp_path / "optimizers.ipynb"
        nbformat.write(source, path)
        return path

    return write


UPHILL = ("task-2", "return (w - lr * velocity, velocity)", "return (w + lr * velocity, velocity)")
FORGETFUL = ("task-2", "velocity = beta * velocity + g", "velocity = g")


def test_a_good_hidden_test_leaves_the_listed_survivors_alone(momentum):
    listed = [mutant for mutant in listed_mutants("ps05-optimizers") if mutant[0] == "task-2"]
    row, problems = judge("momentum", run(momentum()), listed)
    assert not problems
    assert int(row.split()[-2]) == len(listed) > 0


@pytest.mark.parametrize(("weak", "survivors"), [
    # It looks at the shape alone.
    ("check.that('shape', step(np.ones(2), np.ones(2), None, 0.1, 0.9)[0].shape == (2,))",
     [UPHILL, FORGETFUL]),
    # It makes a single step.
    ("check.equal('w', step(np.ones(2), np.ones(2), None, 0.1, 0.9)[0], [0.9, 0.9])",
     [FORGETFUL]),
])
def test_a_weak_hidden_test_lets_mutants_survive_and_this_is_told(momentum, weak, survivors):
    rows = run(momentum(weak))
    _, problems = judge("momentum", rows, [])
    assert survivors == [mutant for mutant in (UPHILL, FORGETFUL)
                         if any("survives" in p and p.startswith(mutant[0])
                                and p.endswith("\n  ".join(mutant[1:])) for p in problems)]
    # The visible test is as it was; it does not save them.
    assert all(row[3] for row in rows if row[:3] in survivors)


def test_a_hidden_test_that_rejects_the_reference_is_an_error(momentum):
    path = momentum("check.equal('w', step(np.ones(2), np.ones(2), None, 0.1, 0.9)[0], [7.0, 7.0])")
    with pytest.raises(AssertionError, match="the reference fails task-2-hidden"):
        run(path)


def test_the_list_is_held_to_what_is_found():
    rows = [("task-1", "return a", "return b", True, False),
            ("task-1", "return a", "return c", True, True)]
    _, problems = judge("", rows, [("task-1", "return a", "return b")])
    assert problems == []
    _, problems = judge("", rows, [("task-1", "return a", "return c"), ("task-2", "x", "y")])
    assert [problem.split(":\n")[0] for problem in problems] == [
        "task-1: survives and is not in survivors.toml",
        "task-1: in survivors.toml, but noticed",
        "task-2: in survivors.toml, but not made"]


def test_a_mutant_that_never_ends_or_dies_is_noticed(tmp_path):
    """Nor does it touch the mutants after it: each runs in a process of its own."""
    cells = {
        "task-1": ("import os\nLEFT = [2]\n\ndef count(n):\n    while n > 0:\n        n -= 1\n"
                   "    if n < 0:\n        os._exit(3)\n    LEFT[0] += n\n    return LEFT[0]"),
        "task-1-visible": "assert count(3) == 2",
        "task-1-hidden": "assert count(3) == 2",
    }
    notebook = nbformat.v4.new_notebook(cells=[
        nbformat.v4.new_code_cell(source, id=name, metadata={"nbgrader": {
            "grade_id": name, "solution": name == "task-1", "grade": name != "task-1",
            "points": int(name == "task-1-hidden")}}) for name, source in cells.items()])
    nbformat.write(notebook, tmp_path / "count.ipynb")
    noticed = {new: by_hidden for _, _, new, _, by_hidden in run(tmp_path / "count.ipynb")}
    assert noticed["n += 1"], "it counts for ever"
    assert noticed["while n > 1:"], "it changes what is kept between calls"
    assert noticed["if True:"], "it ends the process"
    assert not noticed["if False:"], "the right answer, after all these"


@pytest.mark.parametrize(("old", "new"), [
    ("return a - b", {"a + b", "a", "b", "b - a", "np.subtract(a, b, out=a)", "b - b", "a - a",
                      "np.subtract(a, b, out=b)"}),
    ("return a < 5", {"a <= 5", "a >= 5", "a < 6", "a < 4", "b < 5"}),
    ("return a and b", {"a or b", "a", "b", "b and b", "a and a"}),
    ("return (a, b)", {"(b, a)", "(b, b)", "(a, a)"}),
    ("return a if True else b", {"a", "b", "a if False else b", "b if True else b",
                                 "a if True else a"}),
    ("return 0.5", {"1.5", "1.0", "-0.5"}),
    ("return np.max(a, axis=0, keepdims=True)", {
        "np.min(a, axis=0, keepdims=True)", "a", "np.max(a, keepdims=True)", "np.max(a, axis=0)",
        "np.max(axis=0, keepdims=True)", "np.max(a, axis=1, keepdims=True)",
        "np.max(a, axis=-1, keepdims=True)", "np.max(a, axis=0, keepdims=False)",
        "np.max(b, axis=0, keepdims=True)"}),
    ("return a.copy()", {"a", "b.copy()"}),
    ("return np.sqrt(a.T)", {"a.T", "np.sqrt()", "np.sqrt(a)", "np.sqrt(b.T)"}),
    ("return a[b:]", {"a[:]", "a[b + 1:]", "a[b - 1:]", "b[b:]", "a[a:]"}),
    ("return range(2, b)", {"range(b, 2)", "range(b)", "range(2)", "range(3, b)", "range(1, b)",
                            "range(2, b + 1)", "range(2, b - 1)", "range(2, a)"}),
])
def test_the_changes_of_an_expression(old, new):
    made = [mutant.new for mutant in mutants("task-1", f"def f(a, b):\n    {old}")]
    assert sorted(made) == sorted(f"return {expression}" for expression in new)


@pytest.mark.parametrize(("old", "new"), [
    ("a += b", {"a -= b", "a = b", "pass", "a += a"}),
    ("if a:\n        b = a", {"if True:", "if False:", "if b:", "pass", "b = b"}),
    ("with a:\n        b()", {"if True:", "with b:", "pass", "a()"}),
    ("for a in b:\n        a()", {"pass", "for a in a:", "b()"}),
    ('"""A text, 1 + 1."""\n    raise ValueError(1 + 1)  # 1 + 1', set()),
])
def test_the_changes_of_a_statement(old, new):
    made = {mutant.new for mutant in mutants("task-1", f"def f(a, b):\n    {old}")}
    assert made == new


@every_assignment
def test_mutants_are_many_and_each_has_a_name_of_its_own(assignment):
    for cell in source_notebook(assignment).cells:
        if grading(cell).get("solution") and cell.cell_type == "code":
            made = mutants(cell.id, cell.source)
            assert made == mutants(cell.id, cell.source)
            assert len(made) >= 10
            assert len({(mutant.old, mutant.new) for mutant in made}) == len(made)
            assert len({mutant.source for mutant in made}) == len(made)
