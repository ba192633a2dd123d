"""The built pages: links lead somewhere, outputs are for people, figures have content."""

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

HTML = Path(__file__).parents[2] / "_build" / "html"
PAGES = sorted(path for pattern in ("*.html", "reference/*.html") for path in HTML.glob(pattern))
NAMES = [str(path.relative_to(HTML)) for path in PAGES] or ["no page is built"]

# What the bare repr of an object looks like, and a number that nobody rounded.
REPR = re.compile(r"<(?:Figure|Axes|matplotlib|course_lib|sklearn|function|built-in|module|bound)[^>]*>"
                  r"|<[\w.]+ (?:object )?at 0x[0-9a-f]+>|\bnp\.(?:float|int|str|bool)\w*\(|^Text\(|\[<", re.MULTILINE)
LONG = re.compile(r"\d\.\d{7,}")


class Addresses(HTMLParser):
    """The links of a page, and the places in it that a link can lead to."""

    def __init__(self):
        super().__init__()
        self.links, self.places = [], set()

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.places |= {attributes[key] for key in ("id", "name") if attributes.get(key)}
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])


@cache
def addresses(path):
    parser = Addresses()
    parser.feed(path.read_text(encoding="utf-8"))
    return parser


def dead_links(page):
    """Links of a page within the book that lead to no file, or to no place in it."""
    for link in addresses(page).links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        if not target.is_file() or parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in addresses(target).places:
            yield link


def bad_outputs(html):
    """Outputs that are no text for people."""
    soup = BeautifulSoup(html, "html.parser")
    for output in soup.select(".cell_output"):
        text = output.get_text()
        yield from (match[0] for pattern in (REPR, LONG) for match in pattern.finditer(text))
    for pasted in soup.select(".pasted-text"):
        yield from (match[0] for match in re.finditer(r"\$|\*\*|\d\.\d{7,}", pasted.get_text()))


def empty(html):
    """Figures without a picture, tables without a row, cells that show nothing although they promise a figure."""
    soup = BeautifulSoup(html, "html.parser")
    for figure in soup.find_all("figure"):
        if not figure.find("img"):
            yield f"figure {figure.get('id')} has no picture"
        if not figure.figcaption or not figure.figcaption.get_text(strip=True):
            yield f"figure {figure.get('id')} has no caption"
    for table in soup.select("article table"):
        if len(table.find_all("tr")) <= len(table.select("thead tr")):
            yield "a table has no rows"


def the(name):
    if not PAGES:
        pytest.skip("the book is not built: make book")
    return HTML / name


@pytest.mark.parametrize("name", NAMES)
def test_no_link_is_dead(name):
    assert list(dead_links(the(name))) == []


@pytest.mark.parametrize("name", NAMES)
def test_outputs_are_for_people(name):
    assert list(bad_outputs(the(name).read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("name", NAMES)
def test_no_figure_and_no_table_is_empty(name):
    assert list(empty(the(name).read_text(encoding="utf-8"))) == []


def wrong_numbers(html, chapter):
    """Captions and equations whose number is not that of their chapter and their place in it."""
    soup = BeautifulSoup(html, "html.parser")
    for kind, found in (("Fig. ", soup.select("figcaption .caption-number")), ("(", soup.select(".eqno"))):
        texts = [one.get_text().replace("Permalink to this equation", "").strip("#\u00b6 ") for one in found]
        for place, text in enumerate(texts, start=1):
            if not text.startswith(f"{kind}{chapter}.{place}"):
                yield text


@pytest.mark.parametrize("name", [name for name in NAMES if name[:2].isdigit()])
def test_figures_and_equations_bear_the_number_of_the_chapter(name):
    assert list(wrong_numbers(the(name).read_text(encoding="utf-8"), int(name[:2]))) == []


@pytest.mark.parametrize("name", [name for name in NAMES if name[:2].isdigit()])
def test_a_page_offers_its_notebook(name):
    text = the(name).read_text(encoding="utf-8")
    notebook = f"_sources/{name.removesuffix('.html')}.ipynb"
    assert notebook in addresses(HTML / name).links and (HTML / notebook).is_file()
    assert "mybinder.org" not in text and "/issues/new" not in text, "a book on a disk has no buttons that need a network"


def test_faults_are_seen(tmp_path):
    output = '<div class="cell_output">{}</div>'
    for bad in ("&lt;Figure size 640x480 with 0 Axes&gt;", "0.0076611086074808476", "np.float64(0.5)",
                "&lt;course_lib.nn.dense.Dense object at 0x7f00&gt;", "Text(0.5, 1, 'x')"):
        assert list(bad_outputs(output.format(bad))), bad
    assert not list(bad_outputs(output.format("0.008 of 784, [1 2 3]")))
    assert list(bad_outputs('<span class="pasted-text">$10^{-9}$</span>'))
    assert len(list(empty("<article><figure id='a'></figure><table><tbody></tbody></table></article>"))) == 3
    page, other = tmp_path / "a.html", tmp_path / "b.html"
    other.write_text("<p id='there'></p>")
    page.write_text("<a href='b.html#there'></a><a href='b.html#gone'></a><a href='c.html'></a><a href='#up'></a>")
    assert list(dead_links(page)) == ["b.html#gone", "c.html", "#up"]
