"""The built pages in a browser: for everybody, in both themes, on a desk and on a phone.

Needs the built book, Chromium, and axe-core (`make browser`).
"""

import functools
import http.server
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HTML = ROOT / "_build" / "html"
WIDTHS = (1280, 390)
THEMES = ("light", "dark")
HEAVIEST = 4_500_000  # bytes that a page loads
PAGES = sorted(str(path.relative_to(HTML)) for pattern in ("*.html", "reference/*.html") for path in HTML.glob(pattern))
CHAPTERS = [page for page in PAGES if page[:2].isdigit()]

pytestmark = pytest.mark.slow


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves the book and counts what it sends."""

    sent = 0

    def log_message(self, *words):
        pass

    def copyfile(self, source, outputfile):
        content = source.read()
        type(self).sent += len(content)
        outputfile.write(content)


@pytest.fixture(scope="module")
def address():
    if not PAGES:
        pytest.skip("the book is not built: make book")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=HTML))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def visit(chromium, url, theme="light", width=1280, **options):
    """A page as somebody sees it who comes for the first time, and what it complained of."""
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme, **options)
    page, complaints, asked = context.new_page(), [], []
    page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(f"not loaded: {request.url}"))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url, wait_until="networkidle")
    return page, complaints, asked


@pytest.mark.parametrize("name", PAGES or ["no page is built"])
def test_a_page_is_for_everybody(name, chromium, address, violations):
    faults = []
    for theme in THEMES:
        for width in WIDTHS:
            Quiet.sent = 0
            page, complaints, asked = visit(chromium, address + name, theme, width)
            weight = Quiet.sent
            faults += [f"{theme}, {width}: {text}" for text in [
                *complaints,
                *(f"asks for {url}" for url in asked if not url.startswith((address, "data:", "blob:"))),
                *violations(page),
                *([f"loads {weight:,} bytes"] if weight > HEAVIEST else []),
                *(["scrolls sideways"] if page.evaluate("document.documentElement.scrollWidth") > width else []),
            ]]  # fmt: skip
            page.context.close()
    assert not faults


@pytest.mark.parametrize("name", CHAPTERS or ["no page is built"])
@pytest.mark.parametrize("theme", THEMES)
def test_one_version_of_each_figure_is_shown(name, theme, chromium, address):
    page, *_ = visit(chromium, address + name, theme)
    other = "light" if theme == "dark" else "dark"
    shown = {tone: page.evaluate(f"[...document.querySelectorAll('img.tone-{tone}')].filter(i => i.offsetParent).length")
             for tone in THEMES}
    total = page.evaluate("document.querySelectorAll('img.tone-light').length")
    assert total > 0 and shown == {theme: total, other: 0}
    captions = page.evaluate("[...document.querySelectorAll('figcaption')].filter(c => c.offsetHeight < 10).length")
    assert captions == 0, "captions are hidden"
    page.context.close()


@pytest.mark.parametrize("name", CHAPTERS or ["no page is built"])
def test_a_figure_opens_large_by_a_tap(name, chromium, address):
    page, *_ = visit(chromium, address + name, width=390, has_touch=True)
    small = page.evaluate("""[...document.querySelectorAll('figure img')].filter(image => image.offsetParent
        && image.naturalWidth > 2 * image.width && !image.closest('a[href$=".png"]')).length""")
    assert small == 0, "pictures are scaled down, and nothing opens them"
    page.context.close()


@pytest.mark.parametrize("name", CHAPTERS or ["no page is built"])
def test_only_inputs_can_be_copied(name, chromium, address):
    page, *_ = visit(chromium, address + name)
    assert page.locator(".cell_input .copybtn").count() > 0
    assert page.locator(".cell_output .copybtn").count() == 0
    page.context.close()


def test_a_page_prints_in_light_colors_with_its_answers(chromium, address):
    page, *_ = visit(chromium, address + "02-bayes.html", "dark")
    answer = page.locator(".admonition.dropdown p:not(.admonition-title)").first
    assert page.evaluate("document.documentElement.dataset.theme") == "dark" and not answer.is_visible()
    page.emulate_media(media="print")
    page.wait_for_function("document.documentElement.dataset.theme == 'light'")
    color = page.evaluate("getComputedStyle(document.querySelector('article p')).color")
    assert max(map(int, color[4:-1].split(","))) < 100, f"printed text is pale: {color}"
    assert answer.is_visible()
    page.emulate_media(media="screen")
    page.wait_for_function("document.documentElement.dataset.theme == 'dark'")
    page.context.close()


def test_the_keyboard_shows_where_it_is(chromium, address):
    page, *_ = visit(chromium, address + "02-bayes.html")
    without = []
    for _ in range(60):
        page.keyboard.press("Tab")
        focus = page.evaluate("""(() => { const e = document.activeElement, s = getComputedStyle(e);
            return [e.outerHTML.slice(0, 120), s.outlineStyle, parseFloat(s.outlineWidth), s.boxShadow]; })()""")
        if (focus[1] == "none" or focus[2] < 2) and focus[3] == "none":
            without.append(focus[0])
    assert not without
    page.context.close()


def test_what_axe_finds_is_seen(chromium, violations):
    page = chromium.new_page()
    page.set_content("<html><body><main><img src='x.png'><h1>t</h1></main></body></html>")
    assert {text.split()[0] for text in violations(page)} >= {"image-alt", "html-has-lang"}
    page.close()
