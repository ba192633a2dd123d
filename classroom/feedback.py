"""What a page of feedback tells beside the cells: each task's points, and what became of it."""

import html
import re

from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from pygments.formatters import HtmlFormatter

from classroom.submissions import KEY


class PointsPerTask(NbGraderPreprocessor):
    """Make the table at the top, and take out the tests with points."""

    def preprocess(self, nb, resources):
        """Put `tasks`, and the colors of code, into the resources; runs after the grades are in."""
        heading, tasks, open_ = "", [], self._open(resources["nbgrader"])
        for cell in nb.cells:
            if cell.cell_type == "markdown":
                found = re.findall(r"^#{1,3} +(.+)$", cell.source, re.MULTILINE)
                heading = found[-1] if found and not _is(cell, "solution") else heading
            if _is(cell, "grade") and cell.metadata.nbgrader.get("points"):
                known = cell.metadata.nbgrader
                known["score"] = known.get("score") or 0.0
                result = _result(cell, known.grade_id in open_, bool(resources["problem"]))
                if result == "unread":
                    known["comment"] = None  # "No response" to what nobody could read
                title = re.sub(r" *\([^)]*points?\)$", "", heading) or known.grade_id
                tasks.append({"id": known.grade_id, "title": html.escape(title.replace("`", "")),
                              "score": known.score, "points": known.points,
                              "result": result})
                if not _is(cell, "solution"):
                    cell.source = ""
        resources["tasks"] = tasks
        resources["open"] = sum(task["points"] for task in tasks
                                if task["result"] in ("unmarked", "unread"))
        dark = HtmlFormatter(style="github-dark").get_style_defs(".highlight")
        resources["colors"] = {"light": HtmlFormatter(style="xcode").get_style_defs(".highlight"),
                               "dark": dark}
        return nb, resources

    def _open(self, where):
        """What waits for a person: neither a test nor anybody has given points for it."""
        with Gradebook(where["db_url"]) as book:
            found = book.find_submission_notebook(where["notebook"], where["assignment"],
                                                  where["student"])
            return {grade.name for grade in found.grades
                    if grade.needs_manual_grade and grade.manual_score is None}


def _is(cell, what):
    return bool(cell.metadata.get("nbgrader", {}).get(what))


def _result(cell, is_open, unread):
    """One of the words for a task: right, follows, wrong, partly, read, blank, unmarked, unread."""
    verdict, known = cell.metadata.get(KEY, {}), cell.metadata.nbgrader
    if is_open:
        return "unread" if unread else "unmarked"
    if unread:
        return "read"  # by a person
    if _is(cell, "solution"):
        return "blank" if known.get("comment") == "No response." and not known.score else "read"
    if verdict.get("once") and known.score:
        return "follows"
    if known.score >= known.points:
        return "right"
    return "partly" if known.score else "wrong"
