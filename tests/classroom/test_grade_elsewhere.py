"""`course grade` with a gradebook in PostgreSQL, and with the workers of another scheduler."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest
from small_course import NAME, SmallCourse, fill_class

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture
def postgres():
    """The address of a database server that is started for one test, not as root."""
    pytest.importorskip("psycopg", reason="psycopg, the driver for PostgreSQL, is not installed")
    if not PROGRAMS:
        pytest.skip("PostgreSQL is not here: there is no /usr/lib/postgresql/*/bin/pg_ctl")
    nobody = []
    if os.getuid() == 0:  # it refuses to run as root
        if not shutil.which("setpriv"):
            pytest.skip("this is root, and there is no setpriv to start PostgreSQL as another user")
        user = pwd.getpwnam("nobody")
        nobody = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path must be short
    if nobody:
        os.chown(folder, user.pw_uid, user.pw_gid)
    port, programs = free_port(), PROGRAMS[-1].parent

    def call(program, *words):
        return subprocess.run([*nobody, programs / program, *map(str, words)], cwd=folder,
                              env={"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]},
                              capture_output=True, text=True, check=True, timeout=120)

    try:
        call("initdb", "-D", folder / "data", "-U", "teacher", "--auth=trust", "-N")
        call("pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o",
             f"-p {port} -h 127.0.0.1 -k {folder}", "start")
        try:
            call("createdb", "-h", "127.0.0.1", "-p", port, "-U", "teacher", "grades")
            yield f"postgresql+psycopg://teacher@127.0.0.1:{port}/grades"
        finally:
            call("pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_a_round_on_postgresql(postgres, tmp_path):
    """Generate, grade, mark, grade again, feedback, export: the same grades as on SQLite."""
    course = SmallCourse(tmp_path / "course")
    fill_class(course, 4)
    course.course("grade", "91", "--quiet")
    on_sqlite = course.grades()
    shutil.rmtree(course.folder / "grading" / "autograded")
    (course.folder / "grading" / "gradebook.db").unlink()
    config = course.folder / "nbgrader_config.py"
    config.write_text(f"{config.read_text()}\nc.CourseDirectory.db_url = {postgres!r}\n")

    course.course("grade", "91", "--quiet")
    assert not (course.folder / "grading" / "gradebook.db").exists()
    assert course.grades(postgres) == on_sqlite
    with course.gradebook(postgres) as book:
        grade = book.find_grade("why", "tiny", NAME, "s00")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        book.db.commit()
    before = {path: path.stat().st_mtime_ns for path in course.folder.rglob("tiny.graded.json")}
    said = course.course("grade", "91", "--quiet")
    assert "4 students: 1 graded, 2 waits for marks, 1 not gradable" in said
    assert before == {path: path.stat().st_mtime_ns
                      for path in course.folder.rglob("tiny.graded.json")}
    course.course("grade", "91", "--quiet", "--again")
    assert course.grades(postgres)["s00"]["why"] == (None, 1.5, None, False)
    course.nbgrader("generate_feedback", NAME)
    assert (course.folder / "grading" / "feedback" / "s00" / NAME / "tiny.html").is_file()
    course.nbgrader("export", "--to", str(tmp_path / "grades.csv"))
    assert "s00" in (tmp_path / "grades.csv").read_text()


@pytest.fixture
def cluster(tmp_path):
    """The address of a Dask scheduler with two workers, all in folders and processes of their own."""
    processes = []

    def start(*words):
        with open(tmp_path / "dask.log", "a") as log:
            processes.append(subprocess.Popen(
                [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]], cwd=tmp_path,
                stdout=log, stderr=log))

    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    try:
        start("dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
        for _ in range(2):
            start("dask_worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny")
        yield address
    finally:
        below = [child for process in processes
                 for child in psutil.Process(process.pid).children(recursive=True)]
        for process in reversed(processes):  # the scheduler last: workers would look for it
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        assert not psutil.wait_procs(below, timeout=60)[1], "processes outlive the workers"


def test_a_scheduler_of_its_own_address(cluster, tmp_path):
    course = SmallCourse(tmp_path / "course")
    fill_class(course, 6)
    end = time.monotonic() + 60
    while (tmp_path / "dask.log").read_text().count("Registered to") < 2:
        assert time.monotonic() < end, (tmp_path / "dask.log").read_text()
        time.sleep(0.2)
    course.course("grade", "91", "--quiet", "--scheduler", cluster)
    assert {student: course.points(student) for student in ("s00", "s01", "s02", "s03")} == {
        "s00": [2.0, 3.0, 4.0], "s01": [0.0, 3.0, 4.0], "s02": [2.0, 3.0, 0.0], "s03": [0.0] * 3}
    assert len(course.grades()) == 6


def test_no_scheduler_is_named(tmp_path):
    course = SmallCourse(tmp_path / "course")
    fill_class(course, 1)
    address = f"tcp://127.0.0.1:{free_port()}"
    said = course.course("grade", "91", "--quiet", "--scheduler", address, code=1)
    assert f"no Dask scheduler answers at '{address}'" in said
    assert course.grades() == {}
