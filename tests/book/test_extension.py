"""Our Sphinx extensions, each on the fault that it mends; and a published book, built from the skeleton."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[2]


def extension(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "book" / "_ext" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("before, after", [
    ('<script src="a/scripts/fontawesome.js"></script>', ""),
    ('<button aria-label="Search">Find</button>', "<button>Find</button>"),
    ('<button aria-label="Mode"><i></i></button>', '<button aria-label="Mode"><i></i></button>'),
    ('<div role="list" class="citation-list"></div>', '<div class="citation-list"></div>'),
    ("<table><thead><tr><th></th><th>a</th></tr></thead></table>",
     '<table><thead><tr><td></td><th scope="col">a</th></tr></thead></table>'),
    ('<div class="sidebar-primary-item"><a class="navbar-brand">x</a></div>',
     '<nav aria-label="Home" class="sidebar-primary-item"><a class="navbar-brand">x</a></nav>'),
])  # fmt: skip
def test_pages_are_repaired(before, after):
    assert extension("book_pages").repaired(before) == after


def test_one_line_entries_of_docstrings_are_descriptions():
    described = extension("book_docstrings").described
    assert described(["Parameters", "----------", "labels : N values", "k : int", "    How many."]) == [
        "Parameters", "----------", "labels", "    N values", "k : int", "    How many."]
    assert described(["k : int, in the text"]) == ["k : int, in the text"]


def test_a_name_keeps_its_underscore():
    lines = [":ivar means_: the mean, b_: no name", "means_: text"]
    extension("book_docstrings").escape_underscores(*[None] * 5, lines)
    assert lines == [r":ivar means\_: the mean, b_: no name", "means_: text"]


def test_a_half_published_book_is_refused(monkeypatch):
    monkeypatch.setenv("COURSE_BOOK_URL", "https://example.org/book")
    monkeypatch.delenv("COURSE_REPOSITORY_URL", raising=False)
    with pytest.raises(ValueError, match="both COURSE_BOOK_URL and COURSE_REPOSITORY_URL"):
        extension("book_publish").with_buttons(None, SimpleNamespace(html_theme_options={}))


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A book of the skeleton alone, built as the real one, for the web and with all warnings as errors."""
    place = tmp_path_factory.mktemp("published")
    for name in ("vendor", "exercises"):
        (place / name).symlink_to(ROOT / name)
    (place / "book").mkdir()
    for name in ("_ext", "_static", "figures", "page.py", "references.bib", "skeleton.md", "glossary.md", "bibliography.md"):
        (place / "book" / name).symlink_to(ROOT / "book" / name)
    (place / "book" / "_toc.yml").write_text(yaml.safe_dump({
        "format": "jb-book", "root": "skeleton", "chapters": [{"file": "glossary"}, {"file": "bibliography"}]}))
    (place / "_config.yml").write_text((ROOT / "_config.yml").read_text())
    environment = {**os.environ, "COURSE_BOOK_URL": "https://example.org/book",
                   "COURSE_REPOSITORY_URL": "https://github.com/example/book"}
    environment.pop("COURSE_MNIST_DIR", None)
    command = [Path(sys.executable).with_name("jupyter-book"), "build", "book", "--config", "_config.yml",
               "--path-output", ".", "-W", "-n", "--keep-going", "-q"]
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return BeautifulSoup((place / "_build" / "html" / "skeleton.html").read_text(), "html.parser")


@pytest.mark.slow
def test_a_published_book_can_be_run_and_corrected(published):
    links = [link["href"] for link in published.find_all("a", href=True)]
    for start in ("https://mybinder.org/v2/gh/example/book/", "https://github.com/example/book/edit/main/book/skeleton.md",
                  "https://github.com/example/book/issues/new", "_sources/skeleton.ipynb"):
        assert any(link.startswith(start) for link in links), start
    assert published.find("link", rel="canonical")["href"] == "https://example.org/book/skeleton.html"


@pytest.mark.slow
def test_the_skeleton_shows_what_it_says(published):
    (figure,) = published.find_all("figure")
    assert [image["class"] for image in figure.find_all("img")] == [["tone-light"], ["tone-dark"]]
    assert figure.figcaption and published.select_one(".admonition.banner")
    assert published.select_one("table th").get_text() == "model"


def test_figures_are_counted_within_their_chapter():
    numbers = extension("book_numbers")
    plain = {"index": {"figure": {"road": (1,)}},
             "04-neighbors": {"figure": {"second": (3,), "first": (2,)}, "displaymath": {"law": (1,)}},
             "appendix-results": {"figure": {"all": (4,)}}}  # fmt: skip
    assert numbers.counted_by_page(plain, {*plain, "appendix-notation"}) == {
        "index": {"figure": {"road": (1,)}},
        "04-neighbors": {"figure": {"first": (4, 1), "second": (4, 2)}, "displaymath": {"law": (4, 1)}},
        "appendix-results": {"figure": {"all": ("B", 1)}}}  # fmt: skip
    environment = SimpleNamespace(toc_fignumbers=plain, found_docs=set(plain))
    numbers.renumber(None, environment)
    assert environment.toc_fignumbers != plain
    numbers.restore(None, environment)
    assert environment.toc_fignumbers == plain, "the next build would take every page for changed"
