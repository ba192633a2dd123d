"""A course in a folder of its own: attacks are handed in, nbgrader grades them as ever.

The folder holds the course once for each job, a home and a folder for temporary files; the
instructor's nbgrader is told that these are its own. So whatever has changed there afterwards, and
was not changed by nbgrader, an attack has changed.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import socket
import stat
import subprocess
import sys
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from corpus import ASSIGNMENT, FILE, WRITTEN, WRITTEN_FILE, Attack

ROOT = Path(__file__).resolve().parents[2]
FILES = {ASSIGNMENT: FILE, WRITTEN: WRITTEN_FILE}
CANARY = "attack-canary"  # in the name of whatever an attack leaves behind
# Limits that keep the whole corpus short; what is promised does not depend on them.
QUICK = ["--JudgeNotebook.timeout=3", "--JudgeNotebook.submission_timeout=20",
         "--JudgeNotebook.idle_timeout=2", "--JudgeNotebook.wall_timeout=240"]
LIMIT = 900  # seconds for one nbgrader: an attack on one without our configuration may stop it for good
LARGE = 10**8  # bytes; an attack may have made a file of a terabyte, which nobody wants to read
PLAIN = """
c = get_config()
c.CourseDirectory.course_id = "plain"
c.CourseDirectory.submitted_directory = "grading/submitted"
c.CourseDirectory.autograded_directory = "grading/autograded"
c.CourseDirectory.feedback_directory = "grading/feedback"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.CourseDirectory.db_url = "sqlite:///grading/gradebook.db"
c.Execute.timeout = 10
c.Execute.interrupt_on_timeout = True
"""
KERNEL = """
from nbconvert.exporters import NotebookExporter
c.Autograde.autograde_preprocessors = Autograde.autograde_preprocessors.default()
c.Autograde.exporter_class = NotebookExporter
c.Execute.timeout = 10
"""
# What nbgrader itself writes: below a course, and below the home.
OWN = re.compile(r"course-\d+/(grading(/(autograded|feedback|gradebook\.db[^/]*)(/.*)?)?"
                 r"|grades\.csv|exercises|solutions|\.?)|home(/\.(jupyter|local|cache|ipython|config)(/.*)?)?"
                 r"|tmp|log-\d+\.txt")


class Trial:
    """Attacks handed in to copies of a course, graded, and what there was before and after.

    Parameters
    ----------
    folder : Path
        An empty folder.
    attacks : list of Attack
    jobs : int
        How many nbgraders grade at the same time.
    options : list of str
        More options for ``nbgrader autograde``.
    config : str
        "ours", "kernel" (ours, but notebooks run as nbgrader runs them) or "plain" (its own). There
        each attack is graded in a course of its own: one that ends nbgrader, or clears the gradebook,
        would hide what the others get.
    """

    def __init__(self, folder, attacks, jobs=2, options=(), config="ours"):
        self.folder, self.jobs, self.config = folder, jobs, config
        self.options = [*(QUICK if config == "ours" else ()), *options]
        courses = jobs if config == "ours" else len(attacks)
        self.shares = [attacks[i::courses] for i in range(courses)]
        self.logs, self.seconds, self.failed = [], 0.0, []
        self.home, self.temporary = folder / "home", folder / "tmp"
        self.where = {attack.student: self.course(i)
                      for i, share in enumerate(self.shares) for attack in share}
        self.listener = Listener(self.home / "service.sock")
        self.instructor = None

    def course(self, number) -> Path:
        """The folder of a copy of the course."""
        return self.folder / f"course-{number}"

    def prepare(self) -> None:
        """Make the courses, hand in all submissions, and write down how everything is."""
        for path in (self.home / ".ssh", self.temporary):
            path.mkdir(parents=True)
        (self.home / ".ssh" / "id_ed25519").write_text("a key")
        (self.home / "notes.txt").write_text("the instructor's notes")
        self._open_notes()
        self.listener.start()
        self.instructor = subprocess.Popen(["sleep", "3600"], stdout=subprocess.DEVNULL)
        self._make_course(self.course(0))
        for number in range(1, len(self.shares)):
            shutil.copytree(self.course(0), self.course(number))
        released = {name: json.loads((self.course(0) / "exercises" / name / file).read_text())
                    for name, file in FILES.items()}
        for number, share in enumerate(self.shares):
            places = {"COURSE": str(self.course(number)), "HOME": str(self.home),
                      "PORT": str(self.listener.port), "PID": str(self.instructor.pid)}
            for attack in share:
                folder = self.course(number) / "grading/submitted" / attack.student
                folder = folder / attack.assignment
                folder.mkdir(parents=True)
                data = attack.content(released[attack.assignment], places)
                (folder / FILES[attack.assignment]).write_bytes(data)
        self.before = self.host()

    def _open_notes(self):
        """Give the notes to the user as whom students' code runs where the instructor is root."""
        if os.geteuid() == 0:
            os.chown(self.home / "notes.txt", 65534, 65534)

    def _make_course(self, course):
        for name, file in FILES.items():
            notebook = json.loads((ROOT / "solutions" / name / file).read_text())
            notebook["cells"] = [c for c in notebook["cells"] if c.get("id") != "picture"]
            (course / "solutions" / name).mkdir(parents=True)
            (course / "solutions" / name / file).write_text(json.dumps(notebook))
        shutil.copy(ROOT / "nbgrader_config.py", course)
        for name in FILES:
            self.nbgrader(course, "generate_assignment", name)
        if self.config == "plain":
            shutil.rmtree(course / "grading")
            (course / "grading").mkdir()
            (course / "nbgrader_config.py").write_text(PLAIN)
            for name in FILES:
                self.nbgrader(course, "generate_assignment", name, "--force")
        elif self.config == "kernel":
            with open(course / "nbgrader_config.py", "a") as file:
                file.write(KERNEL)

    def nbgrader(self, course, *words) -> int:
        """Run a command of nbgrader's; what it says stands in a log."""
        import matplotlib

        # nbgrader calls alembic by name, which plain nbgrader finds in no other way.
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        environment = {**os.environ, "PATH": path, "HOME": str(self.home), "TMPDIR": str(self.temporary),
                       "JUPYTER_CONFIG_DIR": str(self.home / ".jupyter"), "ATTACK_TOKEN": "secret",
                       "MPLCONFIGDIR": matplotlib.get_cachedir(), "OPENBLAS_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "nbgrader", *words]
        log = self.folder / f"log-{course.name.removeprefix('course-')}.txt"
        with log.open("ab") as file:
            try:
                return subprocess.run(command, cwd=course, env=environment, stdin=subprocess.DEVNULL,
                                      stdout=file, stderr=file, check=False, timeout=LIMIT).returncode
            except subprocess.TimeoutExpired:
                file.write(b"ended by the trial: it took too long\n")
                return -1

    def grade(self) -> None:
        """Grade all courses at the same time, then make feedback and export the points."""
        start = time.monotonic()
        with ThreadPoolExecutor(self.jobs) as workers:
            list(workers.map(self._grade, range(len(self.shares))))
        self.seconds = time.monotonic() - start

    def _grade(self, number):
        course = self.course(number)
        for name in FILES:
            if any(attack.assignment == name for attack in self.shares[number]):
                for words in (("autograde", name, *self.options), ("generate_feedback", name)):
                    if self.nbgrader(course, *words) != 0:
                        self.failed.append(f"{course.name}: nbgrader {' '.join(words[:2])}")
        if self.nbgrader(course, "export", "--to", "grades.csv") != 0:
            self.failed.append(f"{course.name}: nbgrader export")

    def host(self) -> dict[str, tuple]:
        """All that an attack must not change: path -> what there is."""
        found = {}
        for path in [self.folder, *self.folder.rglob("*")]:
            name = path.relative_to(self.folder).as_posix()
            told = path.lstat()
            regular = stat.S_ISREG(told.st_mode)
            if OWN.fullmatch(name) and (regular or name not in self.known()):
                continue
            what = (stat.S_IMODE(told.st_mode), told.st_uid, told.st_gid)
            if regular:
                what += (told.st_mtime_ns, told.st_size)
                if told.st_size < LARGE:
                    what += (hashlib.sha1(path.read_bytes()).hexdigest(),)
                with contextlib.suppress(OSError):
                    what += tuple(os.listxattr(path))
            found[name] = what
        for folder in {"/", "/tmp", "/var/tmp", "/dev/shm", str(Path.home()), str(ROOT)}:
            with contextlib.suppress(OSError):
                found.update((f"{folder}/{name}", ()) for name in os.listdir(folder)
                             if CANARY in name)
        for kind in ("shm", "sem", "msg"):
            with contextlib.suppress(OSError):
                for line in Path(f"/proc/sysvipc/{kind}").read_text().splitlines()[1:]:
                    if int(line.split()[0]) == 0x5EC2E7:
                        found[f"{kind} in the kernel"] = ()
        with contextlib.suppress(OSError):
            if CANARY in (keys := Path("/proc/keys").read_text()):
                found["a key in the kernel"] = (keys.count(CANARY),)
        return found

    def known(self):
        """Folders of nbgrader's whose rights must stay what they were."""
        return {f"course-{i}/{name}" for i in range(len(self.shares))
                for name in ("grading", "exercises", "solutions")}

    def changes(self) -> list[str]:
        """What is not on the host as it was; call it when all is graded."""
        after = self.host()
        found = [f"{name}: was {self.before.get(name)}, is {after.get(name)}"
                 for name in sorted(after.keys() | self.before.keys())
                 if after.get(name) != self.before.get(name)]
        if self.instructor.poll() is not None:
            found.append(f"a process of the instructor's has ended: {self.instructor.returncode}")
        return found

    def close(self) -> None:
        """End what was started here."""
        if self.instructor is not None:
            self.instructor.kill()
            self.instructor.wait()
        self.listener.close()

    def graded(self, attack: Attack) -> Path:
        """The folder with the graded notebook."""
        return (self.where[attack.student] / "grading/autograded" / attack.student
                / attack.assignment)

    def feedback(self, attack: Attack) -> Path:
        """The page with the feedback."""
        return (self.where[attack.student] / "grading/feedback" / attack.student
                / attack.assignment / FILES[attack.assignment]).with_suffix(".html")

    def marks(self, attack: Attack) -> tuple[dict[str, float], bool] | None:
        """The points in the gradebook, and whether a person must look; None for no row."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from nbgrader.api import Gradebook, MissingEntry

            database = self.where[attack.student] / "grading/gradebook.db"
            if not database.is_file():  # an attack has taken it away
                return None
            with Gradebook(f"sqlite:///{database}") as book:
                try:
                    submission = book.find_submission(attack.assignment, attack.student)
                except MissingEntry:
                    return None
                grades = [grade for notebook in submission.notebooks for grade in notebook.grades
                          if grade.max_score > 0 and grade.cell.cell_type == "code"]
                return ({grade.name.removesuffix("-hidden"): grade.score for grade in grades},
                        any(grade.needs_manual_grade for grade in grades))


class Listener:
    """Ears on this machine: whoever comes to them has left the sandbox."""

    def __init__(self, path):
        self.path, self.heard, self.open = path, [], True
        self.sockets = []

    def start(self) -> None:
        """Open a port for TCP and UDP, a socket in the home, and one that has no file."""
        tcp = socket.create_server(("127.0.0.1", 0))
        self.port = tcp.getsockname()[1]
        self.sockets = [tcp]
        for family, kind, address in (
                (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", self.port)),
                (socket.AF_UNIX, socket.SOCK_STREAM, str(self.path)),
                (socket.AF_UNIX, socket.SOCK_STREAM, f"\0{CANARY}-{self.port}")):
            ear = socket.socket(family, kind)
            ear.bind(address)
            if kind == socket.SOCK_STREAM:
                ear.listen()
            self.sockets.append(ear)
        os.chmod(self.path, 0o666)
        for ear in self.sockets:
            ear.settimeout(0.2)
            threading.Thread(target=self._listen, args=(ear,), daemon=True).start()

    def _listen(self, ear):
        while self.open:
            with contextlib.suppress(TimeoutError, OSError):
                if ear.type == socket.SOCK_DGRAM:
                    self.heard.append(ear.recv(100))
                else:
                    guest, _ = ear.accept()
                    with guest:
                        guest.settimeout(0.5)
                        self.heard.append(b"a connection")
                        with contextlib.suppress(OSError):
                            self.heard.append(guest.recv(200))

    def close(self) -> None:
        """Close all."""
        self.open = False
        for ear in self.sockets:
            ear.close()
