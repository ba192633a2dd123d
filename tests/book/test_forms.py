"""The book as an EPUB and as a PDF, and the check of its links to the outside."""

import functools
import http.server
import importlib
import re
import shutil
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
import yaml
from bs4 import BeautifulSoup

from .cells import BOOK, CHAPTERS

ROOT = BOOK.parent
EPUB = ROOT / "_build" / "from-bayes-to-lenet-5.epub"
PDF = EPUB.with_suffix(".pdf")
PAGE = """
<article class="bd-article"><section id="one"><h1>One<a class="headerlink" href="#one">#</a></h1>
<img class="tone-light" src="../_images/a.png"/><img class="tone-dark" src="../_images/b.png"/>
<details class="hide above-input"><summary>Show code</summary><div class="cell_input">folded</div></details>
<div class="dropdown admonition"><p class="admonition-title">Why?</p><p>Because.</p></div>
<a href="#one">here</a><a href="../two.html#in-short">there</a><a href="../two.html">page</a>
<a href="../_downloads/x.ipynb">file</a><a href="https://example.org/#one">outside</a></section></article>"""


@pytest.fixture
def extension(monkeypatch):
    """Modules of `book/_ext`, which import one another."""
    monkeypatch.syspath_prepend(BOOK / "_ext")
    return importlib.import_module


def test_a_page_fits_among_the_others_on_paper(extension):
    article = extension("book_pdf").printable(BeautifulSoup(PAGE, "html.parser"), "part/first")
    assert [link["href"] for link in article.find_all("a")] == [
        "#part/first--one", "#two--in-short", "#two", "https://example.org/#one"]
    assert article["id"] == "part/first" and article.section["id"] == "part/first--one"
    assert [image["src"] for image in article.find_all("img")] == ["html/_images/a.png"]
    text = article.get_text()
    assert "Because." in text and "file" in text and "folded" not in text and "#" not in text


def test_a_link_that_leads_nowhere_is_seen(extension):
    dead_links = extension("book_pdf").dead_links
    assert dead_links('<p id="a"></p><a href="#a"></a><a href="#b"></a><a href="https://c"></a>') == ["#b"]


def test_the_page_of_each_place_is_read_from_a_pdf(extension):
    objects = {1: "/Type /Pages\n/Count 3\n/Kids [2 0 R 5 0 R]", 2: "/Type /Pages\n/Count 2\n/Kids [4 0 R 3 0 R]\n/Parent 1 0 R",
               3: "/Type /Page", 4: "/Type /Page", 5: "/Type /Page", 6: "/a [4 0 R /XYZ 0 9 0]\n/b#2Fc [5 0 R /XYZ 0 9 0]\n/d--e [3 0 R /XYZ 0 1 0]",
               7: "/Type /Catalog\n/Pages 1 0 R\n/Dests 6 0 R"}
    pdf = "".join(f"\n{number} 0 obj\n<<{text}>>\nendobj" for number, text in objects.items())
    assert extension("book_pdf").numbers_of_pages(pdf.encode()) == {"a": 1, "d--e": 2, "b/c": 3}


def test_the_cover_has_ink_and_words(extension, tmp_path):
    cover = extension("book_pdf")
    cover.save_cover(tmp_path / "cover.png")
    picture = plt.imread(tmp_path / "cover.png")[..., :3]
    assert picture.shape[:2] == (2400, 1600) and "Cover" in cover.TEXT
    assert 0.05 < (picture.min(axis=2) > 0.9).mean() < 0.5, "white digits on blue"


def test_paper_has_all_pages_in_the_order_of_the_contents(extension):
    pages = [page for _, some in extension("book_pdf").pages_in_order(BOOK / "_toc.yml") for page in some]
    assert pages[0] == "index" and [page for page in pages if page[:2].isdigit()] == [page.stem for page in CHAPTERS]
    assert all((BOOK / f"{page}.md").is_file() for page in pages)


@pytest.mark.parametrize("before, after", [
    ("<details><summary><p>Show</p></summary></details>", "<details><summary><span>Show</span></summary></details>"),
    ("<dd><p><ul><li>a</li></ul></p></dd>", "<dd><ul><li>a</li></ul></dd>"),
    ('<div class="dropdown admonition"><p class="admonition-title">a</p></div>',
     '<details class="dropdown admonition"><summary class="admonition-title">a</summary></details>'),
    ("<button>Copy</button><script>1</script>", ""),
])  # fmt: skip
def test_pages_become_valid(before, after, extension):
    assert extension("book_epub").valid(before) == after


def test_bold_letters_are_bold_by_themselves(extension):
    bold = extension("book_epub").bold
    assert [bold(letter, kind) for letter, kind in (("x", "bold-italic"), ("W", "bold"), ("β", "bold-italic"), ("ß", "bold"))] == [
        "\N{MATHEMATICAL BOLD ITALIC SMALL X}", "\N{MATHEMATICAL BOLD CAPITAL W}",
        "\N{MATHEMATICAL BOLD ITALIC SMALL BETA}", "ß"]


@pytest.mark.slow
def test_formulas_become_mathml(extension):
    if not any(map(shutil.which, extension("chromium").NAMES)):
        pytest.skip("there is no Chromium on this machine")
    mathml = extension("book_epub").MathML()
    try:
        found = BeautifulSoup(mathml(r"\begin{aligned} \boldsymbol{y} &< 1 \\ z &= \tfrac12 \end{aligned}", True), "html.parser")
        assert found.math["display"] == "block" and "&<" in found.math["alttext"]
        assert len(found.find_all("mtr")) == 2 and found.find("mfrac") and "\N{MATHEMATICAL BOLD ITALIC SMALL Y}" in found.text
        with pytest.raises(ValueError, match="cannot be read"):
            mathml(r"\frac{1", False)
    finally:
        mathml.close()


@pytest.fixture(scope="module")
def epub():
    if not EPUB.is_file():
        pytest.skip("the EPUB is not made: make epub")
    with zipfile.ZipFile(EPUB) as archive:
        yield {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.slow
def test_epubcheck_finds_nothing():
    program = shutil.which("epubcheck")
    if not EPUB.is_file() or program is None:
        pytest.skip("needs the EPUB and epubcheck")
    with open(program, "rb") as file:  # Debian's is a Java archive, which not every system starts by itself
        command = ["java", "-jar", program] if file.read(2) == b"PK" else [program]
    done = subprocess.run([*command, "--failonwarnings", EPUB], capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]


@pytest.mark.slow
def test_the_epub_is_for_everybody(epub):
    pages = {name: BeautifulSoup(text, "html.parser") for name, text in epub.items() if name.endswith(".xhtml")}
    for name, page in pages.items():
        assert not page.select("script, button, .interactive script"), name
        assert not [image for image in page.find_all("img") if not image.get("alt")], f"{name}: a picture without words"
        assert not page.select("img.tone-dark"), name
        assert not re.search(r"\\(frac|boldsymbol|begin)\b", page.get_text()), f"{name}: TeX is left"
    for chapter in CHAPTERS:
        formulas = pages[f"{chapter.stem}.xhtml"].find_all("math")
        assert len(formulas) > 10 and all(formula["alttext"] for formula in formulas)
    assert {link["href"] for link in pages["nav.xhtml"].find_all("a")} >= {f"{chapter.stem}.xhtml" for chapter in CHAPTERS}
    assert "Here would be a pad" in pages["draw.xhtml"].get_text()
    assert "handwritten digits" in pages["epub-cover.xhtml"].img["alt"] and "_static/cover.png" in epub
    assert b'href="_static/cover.png" properties="cover-image"' in epub["content.opf"]


@pytest.mark.slow
def test_the_pdf_has_links_and_an_outline(extension):
    if not PDF.is_file():
        pytest.skip("the PDF is not made: make pdf")
    content = PDF.read_bytes()
    assert len(re.findall(rb"/Type /Page\b", content)) > 200
    assert len(re.findall(rb"/Dest /", content)) > 500, "links within the book"
    assert len(re.findall(rb"/URI \(", content)) > 100, "links to the outside"
    assert b"/Outlines" in content and b"/StructTreeRoot" in content
    pages = extension("book_pdf").numbers_of_pages(content)
    begin = [pages[page.stem] for page in CHAPTERS]
    assert begin == sorted(set(begin)) and begin[0] > pages["index"] > 2, "the cover and the contents come first"


class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response({"/here": 200, "/forbidden": 403}.get(self.path, 404))
        self.end_headers()

    do_HEAD = do_GET

    def log_message(self, *words):
        pass


@pytest.mark.slow
@pytest.mark.parametrize("places, works", [(["here", "forbidden"], True), (["here", "gone"], False)])
def test_a_link_to_nowhere_outside_is_found(places, works, tmp_path):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=functools.partial(server.serve_forever, 0.05), daemon=True).start()
    for name in ("vendor", "Makefile", "_config.yml"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "book").mkdir()
    for name in ("_ext", "_static", "references.bib"):
        (tmp_path / "book" / name).symlink_to(BOOK / name)
    (tmp_path / "book" / "_toc.yml").write_text(yaml.safe_dump({"format": "jb-book", "root": "index"}))
    address = f"http://127.0.0.1:{server.server_port}"
    (tmp_path / "book" / "index.md").write_text("# Links\n\n" + "\n".join(f"[{one}]({address}/{one})" for one in places))
    done = subprocess.run(["make", "-o", "book", "links", f"BIN={Path(sys.executable).parent}"], cwd=tmp_path,
                          capture_output=True, text=True, check=False)
    server.shutdown()
    server.server_close()
    assert (done.returncode == 0) == works, done.stdout + done.stderr
    assert works or f"{address}/gone" in done.stdout
