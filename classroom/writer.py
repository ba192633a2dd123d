"""The one process that writes grades: it takes verdicts and lets nbgrader enter them.

What must hold when it is killed at any moment: a submission counts as graded only by its stamp, a
small file that is written last and removed first. Between the two its points in the gradebook are
open, as they are before the first grading. What a person wrote there is never touched.
"""

import json
import shutil
from pathlib import Path

from nbgrader.converters.base import NbGraderException

from classroom.course import Course
from classroom.execute import JudgeNotebook
from classroom.fingerprints import Assignment, digest_of
from classroom.judge import Judgment, Settings
from classroom.server import Judge, NotJudged
from course_lib.data.atomic import atomic_write
from course_lib.desk.assignments import misnamed, notebooks_in

STAMP = "{}.graded.json"  # with the name of the notebook


class Verdicts:
    """Stands in for `Judge` where a worker has judged already.

    Attributes
    ----------
    missed : int
        How many notebooks had to be judged here after all.
    """

    def __init__(self):
        self.cells, self.answer, self.missed = None, {}, 0
        self.own = Judge()

    def judge(self, cells, reference, settings) -> Judgment:
        """Return the verdict of the worker, if it is on these cells."""
        if cells != self.cells:
            self.missed += 1
            return self.own.judge(cells, reference, settings)
        if "failed" in self.answer:
            raise NotJudged(self.answer["failed"])
        return Judgment.from_dict(self.answer)


class Writer:
    """Writes the grades of one assignment.

    Parameters
    ----------
    course : Course
    assignment : Assignment
    settings : Settings
    """

    def __init__(self, course: Course, assignment: Assignment, settings: Settings):
        self.course, self.assignment, self.settings = course, assignment, settings
        self.verdicts = Verdicts()
        self.points = self._points()

    def _points(self):
        """What nbgrader has of each student: automatic points, and whether a person must look."""
        with self.course.gradebook() as book:
            return {submission.student_id: {grade.name: (grade.auto_score, grade.needs_manual_grade)
                                            for notebook in submission.notebooks
                                            for grade in notebook.grades}
                    for submission in book.assignment_submissions(self.assignment.name)}

    def is_done(self, student: str) -> bool:
        """Whether a submission is graded, has not changed, and is so in the gradebook."""
        stamp = self._read_stamp(student)
        if stamp.get("fingerprint") != self._fingerprint(student):
            return False
        graded = self.course.autograded(student, self.assignment.name) / self.assignment.file
        record = self.course.record(student, self.assignment.name)
        known = self.points.get(student, {})
        return bool(record) and graded.is_file() and all(
            known.get(test) is not None and known[test][0] == verdict["points"]
            and (not record["problem"] or known[test][1])
            for test, verdict in record["verdicts"].items())

    def write(self, student: str, cells, answer: dict) -> str:
        """Grade a submission with a worker's answer.

        Parameters
        ----------
        student : str
        cells : list of Cell
            What was judged.
        answer : dict
            A judgment, or why there is none, from `classroom.workers.judged`.

        Returns
        -------
        str
            Why a person must look at it; "" for nothing.
        """
        fingerprint, marked = self._fingerprint(student), self._begin(student)
        JudgeNotebook.judges = self.verdicts
        self.verdicts.cells, self.verdicts.answer = cells, answer
        try:
            self.course.autograde(student, self.assignment.name)
            problem = self.course.record(student, self.assignment.name)["problem"]
        except (NbGraderException, TypeError) as error:
            self._open(student, 0.0)
            return f"it could not be graded ({error}); see grading/nbgrader.log"
        if "failed" in answer:  # by no fault of the student: the next call tries again
            return problem
        if marked & self.assignment.written:
            self._keep(student, marked)
        stamp = {"fingerprint": fingerprint, "submission": self._submission(student)}
        with atomic_write(self._stamp(student), overwrite=True) as file:
            file.write(json.dumps(stamp).encode())
        return problem

    def write_missing(self, student: str) -> str:
        """Give a row to a student who handed in no notebook of the right name; say what there is."""
        self._begin(student)
        self._open(student, 0.0)
        graded = self.course.autograded(student, self.assignment.name)
        if graded.is_dir():
            shutil.rmtree(graded)
        return missing(self.course, student, self.assignment.name)

    def _begin(self, student):
        """Open the points of a submission; return what a person has marked in the same text."""
        same = self._read_stamp(student).get("submission") == self._submission(student)
        self._stamp(student).unlink(missing_ok=True)
        before = self._open(student, None)
        return {name for name, (manual, open_) in before.items()
                if same and manual is not None and not open_}

    def _open(self, student, points):
        """Enter automatic points that a person must look at; return the marks of before."""
        with self.course.gradebook() as book:
            book.update_or_create_student(student)
            submission = book.update_or_create_submission(self.assignment.name, student)
            grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
            before = {grade.name: (grade.manual_score, grade.needs_manual_grade)
                      for grade in grades}
            for grade in grades:
                grade.auto_score, grade.needs_manual_grade = points, True
            book.db.commit()
        return before

    def _keep(self, student, marked):
        """Do not ask again for answers in words that a person has marked and that are the same."""
        with self.course.gradebook() as book:
            submission = book.find_submission(self.assignment.name, student)
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    if grade.name in marked & self.assignment.written:
                        grade.needs_manual_grade = False
            book.db.commit()

    def _fingerprint(self, student):
        return self.assignment.fingerprint(
            self.course.submitted(student, self.assignment.name), self.settings)

    def _submission(self, student):
        return digest_of(self.course.submitted(student, self.assignment.name)
                         / self.assignment.file)

    def _stamp(self, student):
        folder = self.course.autograded(student, self.assignment.name)
        return folder / STAMP.format(Path(self.assignment.file).stem)

    def _read_stamp(self, student):
        try:
            return json.loads(self._stamp(student).read_text())
        except (OSError, ValueError):
            return {}


def missing(course: Course, student: str, assignment: str) -> str:
    """Say what a student handed in who has no notebook of the right name."""
    folder, release = course.submitted(student, assignment), course.release(assignment)
    others = notebooks_in(folder)
    if others:
        return "; ".join(misnamed(path, release) for path in others)
    names = sorted(path.name for path in folder.iterdir()
                   if not path.name.startswith(".") and path.name != "collected.json")
    return f"no notebook was handed in, but {', '.join(names) or 'an empty folder'}"
