"""The sanitizer by itself: what stays is text, pictures and formulas."""

import base64
import re
import struct
from dataclasses import asdict

import nbformat
import pytest
from test_browser import EVIL, PAYLOADS, SVG, TAG

from classroom.cells import Cell, Outcome
from classroom.execute import _show
from classroom.harmless import (
    CELL,
    LEFT_OUT,
    PAGE,
    Harmless,
    Renderer,
    clean,
    is_picture,
    markdown,
)
from classroom.process import CONTROL
from course_lib.desk.rebuild import rebuild

PIXEL = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", 1, 1)).decode()
ACTIVE = re.compile(r"<[^>]*\s(on\w+|style|srcdoc|action|formaction|id|name|data-\w+)\s*=|javascript:"
                    r"|<(script|iframe|object|embed|meta|link|base|form|svg|math|style|input|video)\b",
                    re.IGNORECASE)


def rendered(source, **cell):
    made = {"cell_type": "markdown", "metadata": {"nbgrader": {"solution": True}}, **cell}
    return markdown({"cell": made}, source)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_is_left(payload):
    html = rendered(f"before\n\n{payload}\n\nafter")
    assert "<p>before</p>" in html
    tags = "".join(re.findall(r"<(?:\"[^\"]*\"|[^>])*>", html))
    assert not ACTIVE.search(tags), html
    assert not re.search(r"(href|src)\s*=", re.sub(r'alt="[^"]*"', "", tags))


def test_text_code_tables_and_formulas_stay():
    html = rendered("# Title\n\n**bold** `a < b` $x < y$ and $$z & w$$\n\n| a |\n| - |\n| 1 |\n\n"
                    "```python\nreturn 1\n```\n\n<sub>low</sub> {{ 7 * 7 }}")
    for part in ("<h1>Title</h1>", "<strong>bold</strong>", "<code>a &lt; b</code>", "$x &lt; y$",
                 "$$z &amp; w$$", "<td>1</td>", '<span class="k">return</span>', "<sub>low</sub>",
                 "{{ 7 * 7 }}"):
        assert part in html


def test_links_are_an_instructor_s_alone():
    assert rendered("[a](https://b.c)") == "<p>a (https://b.c)</p>\n"
    link = '<a href="https://b.c" rel="noopener noreferrer">a</a>'
    assert link in rendered("[a](https://b.c)", metadata={})
    assert "href" not in rendered("[a](javascript:x)", metadata={})
    assert "href" not in rendered("[a](https://b.c)", metadata={}, cell_type="code")


def test_a_pasted_picture_is_shown_and_nothing_else_is():
    attachments = {"a.png": {"image/png": PIXEL}, "b.svg": {"image/svg+xml": SVG}}
    html = rendered("![one](attachment:a.png) ![two](attachment:b.svg) ![three](http://e.f/g.png)",
                    attachments=attachments)
    assert f'<img src="data:image/png;base64,{PIXEL}" alt="one">' in html
    assert html.count("<img") == 1 and html.count("it is not shown") == 2


def test_what_is_a_picture():
    assert is_picture("image/png", PIXEL)
    bomb = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", 10**5, 10**5))
    for kind, data in [("image/png", bomb.decode()), ("image/png", PIXEL + TAG), ("image/png", ""),
                       ("image/svg+xml", PIXEL), ("text/html", PIXEL), ("image/png", "aGFsbG8=")]:
        assert not is_picture(kind, data)


def test_only_pictures_come_out_of_a_student_s_process():
    cell, outcome = nbformat.v4.new_code_cell("1"), asdict(Outcome(pictures=[PIXEL + TAG, PIXEL, TAG]))
    _show(cell, Cell("c", "", "student"), outcome, "", {"followed": {}}, {"flags": {}})
    assert [output.data for output in cell.outputs] == [{"image/png": PIXEL}]


def test_a_tag_in_an_attribute_stays_in_it():
    html = clean("<img alt=\"x><script>hit()</script>\">")
    assert re.fullmatch(r'<img alt="[^"]*">', html)


def test_a_notebook_keeps_texts_and_known_metadata():
    output = nbformat.v4.new_output
    cell = nbformat.v4.new_code_cell("1", metadata={
        "tags": [TAG], "nbgrader": {"grade_id": TAG, "points": TAG, "grade": True, "x": TAG},
        "course": {"passed": TAG}}, outputs=[
            output("display_data", {"image/png": PIXEL, "text/plain": "p"}),
            output("display_data", {"image/png": f"{PIXEL}{TAG}", "text/plain": "instead"}),
            output("display_data", {"application/javascript": "hit()"}),
            output("display_data", {"text/html": f"<b>b</b>{PAYLOADS[0]}"}),
            output("stream", text="\x1b[31mred\x1b[0m\x07\u202e"),
            output("error", ename="E", evalue="v", traceback=["\x1b[1mline\x1b[0m"])])
    raw = nbformat.v4.new_raw_cell("<b>raw</b>", metadata={"raw_mimetype": "text/html"})
    nb = nbformat.v4.new_notebook(cells=[cell, raw], metadata={"title": TAG, "widgets": {"a": TAG},
                                                               "course": {"problem": TAG}})
    nb, resources = Harmless().preprocess(nb, {})
    assert nb.metadata == {"language_info": {"name": "python"}}
    assert "<" not in resources["problem"] and len(resources["nonce"]) > 20
    assert "<" not in str(nb.cells[0].metadata) and '"' not in nb.cells[0].metadata.nbgrader.grade_id
    assert set(nb.cells[0].metadata) == {"nbgrader"}
    assert [part.get("data", part.get("text", part.get("traceback")))
            for part in nb.cells[0].outputs] == [
        {"image/png": PIXEL}, {"text/plain": "instead"},
        {"text/plain": "[an output is not shown: application/javascript]"},
        {"text/html": "<b>b</b>"}, "red", ["line"]]
    assert nb.cells[1].cell_type == "markdown" and "&lt;b&gt;raw" in nb.cells[1].source


def test_the_policy_number_differs_each_time():
    notebook = nbformat.v4.new_notebook()
    assert Harmless().preprocess(notebook, {})[1] != Harmless().preprocess(notebook, {})[1]


def test_a_diagram_stays_code():
    assert Renderer(False, {}).block_code("<b>", "mermaid") == "<pre>&lt;b&gt;</pre>"
    assert "evil" in EVIL and CONTROL.sub("", "\x1b[1;31mx") == "x"


def test_a_pasted_picture_comes_along_when_a_notebook_is_rebuilt():
    known = {"nbgrader": {"grade_id": "words", "solution": True, "grade": True}}
    release = {"cells": [{"cell_type": "markdown", "source": "", "metadata": known}]}
    answer = {"cell_type": "markdown", "source": "![a](attachment:a)", "metadata": known,
              "attachments": {"a": {"image/png": PIXEL}}}
    more = {"cell_type": "markdown", "source": "more", "metadata": {},
            "attachments": {"b": {"image/png": PIXEL}, "a": {"image/png": "other"}}}
    (cell,) = rebuild(release, {"cells": [answer, more]})
    assert cell["attachments"] == {"a": {"image/png": PIXEL}, "b": {"image/png": PIXEL}}
    (cell,) = rebuild(release, {"cells": [{**answer, "attachments": {}}]})
    assert "attachments" not in cell


@pytest.mark.parametrize("new", [nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell,
                                 nbformat.v4.new_raw_cell])
def test_a_page_shows_the_beginning_of_what_is_too_long(new):
    locked = {"nbgrader": {"locked": True}}
    cells = [new("<" * (CELL + 1), metadata=locked), *(new("<" * n) for n in (CELL, CELL + 1)),
             *(new("<" * CELL) for _ in range(PAGE // CELL)), new("<" * 30)]
    notebook, _ = Harmless().preprocess(nbformat.v4.new_notebook(cells=cells), {})
    left = [LEFT_OUT.strip() in cell.source for cell in notebook.cells]
    assert left == [False, False, True, *[False] * (PAGE // CELL - 2), True, True, True]
    shown = sum(cell.source.count("<") + cell.source.count("&lt;") for cell in notebook.cells[1:])
    assert shown - 2 * (new is nbformat.v4.new_raw_cell) * len(notebook.cells[1:]) == PAGE
