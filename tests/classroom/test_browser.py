"""What students hand in, opened in a browser: formgrader and feedback, with all that is hostile.

Needs Chromium. Every payload calls `hit` with its name, or asks for an address with "evil" in it.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import warnings
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
ASSIGNMENT, FILE = "ps1", "words.ipynb"
NAME = "eve<img src=x onerror=hit('id')>"  # the folder of a submission
EVIL = "http://evil.test/evil"
PAYLOADS = [
    "<script>hit('script')</script>", "<img src=x onerror=\"hit('img')\">",
    "<svg onload=\"hit('svg')\"><circle r=9 /></svg>", f"<img src={EVIL}-pixel.png>",
    "<iframe srcdoc=\"<script>hit('srcdoc')</script>\"></iframe>", f"<iframe src={EVIL}></iframe>",
    "<a href=\"javascript:hit('link')\">click</a>", "[click](javascript:hit('markdown-link'))",
    "[click](JaVaScRiPt&colon;hit('entity-link'))", f"[see]({EVIL}-link)", f"![p]({EVIL}-image.png)",
    f"<style>@import url({EVIL}.css); body {{background: url({EVIL}-style)}}</style>",
    f"<p style=\"background: url({EVIL}-attribute)\">styled</p>",
    f"<form action={EVIL}><button id=send>send</button></form>",
    f"<meta http-equiv=refresh content=\"60; url={EVIL}\">", f"<base href={EVIL}/>",
    f"<link rel=stylesheet href={EVIL}-link.css>", f"<object data={EVIL}-object></object>",
    f"<embed src={EVIL}-embed>", "<details open ontoggle=\"hit('toggle')\"><summary>s</summary></details>",
    ("<math><mtext><table><mglyph><style><img src=x onerror=\"hit('mathml')\"></style></mglyph>"
    "</table></mtext></math>"),
    "<noscript><p title=\"</noscript><img src=x onerror=hit('noscript')>\"></noscript>",
    "<!-- --!><img src=x onerror=\"hit('comment')\"> -->", "<a id=MathJax name=jQuery>clobber</a>",
    f"<video src={EVIL}.mp4 onerror=\"hit('video')\"></video>", "<input autofocus onfocus=\"hit('focus')\">",
    "![drawn](attachment:drawn.svg)", "<p id=statusmessage class=score data-link=evil>thing</p>",
    "$\\href{javascript:hit('href')}{a}$ $\\require{html}\\href{javascript:hit('require')}{b}$",
    f"$\\mmlToken{{mi}}[href=\"javascript:hit('token')\", style=\"background:url({EVIL}-token)\"]{{c}}$",
    "$\\style{background:url(evil-math)}{d}$ $\\unicode[x\" onload=\"hit('font')]{65}$",
    "$x < y$ $$\\text{<img src=x onerror=hit('text')>}$$", "{{ 7 * 7 }} {% for x in nb %} {{ resources }}",
    "`</code><img src=x onerror=\"hit('code')\">`", "```html\n</pre><script>hit('fence')</script>\n```",
    "```mermaid\n</pre><script>hit('mermaid')</script>\n```", "\x1b]8;;javascript:hit()\x07ansi",
    "<img alt=\"x><script>hit('alt')</script>\" src=y>",
]
SVG = "<svg xmlns='http://www.w3.org/2000/svg'><script>top.hit('svg-file')</script></svg>"
TAG = "\"><img src=x onerror=hit('attribute')>"


def cell(kind, source, name=None, **known):
    made = (nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell)(source)
    if name:
        made.metadata.nbgrader = {"grade": False, "locked": False, "solution": False, "task": False,
                                  "schema_version": 3, "grade_id": name, **known}
    return made


def notebook():
    return nbformat.v4.new_notebook(cells=[
        cell("markdown", "# Words\n\nThe instructor's $e = mc^2$ and a [link](https://book.test/)."),
        cell("code", "### BEGIN SOLUTION: chapter 1, task 1 (one)\ndef one():\n    return 1\n"
             "### END SOLUTION", "task-1", solution=True),
        cell("code", "### BEGIN HIDDEN TESTS\nfrom course_lib.grading import hidden_test\n"
             "@hidden_test('Task 1 (one)')\ndef test(check):\n    check.equal('1', check.watch(one)(), "
             "1)\n### END HIDDEN TESTS", "task-1-hidden", grade=True, locked=True, points=2),
        cell("markdown", "## Words\n\nWhy?"),
        cell("markdown", "Your words.", "words", grade=True, solution=True, points=3),
    ], metadata={"kernelspec": {"name": "python3", "display_name": "p", "language": "python"}})


BARE = """
from nbconvert.preprocessors import Preprocessor
class Bare(Preprocessor):
    def preprocess(self, nb, resources):
        resources["nonce"], resources["problem"] = "number", ""
        return nb, resources
c.HTMLExporter.preprocessors, c.HTMLExporter.filters = [Bare], {}
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with one hostile submission, graded; and a copy of it without the sanitizer."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "nbgrader_config.py").write_text((ROOT / "nbgrader_config.py").read_text())
    shutil.copytree(ROOT / "vendor", folder / "vendor")
    (folder / "solutions" / ASSIGNMENT).mkdir(parents=True)
    nbformat.write(notebook(), folder / "solutions" / ASSIGNMENT / FILE)
    run(folder, "generate_assignment", ASSIGNMENT)
    handed_in = nbformat.read(folder / "exercises" / ASSIGNMENT / FILE, as_version=4)
    words = "\n\n".join(["Readable at the top.", "Mine: $a^2$.", *PAYLOADS, "Readable at the end."])
    handed_in.cells[1].source = (
        "print('<script>hit(1)</script> \\x1b[31mred\\x1b[0m printed')\nfrom IPython.display import *\n"
        "display(HTML(\"<script>hit('html')</script>\"))\ndef one(): return 2\n"
        f"raise ValueError({TAG!r})")
    handed_in.cells[-1].source = words
    handed_in.cells[-1].attachments = {"drawn.svg": {"image/svg+xml": SVG}}
    handed_in.metadata.title = TAG
    handed_in.metadata.widgets = {"application/vnd.jupyter.widget-state+json": {"a": TAG}}
    path = folder / "grading" / "submitted" / NAME / ASSIGNMENT
    path.mkdir(parents=True)
    nbformat.write(handed_in, path / FILE)
    (path / "evil.html").write_text("<script>hit('file')</script>")
    run(folder, "autograde", ASSIGNMENT)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{folder / 'grading' / 'gradebook.db'}") as book:
            book.update_or_create_student(NAME, first_name=TAG, last_name="<script>hit('n')</script>")
            book.find_comment("words", "words", ASSIGNMENT, NAME).manual_comment = (
                "Well done, <script>hit('comment')</script> <b>really</b>.")
            book.db.commit()
            (submission,) = book.notebook_submissions("words", ASSIGNMENT)
            identity = submission.id
    damage(folder / "grading" / "autograded" / NAME / ASSIGNMENT / FILE)
    run(folder, "generate_feedback", ASSIGNMENT)
    bare = tmp_path_factory.mktemp("bare") / "course"
    shutil.copytree(folder, bare)
    (bare / "nbgrader_config.py").write_text((folder / "nbgrader_config.py").read_text() + BARE)
    run(bare, "generate_feedback", ASSIGNMENT, "--force")
    return folder, identity, bare


def damage(path):
    """Put into a graded notebook what our own grading never writes, but others do."""
    graded = nbformat.read(path, as_version=4)
    graded.cells[1].metadata.tags = [TAG]
    graded.cells[1].id = "task-1"
    graded.metadata.title = TAG
    output = nbformat.v4.new_output
    for data in ({"text/html": "<script>hit('output')</script><b>shown</b>"},
                 {"image/svg+xml": SVG}, {"application/javascript": "hit('javascript')"},
                 {"image/png": f"iVBORw0KGgo={TAG}"}, {"text/latex": f"$z$ {TAG}"},
                 {"text/markdown": "<script>hit('markdown')</script>**strong**"},
                 {"text/plain": TAG}):
        graded.cells[1].outputs.append(output("display_data", data, metadata={
            "text/html": {"isolated": True}, "image/png": {"width": TAG, "alt": TAG}}))
    graded.cells[1].outputs.append(output("error", ename=TAG, evalue=TAG, traceback=[TAG]))
    raw = nbformat.v4.new_raw_cell(f"raw text <script>hit('raw')</script> {TAG}")
    raw.metadata.raw_mimetype = "text/html"
    graded.cells.append(raw)
    path.unlink()
    path.write_text(json.dumps(graded))


def run(folder, *arguments):
    done = subprocess.run([sys.executable, "-m", "nbgrader", *arguments], cwd=folder, check=False,
                          env=environment(folder), capture_output=True, text=True,
                          stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stdout + done.stderr


def environment(folder):
    none = str(folder / "none")
    return {**os.environ, "JUPYTER_CONFIG_DIR": none, "JUPYTER_RUNTIME_DIR": none}


def server(folder):
    """Start Jupyter with formgrader in a folder; return the process and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyter_server", f"--port={port}", "--no-browser", "--allow-root",
         f"--ServerApp.root_dir={folder}", "--IdentityProvider.token=", "--ServerApp.ip=127.0.0.1",
         "--ServerApp.port_retries=0"],
        cwd=folder, env=environment(folder), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{address}/api", timeout=5).read()
            return process, address
        except OSError:
            assert process.poll() is None, "the server has ended"
            time.sleep(0.2)
    raise AssertionError("the server does not answer")


@pytest.fixture(scope="module")
def servers(course):
    """Formgrader as configured, and without the sanitizer."""
    started = [server(course[0]), server(course[2])]
    yield [f"{address}/formgrader" for _, address in started]
    for process, _ in started:
        process.terminate()
    for process, _ in started:
        process.wait(30)


class Visit:
    """A page, its text, and what happened: hits and dialogs, requests."""

    def __init__(self, chromium, address, policy=True):
        self.context = chromium.new_context(bypass_csp=not policy)
        self.hits, self.asked = [], []
        self.context.expose_function("hit", lambda name: self.hits.append(name))
        self.page = self.context.new_page()
        self.context.on("request", lambda request: self.asked.append(request.url))
        self.page.on("dialog", lambda dialog: (self.hits.append(dialog.message), dialog.dismiss()))
        self.page.goto(address, wait_until="networkidle")
        self.text = self.page.evaluate("document.body.innerText")
        self.click()

    def click(self):
        """Click on what a student may have put there to be clicked on."""
        for part in ('a[href^="javascript" i]', "mjx-container *", "#send"):
            self.page.evaluate("""part => {
                for (const found of document.querySelectorAll(part))
                    found.dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true}));
            }""", part)
            self.page.wait_for_timeout(200)

    def foreign(self, *allowed):
        return [url for url in self.asked if "evil" in url or not url.startswith((*allowed, "data:"))]


def feedback(folder):
    path = folder / "grading" / "feedback" / NAME / ASSIGNMENT / "words.html"
    return "file://" + urllib.request.pathname2url(str(path))


@pytest.mark.slow
@pytest.mark.parametrize("policy", [True, False])
def test_feedback_runs_nothing_and_asks_for_nothing(course, chromium, policy):
    visit = Visit(chromium, feedback(course[0]), policy)
    assert not visit.hits
    assert not visit.foreign("file://")
    is_readable(visit)
    assert "Well done, really." in visit.text and "2 / 2" not in visit.text
    assert "red printed" in visit.text


@pytest.mark.slow
@pytest.mark.parametrize("policy", [True, False])
def test_formgrader_runs_nothing_and_asks_for_nothing(course, servers, chromium, policy):
    address = f"{servers[0]}/submissions/{course[1]}/"
    visit = Visit(chromium, address, policy)
    assert not visit.hits
    assert not visit.foreign(servers[0], servers[0].replace("formgrader", "files/vendor"),
                             servers[0].replace("formgrader", "files/./vendor"))
    is_readable(visit)
    # It still works: the scores are there, names can be shown, a score can be given.
    page = visit.page
    assert page.locator("input.score").count() == 2
    page.locator("span.name-hidden.glyphicon").click()
    assert "<script>hit('n')</script>" in page.locator("a.name-shown").inner_text()
    page.locator("#words").fill("2")
    page.locator("#words").dispatch_event("change")
    page.wait_for_timeout(500)
    grades = json.loads(urllib.request.urlopen(
        f"{servers[0]}/api/grades?submission_id={course[1]}").read())
    assert [grade["manual_score"] for grade in grades if grade["name"] == "words"] == [2]
    assert not visit.hits


def is_readable(visit):
    """What was written is there to be read, and the formulas are drawn."""
    for words in ("Readable at the top.", "Readable at the end.", "{{ 7 * 7 }}", "styled", "thing",
                  "raw text <script>hit('raw')</script>", "strong", "shown", f"see ({EVIL}-link)",
                  "an output is not shown: application/javascript"):
        assert words in visit.text, words
    assert "49" not in visit.text
    drawn = visit.page.evaluate("[...document.querySelectorAll('mjx-container')].length")
    assert drawn >= 6, "the formulas are not drawn"
    links = visit.page.evaluate("[...document.querySelectorAll('main a[href], #notebook a[href]')]"
                                ".map(link => link.getAttribute('href'))")
    assert [link for link in links if not link.startswith("#")] == ["https://book.test/"]
    assert visit.page.evaluate("document.querySelectorAll('mjx-container [href]').length") == 0
    assert not visit.page.evaluate("document.querySelectorAll('.score[data-link]').length")


@pytest.mark.slow
def test_without_the_sanitizer_the_policy_still_stops_scripts(course, servers, chromium):
    for address in (feedback(course[2]), f"{servers[1]}/submissions/{course[1]}/"):
        assert not Visit(chromium, address).hits


@pytest.mark.slow
def test_without_both_the_payloads_work(course, servers, chromium):
    """What the tests above look for would be seen."""
    for address in (feedback(course[2]), f"{servers[1]}/submissions/{course[1]}/"):
        visit = Visit(chromium, address, policy=False)
        assert {"img", "svg", "script", "srcdoc", "link"} <= {*visit.hits}
        assert any("evil" in url for url in visit.asked)
    path = next((course[2] / "grading" / "feedback").rglob("words.html"))
    unsafe = path.with_name("unsafe.html")
    unsafe.write_text(path.read_text().replace('loader: {load: ["ui/safe"]},', ""))
    address = "file://" + urllib.request.pathname2url(str(unsafe))
    assert "token" in Visit(chromium, address, policy=False).hits, "a formula"


@pytest.mark.slow
def test_other_pages_of_formgrader_show_names_as_text(course, servers, chromium):
    for page in ("manage_students", f"gradebook/{ASSIGNMENT}/words", f"manage_submissions/{ASSIGNMENT}",
                 "gradebook", "manage_assignments"):
        visit = Visit(chromium, f"{servers[0]}/{page}")
        assert not visit.hits, page
        assert not visit.foreign(servers[0]), page


@pytest.mark.slow
def test_files_beside_a_notebook_are_not_served(course, servers):
    assert not list((course[0] / "grading" / "autograded").rglob("evil*"))


@pytest.mark.slow
def test_formgrader_says_where_formulas_are_missing(course, servers, chromium, tmp_path):
    (course[0] / "vendor").rename(tmp_path / "vendor")
    try:
        visit = Visit(chromium, f"{servers[0]}/submissions/{course[1]}/")
    finally:
        (tmp_path / "vendor").rename(course[0] / "vendor")
    assert "Formulas stand here as they were typed" in visit.text
    assert not visit.foreign(servers[0], servers[0].replace("formgrader", "files"))
