"""Find answers that merely use the library's own version of what the task asks for.

Only the text is read, nothing of a student's runs. An answer is all that a test reaches: what the
names stand for that it reads, when it runs, and the names that these read in turn. A function of
the student's own counts from where it is defined on, whatever was imported before; an import that
no answer reaches counts for nothing. The parts of the library from which the notebook's own cells
import before the task are allowed; in `lenet5` that is `course_lib.nn`.
"""

import pkgutil
from dataclasses import dataclass

from course_lib.desk.names import LIBRARY, imported, parse, run
from course_lib.desk.notebook import grade_id, grading, is_solution
from course_lib.desk.reads import free_names, reached

# Data to try an answer on, and pictures of it: no task asks for these.
NO_ANSWERS = ("course_lib.plots", "course_lib.data.course", "course_lib.data.dataset",
              "course_lib.data.digits28", "course_lib.data.mnist", "course_lib.grading.decorators")


@dataclass(frozen=True)
class Borrowed:
    """A task and the name in the library that its answer uses.

    >>> print(Borrowed("task-2", "course_lib.nn.softmax"))
    Task 2 uses course_lib.nn.softmax: the exercise is to write it.
    """

    task: str
    name: str

    def __str__(self):
        title = self.task.replace("-", " ").capitalize()
        return f"{title} uses {self.name}: the exercise is to write it."


def find_borrowed(cells: list[dict]) -> list[Borrowed]:
    """Find what the answers of a rebuilt notebook borrow, in the order of the tasks.

    Parameters
    ----------
    cells : list of dict
        What `rebuild` returns: released cells with a `grade_id`, added ones without.
    """
    names = {}  # name -> what it may stand for so far
    given = set()  # the parts of the library that the notebook's own cells have used so far
    allowed, wanted, found = {}, {}, {}
    for cell in cells:
        if cell["cell_type"] != "code":
            continue
        body, name = parse(cell["source"]), grade_id(cell)
        before, names = names, run(body, names)
        if name is None:
            continue
        if is_solution(cell):
            allowed[name], wanted[name], found[name] = set(given), set(), set()
        elif not grading(cell).get("grade"):
            given |= {_part(full) for full in imported(body)}
        else:  # a test; the hidden ones are empty here, but what they want they want later
            for task in [task for task in found if name.startswith(f"{task}-")]:
                wanted[task] |= free_names(cell["source"])
                found[task] |= reached(wanted[task] - run(body, {}).keys(), before)
    return [Borrowed(task, full) for task, all_names in found.items()
            for full in sorted(_worst(all_names, allowed[task]))]


def _worst(names: set[str], allowed: set[str]) -> set[str]:
    """What is not allowed, without modules of which something inside is named too."""
    names = {full for full in names if not _is_allowed(_home(full), allowed)}
    return {full for full in names if not any(other.startswith(f"{full}.") for other in names)}


def _home(name: str) -> str:
    """The name under which the library itself defines a thing.

    >>> _home("course_lib.nn.Conv2D")
    'course_lib.nn.convolution.Conv2D'
    """
    try:
        thing = pkgutil.resolve_name(name)
        return f"{thing.__module__}.{thing.__qualname__}"
    except (AttributeError, ImportError, ValueError):  # a module, or no such thing
        return name


def _part(name: str) -> str:
    """The module that a notebook takes a thing from: who is given ReLU may choose Tanh.

    >>> _part("course_lib.nn.ReLU"), _part("course_lib.nn")
    ('course_lib.nn', 'course_lib.nn')
    """
    return name if _home(name) == name else name.rpartition(".")[0]


def _is_allowed(name: str, allowed: set[str]) -> bool:
    return not name.startswith(LIBRARY) or any(
        name == other or name.startswith(f"{other}.") for other in {*allowed, *NO_ANSWERS})
