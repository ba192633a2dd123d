"""The book as a PDF: the pages that `make book` has built, one behind the other, printed by Chromium.

    python book/_ext/book_pdf.py _build/html _build/from-bayes-to-lenet-5.pdf

Each name of a place gets that of its page before it, so that links lead to the right place of the one long page. Answers are
open; folded code and what only works in a browser are left out.
"""

import re
import shutil
import sys
from html import escape
from pathlib import Path
from urllib.parse import unquote

import yaml
from bs4 import BeautifulSoup
from chromium import chromium_page

BOOK = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(BOOK))  # for the cover

from figures.cover import TEXT, save_cover

TITLE = "From Bayes to LeNet-5"
LEFT_OUT = ("script, style, button, img.tone-dark, .headerlink, .viewcode-link, .copybtn, .toctree-wrapper, "
            "details.hide:has(.cell_input), .prev-next-area, .visually-hidden")
FORMULAS = ("<script>window.MathJax = {options: {ignoreHtmlClass: 'mathjax_ignore', processHtmlClass: 'math'}}</script>")
FOOTER = ('<div style="width: 100%; font: 8px sans-serif; color: #555; text-align: center">'
          '<span class="pageNumber"></span></div>')


PAPER = {"format": "A4", "outline": True, "tagged": True, "print_background": True, "display_header_footer": True,
         "header_template": "<span></span>", "footer_template": FOOTER,
         "margin": {"top": "20mm", "bottom": "20mm", "left": "22mm", "right": "22mm"}}
NUMBER = """pages => document.querySelectorAll("nav a").forEach(link => {
    link.nextElementSibling.textContent = pages[decodeURIComponent(link.hash.slice(1))] })"""


def pages_in_order(contents):
    """Captions of the parts, and the pages of each, as the table of contents has them."""
    parts = yaml.safe_load(contents.read_text(encoding="utf-8"))
    return [("", [parts["root"]])] + [(part["caption"], [page["file"] for page in part["chapters"]]) for part in parts["parts"]]


def place(page, name=""):
    """The name of a place on the one page."""
    return f"{page}--{name}" if name else page


def printable(soup, page):
    """The article of a page with its links and pictures made to fit; ``page`` is its name without `.html`."""
    article = soup.select_one("article.bd-article")
    article.name = "section"
    for part in article.select(LEFT_OUT):
        part.decompose()
    for part in article.find_all(id=True):
        part["id"] = place(page, part["id"])
    article["id"] = page
    folder = Path(page).parent
    for image in article.find_all("img", src=True):
        image["src"] = f"html/{_path(folder, image['src'])}"
        image["loading"] = "eager"
    for link in article.find_all("a", href=True):
        target, _, name = link["href"].partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        target = _path(folder, target) if target else f"{page}.html"
        if target.endswith(".html") and not target.startswith("_"):
            link["href"] = "#" + place(target.removesuffix(".html"), name)
        else:  # a file to download, a picture to enlarge, the source of a function
            link.unwrap()
    return article


def _path(folder, relative):
    parts = []
    for part in (*folder.parts, *relative.split("/")):
        parts[-1:] = [] if part == ".." else [*parts[-1:], part]
    return "/".join(part for part in parts if part != ".")


def one_page(html):
    """The whole book as one page, which lies beside the folder ``html``."""
    body, contents = [], []
    for caption, pages in pages_in_order(BOOK / "_toc.yml"):
        contents.append(f"<h2>{caption}</h2>" if caption else "")
        contents.append("<ul>")
        for page in pages:
            soup = BeautifulSoup((html / f"{page}.html").read_text(encoding="utf-8"), "html.parser")
            article = printable(soup, page)
            title = article.h1.get_text(strip=True)
            contents.append(f'<li><a href="#{page}">{title}</a><span class="page"></span></li>')
            body.append(str(article))
        contents.append("</ul>")
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{TITLE}</title>
<link rel="stylesheet" href="html/_static/pygments.css"><link rel="stylesheet" href="plain.css">
{FORMULAS}<script src="html/mathjax/tex-chtml.js"></script></head>
<body><p class="cover"><img src="cover.png" alt="{escape(TEXT)}"></p><h1 class="first">{TITLE}</h1><nav>{"".join(contents)}</nav>{"".join(body)}</body></html>"""


def dead_links(page):
    """Links of the one page that lead nowhere."""
    soup = BeautifulSoup(page, "html.parser")
    places = {part["id"] for part in soup.find_all(id=True)}
    return sorted({link["href"] for link in soup.select('a[href^="#"]')} - {f"#{name}" for name in places})


def numbers_of_pages(pdf):
    """Number of the page on which each named place of a PDF stands. Chromium packs no objects, so they can be read as they are."""
    def found(pattern, start=0):
        return re.compile(pattern, re.DOTALL).search(pdf, start)

    root = found(rb"/Type /Catalog\b.*?endobj")[0]
    tree, places = (int(re.search(rb"/%s (\d+) 0 R" % name, root)[1]) for name in (b"Pages", b"Dests"))
    kids = {int(number): [int(kid) for kid in re.findall(rb"(\d+) 0 R", some)] for number, some in
            re.findall(rb"\n(\d+) 0 obj\n<</Type /Pages\b[^\[]*?/Kids \[([^\]]*)\]", pdf)}

    def leaves(number):
        return [leaf for kid in kids[number] for leaf in leaves(kid)] if number in kids else [number]

    order = {number: i for i, number in enumerate(leaves(tree), 1)}
    names = found(rb"\n%d 0 obj\n<<(.*?)>>\nendobj" % places)[1]
    return {unquote(name.decode().replace("#", "%")): order[int(number)]
            for name, number in re.findall(rb"/(\S+) \[(\d+) 0 R", names)}


def main(html, pdf):
    html, pdf = Path(html).resolve(), Path(pdf).resolve()
    text = one_page(html)
    if dead := dead_links(text):
        raise ValueError(f"links that lead nowhere: {dead}")
    path = html.parent / "print.html"
    path.write_text(text, encoding="utf-8")
    shutil.copy(Path(__file__).with_name("plain.css"), html.parent)
    save_cover(html.parent / "cover.png")
    with chromium_page(path.as_uri()) as page:
        page.evaluate("MathJax.startup.promise")
        # Printed once to learn on which page each chapter begins, and again with these numbers in the contents.
        page.evaluate(NUMBER, numbers_of_pages(page.pdf(**PAPER)))
        page.pdf(path=pdf, **PAPER)


if __name__ == "__main__":
    main(*sys.argv[1:])
