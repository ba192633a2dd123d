"""``course release``: one archive with all that students receive, and nothing else."""

import io
import re
import zipfile
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from classroom.browser import WAY_IN, browser_files
from classroom.leaks import all_secrets, find_leaks
from course_lib.data.atomic import atomic_write
from course_lib.desk.assignments import course_folder

FOLDER = "bayes-to-lenet5"  # in the archive
EXTRA = re.compile(r"""\bextra\s*==\s*["']([\w.-]+)""")  # a condition of a requirement
TOOLS = ["jupyterlab", "ipykernel", "matplotlib-inline"]  # to work on notebooks


def run(options):
    if options.output.exists():
        raise ValueError(f"{options.output} is there already; move it away, or name another "
                         "--output")
    root = course_folder()
    secrets = all_secrets(root)
    files = student_files(root)
    leaks = find_leaks(secrets, files)
    if leaks:
        raise ValueError("nothing was written, for students would see what they must not:\n  "
                         + "\n  ".join(leaks))
    if options.browser:
        notebooks = {path.split("/")[1]: content.decode() for path, content in files.items()
                     if path.startswith("exercises/")}
        files |= browser_files(root, secrets, notebooks)
        files["README.md"] = files["README.md"].replace(b"## Set up\n", f"{WAY_IN}## Set up\n".encode())
    content = archive(files)
    with atomic_write(options.output) as file:
        file.write(content)
    print(f"{options.output}: {len(files)} files, {len(content) / 1e6:.1f} MB; no solution, hidden "
          "test, rubric or answer of the banks is in it")


def student_files(root):
    """What students receive: path in the archive -> content."""
    paths = [root / "LICENSE", root / "LICENSE-text", root / "pyproject.toml",
             *root.glob("exercises/ps*/*.ipynb"), *root.glob("course_lib/**/*.py"),
             *root.glob("course_lib/**/*.npy")]
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in paths
             if ".ipynb_checkpoints" not in path.parts}
    lock = (root / "requirements.lock").read_text(encoding="utf-8")
    files["requirements.txt"] = student_lock(lock, (root / "pyproject.toml").read_text()).encode()
    files["README.md"] = (Path(__file__).with_name("students.md")).read_bytes()
    return dict(sorted(files.items()))


def archive(files, folder=FOLDER):
    """A zip file; the same files give the same bytes, on every machine.

    Nothing is compressed, since versions of zlib differ, and all times are those of 1980.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as file:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{folder}/{name}", date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            file.writestr(entry, files[name])
    return buffer.getvalue()


def student_lock(lock, project):
    """The lines of the lock that the library and a notebook need, and the library itself.

    A package belongs to them if one of them requires it on any system; what each requires is read
    from the installed ones, which are those of the lock.
    """
    import tomllib

    lines = {}
    for line in lock.splitlines():
        if match := re.match(r"([\w.-]+)==", line):
            lines.setdefault(_canonical(match[1]), []).append(line)
    needed, todo = {}, [*tomllib.loads(project)["project"]["dependencies"], *TOOLS]
    while todo:
        requirement = todo.pop()
        name, extras = re.match(r"([\w.-]+)\s*(?:\[(.*?)\])?", requirement).groups()
        name, extras = _canonical(name), {_canonical(e) for e in re.split(r"[,\s]+", extras or "")}
        # Again where it is required with an extra that was not asked for before.
        if name in lines and not extras <= needed.get(name, set()):
            needed.setdefault(name, set()).update(extras)
            try:
                todo += [r for r in requires(name) or []
                         if {_canonical(e) for e in EXTRA.findall(r)} <= needed[name]]
            except PackageNotFoundError:  # one for another system
                pass
    pinned = [line for name in sorted(needed) for line in lines[name]]
    return "\n".join(["# What the course was tested with, and its library.", *pinned, "-e .", ""])


def _canonical(name):
    """A package name in the one spelling that all its spellings share."""
    return re.sub(r"[-_.]+", "-", name).lower()
