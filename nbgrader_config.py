"""nbgrader for this course: run every `nbgrader` command in this directory.

    nbgrader generate_assignment ps05-optimizers
    nbgrader autograde ps05-optimizers
    nbgrader generate_feedback ps05-optimizers
    nbgrader export --to grades.csv

Submissions lie in `grading/submitted/<student>/<assignment>/<notebook>.ipynb`.
"""

import os
import sys
from functools import partial
from pathlib import Path

import nbgrader
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.preprocessors import CheckCellMetadata, ClearHiddenTests, ClearSolutions, Execute

import classroom
from classroom.execute import JudgeNotebook, SafeExporter
from classroom.export import ExportWithState
from classroom.feedback import PointsPerTask
from classroom.harmless import Harmless, markdown
from classroom.nbgrader_steps import NameTheTask, Rebuild, ReportBorrowed, report_files
from classroom.submissions import FlagForPerson
from course_lib.desk.kernel import private_sockets

c = get_config()  # noqa: F821  (traitlets puts it here)
root = Path(__file__).resolve().parent
grading = root / "grading"
grading.mkdir(exist_ok=True)  # SQLite makes its file, but not the directory around it
# nbgrader calls `alembic` by name; this finds it in a virtual environment that is not activated.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

c.CourseDirectory.course_id = "bayes-to-lenet5"
c.CourseDirectory.root = str(root)
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.CourseDirectory.submitted_directory = "grading/submitted"
c.CourseDirectory.autograded_directory = "grading/autograded"
c.CourseDirectory.feedback_directory = "grading/feedback"
c.CourseDirectory.solution_directory = "grading/solution_html"
c.CourseDirectory.db_url = f"sqlite:///{grading / 'gradebook.db'}"
# nbgrader copies files beside a notebook into the release and into the directory where a student's
# notebook runs. Ours need none, and a submitted numpy.py must not stand in for the real one.
# Formgrader hands out what lies beside a graded notebook: no page or picture with a script in it.
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints", "__pycache__", "feedback", "*.pyc", "*.py", "*.so", "*.md",
    "*.verdicts.json", "*.graded.json", "collected.json",
    "*.html", "*.htm", "*.xhtml", "*.svg", "*.xml", "*.js", "*.pdf",
]

# Release: the stubs name chapter and task. What lies in exercises/ is always made anew.
c.GenerateAssignment.force = True
c.GenerateAssignment.preprocessors = [
    NameTheTask if step is ClearSolutions else step
    for step in GenerateAssignment.preprocessors.default()
]

# Grading: first build what is graded from the released notebook and the student's cells; then
# say which answers only use the library's own version. `course check --submitted` lists them all.
# The marks on cells, which nbgrader checks last, are the release's own: `Rebuild` put them there.
c.Autograde.sanitize_preprocessors = [
    Rebuild, ReportBorrowed,
    *(step for step in Autograde.sanitize_preprocessors.default() if step is not CheckCellMetadata),
]
c.Rebuild.release_directory = str(root / "exercises")
c.Autograde.exporter_class = SafeExporter  # what is no notebook has a row too
c.Autograde.pre_convert_hook = partial(report_files, release_directory=root / "exercises")
# Then run it: the student's code in a sandbox, the tests outside of it. `JudgeNotebook` reaches the
# verdicts; its options, such as the limits, are listed in classroom/execute.py.
c.Autograde.autograde_preprocessors = [
    JudgeNotebook if step is Execute else step
    for step in Autograde.autograde_preprocessors.default() if step is not CheckCellMetadata
] + [FlagForPerson]
c.JudgeNotebook.source_directory = str(root / "solutions")
c.JudgeNotebook.release_directory = str(root / "exercises")

# `nbgrader validate`, for students, runs a notebook in a kernel.
c.Execute.timeout = 60  # seconds for one cell
# A test that is stopped says in which line, under this name; then nbgrader adds nothing to it.
c.Execute.error_on_timeout = {"ename": "Stopped", "evalue": "", "traceback": [
    "It took more than 60 s and was stopped: look for a loop that never ends."]}
# On a busy machine the last output of a cell comes late; after 4 s nbgrader gives the submission
# up.
c.Execute.iopub_timeout = 60
c.Execute.startup_timeout = 180
c.KernelManager.update(private_sockets())  # a port that is taken would stop it

# Feedback shows what a hidden test says, not what it is.
c.GenerateFeedback.force = True  # pages are made anew after a person has marked an answer
c.GenerateFeedback.preprocessors = [
    ClearHiddenTests, *GenerateFeedback.preprocessors.default(), PointsPerTask
]
# A score that is not final, or that nobody could give, is not exported as a zero.
c.ExportApp.plugin_class = ExportWithState
# What students wrote is made harmless in all pages, those of formgrader too. Our templates come
# before nbgrader's; formulas are drawn by the MathJax of the book.
c.HTMLExporter.preprocessors = [Harmless]
c.HTMLExporter.filters = {"markdown2html": markdown}
extensions = Path(nbgrader.__file__).parent / "server_extensions"
c.HTMLExporter.extra_template_paths = [str(extensions)]
c.HTMLExporter.extra_template_basedirs = [
    str(Path(classroom.__file__).parent / "templates"),
    str(extensions / "formgrader" / "templates"),
]
