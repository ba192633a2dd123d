"""Notebooks to download, and the buttons of a published book.

COURSE_BOOK_URL names the place where the book will stand, COURSE_REPOSITORY_URL that of its source. With both, pages have buttons to
run them, to suggest an edit and to report an error. Without them the book is one to be read from a disk, and has none.
"""

import os
from pathlib import Path

import jupytext


def with_buttons(app, config):
    """Let the theme know where the book and its source stand."""
    book, source = (os.environ.get(name, "") for name in ("COURSE_BOOK_URL", "COURSE_REPOSITORY_URL"))
    if bool(book) != bool(source):
        raise ValueError("set both COURSE_BOOK_URL and COURSE_REPOSITORY_URL for a published book, or neither")
    if book:
        config.html_baseurl = book.rstrip("/") + "/"
        config.html_theme_options |= {
            "repository_url": source,
            "repository_branch": os.environ.get("COURSE_REPOSITORY_BRANCH", "main"),
            "path_to_docs": "book",
            "use_repository_button": True,
            "use_edit_page_button": True,
            "use_issues_button": True,
            "launch_buttons": {"notebook_interface": "jupyterlab", "binderhub_url": "https://mybinder.org"},
        }


def add_notebook(app, pagename, templatename, context, doctree):
    """A page with code can be downloaded as a notebook, without outputs."""
    source = Path(app.srcdir, f"{pagename}.md")
    if app.builder.name != "html" or doctree is None or not source.is_file() or "{code-cell}" not in source.read_text(encoding="utf-8"):
        return
    target = Path(app.outdir, "_sources", f"{pagename}.ipynb")
    target.parent.mkdir(parents=True, exist_ok=True)
    jupytext.write(jupytext.read(source), target)
    context["ipynb_source"] = f"{pagename}.ipynb"


def setup(app):
    app.connect("config-inited", with_buttons, priority=400)
    app.connect("html-page-context", add_notebook, priority=400)
    return {"parallel_read_safe": True}
