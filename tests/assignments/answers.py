"""Right and wrong answers: read them, deal them out to made-up students, judge how they fared."""

import ast
import importlib
from dataclasses import dataclass

from graders import grading, maximum_points, source_notebook


@dataclass(frozen=True)
class Answer:
    """One solution cell.

    `right` is whether it must be accepted, `says` what a test must say about a wrong one, and
    `uses` holds the tasks whose functions it calls.
    """

    task: str
    name: str
    source: str
    right: bool
    says: str = ""
    uses: frozenset = frozenset()


@dataclass
class Bank:
    """The reference and all other answers of one assignment, by task."""

    reference: dict[str, Answer]
    right: dict[str, list[Answer]]
    wrong: dict[str, list[Answer]]


def read_bank(assignment: str) -> Bank:
    """Read `banks/<assignment>.py`.

    `BANK` maps a solution cell to its right and its wrong answers by name. An answer is the source
    of the whole cell, or edits `(old, new)` of the reference, each of which must fit exactly once.
    A wrong answer is a tuple: first what the visible or the hidden test must say about it, then
    the source or the edits.
    """
    stub = {grading(c)["grade_id"]: c.source for c in source_notebook(assignment).cells
            if grading(c).get("solution") and c.cell_type == "code"}
    reference = {task: _without_markers(source) for task, source in stub.items()}
    defines = {task: _names(source)[0] for task, source in reference.items()}

    def answer(task, name, parts, right, says=""):
        source = _edited(task, name, reference[task], parts)
        defined, used = _names(source)
        uses = frozenset(other for other in reference
                         if other != task and (defines[other] & used) - defined)
        return Answer(task, name, source, right, says, uses)

    bank = importlib.import_module(f"banks.{assignment.replace('-', '_')}").BANK
    assert bank.keys() == reference.keys(), "the bank must have every task of the notebook"
    right, wrong = {}, {}
    for task, answers in bank.items():
        right[task] = [answer(task, name, parts if isinstance(parts, tuple) else (parts,), True)
                       for name, parts in answers["right"].items()]
        wrong[task] = [answer(task, name, parts, False, says)
                       for name, (says, *parts) in answers["wrong"].items()]
    return Bank({task: answer(task, "reference", (), True) for task in reference}, right, wrong)


def _edited(task: str, name: str, source: str, parts) -> str:
    for part in parts:
        if isinstance(part, str):
            source = part.strip() + "\n"
            continue
        old, new = part
        assert source.count(old) == 1, f"{task}, {name!r}: {old!r} fits {source.count(old)} times"
        source = source.replace(old, new)
    return source


def _without_markers(source: str) -> str:
    return "\n".join(line for line in source.split("\n") if "### " not in line) + "\n"


def _names(source: str) -> tuple[set[str], set[str]]:
    """Return the top-level names that a cell defines, and all names that it reads."""
    tree = ast.parse(source)
    defined = {node.name for node in tree.body if hasattr(node, "name")}
    defined |= {target.id for node in tree.body if isinstance(node, ast.Assign)
                for target in node.targets if isinstance(target, ast.Name)}
    used = {node.id for node in ast.walk(tree)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    # An argument may bear the name of another task's function, as `log_joint` in ps01 does.
    return defined, used - {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}


def pack(bank: Bank) -> list[dict[str, Answer]]:
    """Deal all answers out to students, one answer for every task.

    Every answer is used once; the gaps are filled with the reference. Student by student, the tasks
    take turns in being right and wrong, so every wrong answer has right ones beside it whose
    points it must not touch. The functions that an answer calls are right ones.
    """
    tasks = list(bank.reference)
    right = {task: list(answers) for task, answers in bank.right.items()}
    wrong = {task: list(answers) for task, answers in bank.wrong.items()}
    students = []
    while any(right.values()) or any(wrong.values()):
        student = {}
        for i, task in reversed(list(enumerate(tasks))):  # a task uses none but earlier ones
            if task in student:
                continue
            queue = (wrong if (i + len(students)) % 2 == 0 else right)[task]
            student[task] = queue.pop(0) if queue else bank.reference[task]
            if queue or student[task] is not bank.reference[task]:
                for used in closure(student[task], bank):
                    student.setdefault(used, bank.reference[used])
        students.append({task: student[task] for task in tasks})
    return students


def closure(answer: Answer, bank: Bank) -> set[str]:
    """Return all tasks whose functions an answer reaches, by way of the references too."""
    found, new = set(), set(answer.uses)
    while new:
        found |= new
        new = {task for used in new for task in bank.reference[used].uses} - found
    return found


def report(assignment: str, bank: Bank, students: list[dict[str, Answer]],
           graded: list[tuple[dict, dict]]) -> tuple[str, list[str]]:
    """Compare the points of all students with those they should have.

    Returns the table of tasks and a list of everything that is not as it should be.
    """
    full = maximum_points(source_notebook(assignment))
    columns = ("right accepted", "mistakes caught", "other tasks untouched")
    table = {task: {column: {} for column in columns} for task in bank.reference}
    problems = []

    def enter(answer, column, good, text):
        # The reference comes up often; it counts as one answer, good if it always was.
        row = table[answer.task][column]
        row[answer.name] = row.get(answer.name, True) and good
        if not good:
            problems.append(f"{answer.task}, {answer.name!r}: {text}")

    for student, (points, messages) in zip(students, graded, strict=True):
        wrong = {task for task, answer in student.items() if not answer.right}
        spoiled = {task for task, answer in student.items() if closure(answer, bank) & wrong}
        lost = {task for task in student if points[f"{task}-hidden"] < full[f"{task}-hidden"]}
        for task, answer in student.items():
            said = messages.get(f"{task}-visible", "") + "\n" + messages.get(f"{task}-hidden", "")
            if task in wrong:
                got = points[f"{task}-hidden"]
                enter(answer, columns[1], got == 0 and answer.says in said,
                      f"{got} points; should say {answer.says!r}, said:\n{said}")
                enter(answer, columns[2], not lost - wrong - spoiled,
                      f"took points from {lost - wrong - spoiled}")
            elif task not in spoiled:
                enter(answer, columns[0], task not in lost, f"rejected:\n{said}")

    lines = [f"{assignment:<20}" + "".join(f"{column:>24}" for column in columns)]
    for task, row in table.items():
        counts = [f"{sum(entries.values())}/{len(entries)}" for entries in row.values()]
        lines.append(f"{task:<20}" + "".join(f"{count:>24}" for count in counts))
    return "\n".join(lines), problems
