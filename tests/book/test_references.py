"""Every work that the book cites can be looked up: it has a DOI or an address, written so that it works."""

import re

import pytest

from .cells import BOOK

ENTRIES = re.split(r"\n(?=@)", (BOOK / "references.bib").read_text(encoding="utf-8"))[1:]
DOI = re.compile(r"10\.\d{4,9}/[^\s{},]+")
URL = re.compile(r"https?://[a-z0-9.-]+\.[a-z]{2,}/[^\s{},]*")
NEEDED = {"author", "title", "year"}


def fields(entry):
    return dict(re.findall(r"^\s+(\w+)\s*=\s*\{(.*?)\},?$", entry, re.MULTILINE | re.DOTALL))


def faults(entry):
    """What a reader who looks for the work would miss."""
    found = fields(entry)
    if missing := NEEDED - set(found):
        yield f"lacks {sorted(missing)}"
    if not {"doi", "url"} & set(found):
        yield "has neither a DOI nor an address"
    if "doi" in found and not DOI.fullmatch(found["doi"]):
        yield f"is not a DOI: {found['doi']}"
    if "url" in found and not URL.fullmatch(found["url"]):
        yield f"is not an address: {found['url']}"
    if "year" in found and not re.fullmatch(r"1[789]\d\d|20\d\d", found["year"]):
        yield f"is not a year: {found['year']}"
    preprint = re.search(r"arXiv:([\d.]+)", found.get("note", ""))
    if preprint and "arxiv.org" in found.get("url", "") and not found["url"].endswith(preprint[1]):
        yield f"names {preprint[0]} and leads to {found['url']}"


def key(entry):
    return re.match(r"@\w+\{([^,]+),", entry)[1]


@pytest.mark.parametrize("entry", ENTRIES, ids=key)
def test_a_work_can_be_looked_up(entry):
    assert list(faults(entry)) == []


def test_no_work_is_listed_twice():
    keys, dois = [key(entry) for entry in ENTRIES], [fields(entry).get("doi", key(entry)).lower() for entry in ENTRIES]
    titles = [re.sub(r"\W", "", fields(entry)["title"].lower()) for entry in ENTRIES]
    for names in (keys, dois, titles):
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("old, new, fault", [
    ("  doi = {10.1000/182},\n", "", "neither"),
    ("10.1000/182", "https://doi.org/10.1000/182", "not a DOI"),
    ("https://arxiv.org/abs/1412.6980", "arxiv.org/abs/1412.6980", "not an address"),
    ("https://arxiv.org/abs/1412.6980", "https://arxiv.org/abs/1412.6981", "leads to"),
    ("{2015}", "{to appear}", "not a year"),
    ("  author = {A. Writer},\n", "", "author"),
])  # fmt: skip
def test_a_fault_is_seen(old, new, fault):
    entry = ("@misc{key,\n  author = {A. Writer},\n  title = {A {Title}},\n  year = {2015},\n  doi = {10.1000/182},\n"
             "  note = {arXiv:1412.6980},\n  url = {https://arxiv.org/abs/1412.6980},\n}\n")
    assert old in entry and list(faults(entry)) == []
    if fault == "neither":
        entry = entry.replace("  url = {https://arxiv.org/abs/1412.6980},\n", "")
    assert any(fault in said for said in faults(entry.replace(old, new)))
