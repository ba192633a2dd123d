"""Chromium as a tool: it prints the book and turns formulas into MathML."""

import shutil
from contextlib import contextmanager

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


@contextmanager
def chromium_page(address):
    """A page in a Chromium without a window, showing the file or address.

    Raises RuntimeError where no Chromium is installed.
    """
    from playwright.sync_api import sync_playwright

    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        raise RuntimeError(f"Chromium is needed (one of {', '.join(NAMES)}); on Debian and Ubuntu: apt install chromium")
    with sync_playwright() as program:
        browser = program.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(300_000)
        page.goto(address)
        yield page
        browser.close()
