"""Writes the pages: an index, and one page for each released notebook."""

import html
import json
import re
from pathlib import Path
from string import Template

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from course_lib.desk.notebook import grade_id, grading, is_solution

HERE = Path(__file__).resolve().parent
BOOK = "From Bayes to LeNet-5"
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="page.css">
</head>
<body>
{body}
</body>
</html>
"""
MATH = ('<script>window.MathJax = {options: {enableMenu: false, '
        'processHtmlClass: "math", ignoreHtmlClass: ".*"}};</script>\n'
        '<script src="mathjax/tex-chtml.js" defer></script>')


def _math(text, options):
    left, right = (r"\[", r"\]") if options["display_mode"] else (r"\(", r"\)")
    return f"{left}{html.escape(text)}{right}"


_markdown = MarkdownIt("commonmark", {"html": True}).enable("table").use(
    dollarmath_plugin, renderer=_math, allow_labels=False)


def page(assignment: str, path: Path, notebook: dict, scripts: list[str]) -> str:
    """Write the page of one assignment.

    Parameters
    ----------
    assignment : str
        For example "ps05-optimizers".
    path : Path
        The released notebook; its very text goes into the page.
    notebook : dict
        The same, read.
    scripts : list of str
        The files of the page's program.
    """
    parts = [_cell(cell) for cell in notebook["cells"]]
    released = json.dumps({"assignment": assignment, "stem": path.stem,
                           "text": path.read_text(encoding="utf-8")}).replace("</", "<\\/")
    loads = "\n".join(f'<script src="{name}" defer></script>' for name in scripts)
    body = f"""<a class="skip" href="#work">Skip to the exercise</a>
<header>
<nav aria-label="Course"><a href="index.html">All exercises</a></nav>
<div id="bar"></div>
</header>
<main id="work">
<noscript><p class="notice">This page runs Python and needs JavaScript.</p></noscript>
<div id="notices"></div>
<p id="how-to-leave" hidden>Tab indents. To leave by keyboard, press Escape, then Tab.</p>
{"".join(parts)}
<section aria-labelledby="hand-in"><h2 id="hand-in">Hand in from this page</h2>
<p>Press <b>Check all</b>, then <b>Download notebook</b>: you get <code>{path.name}</code> with your
answers in it, the file that you hand in. It opens in Jupyter, too.</p>
</section>
</main>
<script id="released" type="application/json">{released}</script>
{MATH if any('class="math' in part for part in parts) else ""}
{loads}"""
    return PAGE.format(title=f"{title(notebook)} - {BOOK}", body=body)


def _cell(cell: dict) -> str:
    """The part of a page for one cell; page.js gives it its buttons."""
    source, name = cell["source"], grade_id(cell)
    key = f' data-id="{html.escape(cell["id"])}"'
    if cell["cell_type"] == "markdown":
        if is_solution(cell):
            return (f'<div class="cell words"{key}><textarea aria-label="Your answer, in words" '
                    f'rows="10">{html.escape(source)}</textarea></div>\n')
        return f'<div class="text">{_text(source)}</div>\n'
    if is_solution(cell):
        number = name.rpartition("-")[2]
        return (f'<div class="cell answer"{key} data-task="{name}"><textarea spellcheck="false" '
                f'aria-label="Your code for task {number}" autocapitalize="off" '
                f'autocomplete="off">{html.escape(source)}</textarea></div>\n')
    code = highlight(source, PythonLexer(), HtmlFormatter(nowrap=True))
    shown = f'<pre class="code" tabindex="0"><code>{code}</code></pre>'
    if grading(cell).get("points"):
        return f'<p class="aside">{html.escape(source.lstrip("# "))}</p>\n'
    if grading(cell).get("grade"):
        number = re.search(r"\d+", name)[0]
        return (f'<details class="cell test"{key}><summary>The test of task {number}</summary>'
                f"{shown}</details>\n")
    if name == "picture":
        return (f'<div class="cell picture"{key}><details><summary>The code of the picture'
                f"</summary>{shown}</details></div>\n")
    return f'<div class="cell"{key}>{shown}</div>\n'


def _text(source: str) -> str:
    """Rendered Markdown; a heading of a task can be linked to."""
    text = _markdown.render(source).replace("<pre>", '<pre tabindex="0">').replace(
        '<div class="math block">',
        '<div class="math block" role="group" aria-label="Formula" tabindex="0">')
    return re.sub(r"<h2>((Task|Question) (\d+))",
                  lambda m: f'<h2 id="{m[2].lower()}-{m[3]}-heading" tabindex="-1">{m[1]}', text)


def title(notebook: dict) -> str:
    """The first heading."""
    return re.search(r"^# (.*)$", notebook["cells"][0]["source"], re.MULTILINE)[1]


def index(notebooks: dict[str, dict], version: str) -> str:
    """Write the list of all assignments."""
    rows = []
    for assignment, notebook in notebooks.items():
        points = sum(grading(cell).get("points", 0) for cell in notebook["cells"])
        tasks = sum(map(is_solution, notebook["cells"]))
        rows.append(f'<li><a href="{assignment}.html">{html.escape(title(notebook))}</a>'
                    f" <span>{tasks} tasks, {points:g} points</span></li>")
    body = Template((HERE / "index.html").read_text(encoding="utf-8")).substitute(
        book=BOOK, rows="\n".join(rows), version=version)
    return PAGE.format(title=f"Exercises - {BOOK}", body=body)
