"""No result is typed into the prose: numbers are computed on the page, read from a record, or listed here.

A number in running text is suspect if it has a decimal point, or if a unit of measured things stands
behind it. Code, formulas, and what `{glue:text}` puts in are left out, and so are the questions of
*Check yourself* and *What if*, whose numbers belong to made-up cases.
"""

import re

import pytest

from .cells import BOOK, CHAPTERS

UNITS = r"%|percent|points?\b|errors?\b|seconds?\b|minutes?\b|hours?\b|ms\b|times\b"
NUMBER = rf"(?<![\w.,/-])(?:\d[\d,]*\.\d+|\d(?:[\d,]*\d)?(?=\s*(?:{UNITS})))(?!\w)"

# What is no result of ours, or is guarded by an assert beside it, and why.
EXAMPLE, SETTING, PUBLISHED = "a worked example", "a setting or a definition", "published, and cited there"
AIM, BOUND = "an aim of ours", "a round bound that an assert guards"
FACTS = {
    "02-bayes": {EXAMPLE: "0.245 0.665 0.090 80"},
    "03-linear": {EXAMPLE: "7.39 20.09 28.47 0.26 0.71 0.04 90 50 0 255", SETTING: "0.1"},
    "04-neighbors": {EXAMPLE: "0.5", SETTING: "100", PUBLISHED: "0.56"},
    "06-backpropagation": {EXAMPLE: "2.5 1.5 0.001 0.002 0.1 50"},
    "07-optimizers": {SETTING: "0.9 0.001 0.01 0.5 0.1", EXAMPLE: "2 5"},
    "08-regularization": {EXAMPLE: "0.5 0.005 0.01 0.00005 1.25"},
    "10-lenet5": {SETTING: "0.1 1.175", PUBLISHED: "0.95 99.05 79", BOUND: "99 90"},
    "11-deeper": {BOUND: "99"},
    "12-speed": {PUBLISHED: "79", SETTING: "25", AIM: "99"},
    "13-reproducibility": {SETTING: "1.96 12.7 4.30 2.78 2.31"},
    "14-reading-notebooks": {SETTING: "0.2 20 0.01 0.1", EXAMPLE: "0.7"},
    "15-ensembles": {EXAMPLE: "0.75 0.25 0.5 0.9 0.1 0.11 2.30 1.20", PUBLISHED: "21 99.91", AIM: "99.70 99.80"},
    "16-capsules": {EXAMPLE: "0.5 0.75", PUBLISHED: "17 2", SETTING: "8"},
    "17-after-thirty-years": {SETTING: "1.96 5 2.5 20", EXAMPLE: "0.031 99.2 99.6 99.8 99.9", AIM: "99.7 99.8"},
}
EVERYWHERE = {"95"}  # the level of all intervals


def allowed_on(page):
    return EVERYWHERE | {number for numbers in FACTS.get(page, {}).values() for number in numbers.split()}


def prose(text):
    """The running text of a page, without code, formulas, roles, and made-up cases."""
    text = re.sub(r"(?s)\A---.*?\n---\n", "", text)
    text = re.sub(r"(?ms)^## Check yourself$.*?(?=^## The assignment$)", "", text)
    for left_out in (r"(?s)```.*?```", r"(?s)\$\$.*?\$\$", r"\$[^$]*\$", r"\{[\w:]+\}`[^`]*`", r"`[^`]*`",
                     r"(?m)^%.*$", r"\]\([^)]*\)"):
        text = re.sub(left_out, " ", text)
    return text


def typed(text, allowed=frozenset()):
    """The suspect numbers of a page, each with some words around it."""
    text = prose(text)
    return [text[max(0, m.start() - 40) : m.end() + 25].replace("\n", " ") for m in re.finditer(NUMBER, text)
            if m[0] not in allowed]


@pytest.mark.parametrize("page", CHAPTERS, ids=lambda page: page.stem)
def test_no_result_is_typed_in(page):
    assert typed(page.read_text(encoding="utf-8"), allowed_on(page.stem)) == []


@pytest.mark.parametrize("page", FACTS)
def test_every_fact_of_the_list_is_there(page):
    numbers = re.findall(NUMBER, prose((BOOK / f"{page}.md").read_text(encoding="utf-8")))
    assert not allowed_on(page) - EVERYWHERE - set(numbers)


@pytest.mark.parametrize("sentence", [
    "It reads 98.7 % of the digits.", "It makes 79 errors.", "This takes 12 minutes.", "The gain is +0.13 points.",
    "Its loss is 0.05.", "That is three percent, or 31 percent."])
def test_a_typed_result_is_seen(sentence):
    page = (BOOK / "02-bayes.md").read_text(encoding="utf-8")
    before = typed(page)
    assert len(typed(page.replace("\n## In short", f"\n{sentence}\n\n## In short"))) == len(before) + 1
    assert len(typed(page + sentence)) == len(before) + 1
