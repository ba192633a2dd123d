"""Where the assignments lie: what was released, and where a student works on it."""

import re
from difflib import get_close_matches
from pathlib import Path

import course_lib

FRESH = re.compile(r"-fresh(-\d+)?$")  # how `course start` names a copy beside an older one


def course_folder() -> Path:
    """Return the folder that holds `exercises/`: the nearest above here, else beside the library.

    Raises
    ------
    ValueError
        There is none, as where the library was installed without the exercises.
    """
    here, library = Path.cwd(), Path(course_lib.__file__).parents[1]
    for folder in (here, *here.parents, library):
        if any(folder.glob("exercises/ps*/*.ipynb")):
            return folder
    raise ValueError(
        f"the assignments are not here: neither {here}, nor a folder above it, nor {library} has "
        "a folder exercises/ with notebooks in it; go into the folder of the course first")


def released_notebooks() -> dict[str, Path]:
    """Map every assignment, such as "ps05-optimizers", to its released notebook."""
    found = {}
    for path in sorted(course_folder().glob("exercises/ps*/*.ipynb")):
        if path.stem == path.parent.name.split("-", 1)[-1].replace("-", "_"):
            found[path.parent.name] = path
    return found


def find_assignment(word: str) -> str:
    """Find the assignment that is meant by "ps05", "5", "optimizers" or its whole name.

    Raises
    ------
    ValueError
        There is none of that name; the message lists all.
    """
    names = list(released_notebooks())
    wanted = word.strip("/").lower().replace("_", "-")
    if wanted.isdigit():
        wanted = f"ps{int(wanted):02d}"
    for name in names:
        if wanted in (name, *name.split("-", 1)):
            return name
    titles = {part: name for name in names for part in (name, name.split("-", 1)[-1])}
    close = get_close_matches(wanted, titles, n=1)
    hint = f"; did you mean {titles[close[0]]}?" if close else ""
    raise ValueError(f"there is no assignment {word!r}; there are {', '.join(names)}{hint}")


def release_of(path: Path) -> Path | None:
    """Return the released notebook that a student's notebook was made from, by its file name."""
    stem = FRESH.sub("", path.stem)
    return next((released for released in released_notebooks().values() if released.stem == stem),
                None)


def find_notebook(word: str) -> Path:
    """Find a student's notebook by its path, its folder, or the name of the assignment.

    For a name the current folder comes first, then its folder `psNN-...` (where `course start`
    puts a copy), then the same folder beside `exercises/`, and at last `exercises/` itself.

    Raises
    ------
    ValueError
        No notebook is meant, or several are.
    """
    path = Path(word)
    if path.is_file():
        return path
    if path.is_dir() and any(path.glob("*.ipynb")):
        return _notebook_in(path)
    if path.suffix == ".ipynb":
        raise ValueError(f"there is no file {path}")
    name = find_assignment(word)
    root, released = course_folder(), released_notebooks()[name]
    here = Path(".")
    for folder in (here, here / name, root / name):
        if (folder / released.name).is_file():
            return folder / released.name
    return released


def _notebook_in(folder: Path) -> Path:
    """Return the one notebook of a folder that is not a fresh copy of another."""
    paths = sorted(folder.glob("*.ipynb"))
    own = [path for path in paths if not FRESH.search(path.stem)] or paths
    if len(own) > 1:
        own = [path for path in own if release_of(path)] or own
    if len(own) > 1:
        raise ValueError(f"{folder} holds several notebooks; name one of them: "
                         + ", ".join(path.name for path in own))
    return own[0]
