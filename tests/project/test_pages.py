"""The built pages load nothing from elsewhere, what they load is there, and no markup is left in the text."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

HTML = Path(__file__).parents[2] / "_build" / "html"
LOADING_RELATIONS = {"stylesheet", "icon", "preload", "modulepreload", "prefetch", "manifest"}


class Loads(HTMLParser):
    """Collects the addresses that a browser fetches without a click."""

    def __init__(self):
        super().__init__()
        self.addresses = []

    def handle_starttag(self, tag, attributes):
        attributes = {name: value or "" for name, value in attributes}
        self.addresses += re.findall(r"url\(['\"]?([^'\")]+)", attributes.get("style", ""))
        if tag == "link" and LOADING_RELATIONS & set(attributes.get("rel", "").split()):
            self.addresses.append(attributes["href"])
        if tag == "object" and "data" in attributes:
            self.addresses.append(attributes["data"])
        if tag in {"script", "img", "iframe", "source", "video", "audio", "embed", "track"}:
            self.addresses += filter(None, [attributes.get("src"), attributes.get("poster")])
            candidates = attributes.get("srcset", "").split(",")
            self.addresses += [words[0] for words in map(str.split, candidates) if words]


class Prose(HTMLParser):
    """Collects the text of a page, without code, formulas and scripts."""

    LEFT_OUT = ("code", "pre", "script", "style", "head")

    def __init__(self):
        super().__init__()
        self.inside, self.text = [], []

    def handle_starttag(self, tag, attributes):
        if tag in self.LEFT_OUT:
            self.inside.append(tag)

    def handle_endtag(self, tag):
        if self.inside and tag == self.inside[-1]:
            self.inside.pop()

    def handle_data(self, data):
        if not self.inside:
            self.text.append(data)


def left_markup(text):
    """Marks of Markdown that nothing turned into HTML, each with what stands around it."""
    parser = Prose()
    parser.feed(text)
    return re.findall(r".{0,40}(?:`|\*\*\w|\]\(|\{glue:).{0,40}", "".join(parser.text))


def loads_of_page(text):
    parser = Loads()
    parser.feed(text)
    return parser.addresses + loads_of_style("".join(re.findall(r"(?s)<style.*?</style>", text)))


def loads_of_style(text):
    found = re.findall(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)", text)
    return [address for pair in found for address in pair if address]


def is_elsewhere(address):
    return bool(urlsplit(address).netloc)


def built(pattern):
    if not (HTML / "index.html").is_file():
        pytest.skip("the book is not built: make book")
    return sorted(HTML.glob(pattern))


def test_pages_load_only_local_files():
    for page in built("*.html"):
        for address in loads_of_page(page.read_text()):
            assert not is_elsewhere(address), f"{page.name} loads {address}"
            if not address.startswith("data:"):
                path = page.parent / unquote(urlsplit(address).path)
                assert path.is_file(), f"{page.name} loads {address}, which is not there"


def test_styles_load_only_local_files():
    for sheet in built("**/*.css"):
        elsewhere = [a for a in loads_of_style(sheet.read_text()) if is_elsewhere(a)]
        assert not elsewhere, f"{sheet.name} loads {elsewhere}"


def test_pictures_have_alternative_text():
    for page in built("*.html"):
        for image in re.findall(r"<img\b[^>]*>", page.read_text()):
            assert re.search(r'\balt="[^"]+"', image), f"{page.name}: {image}"


def test_no_markup_is_left_in_the_text():
    for page in built("*.html"):
        assert not left_markup(page.read_text()), page.name


@pytest.mark.parametrize("left", ["the `lenet5`", "**bold** words", "see [this](that)", "{glue:text}`n`"])
def test_left_markup_is_found(left):
    assert left_markup(f"<p>They say {left}</p>")
    assert not left_markup(f"<p>fine <code>x ** y `</code></p><pre>{left}</pre>2 ** 3")


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://example.org/a.js"></script>',
        '<script src="//example.org/a.js"></script>',
        '<link rel="preload stylesheet" href="https://example.org/a.css">',
        '<img srcset="a.png 1x, https://example.org/b.png 2x">',
        "<style>@import 'https://example.org/a.css';</style>",
        "<p style=\"background: url('https://example.org/a.png')\">",
    ],
)
def test_a_load_from_elsewhere_is_seen(text):
    assert any(map(is_elsewhere, loads_of_page(text)))


def test_a_link_is_not_a_load():
    assert not loads_of_page('<a href="https://example.org/"></a>')
