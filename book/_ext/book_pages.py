"""Mends what the theme gets wrong in every page, after the page is rendered and before it is written.

Most of it is for screen readers: names of buttons that contain what is seen, landmarks, roles that exist. The check that
nothing is left is `tests/book/test_browser.py`.
"""

import re
from pathlib import Path

from bs4 import BeautifulSoup

ICON = re.compile(r"\bfa-([a-z0-9-]+)")


def without_icon_program(soup):
    """The theme loads 1.5 MB of icons as a program. The few that are used come from a font, see `write_icons`."""
    for script in soup.find_all("script", src=re.compile(r"scripts/fontawesome\.js")):
        script.decompose()


def names_of_buttons(soup):
    """A button that shows words is called by them; voice control knows no other name."""
    for element in soup.select("button[aria-label], summary[aria-label]"):
        if element.get_text(strip=True):
            del element["aria-label"]
    for icon in soup.select("button i[title]"):
        icon["aria-hidden"] = "true"
        del icon["title"]  # would be read in addition to the name of the button


def landmarks(soup):
    """Everything on the page belongs to a region with a name."""
    for item in soup.select(".sidebar-primary-item"):
        if item.select_one(".navbar-brand"):
            item.name = "nav"
            item["aria-label"] = "Home"


def citations(soup):
    """docutils gives the bibliography roles that are out of use, and a list that has no items."""
    for element in soup.select("[role=doc-biblioentry], .citation-list[role=list]"):
        del element["role"]


def tables(soup):
    """A heading without words is no heading; the rows of a table are named by their first cell."""
    for head in soup.find_all("th"):
        if not head.get_text(strip=True) and not head.find("img"):
            head.name = "td"
    for head in soup.select("thead th"):
        head["scope"] = "col"
    for box in soup.select(".pst-scrollable-table-container"):
        box["tabindex"] = "0"
        box["role"] = "group"
        box["aria-label"] = "table"


def pictures(soup):
    """Dark pictures are fetched when they are shown. Each opens alone, and large, by a click or a tap."""
    for image in soup.select("img.tone-dark"):
        image["loading"] = "lazy"
        if size := re.search(r"width: (\d+)px; height: (\d+)px", image.get("style", "")):
            image["style"] += f" aspect-ratio: {size[1]} / {size[2]}"  # its place is kept free
    for link in soup.select("a.image-reference"):
        image = link.img
        tone = {"tone-light", "tone-dark"} & set(image.get("class", []))
        link["class"] = [*link["class"], *tone]
        link["title"] = "open large"


REPAIRS = (without_icon_program, names_of_buttons, landmarks, citations, tables, pictures)


def repaired(html):
    """The text of a page after all repairs."""
    soup = BeautifulSoup(html, "html.parser")
    for repair in REPAIRS:
        repair(soup)
    return str(soup)


def repair_what_is_rendered(app):
    render = app.builder.templates.render if hasattr(app.builder, "templates") else None
    if render and app.builder.name == "html":
        app.builder.templates.render = lambda template, context: (
            repaired(render(template, context)) if template.endswith(".html") else render(template, context))


def write_icons(app, exception):
    """A style sheet with the icons that pages and programs use; their codes are those of the theme's own list."""
    if exception or app.builder.name != "html":
        return
    out = Path(app.outdir)
    sources = [*out.rglob("*.html"), out / "_static/scripts/pydata-sphinx-theme.js"]
    used = {name for path in sources for name in ICON.findall(path.read_text(encoding="utf-8"))}
    program = (out / "_static/scripts/fontawesome.js").read_text(encoding="utf-8")
    lines = [".fa-solid, .fas { font: var(--fa-font-solid); display: inline-block; line-height: 1; }",
             ".fa-brands, .fab { font: var(--fa-font-brands); display: inline-block; line-height: 1; }",
             ".fa-lg { font-size: 1.25em; }"]
    for name in sorted(used):
        if found := re.search(rf'[{{,]"?{name}"?:\[\d+,\d+,\[[^\]]*\],"([0-9a-f]+)"', program):
            lines.append(f'.fa-{name}::before {{ content: "\\{found[1]}"; }}')
    (out / "_static/icons.css").write_text("\n".join(lines) + "\n")


def setup(app):
    app.add_css_file("icons.css")
    app.connect("builder-inited", repair_what_is_rendered)
    app.connect("build-finished", write_icons)
    return {"parallel_read_safe": True}
