"""Compare what each attack got with what it must get."""

import html
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from corpus import ASSIGNMENT, HONEST, Attack
from course import FILES, ROOT, Trial

REGION = re.compile(r"### BEGIN (?:SOLUTION|HIDDEN TESTS)[^\n]*\n(.*?)### END", re.DOTALL)
SEED = re.compile(r"default_rng\((\d{3,})\)")
SHORTEST = 14  # characters of a line that says something
KEPT = {"timestamp.txt", "feedback"}
WORD = "REACHED"


@dataclass
class Result:
    """What became of one submission.

    Attributes
    ----------
    attack : Attack
    points : dict from str to float, or None
        In the gradebook; None where it has no row there.
    inflated, lost : list of str
        Tasks with points that they must not have, and without those that they must have.
    leaks : list of str
        What can be read that must not be.
    wrong : list of str
        Whatever else is not as it must be.
    """

    attack: Attack
    points: dict | None = None
    inflated: list = field(default_factory=list)
    lost: list = field(default_factory=list)
    leaks: list = field(default_factory=list)
    wrong: list = field(default_factory=list)

    @property
    def fine(self) -> bool:
        """Whether all is as it must be."""
        return not (self.inflated or self.lost or self.leaks or self.wrong)


def result(trial: Trial, attack: Attack) -> Result:
    """Look at the gradebook, the graded notebook, the record and the feedback."""
    found = Result(attack)
    marks = trial.marks(attack)
    if marks is None:
        found.wrong.append("it has no row in the gradebook")
    else:
        found.points, person = marks
        if attack.assignment == ASSIGNMENT:
            _compare(found, attack, person, ours=trial.config == "ours")
    folder, page = trial.graded(attack), trial.feedback(attack)
    file = FILES[attack.assignment]
    if not (folder / file).is_file() or not page.is_file():
        found.wrong.append("it has no graded notebook, or no feedback")
        return found
    notebook = json.loads((folder / file).read_text())
    said = "\n".join(map(_text, (output for cell in notebook["cells"]
                                 for output in cell.get("outputs", ()))))
    handed_in = (trial.where[attack.student] / "grading/submitted" / attack.student
                 / attack.assignment / file).read_text(errors="replace")
    seen = plain(page.read_text(errors="replace"))
    record = folder / (Path(file).stem + ".verdicts.json")
    told = record.read_text() if record.is_file() else ""
    found.leaks += [f"in the feedback: {line}" for line in secrets(attack.assignment)
                    if line in seen and line not in _spaced(json_text(handed_in))]
    found.leaks += [f"in what a cell says: {line}" for line in secrets(attack.assignment)
                    if line in _spaced(said + told)]
    found.leaks += [f"a seed: {seed}" for seed in seeds(attack.assignment)
                    if re.search(rf"(?<![\d.]){seed}(?!\d)", said)]
    found.leaks += [line for line in said.splitlines() if WORD in line][:3]
    if attack.says and attack.says not in seen:
        found.wrong.append(f"the feedback does not say {attack.says!r}")
    if trial.config == "ours":
        extra = {path.name for path in folder.iterdir()} - KEPT - {file, record.name}
        if extra:
            found.wrong.append(f"files beside the graded notebook: {sorted(extra)}")
        flags = json.loads(told)["flags"] if told else {}
        if attack.flag is not None and attack.flag is not bool(flags):
            found.wrong.append(f"its flags are {flags}")
        if len(seen) > 2_000_000:
            found.wrong.append(f"the feedback has {len(seen)} characters")
    return found


def _compare(found, attack, person, ours):
    for task, points in attack.fair().items():
        got = found.points.get(task)
        if got is None or got > points:
            found.inflated.append(task)
        elif got < points and task not in attack.may_lose:
            found.lost.append(task)
    if ours and person is not attack.person:
        found.wrong.append("a person must look at it" if attack.person else "a person is asked")


def _text(output):
    """All words of an output of a cell."""
    parts = [output.get("text", ""), output.get("ename", ""), output.get("evalue", ""),
             output.get("traceback", []), *output.get("data", {}).values()]
    return "\n".join("".join(part) if isinstance(part, list) else str(part) for part in parts)


def json_text(text):
    """The words of a notebook that was handed in; of a damaged one, the file."""
    try:
        cells = json.loads(text)["cells"]
        return "\n".join("".join(cell["source"]) for cell in cells)
    except (ValueError, TypeError, KeyError, LookupError, RecursionError):
        return text


def plain(page: str) -> str:
    """The words of a page, without its markup."""
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL | re.IGNORECASE)
    return _spaced(html.unescape(re.sub(r"<[^>]*>", "", page)))


def _spaced(text):
    return re.sub(r"\s+", " ", text)


@cache
def secrets(assignment: str) -> tuple[str, ...]:
    """The lines of hidden tests and solutions that stand nowhere in what students receive."""
    known = _sources(ROOT / "exercises" / assignment / FILES[assignment])
    known = _spaced("\n".join([known, *HONEST.values()]))
    regions = REGION.findall(_sources(ROOT / "solutions" / assignment / FILES[assignment]))
    lines = {_spaced(line.strip()) for region in regions for line in region.splitlines()}
    return tuple(sorted(line for line in lines if len(line) >= SHORTEST and line not in known))


@cache
def seeds(assignment: str) -> tuple[str, ...]:
    """The seeds of hidden tests that stand nowhere in what students receive."""
    known = _sources(ROOT / "exercises" / assignment / FILES[assignment])
    found = SEED.findall(_sources(ROOT / "solutions" / assignment / FILES[assignment]))
    return tuple(sorted({seed for seed in found if seed not in known}))


def _sources(path):
    return "\n".join("".join(cell["source"]) for cell in json.loads(path.read_text())["cells"])


def table(results: list[Result]) -> str:
    """One line for each family: how many, how many as they must be, and what is off."""
    lines = ["family          n  fair  inflated  lost  leaks  other"]
    for family in [*dict.fromkeys(r.attack.family for r in results), "all"]:
        own = [r for r in results if family in (r.attack.family, "all")]
        count = Counter(kind for r in own for kind in ("inflated", "lost", "leaks", "wrong")
                        if getattr(r, kind))
        fair = sum(not r.inflated and not r.lost and r.points is not None for r in own)
        lines.append(f"{family:<12}{len(own):>5}{fair:>6}{count['inflated']:>10}"
                     f"{count['lost']:>6}{count['leaks']:>7}{count['wrong']:>7}")
    return "\n".join(lines)
