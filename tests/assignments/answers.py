"""Right and wrong answers: read them, deal them out to made-up students, judge how they fared."""

import ast
import builtins
import importlib
from dataclasses import dataclass, replace

from graders import grading, maximum_points, source_notebook


@dataclass(frozen=True)
class Answer:
    """One solution cell.

    `right` is whether it must be accepted. Of a wrong one `says` holds what is true: a test must say
    the first, and no test may name a likely cause that contains none of them. `uses` holds the
    tasks whose functions it calls, `reads` all names that it reads, and `shadows` the built-in ones
    among those that it defines.
    """

    task: str
    name: str
    source: str
    right: bool
    says: tuple[str, ...] = ()
    uses: frozenset = frozenset()
    reads: frozenset = frozenset()
    shadows: frozenset = frozenset()


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
    the source or the edits. Several texts in a tuple are all true, and the first must be said.
    """
    stub = {grading(c)["grade_id"]: c.source for c in source_notebook(assignment).cells
            if grading(c).get("solution") and c.cell_type == "code"}
    reference = {task: _without_markers(source) for task, source in stub.items()}
    defines = {task: _names(source)[0] for task, source in reference.items()}

    def answer(task, name, parts, right, says=()):
        source = _edited(task, name, reference[task], parts)
        defined, used = _names(source)
        uses = frozenset(other for other in reference
                         if other != task and (defines[other] & used) - defined)
        shadows = frozenset(name for name in defined if hasattr(builtins, name))
        says = says if isinstance(says, tuple) else (says,)
        return Answer(task, name, source, right, says, uses, frozenset(used), shadows)

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
    defined |= {name.id for node in tree.body if isinstance(node, ast.Assign)
                for target in node.targets for name in ast.walk(target)
                if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)}
    used = {node.id for node in ast.walk(tree)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    # An argument may bear the name of another task's function, as `log_joint` in ps01 does.
    return defined, used - {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}


def shortened(bank: Bank) -> Bank:
    """Return the bank with the first two right and the first and last wrong answers of each task."""
    right = {task: answers[:2] for task, answers in bank.right.items()}
    wrong = {task: answers[:1] + answers[-1:] for task, answers in bank.wrong.items()}
    return replace(bank, right=right, wrong=wrong)


def pack(bank: Bank) -> list[dict[str, Answer]]:
    """Deal all answers out to students, one answer for every task.

    The first student has the references. Every other answer is used once; gaps are filled with the
    reference. A student has as many wrong answers as possible, those of the longest queues first,
    but

    - right ones in two tasks, at least one of which calls nothing that is wrong, so that every
      wrong answer has one beside it whose points it must not touch;
    - a right one wherever a wrong one calls a function;
    - none that gives a built-in name a new meaning which a wrong one would stumble over.
    """
    right = {task: list(answers) for task, answers in bank.right.items()}
    wrong = {task: list(answers) for task, answers in bank.wrong.items()}
    students = [dict(bank.reference)]
    while any(right.values()) or any(wrong.values()):
        chosen, needed = {}, set()
        for task in sorted(wrong, key=lambda task: -len(wrong[task])):
            if wrong[task] and task not in needed and len(chosen) < len(wrong) - 2:
                reached = closure(wrong[task][0], bank)
                if not reached & chosen.keys() and _untouched(bank, {task, *chosen}):
                    chosen[task] = wrong[task].pop(0)
                    needed |= reached
        student = {}
        for task, reference in bank.reference.items():
            usable = [a for a in right[task] if not closure(a, bank) & chosen.keys()
                      and not any(a.shadows & other.reads for other in chosen.values())]
            student[task] = chosen.get(task) or (usable or [reference])[0]
            if task not in chosen and usable:
                right[task].remove(usable[0])
        students.append(student)
    return students


def _untouched(bank: Bank, wrong: set[str]) -> list[str]:
    """Return the tasks whose references call nothing that is wrong."""
    return [task for task, answer in bank.reference.items()
            if not ({task} | closure(answer, bank)) & wrong]


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
                if wrong | spoiled == student.keys():
                    problems.append(f"{task}, {answer.name!r}: no right answer stands beside it")
                got = points[f"{task}-hidden"]
                enter(answer, columns[1], got == 0 and answer.says[0] in said,
                      f"{got} points; should say {answer.says[0]!r}, said:\n{said}")
                enter(answer, columns[2], not lost - wrong - spoiled,
                      f"took points from {lost - wrong - spoiled}")
            elif task not in spoiled:
                # An error in another cell, such as that of the imports, may be the cause.
                elsewhere = {cell: text for cell, text in messages.items()
                             if cell.removesuffix("-visible").removesuffix("-hidden") not in wrong}
                enter(answer, columns[0], task not in lost, f"rejected: {elsewhere}")

    lines = [f"{assignment:<20}" + "".join(f"{column:>24}" for column in columns)]
    for task, row in table.items():
        counts = [f"{sum(entries.values())}/{len(entries)}" for entries in row.values()]
        lines.append(f"{task:<20}" + "".join(f"{count:>24}" for count in counts))
    return "\n".join(lines), problems
