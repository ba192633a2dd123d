"""What pages share: numbers as people write them, and nothing that shows sixteen digits or an empty table."""

import importlib.util

import numpy as np
import pytest

from course_lib.data import load_digits28

from .cells import BOOK


@pytest.fixture(scope="module")
def page():
    spec = importlib.util.spec_from_file_location("page", BOOK / "page.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_numbers_for_people(page):
    assert page.percent(0.99345) == "99.3\u00a0%" and page.percent(-0.5, 0) == "\u221250\u00a0%"
    assert page.signed(1.25, 1) == "+1.2" and page.signed(-0.3, 1) == "\u22120.3"
    assert [page.seconds(s).replace("\u00a0", " ") for s in (0.01, 0.1, 9.96, 59.6, 299, 4740)] == [
        "less than 0.1 s", "0.1 s", "10.0 s", "60 s", "299 s", "79 min"]
    assert page.power(1e-9) == "10⁻⁹" and page.power(2.51e7).replace("\u00a0", " ") == "2.5 × 10⁷"
    assert [page.an(d) for d in (1, 8)] == ["a 1", "an 8"]
    assert [page.listed(range(n)) for n in (1, 2, 3)] == ["0", "0 and 1", "0, 1, and 2"]


def test_notes_are_text_or_whole_numbers(page, monkeypatch):
    kept = {}
    monkeypatch.setattr(page, "glue", lambda name, value, display: kept.update({name: value}))
    page.note(n_test=np.int64(10_000), change=-3, score="99.3")
    assert kept == {"n-test": "10,000", "change": "\u22123", "score": "99.3"}
    for bad in (0.0076611086074808476, np.float64(1), True, None):
        with pytest.raises(ValueError, match="n must be text or a whole number"):
            page.note(n=bad)


def test_a_table_has_headings_and_rows(page):
    assert page.table(["a", "<b", "c"], [["1", "2", "3"]]).data == "| a | b | c |\n| --- | --- | ---: |\n| 1 | 2 | 3 |"
    for header, rows, words in ((["a"], [], "no rows"), (["a", ""], [["1", "2"]], "needs a heading"),
                                (["a"], [["1", "2"]], "a row has 2")):
        with pytest.raises(ValueError, match=words):
            page.table(header, rows)


def test_the_banner_names_the_digits(page):
    digits = load_digits28()
    assert "embedded digits" in page.banner(digits, "More.").data and "More." in page.banner(digits, "More.").data
    mnist = type(digits)("MNIST", *(getattr(digits, name) for name in digits.__dataclass_fields__ if name != "name"))
    assert page.banner(mnist) is None


def test_records_are_those_of_mnist(page):
    found = page.records("lenet5")
    assert len(found) > 1 and {record["dataset"] for record in found} == {"MNIST"}
    with pytest.raises(ValueError, match="no record of 'nothing'"):
        page.records("nothing")
