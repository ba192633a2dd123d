"""A cell of code of a notebook that is judged, and what became of it."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cell:
    """A cell of code of a rebuilt notebook.

    Attributes
    ----------
    name : str
        Its grade_id; one that a student added has a name of its own.
    source : str
    kind : str
        "student": a solution, or a cell that a student added. "test": it earns points, or shows
        a student how it stands. "given": any other cell of the instructor's.
    points : float
    stub : str
        What stood in a solution cell before the student came.
    """

    name: str
    source: str
    kind: str
    points: float = 0.0
    stub: str = ""


@dataclass
class Outcome:
    """What became of a cell.

    Attributes
    ----------
    passed : bool
        Of a test: it was passed.
    error : tuple of str
        What it raised: the name and the text; empty for nothing.
    text : str
        What it printed.
    pictures : list of str
        PNG files in base64.
    flag : str
        Why an instructor may want to look at it: the process was stopped, has ended, or broke a
        rule; "" for nothing.
    """

    passed: bool = False
    error: tuple = ()
    text: str = ""
    pictures: list = field(default_factory=list)
    flag: str = ""
