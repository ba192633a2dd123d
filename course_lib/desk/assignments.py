"""Where the assignments lie: what was released, and where a student works on it."""

import re
from difflib import get_close_matches
from pathlib import Path

import course_lib
from course_lib.command import command
from course_lib.desk.notebook import is_solution, read_notebook
from course_lib.desk.rebuild import functions_of

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
    """Find the assignment that is meant by "ps05", "PS 5", "5", "optimizers" or its whole name.

    Raises
    ------
    ValueError
        There is none of that name; the message lists all.
    """
    names = list(released_notebooks())
    wanted = Path(word.strip()).name.lower().removesuffix(".ipynb")
    wanted = re.sub(r"[\s_]+", "-", wanted)
    # A number may have any number of zeros; what follows it must be how the name goes on.
    numbered = re.fullmatch(r"(?:ps-?)?(\d+)(-.*)?", wanted)
    if numbered:
        wanted = f"ps{int(numbered[1]):02d}{numbered[2] or ''}".rstrip("-")
    for name in names:
        start = numbered and name.startswith(wanted) and wanted >= name.split("-")[0]
        if start or wanted in (name, name.split("-", 1)[-1]):
            return name
    titles = {part: name for name in names for part in (name, name.split("-", 1)[-1])}
    close = get_close_matches(wanted, titles, n=1)
    hint = f"; did you mean {titles[close[0]]}?" if close else ""
    raise ValueError(f"there is no assignment {word!r}; there are {', '.join(names)}{hint}")


def release_of(path: Path) -> Path | None:
    """Return the released notebook that a student's notebook was made from, or None.

    What counts is its name; after that what its cells define, whatever the file is called, as
    "bayes (1).ipynb" by a browser; and at last a name that contains that of an assignment.
    """
    releases = released_notebooks()
    for released in releases.values():
        if FRESH.sub("", path.name.removesuffix(".ipynb")) == released.stem:
            return released
    try:
        written = functions_of(read_notebook(path)["cells"])
    except (ValueError, OSError):
        written = set()
    shares = {released: len(names & written) / len(names) for released in releases.values()
              if (names := functions_of(filter(is_solution, read_notebook(released)["cells"])))}
    best = max(shares, key=shares.get, default=None)
    if best and shares[best] >= 0.5:
        return best
    plain = re.sub(r"[\W_]+", "_", path.name.lower())
    named = [released for name, released in releases.items() if re.search(
        rf"(?<![a-z]){released.stem}(?![a-z])|^{name.split('-')[0]}(?!\d)", plain)]
    return named[0] if len(named) == 1 else None


def misnamed(path: Path, released: Path) -> str:
    """Say that nbgrader passes over a submitted file of this name."""
    of = release_of(path)
    kind = "it holds answers of this assignment" if of == released else (
        f"it is of {of.parent.name}" if of else "it is of no assignment that is known")
    return (f"{path.name} will not be graded: nbgrader looks for {released.name} ({kind}). "
            "If it is what should be graded, give it that name.")


def find_notebook(word: str) -> Path:
    """Find a student's notebook by its path, its folder, or the name of the assignment.

    For a name the current folder comes first, then its folder `psNN-...` (where `course start`
    puts a copy), then the same folder beside `exercises/`, and at last `exercises/` itself. A
    notebook of that assignment under another name is taken where none has the right one.

    Raises
    ------
    ValueError
        No notebook is meant, or several are.
    """
    path = Path(word)
    if path.is_file():
        return path
    if path.is_dir() and notebooks_in(path):
        return _notebook_in(path)
    if path.suffix == ".ipynb":
        beside = notebooks_in(path.parent) if path.parent.is_dir() else []
        raise ValueError(f"there is no file {path}" + (
            f"; in that folder are {', '.join(other.name for other in beside)}" if beside else ""))
    name = find_assignment(word)
    root, released = course_folder(), released_notebooks()[name]
    here = Path(".")
    folders = [here, here / name, root / name]
    for folder in folders:
        if (folder / released.name).is_file():
            return folder / released.name
    for folder in folders:
        other = [path for path in notebooks_in(folder) if release_of(path) == released]
        if other:
            return _the_one(other, folder)
    return released


def notebooks_in(folder: Path) -> list[Path]:
    """The notebooks of a folder, also those to whose name a browser or a system added something."""
    return sorted(path for path in folder.glob("*")
                  if re.search(r".\.ipynb(\.txt|\.json)?$", path.name) and path.is_file())


def _notebook_in(folder: Path) -> Path:
    """Return the one notebook of a folder that is not a fresh copy of another."""
    paths = notebooks_in(folder)
    if len(paths) > 1:
        paths = [path for path in paths if release_of(path)] or paths
    right = [path for path in paths
             if (released := release_of(path)) and path.name == released.name]
    return right[0] if len(right) == 1 else _the_one(paths, folder)


def _the_one(paths: list[Path], folder: Path) -> Path:
    own = [path for path in paths if not FRESH.search(path.stem)] or paths
    if len(own) > 1:
        calls = (f"'{command('check', path)}'" for path in own)
        raise ValueError(f"{folder.resolve()} holds several notebooks; name one of them: "
                         + ", ".join(calls))
    return own[0]
