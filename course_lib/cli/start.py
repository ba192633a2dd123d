"""``course start``: a fresh copy of an assignment, beside whatever is there already."""

from itertools import count
from pathlib import Path

from course_lib.command import command
from course_lib.data.atomic import atomic_write
from course_lib.desk.assignments import find_assignment, released_notebooks


def run(options):
    name = find_assignment(options.name)
    released = released_notebooks()[name]
    folder = options.into or Path(name)
    folder.mkdir(parents=True, exist_ok=True)
    own = folder / released.name
    path = _free_name(own)
    with atomic_write(path) as file:
        file.write(released.read_bytes())
    if path == own:
        print(f"{name}: your notebook is {own}\n"
              f"Open it in JupyterLab or VS Code; '{command('check', own)}' tells how far you are.")
    else:
        print(f"{name}: {own} was there already and stays as it is.\n"
              f"The fresh copy is {path}\n"
              f"What you hand in must be named {own.name}.")


def _free_name(own):
    """The path itself, or the first of -fresh, -fresh-2, -fresh-3 ... that nothing has."""
    names = (f"{own.stem}-fresh{f'-{i}' if i > 1 else ''}.ipynb" for i in count(1))
    path = own
    while path.exists() or path.is_symlink():
        path = own.with_name(next(names))
    return path
