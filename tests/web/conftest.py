"""The interactive pages of the built book in Chromium, opened from the disk, without a network."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HTML = ROOT / "_build" / "html"

NAMELESS = """[...document.querySelectorAll('.interactive :is(canvas, button, select, input)')]
    .filter(e => !e.closest('[aria-hidden]') && !e.getAttribute('aria-label')
                 && !e.textContent.trim() && !e.labels?.length)
    .map(e => 'no name: ' + e.outerHTML)"""


class Visit:
    """Somebody who opens a page of the book from a disk."""

    def __init__(
        self, browser, violations, name, theme="light", width=1280, folder=HTML, **options
    ):
        if not (folder / f"{name}.html").is_file():
            pytest.skip(f"{folder} is not built: make book, make exercises")
        self.violations = violations
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, offline=True, **options
        )
        self.page, self.complaints, self.asked = self.context.new_page(), [], []
        self.page.on(
            "console",
            lambda message: (
                message.type in ("error", "warning") and self.complaints.append(message.text)
            ),
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto((folder / f"{name}.html").as_uri())

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def tab_to(self, selector, most=250):
        """Press Tab until something has the focus; it must show that it has."""
        for _ in range(most):
            self.press("Tab")
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                style = self.page.evaluate("getComputedStyle(document.activeElement).outline")
                assert "none" not in style and not style.endswith(" 0px"), (
                    f"the focus on {selector} cannot be seen: {style}"
                )
                return
        raise AssertionError(f"no Tab leads to {selector}")

    def said(self, text):
        """Wait until the live region says something."""
        self.page.wait_for_function(
            "text => [...document.querySelectorAll('.interactive [role=status]')]"
            ".some(e => e.textContent.includes(text))",
            arg=text,
        )
        return self.page.locator(".interactive [role=status]").inner_text()

    def faults(self):
        """What is wrong whatever the page is about."""
        elsewhere = [url for url in self.asked if not url.startswith(("file:", "data:", "blob:"))]
        nameless = self.page.evaluate(NAMELESS)  # axe-core lets a canvas to draw on pass without
        wide = self.page.evaluate("document.documentElement.scrollWidth > innerWidth")
        return [
            *self.complaints,
            *self.violations(self.page),
            *elsewhere,
            *nameless,
            *(["it scrolls sideways"] if wide else []),
        ]


@pytest.fixture
def visit(chromium, violations):
    """``visit("draw", theme="dark", width=390)`` opens a page."""
    open_visits = []

    def visit(name, **options):
        open_visits.append(Visit(chromium, violations, name, **options))
        return open_visits[-1]

    yield visit
    for one in open_visits:
        one.context.close()
