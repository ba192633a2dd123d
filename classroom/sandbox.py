"""Where a student's process runs, and what it can reach there.

There are three levels; the first that works on this machine is taken:

bubblewrap
    Namespaces of its own: no network, no other process, a file system in which nothing can be
    seen but Python, its packages, the library and an empty scratch folder, which alone can be
    written to.
landlock
    The system forbids such namespaces. The file system is closed by Landlock but for the same
    folders, the network by an empty namespace or a filter of system calls, other processes by the
    filter or by another user; see `classroom.confine`.
none
    Only limits on processor time, memory, processes and files. Taken only where the instructor
    asks for it.

Everywhere the environment is empty and the limits of `Limits` hold.
"""

import functools
import glob
import importlib.util
import json
import os
import resource
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import Path

LEVELS = ("bubblewrap", "landlock", "none")
HOME = "/scratch"
NOBODY = 65534
PARTS = tuple(f"{name}.py" for name in (
    "__init__", "protocol", "heap", "generators", "student_heap", "student_cells", "student",
    "nursery", "confine"))


class NoSandbox(Exception):
    """This machine can run no student's code safely; the text says what is missing."""


@dataclass(frozen=True)
class Limits:
    """What a student's process may use.

    Attributes
    ----------
    cell : float
        Seconds of processor time for one cell: one of the student's, or the calls of one test.
    submission : float
        Seconds of processor time for all cells together.
    idle : float
        Seconds that a cell may wait without computing anything.
    wall : float
        Seconds after which a submission is ended whatever it does.
    memory : int
        Bytes of one process.
    processes : int
        How many more processes and threads there may be than when it began.
    file : int
        Bytes of a file, and of the scratch folder.
    output : int
        Characters of a cell's output that are kept.
    """

    cell: float = 60.0
    submission: float = 300.0
    idle: float = 20.0
    wall: float = 1800.0
    memory: int = 2 << 30
    processes: int = 32
    file: int = 32 << 20
    output: int = 50_000


def find_level(unsafe: bool = False, wanted: tuple[str, ...] = LEVELS[:2]) -> str:
    """Return the best level that works here.

    Parameters
    ----------
    unsafe : bool
        Whether level "none" will do.
    wanted : tuple of str
        The other levels to try, the best first.

    Raises
    ------
    NoSandbox
        No other works; the text names what is missing at each.
    ValueError
        One that is wanted does not exist.
    """
    missing = []
    unknown = [level for level in wanted if level not in LEVELS[:2]]
    if unknown:
        raise ValueError(f"there is no sandbox {unknown[0]!r}; there are {', '.join(LEVELS[:2])}")
    for level in wanted:
        problem = problem_with(level)
        if problem is None:
            return level
        missing.append(f"  {level}: {problem}")
    if unsafe:
        return "none"
    raise NoSandbox(
        "this machine can run no student's code safely:\n" + "\n".join(missing) + "\n"
        "Install bubblewrap (Debian, Ubuntu: apt install bubblewrap), or grade on another machine. "
        "If you accept that students' code can read and write all that you can, write "
        "c.JudgeNotebook.unsafe = True in nbgrader_config.py.")


@functools.cache
def problem_with(level: str) -> str | None:
    """Try a level with a process that does nothing; say what is in the way, or None."""
    if level == "bubblewrap" and shutil.which("bwrap") is None:
        return "bubblewrap (the command bwrap) is not installed"
    if level == "landlock" and sys.platform != "linux":
        return "Landlock is part of Linux"
    with tempfile.TemporaryDirectory() as scratch:
        done = subprocess.run(
            command(level, scratch, ["-c", "import numpy"], Limits()), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, errors="replace", env={}, check=False)
    if done.returncode == 0:
        return None
    return (done.stderr.strip().splitlines() or [f"it ends with {done.returncode}"])[-1]


def command(level: str, scratch: str, arguments: list[str], limits: Limits) -> list[str]:
    """Return the command that runs Python in the sandbox with these arguments.

    Parameters
    ----------
    level : str
    scratch : str
        An empty folder for it; at level "bubblewrap" it has one of its own in memory.
    arguments : list of str
        ``["-c", code]``, ``["serve", number]`` or ``["nurse", number]``, where a socket has that
        number.
    limits : Limits
    """
    if level not in LEVELS:  # it would run without any
        raise ValueError(f"level must be one of {', '.join(LEVELS)}; got {level!r}")
    start = ("import resource, sys; [resource.setrlimit(*limit) for limit in {limits!r}]; "
             "sys.path[:0] = {path!r}; {action}")
    allowed = hard_limits(limits)
    action = {"-c": "{}", "serve": "from classroom.student import main; main({})",
              "nurse": "from classroom.nursery import nurse; nurse({})"}[arguments[0]]
    action = action.format(arguments[1])
    python = [str(_executable()), "-I", "-S", "-B", "-X", "utf8", "-c"]
    if level == "bubblewrap":
        path = ["/grade", *packages()]
        if arguments[0] == "serve":
            action = f"from classroom.confine import harden; harden(); {action}"
        if os.geteuid() == 0:  # limits on processes do not hold for root
            action = f"import os; os.setgroups([]); os.setresgid(*[{NOBODY}] * 3); " \
                     f"os.setresuid(*[{NOBODY}] * 3); {action}"
        code = start.format(limits=allowed, path=path, action=action)
        return [*_bubblewrap(limits), *python, code]
    here = Path(__file__).resolve().parent.parent
    path = [str(here), str(_library().parent), *packages()]
    if level == "landlock":
        settings = json.dumps({"read": [str(p) for p in readable()], "write": [scratch]})
        action = f"from classroom.confine import confine; confine({settings!r}); {action}"
    return [*python, start.format(limits=allowed, path=path, action=action)]


def environment(home: str = HOME) -> dict[str, str]:
    """Return the environment of a student's process: nothing of the instructor's own."""
    threads = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")}
    return {"PATH": "/usr/bin:/bin", "HOME": home, "TMPDIR": home, "LANG": "C.UTF-8",
            "MPLBACKEND": "Agg", "MPLCONFIGDIR": f"{home}/.matplotlib",
            "IPYTHONDIR": f"{home}/.ipython",
            "NBGRADER_EXECUTION": "autograde", "JOBLIB_MULTIPROCESSING": "0", **threads}


def hard_limits(limits: Limits) -> list[tuple]:
    """Return what a student's process sets with `resource.setrlimit` before it does anything."""
    allowed = []
    for name, value in {
        "AS": limits.memory, "FSIZE": limits.file, "CORE": 0, "NOFILE": 256, "MSGQUEUE": 0,
        "CPU": int(limits.submission) + 10, "NPROC": _processes_of_user() + limits.processes,
    }.items():
        kind = getattr(resource, f"RLIMIT_{name}", None)
        if kind is not None:
            hard = resource.getrlimit(kind)[1]
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            allowed.append((kind, (value, value)))
    return allowed


def _processes_of_user():
    """How many processes and threads the user has, since the limit counts them all."""
    count = 0
    user = os.getuid() or NOBODY
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if folder.stat().st_uid == user:
                count += len(os.listdir(folder / "task"))
        except OSError:
            pass
    return count


def readable() -> list[Path]:
    """Return what a student's process may read: Python, packages, the library, `PARTS`."""
    base = Path(sysconfig.get_path("stdlib", vars={"base": sys.base_prefix,
                                                   "installed_base": sys.base_prefix}))
    found = [_executable(), base, *map(Path, packages()), _library()]
    found += [Path(__file__).resolve().parent / part for part in PARTS]
    found += [Path(p) for p in ("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/etc/ld.so.cache",
                                "/etc/fonts", "/usr/share/fonts", "/usr/share/zoneinfo")]
    shared = sysconfig.get_config_var("LIBDIR")
    found += map(Path, glob.glob(f"{shared}/libpython*"))
    return [path for path in dict.fromkeys(found) if os.access(path, os.R_OK)]


def packages() -> list[str]:
    """Return the folders that Python packages are installed in."""
    return [path for path in sys.path
            if Path(path).name in ("site-packages", "dist-packages") and Path(path).is_dir()]


def _executable():
    return Path(getattr(sys, "_base_executable", None) or sys.executable).resolve()


def _library():
    return Path(importlib.util.find_spec("course_lib").origin).resolve().parent


def _bubblewrap(limits):
    """The command up to the program: what can be seen and done inside."""
    root = os.geteuid() == 0 and _root_may_share_users()
    separate = [] if root else ["--unshare-user", "--uid", "1000", "--gid", "1000"]
    keep = ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"] if os.geteuid() == 0 else []
    here = Path(__file__).resolve().parent
    library = _library()
    shown = [path for path in readable() if not path.is_relative_to(here) and path != library]
    binds = []
    for folder in sorted({folder for path in (*shown, Path("/grade/classroom/part"))
                          for folder in path.parents if folder != Path("/")}):
        if not any(folder.is_relative_to(path) for path in shown):
            binds += ["--perms", "0755", "--dir", str(folder)]  # else only its maker may enter
    for path in shown:
        if path.is_symlink():  # /lib is a link to usr/lib
            binds += ["--symlink", os.readlink(path), str(path)]
        else:
            binds += ["--ro-bind", str(path), str(path)]
    for part in PARTS:
        binds += ["--ro-bind-try", str(here / part), f"/grade/classroom/{part}"]
    fonts = font_list()
    if fonts is not None:  # Matplotlib would look through all fonts again
        home = f"{HOME}/.matplotlib"
        after = ["--perms", "0777", "--dir", home, "--ro-bind", str(fonts), f"{home}/{fonts.name}"]
    else:
        after = []
    size = ["--size", str(limits.file)]
    variables = [word for pair in environment().items() for word in ("--setenv", *pair)]
    return ["bwrap", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts",
            "--unshare-cgroup-try", *separate, "--cap-drop", "ALL", *keep, "--hostname", "student",
            "--die-with-parent", "--new-session", "--clearenv", *variables, *binds,
            "--ro-bind", str(library), "/grade/course_lib", "--proc", "/proc", "--dev", "/dev",
            "--remount-ro", "/dev", "--perms", "1777", *size, "--tmpfs", HOME,
            *after, "--remount-ro", "/", "--chdir", HOME, "--"]


@functools.cache
def font_list() -> Path | None:
    """Return Matplotlib's list of the fonts that are installed here; None without Matplotlib."""
    try:
        import matplotlib.font_manager as fonts

        path = Path(matplotlib_cache(), f"fontlist-v{fonts.FontManager.__version__}.json")
    except ImportError:
        return None
    return path if path.is_file() else None


def matplotlib_cache() -> str:
    """The folder where Matplotlib keeps that list."""
    import matplotlib

    return matplotlib.get_cachedir()


@functools.cache
def _root_may_share_users():
    return subprocess.run(["bwrap", "--ro-bind", "/", "/", "--unshare-pid", "true"], check=False,
                          capture_output=True).returncode == 0
