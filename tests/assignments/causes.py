"""Which cause the tests of a task name for a wrong answer, and whether it is the true one.

    python tests/assignments/causes.py ps05-optimizers

A cause that is false is worse than none, so one may be named only where no other known mistake
gives the same numbers. The banks prove that: every wrong answer goes through the visible and the
hidden test of its task, and what either says is compared with what the bank declares to be true.
"""

import re
import sys
from dataclasses import dataclass
from unittest.mock import patch

from answers import Answer, Bank, read_bank
from graders import fill, grade_here, grading, source_notebook

from course_lib.grading import Check

CAUSE = re.compile(r"Likely cause: (.*)")
# Where it is not a matter of numbers a message says what is wrong by itself: the kind of result, an
# argument that was changed, an error, a warning, too much memory, something kept between calls.
TOLD = re.compile(
    r"Expected an? |Expected True|should return|in place\.| raised |no error was raised|"
    r"does not name|is not defined|caused a warning|kept? (?:something|nothing|outside)|"
    r"changed what an earlier call|changed what lies in|this should hold and does not: (?!at least)")


@dataclass(frozen=True)
class Verdict:
    """What the visible and the hidden test said about a wrong answer.

    `causes` are the likely causes that they named, `false` those of them that the bank does not
    declare to be true, and `told` is whether they said what is wrong, as a cause or otherwise.
    """

    answer: Answer
    causes: tuple[str, ...]
    false: tuple[str, ...]
    told: bool


def verdicts(assignment: str, bank: Bank) -> list[Verdict]:
    """Run every wrong answer of a bank through the two tests of its task."""
    notebook, found = source_notebook(assignment), []
    for task, answers in bank.wrong.items():
        for answer in answers:
            said = "\n".join(_messages(notebook, task, {task: answer.source}))
            causes = tuple(CAUSE.findall(said))
            false = tuple(cause for cause in causes
                          if not any(true in cause for true in answer.says))
            found.append(Verdict(answer, causes, false, bool(causes or TOLD.search(said))))
    return found


def known_causes(assignment: str) -> dict[str, set[str]]:
    """Collect all causes that the tests of each task know, while the reference passes them."""
    notebook, found = source_notebook(assignment), {}

    def collecting(method):
        def collect(self, *args, **settings):
            known.update(settings.get("mistakes") or {})
            return method(self, *args, **settings)
        return collect

    for cell in notebook.cells:
        if grading(cell).get("solution") and cell.cell_type == "code":
            known = found[cell.id] = set()
            with patch.multiple(Check, equal=collecting(Check.equal), gradient=collecting(
                    Check.gradient), equal_all=collecting(Check.equal_all)):
                said = _messages(notebook, cell.id, {})
            assert not said, f"{assignment}, {cell.id}: the reference fails: {said}"
    return found


def problems(known: dict[str, set[str]], judged: list[Verdict]) -> list[str]:
    """Say which answers were told a false cause, and which causes no answer proves possible."""
    found = [f"{v.answer.task}, {v.answer.name!r}: true is {v.answer.says}, said was {v.false}"
             for v in judged if v.false]
    for task, causes in known.items():
        proved = {cause for v in judged if v.answer.task == task for cause in v.causes
                  if cause not in v.false}
        found += [f"{task}: no wrong answer of the bank is told {cause!r}"
                  for cause in sorted(causes - proved)]
    return found


def _messages(notebook, task: str, sources: dict[str, str]) -> list[str]:
    """Run the tests of one task after all solution cells; return what they said."""
    tests = (f"{task}-visible", f"{task}-hidden")
    notebook = fill(notebook, sources)
    notebook.cells = [cell for cell in notebook.cells if cell.id in ("setup", *tests)
                      or (grading(cell).get("solution") and cell.cell_type == "code")]
    _, messages = grade_here(notebook)
    return [messages[test] for test in tests if test in messages]


if __name__ == "__main__":
    for name in sys.argv[1:]:
        judged = verdicts(name, read_bank(name))
        print(*problems(known_causes(name), judged), sep="\n")
        for verdict in judged:
            if not verdict.told:
                print(f"{verdict.answer.task}, {verdict.answer.name!r}: is told nothing")
        told, caused = sum(v.told for v in judged), sum(bool(v.causes) for v in judged)
        print(f"{name}: {len(judged)} wrong answers, {told} are told what is wrong, {caused} of them "
              "by a likely cause")
