"""Nothing that a student handed in runs, or loads anything, in the browser of whoever reads it.

Every page that nbgrader makes of a notebook, in formgrader and as feedback, goes through here. What
students wrote becomes HTML by way of nh3, an allowlist: tags of text without any attribute that
does something. Pictures must be PNG, JPEG or GIF inside the page; addresses are shown, not linked.
Our templates add a second wall: a policy by which the browser runs no script but the page's own.
"""

import html
import re
import secrets

import nbformat
import nh3
from jinja2 import pass_context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import Preprocessor
from pygments.token import STANDARD_TYPES

from classroom.image import PICTURES, is_picture
from classroom.submissions import KEY

TAGS = {
    "a", "b", "blockquote", "br", "caption", "code", "dd", "del", "details", "div", "dl",
    "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img",
    "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strong",
    "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
    "var", "wbr",
}
GONE = {
    "script", "style", "title", "template", "iframe", "object", "embed", "noscript", "svg",
    "math", "textarea",
}
ATTRIBUTES = {"img": {"src", "alt"}, "a": {"href"}, "ol": {"start"},
              "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
CLASSES = {"div": {"highlight"}, "span": {name for name in STANDARD_TYPES.values() if name}}
TEXTS = ("text/html", "text/markdown", "text/latex", "text/plain")
KNOWN = {"grade_id": str, "points": (int, float), "grade": bool, "solution": bool, "task": bool,
         "locked": bool, "schema_version": int, "cell_type": str, "checksum": str}
# Characters that a page shows of one of a student's cells, and of all: what turns Markdown into
# HTML and colors code can take the square of their number.
CELL, PAGE = 20_000, 100_000
LEFT_OUT = "\n[the rest of this cell is too long for a page: open the notebook]"


def clean(text: str, links: bool = False) -> str:
    """Return HTML with nothing in it that runs, loads or sends anything.

    Parameters
    ----------
    text : str
    links : bool
        Whether links to web addresses stay.

    Examples
    --------
    >>> clean("<b onclick='x()'>bold</b><script>x()</script><img src=http://a.b/c.png>")
    '<b>bold</b><img>'
    >>> clean("<a href='https://a.b'>to</a>")
    '<a rel="noopener noreferrer">to</a>'
    >>> clean("<a href='https://a.b'>to</a>", links=True)
    '<a href="https://a.b" rel="noopener noreferrer">to</a>'
    """
    def keep(tag, name, value):
        if name == "src":
            return value if is_picture_address(value) else None
        if name == "href":
            return value if links and re.match(r"https?://", value) else None
        free = name in ("alt", "class", "rel")  # classes are looked at elsewhere, rel is ours
        return value if free or value.isdecimal() and len(value) < 5 else None

    return nh3.clean(text, tags=TAGS, clean_content_tags=GONE, attributes=ATTRIBUTES,
                     attribute_filter=keep, allowed_classes=CLASSES,
                     url_schemes={"data", "http", "https"})


def is_picture_address(address: str) -> bool:
    """Whether an address holds a whole picture itself."""
    found = re.fullmatch(r"data:(image/\w+);base64,([\w+/=\s]*)", address)
    return bool(found) and is_picture(found[1], found[2])


class Renderer(IPythonRenderer):
    """Markdown to HTML; links and pictures that lead elsewhere become text."""

    def __init__(self, links, attachments):
        super().__init__(escape=False, attachments=attachments, exclude_anchor_links=True)
        self.links = links

    def link(self, text, url, title=None):
        """Write a link; where links may not stay, its address."""
        if self.links:
            return super().link(text, url, title)
        return text if text == url else f"{text} ({html.escape(url)})"

    def image(self, text, url, title=None):
        """Put a picture in; of one that is not in the notebook, what it shows and its address."""
        data = self.attachments.get(url.removeprefix("attachment:"), {})
        for kind, content in data.items() if url.startswith("attachment:") else ():
            if is_picture(kind, content):
                url = f"data:{kind};base64,{''.join(content.split())}"
                break
        if is_picture_address(url):
            return f'<img src="{url}" alt="{html.escape(text)}">'
        return f"[picture {html.escape(f'{text} {url[:200]}')}: it is not shown]"

    def block_mermaidjs(self, code):
        """Leave a diagram as code."""
        return f"<pre>{html.escape(code)}</pre>"


@pass_context
def markdown(context, source: str) -> str:
    """Turn Markdown into HTML: the filter `markdown2html` of our pages."""
    cell = context.get("cell") or {}
    theirs = cell.get("metadata", {}).get("nbgrader", {}).get("solution")
    links = cell.get("cell_type") == "markdown" and not theirs
    attachments = cell.get("attachments", {})
    return clean(MarkdownWithMath(renderer=Renderer(links, attachments)).render(source), links)


class Harmless(Preprocessor):
    """Take out of a notebook whatever a page does not need, before it becomes one."""

    def preprocess(self, nb, resources):
        """Return a notebook of texts, pictures and known metadata."""
        problem = nb.metadata.get(KEY, {}).get("problem", "")
        nb.metadata = nbformat.from_dict({"language_info": {"name": "python"}})
        resources["problem"] = html.escape(_plain(str(problem)))
        _shorten(nb.cells)
        nb.cells = [_harmless_cell(cell, number) for number, cell in enumerate(nb.cells)]
        resources["nonce"] = secrets.token_urlsafe(16)
        return nb, resources


def _shorten(cells):
    """Cut what may be a student's to what a page has room for."""
    room = PAGE
    for cell in cells:
        known = cell.get("metadata", {}).get("nbgrader", {})
        if not (isinstance(known, dict) and known.get("locked")):
            most = min(CELL, room)
            room -= min(len(cell.source), most)
            if len(cell.source) > most:
                cell.source = cell.source[:most] + LEFT_OUT


def _harmless_cell(cell, number):
    known = cell.get("metadata", {}).get("nbgrader", {})
    known = {key: known[key] for key, kind in KNOWN.items()
             if isinstance(known, dict) and isinstance(known.get(key), kind)}
    if "grade_id" in known:
        known["grade_id"] = html.escape(known["grade_id"])
    verdict = cell.get("metadata", {}).get(KEY, {})
    made = {"cell_type": cell.cell_type, "id": f"cell-{number}", "source": cell.source,
            "metadata": {"nbgrader": known} if "grade_id" in known else {}}
    if isinstance(verdict, dict) and verdict.get("passed") in (True, False):
        made["metadata"][KEY] = {"passed": verdict["passed"], "once": bool(verdict.get("once"))}
    if cell.cell_type == "code":
        outputs = [_harmless_output(output) for output in cell.get("outputs", [])]
        made |= {"execution_count": None, "outputs": outputs}
    elif cell.cell_type == "markdown":
        made["attachments"] = cell.get("attachments", {})
    else:  # raw text is shown as it was typed
        made |= {"cell_type": "markdown", "source": f"<pre>\n{html.escape(cell.source)}\n</pre>"}
    return nbformat.from_dict(made)


def _harmless_output(output):
    if output.output_type == "stream":
        made = {"output_type": "stream", "name": "stdout", "text": _plain(output.text)}
    elif output.output_type == "error":
        lines = [_plain(line) for line in output.traceback]
        made = {"output_type": "error", "ename": "", "evalue": "", "traceback": lines}
    else:
        made = {"output_type": "display_data", "metadata": {}, "data": _data(output.data)}
    return nbformat.from_dict(made)


def _data(data):
    """The first kind of an output that can be shown, as a picture or as text."""
    for kind in PICTURES:
        if kind in data and is_picture(kind, "".join(data[kind])):
            return {kind: "".join("".join(data[kind]).split())}
    for kind in TEXTS:
        if kind in data:
            text = "".join(data[kind])
            return {kind: clean(text) if kind == "text/html" else _plain(text)}
    kinds = ", ".join(_plain(str(kind))[:60] for kind in data)
    return {"text/plain": f"[an output is not shown: {kinds}]"}


def _plain(text):
    """Text without signs that control a terminal."""
    text = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", "".join(text))
    return "".join(c for c in text if c in "\n\t" or c.isprintable() or c == "\u00ad")
