"""The reference pages of the book: complete, and with an example of everything, which doctest runs."""

import doctest
import importlib
import inspect
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "book" / "reference").glob("*.md"))
HTML = ROOT / "_build" / "html" / "reference"


def exported():
    """(part, name, object) of everything that a part of the library offers by name."""
    for page in PAGES:
        module = importlib.import_module(f"course_lib.{page.stem}")
        for name in module.__all__:
            yield page.stem, name, getattr(module, name)


def calls_shown(thing):
    """The source of the examples in a docstring."""
    text = inspect.cleandoc(thing.__doc__ or "")
    return "".join(example.source for example in doctest.DocTestParser().get_examples(text))


def own_members(kind):
    """Public methods and properties that a class defines and no base class asks for."""
    for name, member in vars(kind).items():
        inherited = any(name in vars(base) for base in kind.__mro__[1:])
        is_field = name in getattr(kind, "__dataclass_fields__", ())  # whose default is a function
        is_method = inspect.isfunction(member) or isinstance(member, property)
        if is_method and not (inherited or is_field or name.startswith("_")):
            yield name, member


def without_example(thing):
    """What has no example: the thing itself, or methods that no example of the class uses."""
    shown = calls_shown(thing)
    missing = [] if shown else [""]
    if inspect.isclass(thing):
        missing += [f".{name}" for name, member in own_members(thing)
                    if not re.search(rf"\.{name}\b", shown) and not calls_shown(member)]
    return missing


def without_text(thing):
    """What has no docstring, and would be missing from the page."""
    missing = [] if thing.__doc__ else [""]
    if inspect.isclass(thing):
        missing += [f".{name}" for name, member in own_members(thing) if not member.__doc__]
    return missing


THINGS = {f"{part}.{name}": thing for part, name, thing in exported()
          if inspect.isclass(thing) or inspect.isfunction(thing)}
CONSTANTS = [(part, name) for part, name, _ in exported() if f"{part}.{name}" not in THINGS]


@pytest.mark.parametrize("name", THINGS)
def test_everything_has_an_example(name):
    assert not [name + missing for missing in without_example(THINGS[name])]


@pytest.mark.parametrize("name", THINGS)
def test_everything_has_a_docstring(name):
    assert not [name + missing for missing in without_text(THINGS[name])]


def test_each_part_has_a_page():
    parts = {path.parent.name for path in (ROOT / "course_lib").glob("*/__init__.py")}
    assert {page.stem for page in PAGES} == parts - {"cli", "desk"}  # behind the command


@pytest.mark.parametrize("part, name", CONSTANTS)
def test_constants_are_on_the_page(part, name):
    """Sphinx finds functions and classes by itself, but no text for a constant."""
    page = (ROOT / "book" / "reference" / f"{part}.md").read_text()
    assert f".. py:data:: {name}\n" in page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_built_page_is_complete(page):
    if not (HTML / f"{page.stem}.html").is_file():
        pytest.skip("the book is not built: make book")
    text = (HTML / f"{page.stem}.html").read_text()
    names = importlib.import_module(f"course_lib.{page.stem}").__all__
    assert not [name for name in names if f'id="course_lib.{page.stem}.{name}"' not in text]


class Lacking:
    """The example leaves something out.

    >>> Lacking().shown()
    'here'
    """

    def shown(self):
        """Shown above."""
        return "here"

    def forgotten(self):
        pass


def test_a_gap_is_seen():
    assert without_example(Lacking) == [".forgotten"]
    assert without_text(Lacking) == [".forgotten"]
    assert without_example(own_members) == [""]
    assert not without_text(own_members)
