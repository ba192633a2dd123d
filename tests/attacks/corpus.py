"""Read the attacks in `corpus/`: what each hands in, what it tries, and what it must get.

An attack is a table in a TOML file, so that nothing of it runs before a grader runs it:

name, tries
    What it is called, and in one sentence what it tries.
first, task-1 ... task-6, last, question-1
    The cells that it hands in: one added before the first task, answers, one added at the end.
    All other answers are an honest student's. An answer that does not define the function of its
    task is followed by a wrong one.
damage
    Instead of cells, what `damage.py` does to the file.
loses
    The tasks that must get 0 points; by default those whose answer it hands in. Every other task
    must keep its points.
may_lose
    Tasks of an attack on its own process that may get points or none: it has only itself to blame.
flag
    Whether the record must name a reason to look at it; where it is left out, either will do.
person
    Whether a person must look at it before it has a mark; the default is false.
says
    What the feedback must say.
needs
    The levels of the sandbox that it has a meaning for; by default all.
unsafe
    Whether it may do harm to a machine on which it runs without a sandbox.

``@COURSE@``, ``@HOME@``, ``@PORT@`` and ``@PID@`` stand for the course's folder, the instructor's
home, the port of a listener on this machine and the number of the instructor's process.
What an attack has reached it prints behind the word ``REACHED``; this word must never be seen in
what a cell says.
"""

import json
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import damage

HERE = Path(__file__).parent / "corpus"
ASSIGNMENT, FILE = "ps05-optimizers", "optimizers.ipynb"
WRITTEN, WRITTEN_FILE = "ps01-bayes", "bayes.ipynb"
POINTS = {f"task-{i}": points for i, points in enumerate([2.0, 3.0, 4.0, 5.0, 4.0, 2.0], 1)}
HONEST = tomllib.loads((HERE / "honest.toml").read_text())["answers"]
WRONG = {
    "task-1": "def sgd(w, g, state, lr):\n    return w, None",
    "task-2": "def momentum(w, g, state, lr, beta):\n    return w, None",
    "task-3": "def rmsprop(w, g, state, lr, rho, eps):\n    return w, None",
    "task-4": "def adam(w, g, state, lr, beta1, beta2, eps):\n    return w, None",
    "task-5": "def adamw(w, g, state, lr, beta1, beta2, eps, weight_decay):\n    return w, None",
    "task-6": "def batch_size_at(epoch, initial=32, every=4):\n    return 0\n\n"
              "def learning_rate_at(epoch, initial, decay):\n    return 0.0",
}


@dataclass(frozen=True)
class Attack:
    """A submission, and what it must get; the module says what the fields are."""

    family: str
    name: str
    tries: str
    cells: dict = field(default_factory=dict)
    damage: str = ""
    loses: tuple = ()
    may_lose: tuple = ()
    flag: bool | None = None
    person: bool = False
    says: str = ""
    needs: tuple = ("bubblewrap", "landlock")
    unsafe: bool = False

    @property
    def student(self) -> str:
        """Its name in the gradebook."""
        return re.sub(r"[^a-z0-9]+", "-", f"{self.family} {self.name}".lower()).strip("-")

    @property
    def assignment(self) -> str:
        """What it is an answer to."""
        return WRITTEN if "question-1" in self.cells else ASSIGNMENT

    def fair(self) -> dict[str, float]:
        """The points of each task."""
        return {task: 0.0 if task in self.loses else points for task, points in POINTS.items()}

    def content(self, released: dict, places: dict[str, str]) -> bytes:
        """What it hands in.

        Parameters
        ----------
        released : dict
            The notebook as students get it.
        places : dict from str to str
            What stands for ``@COURSE@`` and the others.
        """
        notebook = json.loads(json.dumps(released))
        answers = {**HONEST, **{task: self._answer(task) for task in self.cells}}
        for cell in notebook["cells"]:
            name = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if name in answers:
                cell["source"] = _filled(answers[name], places)
        for name, place in (("first", 0), ("last", len(notebook["cells"]))):
            if name in self.cells:
                source = _filled(self.cells[name], places)
                notebook["cells"].insert(place, {"cell_type": "code", "execution_count": None,
                                                 "metadata": {}, "outputs": [], "source": source})
        if not self.damage:
            return json.dumps(notebook).encode()
        data = damage.EDITS[self.damage](notebook)
        return data if isinstance(data, bytes) else json.dumps(data).encode()

    def _answer(self, task):
        source = self.cells[task]
        if task in WRONG and f"def {WRONG[task].split('(')[0].removeprefix('def ')}(" not in source:
            source = f"{source}\n\n{WRONG[task]}\n"
        return source


def _filled(source, places):
    for word, text in places.items():
        source = source.replace(f"@{word}@", text)
    return source


def read_attacks() -> list[Attack]:
    """Read all attacks, in the order of the files."""
    found = []
    for path in sorted(HERE.glob("*.toml")):
        for table in tomllib.loads(path.read_text()).get("attack", ()):
            table = dict(table)
            cells = {key: table.pop(key) for key in list(table)
                     if key in ("first", "last") or re.fullmatch(r"(task|question)-\d", key)}
            loses = table.pop("loses", [name for name in cells if name in POINTS])
            for name in {"needs", "may_lose"} & table.keys():
                table[name] = tuple(table[name])
            found.append(Attack(path.stem, cells=cells, loses=tuple(loses), **table))
    return found
