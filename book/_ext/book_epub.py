"""The book as an EPUB 3: what Sphinx makes of it, with formulas as MathML, and without what only a browser can use.

`make epub` calls it after `make book`, so the pages were executed before and are not executed again.
"""

import re
import sys
import tempfile
import unicodedata
from contextlib import ExitStack
from pathlib import Path

from bs4 import BeautifulSoup
from chromium import chromium_page
from docutils import nodes
from sphinx.builders.epub3 import Epub3Builder
from sphinx.util.math import get_node_equation_number

from course_lib import __version__

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from figures.cover import TEXT, save_cover

MATHJAX = Path(__file__).resolve().parents[2] / "vendor/static/mathjax/tex-chtml.js"
STYLE = Path(__file__).with_name("plain.css")
COVER = "_static/cover.png"


ACCESS = (
    ("accessMode", "textual"), ("accessMode", "visual"), ("accessModeSufficient", "textual"),
    ("accessibilityFeature", "alternativeText"), ("accessibilityFeature", "MathML"),
    ("accessibilityFeature", "structuralNavigation"), ("accessibilityFeature", "tableOfContents"),
    ("accessibilityHazard", "none"),
    ("accessibilitySummary", "Formulas are MathML. Pictures have alternative texts."),
)


class MathML:
    """TeX to MathML, by the program that shows the formulas in the browser."""

    def __init__(self):
        self.known, self.tools, self.page = {}, ExitStack(), None

    def __call__(self, tex, display):
        if (tex, display) not in self.known:
            self.known[tex, display] = self.translate(tex, display)
        return self.known[tex, display]

    def translate(self, tex, display):
        if self.page is None:
            folder = self.tools.enter_context(tempfile.TemporaryDirectory())
            start = Path(folder, "formulas.html")
            start.write_text(f'<script src="{MATHJAX.as_uri()}"></script>')
            self.page = self.tools.enter_context(chromium_page(start.as_uri()))
            self.page.evaluate("MathJax.startup.promise")
        found = self.page.evaluate("([tex, display]) => MathJax.tex2mmlPromise(tex, {display})", [tex, display])
        if "<merror" in found:
            raise ValueError(f"this formula cannot be read: {tex}")
        found = re.sub(r"\s*\n\s*", "", re.sub(r' data-[\w-]+="[^"]*"', "", found))
        found = re.sub(r'<mi mathvariant="(bold|bold-italic)">(\w)</mi>', lambda m: f"<mi>{bold(m[2], m[1])}</mi>", found)
        # TeX's own words go along: somebody who hears the formula may prefer them.
        return found.replace("<math ", f'<math alttext="{escaped(tex)}" ', 1)

    def close(self):
        self.tools.close()


def bold(letter, variant):
    """The letter as a character that is bold by itself: many readers do not know any other way.

    >>> [unicodedata.name(bold(letter, "bold-italic")) for letter in "xβ"]
    ['MATHEMATICAL BOLD ITALIC SMALL X', 'MATHEMATICAL BOLD ITALIC SMALL BETA']
    """
    name = unicodedata.name(letter).replace("LATIN ", "").replace("GREEK ", "").replace(" LETTER", "")
    kind = variant.upper().replace("-", " ")
    try:
        return unicodedata.lookup(f"MATHEMATICAL {kind} {name}")
    except KeyError:
        return letter


def escaped(text):
    for sign, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\n", " ")):
        text = text.replace(sign, name)
    return text


mathml = MathML()


def visit_inline(translator, node):
    translator.body.append(mathml(node.astext(), display=False))
    raise nodes.SkipNode


def visit_block(translator, node):
    tex = node.astext()
    if "\\begin{" not in tex and "\\\\" in tex:  # Sphinx sets several lines so
        tex = rf"\begin{{split}}{tex}\end{{split}}"
    number = get_node_equation_number(translator, node) if node["number"] else ""
    number = f'<span class="eqno">({number})</span>' if number else ""
    translator.body.append(translator.starttag(node, "div", CLASS="math") + number + mathml(tex, display=True) + "</div>\n")
    raise nodes.SkipNode


def valid(xhtml):
    """A page with what HTML forgives and XHTML does not set right; answers stay folded where a reader can fold."""
    soup = BeautifulSoup(xhtml, "html.parser")
    for unneeded in soup.select("script, button, link[rel=search], summary .expanded"):
        unneeded.decompose()
    for part in soup.select("summary p"):
        part.name = "span"
    for part in soup.select("p > ul, p > ol, p > dl"):
        part.parent.unwrap()
    for answer in soup.select("div.admonition.dropdown"):
        answer.name = "details"
        if title := answer.select_one("p.admonition-title"):
            title.name = "summary"
    return str(soup)


class BookEpub(Epub3Builder):
    """Sphinx's builder of EPUB 3, with one style sheet of our own and no programs."""

    def init_templates(self):
        super().init_templates()
        render = self.templates.render
        self.templates.render = lambda template, context: (
            valid(render(template, context)).replace('alt="Cover image"', f'alt="{TEXT}"')
            if template.endswith(".html") else render(template, context))

    def init_css_files(self):
        self._css_files = []
        for name in ("pygments.css", STYLE.name):
            super().add_css_file(name)

    def init_js_files(self):
        self._js_files = []

    def add_css_file(self, filename, **attributes):
        """Those of extensions are for browsers."""

    def add_js_file(self, filename, **attributes):
        """A book has no programs."""

    def prepare_writing(self, docnames):
        super().prepare_writing(docnames)
        self.domain_indices = []

    def post_process_images(self, doctree):
        for image in list(doctree.findall(nodes.image)):
            if "tone-dark" in image.get("classes", []):
                image.parent.remove(image)
        super().post_process_images(doctree)

    def copy_static_files(self):
        static = Path(self.outdir, "_static")
        static.mkdir(parents=True, exist_ok=True)
        (static / STYLE.name).write_text(STYLE.read_text(encoding="utf-8"), encoding="utf-8")
        self.create_pygments_style_file()
        save_cover(static / "cover.png")

    def copy_extra_files(self):
        """What the pages load in a browser is not needed here."""

    def build_content(self):
        """The list of files, which must say where formulas are, and for whom the book can be read."""
        super().build_content()
        path = Path(self.outdir, "content.opf")
        content = path.read_text(encoding="utf-8")
        for name in re.findall(r'<item [^>]*href="([^"]*\.xhtml)"', content):
            page = Path(self.outdir, name)
            if page.is_file() and "<math" in page.read_text(encoding="utf-8"):
                content = content.replace(f' href="{name}" media', f' href="{name}" properties="mathml" media')
        content = content.replace(f' href="{COVER}" media', f' href="{COVER}" properties="cover-image" media')
        access = "".join(f'    <meta property="schema:{name}">{value}</meta>\n' for name, value in ACCESS)
        path.write_text(content.replace("  </metadata>", f"{access}  </metadata>"), encoding="utf-8")


def with_version(app):
    if app.builder.name == "epub":
        app.config.version, app.config.project = __version__, app.config.epub_title
        app.config.epub_cover = (COVER, "epub-cover.html")  # in _config.yml it would be a list, and a warning


def setup(app):
    app.add_builder(BookEpub, override=True)
    app.add_config_value("epub_math_renderer", "mathml", "epub")
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    app.connect("builder-inited", with_version, priority=100)
    app.connect("build-finished", lambda app, exception: mathml.close())
    return {"parallel_read_safe": True}
