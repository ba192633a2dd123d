"""Read the bulk downloads of Canvas and Moodle: whose file is what, and which is the newest.

Both put all files into one archive and tell in the names whose they are:

- Canvas: ``doejane_LATE_1234_567890_optimizers-1.ipynb``; the name without spaces, a mark if it was
  late, Canvas's numbers of the student and of the file, the name that the student gave the file,
  and how often one of that name was handed in before.
- Moodle: ``Jane Doe_1234_assignsubmission_file_/optimizers.ipynb`` or, where the download is not in
  folders, ``Jane Doe_1234_assignsubmission_file_optimizers.ipynb``.

Nothing is written here, and no name of an archive becomes a path.
"""

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

LARGEST = 25_000_000  # bytes of a file
CANVAS = re.compile(r"(?P<who>[^/]+?)_(?P<late>LATE_)?(?P<id>\d+)_(?P<file_id>\d+)_(?P<name>[^/]+)")
MOODLE = re.compile(r"(?P<who>[^/]+?)_(?P<id>\d+)_assignsubmission_(?P<kind>file|onlinetext)_?"
                    r"(?:/|(?<=_))(?P<name>.+)")
AGAIN = re.compile(r"-(\d+)(?=\.[^.]*$|$)")  # what Canvas adds to the name of a later file


@dataclass(frozen=True)
class Found:
    """One file of a download.

    Attributes
    ----------
    platform : str
        "canvas" or "moodle".
    student : str
        Its number and name there, in letters that a folder may have.
    id, who : str
        Number and name on the platform.
    name : str
        What the student called the file.
    attempt : tuple
        Of two files of one student the newer one has the larger.
    late : bool
    path : str
        Its name in the archive.
    size : int
    """

    platform: str
    student: str
    id: str
    who: str
    name: str
    attempt: tuple
    late: bool
    path: str
    size: int


def read_download(path: Path) -> tuple[list[Found], list[str]]:
    """List the files of a download.

    Returns
    -------
    found : list of Found
    strange : list of str
        Files whose names are neither Canvas's nor Moodle's.

    Raises
    ------
    ValueError
        It is no archive, or none of its names is known.
    """
    with open(path, "rb"):
        pass  # there is such a file
    if not zipfile.is_zipfile(path):
        raise ValueError(f"{path} is no zip file; give the download as it came from Canvas "
                         "(Assignments > Download Submissions) or Moodle (View all submissions > "
                         "Download all submissions)")
    found, strange = [], []
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if entry.is_dir() or _is_clutter(entry.filename):
                continue
            one = recognize(entry.filename, entry.date_time, entry.file_size)
            (found if one else strange).append(one or entry.filename)
    if not found:
        some = ", ".join(map(repr, strange[:3])) or "nothing"
        raise ValueError(f"{path} is no download of Canvas or Moodle that is known; in it is {some}. "
                         "Expected names such as 'doejane_1234_567890_optimizers.ipynb' (Canvas) or "
                         "'Jane Doe_1234_assignsubmission_file_/optimizers.ipynb' (Moodle)")
    return found, strange


def recognize(path: str, time: tuple = (), size: int = 0) -> Found | None:
    """Say whose file it is by its name in the archive; None where that is not known.

    Examples
    --------
    >>> one = recognize("doejane_LATE_1234_567890_optimizers-1.ipynb")
    >>> one.platform, one.student, one.id, one.name, one.late
    ('canvas', 'doejane-1234', '1234', 'optimizers.ipynb', True)
    >>> one = recognize("Jane Doe_77_assignsubmission_file_/optimizers.ipynb")
    >>> one.platform, one.student, one.id, one.name, one.late
    ('moodle', 'jane-doe-77', '77', 'optimizers.ipynb', False)
    >>> recognize("optimizers.ipynb")
    """
    parts = PurePosixPath(path.replace("\\", "/")).parts
    for i in range(len(parts)):  # the platform's names may be in a folder of their own
        rest = "/".join(parts[i:])
        if match := MOODLE.fullmatch(rest):
            return Found("moodle", _folder(match["who"], match["id"]), match["id"], match["who"],
                         PurePosixPath(match["name"]).name, tuple(time), False, path, size)
        if match := CANVAS.fullmatch(rest):
            again = AGAIN.search(match["name"])
            attempt = (int(match["file_id"]), int(again[1]) if again else 0)
            return Found("canvas", _folder(match["who"], match["id"]), match["id"], match["who"],
                         AGAIN.sub("", match["name"]), attempt, bool(match["late"]), path, size)
    return None


def _folder(who, number):
    """A name for a folder: letters, digits and hyphens; the number makes it the student's own."""
    plain = re.sub(r"[^\w]+|_+", "-", who, flags=re.UNICODE).strip("-").lower()
    return f"{plain[:60] or 'student'}-{number}"


def _is_clutter(path):
    """What systems put into archives: no student handed it in."""
    parts = PurePosixPath(path).parts
    return "__MACOSX" in parts or parts[-1].startswith("._") or parts[-1] in (
        ".DS_Store", "Thumbs.db", "desktop.ini")


def by_student(found: list[Found]) -> dict[str, list[Found]]:
    """Group the files by student; of several the newest comes first, notebooks before others."""
    groups = {}
    for one in found:
        groups.setdefault(one.student, []).append(one)
    return {student: sorted(files, key=lambda one: (".ipynb" in one.name.lower(), one.attempt),
                            reverse=True) for student, files in sorted(groups.items())}


def content(archive: zipfile.ZipFile, one: Found) -> bytes:
    """Read a file of the archive.

    Raises
    ------
    ValueError
        It is too large, or damaged.
    """
    try:
        with archive.open(one.path) as file:
            data = file.read(LARGEST + 1)
    except Exception as error:  # noqa: BLE001  what is damaged may break its reader in any way
        raise ValueError(f"{one.path!r} cannot be read from the archive ({error})") from None
    if len(data) > LARGEST:
        raise ValueError(f"{one.path!r} has more than {LARGEST // 10**6} million bytes")
    return data
