"""``course grade``: grade a whole class, side by side, and go on where it was stopped."""

import json
import logging
import secrets
import sys
from collections import deque
from dataclasses import dataclass

from distributed import CancelledError, as_completed
from sqlalchemy.exc import OperationalError
from tqdm.auto import tqdm

from classroom.course import Course, instructors_folder
from classroom.execute import JudgeNotebook
from classroom.fingerprints import Assignment
from classroom.judge import Settings
from classroom.sandbox import NoSandbox
from classroom.summary import write_summary
from classroom.workers import judged
from classroom.writer import Writer
from course_lib.data.atomic import atomic_write
from course_lib.desk.assignments import find_assignment, released_notebooks
from course_lib.runs.claim import claim
from course_lib.runs.sweep import PATIENCE, dask_client


@dataclass
class Job:
    """What is to be done for one assignment."""

    assignment: Assignment
    settings: Settings
    levels: tuple[str, ...]
    writer: Writer
    students: list[str]
    todo: list[str]


def run(options):
    if bool(options.names) == options.all:
        raise ValueError("name the assignments to grade, or say --all")
    if options.workers is not None and (options.workers < 1 or options.scheduler is not None):
        raise ValueError("--workers is a number from 1 on, for this machine; a cluster has the "
                         "workers it has")
    course = Course(instructors_folder())
    names = [find_assignment(name) for name in options.names]
    if options.all:
        names = [name for name in released_notebooks() if course.students(name)]
    try:
        with claim(course.folder("") / "grade.claim"):
            jobs = [prepare(course, name, options.again) for name in dict.fromkeys(names)]
            broken = grade(course, jobs, options)
            for job in jobs:
                print("\n".join(write_summary(course, job.assignment)))
    except OperationalError as error:
        raise ConnectionError(f"the gradebook cannot be used ({error.orig}); the same command goes "
                              "on with what is not graded") from None
    if broken:
        print(f"course grade: the grader failed on {broken} submissions; the same command tries "
              "them again", file=sys.stderr)
    return 1 if broken else 0


def prepare(course: Course, name: str, again: bool = False) -> Job:
    """Find out what is to be graded; nothing is graded yet."""
    students = course.students(name)
    if not students:
        expected = course.submitted("STUDENT", name) / course.release(name).name
        raise ValueError(f"there are no submissions of {name}; expected {expected}. 'course "
                         "collect' puts a download from Canvas or Moodle there")
    if odd := [student for student in students if set(student) & set("*?[]")]:
        raise ValueError(f"nbgrader finds no submissions in folders with any of *?[] in their name; "
                         f"rename {', '.join(odd)} in {course.submitted('', name).parent}")
    assignment = Assignment(name, course.release(name), course.source(name))
    step = JudgeNotebook(config=course.app.config)
    if step.seed is None:
        step.seed = secret_seed(course, name)
    try:
        settings = step.settings()
    except NoSandbox as error:
        raise ValueError(str(error)) from None
    course.ready(name)
    writer = Writer(course, assignment, settings)
    todo = [student for student in students if again or not writer.is_done(student)]
    return Job(assignment, settings, tuple(step.levels), writer, students, todo)


def secret_seed(course: Course, name: str) -> int:
    """Return the seed of an assignment's tests, which no student can know; it is drawn once."""
    path = course.folder("") / "seeds.json"
    seeds = json.loads(path.read_text()) if path.exists() else {}
    if name not in seeds:
        seeds[name] = secrets.randbits(31)
        with atomic_write(path, overwrite=True) as file:
            file.write(json.dumps(seeds, indent=1).encode())
    return seeds[name]


def grade(course: Course, jobs: list[Job], options) -> int:
    """Grade what is to be graded; return on how many submissions the grader itself failed."""
    broken, count = 0, sum(len(job.todo) for job in jobs)
    if count:
        levels = " and ".join(sorted({job.settings.level for job in jobs}))
        print(f"{count} to grade; students' code runs in the sandbox {levels!r}", file=sys.stderr)
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what goes wrong is said below
        with dask_client(options.scheduler, options.workers, count) as client:
            try:
                client.wait_for_workers(1, timeout=PATIENCE)
            except TimeoutError:
                raise ConnectionError("the Dask scheduler has no workers; start one with 'dask "
                                      "worker ADDRESS'") from None
            for job in jobs:
                broken += grade_one(course, job, client, not options.quiet)
    return broken


def grade_one(course: Course, job: Job, client, progress: bool = True) -> int:
    """Grade one assignment: workers judge, this process writes.

    Returns
    -------
    int
        On how many submissions the grader itself failed.
    """
    course.api.config.JudgeNotebook.seed = job.settings.seed
    waiting, results, pending = deque(job.todo), as_completed(loop=client.loop), {}
    # Not all at once: what is judged and not yet written would be judged again after a kill.
    ahead = 2 * sum(client.nthreads().values()) + 2
    people = broken = 0
    bar = tqdm(total=len(job.todo), desc=job.assignment.name, unit="submission", leave=False,
               disable=not progress or not job.todo)
    try:
        while waiting or pending:
            while waiting and len(pending) < ahead:
                student = waiting.popleft()
                cells, problem = _read(course, job, student)
                if cells:
                    future = client.submit(judged, cells, job.assignment.reference,
                                           job.settings, job.levels, pure=False, retries=1)
                    pending[future] = (student, cells)
                    results.add(future)
                    continue
                problem = (job.writer.write(student, [], {}) if problem
                           else job.writer.write_missing(student))
                people += 1
                _tell(bar, student, problem, people)
            if pending:
                future = next(results)
                student, cells = pending.pop(future)
                answer = _answer(future)
                problem = job.writer.write(student, cells, answer)
                broken += "failed" in answer or "nbgrader.log" in problem
                people += bool(problem)
                _tell(bar, student, problem, people)
    finally:
        bar.close()
        client.cancel(list(pending))
    return broken


def _read(course, job, student):
    """What is judged of a submission, or why it is not; neither where there is no notebook."""
    path = course.submitted(student, job.assignment.name) / job.assignment.file
    return job.assignment.cells(path.read_bytes()) if path.is_file() else ([], "")


def _answer(future):
    """A worker's answer."""
    if future.status == "cancelled":
        raise ConnectionError("the Dask scheduler has gone; the same command goes on")
    try:
        return future.result()
    except CancelledError:
        raise ConnectionError("the Dask scheduler has gone; the same command goes on") from None
    except Exception as error:  # noqa: BLE001  a worker has died, or is not as it should be
        return {"failed": f"the worker that judged it failed ({type(error).__name__}: {error})"}


def _tell(bar, student, problem, people):
    if problem:
        tqdm.write(f"{student}: {problem}", file=sys.stderr)
    bar.set_postfix_str(f"{people} for a person")
    bar.update()
