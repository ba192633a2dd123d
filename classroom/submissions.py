"""Read what students handed in, whatever it is; what cannot be graded waits for a person.

nbgrader stops at a file that is no notebook, and the student has no row. Here such a file becomes
an empty notebook with the reason in its metadata: it is graded like any other, has zero points, and
waits for a person.
"""

import json

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

KEY = "course"  # where we write into the metadata of notebooks and cells
LARGEST = 20_000_000  # characters of a file


class SubmissionExporter(NotebookExporter):
    """Opens any file as a notebook."""

    def from_file(self, file_stream, resources=None, **kw):
        """Read a notebook; of a damaged one what is whole, of no notebook the reason."""
        if not getattr(self.parent, "_sanitizing", True):  # what nbgrader wrote itself
            return super().from_file(file_stream, resources, **kw)
        try:
            text = file_stream.read(LARGEST + 1)
        except UnicodeDecodeError:
            text = "no text"
        return self.from_notebook_node(read_any(text), resources, **kw)


def read_any(text: str):
    """Make a notebook of what a student handed in.

    Parameters
    ----------
    text : str

    Returns
    -------
    NotebookNode
        Where it is no notebook, one without cells that tells why in ``metadata.course.problem``.

    Examples
    --------
    >>> read_any("").metadata.course.problem
    'This file could not be read as a notebook: it is empty. A person must look at it.'
    """
    text = text.removeprefix("\ufeff")  # a byte-order mark, which some editors put before it
    try:
        if not text.strip():
            raise ValueError("it is empty")
        if len(text) > LARGEST:
            raise ValueError(f"it has more than {LARGEST // 1_000_000} million characters")
        try:
            data = _printable(json.loads(text))
        except (ValueError, RecursionError) as error:
            raise ValueError(f"it is damaged, or only a part of one ({error})") from None
        if not isinstance(data, dict) or data.get("nbformat") not in (3, 4):
            raise ValueError("it is not in a format that is in use")
        if data["nbformat"] == 3:
            data = nbformat.convert(nbformat.from_dict(data), 4)
        cells = [whole | {"id": f"cell-{i}"} for i, cell in enumerate(data.get("cells") or ())
                 if (whole := _whole(cell))]
        if not cells:
            raise ValueError("it has no cells")
        notebook = nbformat.v4.new_notebook(cells=[nbformat.from_dict(cell) for cell in cells])
        language = {"kernelspec": {"name": "python3", "display_name": "Python 3",
                                   "language": "python"}, "language_info": {"name": "python"}}
        notebook.metadata.update(language)
        return notebook
    except Exception as error:  # noqa: BLE001  a broken file may break its reader in any way
        problem = (f"This file could not be read as a notebook: {error}. A person must look at "
                   "it.")
        return nbformat.v4.new_notebook(metadata={KEY: {"problem": problem}})


def _printable(data):
    """The same without halves of characters, which JSON can hold and no file can."""
    return json.loads(json.dumps(data, ensure_ascii=False).encode(errors="replace"))


def _whole(cell):
    """The parts of a cell that grading needs; None where it has not even them."""
    if not isinstance(cell, dict) or cell.get("cell_type") not in ("code", "markdown", "raw"):
        return None
    source = cell.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        return None
    metadata = cell.get("metadata")
    known = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    if not isinstance(known, dict) or not isinstance(known.get("grade_id"), str):
        known = None
    whole = {"cell_type": cell["cell_type"], "source": source,
             "metadata": {"nbgrader": known} if known else {}}
    if cell["cell_type"] == "code":
        whole |= {"outputs": [], "execution_count": None}
    elif pictures := _pictures(cell.get("attachments")):
        whole["attachments"] = pictures
    return whole


def _pictures(attachments):
    """The pictures that were pasted into a text; those that are not as they should be are left out.

    >>> _pictures({"a.png": {"image/png": "iVBO"}, "b": 3, "c": {"text/html": "<b>"}})
    {'a.png': {'image/png': 'iVBO'}}
    """
    found = {}
    for name, data in attachments.items() if isinstance(attachments, dict) else ():
        for kind, text in data.items() if isinstance(data, dict) else ():
            lines = [text] if isinstance(text, str) else text  # SVG is stored line by line
            if kind.startswith("image/") and isinstance(lines, list) and all(
                    isinstance(line, str) for line in lines):
                found.setdefault(name, {})[kind] = "".join(lines)
    return found


class FlagForPerson(NbGraderPreprocessor):
    """Mark in the gradebook, after the points are saved, what a person must look at."""

    def preprocess(self, nb, resources):
        """Leave the notebook as it is."""
        where = resources["nbgrader"]
        if nb.metadata.get(KEY, {}).get("problem"):
            with Gradebook(where["db_url"]) as book:
                found = book.find_submission_notebook(where["notebook"], where["assignment"],
                                                      where["student"])
                for grade in found.grades:
                    grade.needs_manual_grade = True
                book.db.commit()
        return nb, resources
