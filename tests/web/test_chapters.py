"""The components in the chapters of the built book: for everybody, and by keyboard alone."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from node import export

pytestmark = pytest.mark.slow
PAGES = {
    "depth": "05-layers",
    "floor": "02-bayes",
    "kernel": "09-convolution",
    "neighbors": "04-neighbors",
    "routing": "16-capsules",
    "surface": "07-optimizers",
    "temperature": "02-bayes",
}


def verdict(one, name):
    return one.page.locator(f"#interactive-{name} .iv-verdict").inner_text()


def begin_at(one, name):
    """Put the keyboard in front of the component: Tab leads to its first control."""
    one.page.locator(f"#interactive-{name}").evaluate("e => { e.tabIndex = -1; e.focus(); }")


def controls(one, name):
    return one.page.locator(
        f"#interactive-{name} :is(input, select, canvas[tabindex]):not(:disabled)"
    )


def test_every_component_is_looked_at():
    assert set(PAGES) == set(export().COMPONENTS)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_is_for_everybody(visit, name, theme, width):
    one = visit(PAGES[name], theme=theme, width=width)
    one.page.locator(f"#interactive-{name}").scroll_into_view_if_needed()
    assert one.faults() == []
    used = controls(one, name)
    for i in range(used.count()):
        used.nth(i).press("ArrowUp")
        used.nth(i).press("ArrowRight")
        one.page.wait_for_timeout(50)
    assert one.faults() == []
    clipped = one.page.locator(f"#interactive-{name}").evaluate(
        """place => {
          const room = place.getBoundingClientRect();
          const parts = place.querySelectorAll('figure, figcaption, canvas, table, label');
          return [...parts].filter(e => {
            const box = e.getBoundingClientRect();
            return box.width && (box.left < room.left || box.right > room.right + 1);
          }).map(e => e.outerHTML.slice(0, 99));
        }"""
    )
    assert clipped == []


@pytest.mark.parametrize("name", PAGES)
def test_it_is_used_by_keyboard_alone_and_says_what_changed(visit, name):
    """Every slider and choice can be reached, shows its focus, and changes what is said."""
    one = visit(PAGES[name])
    used = controls(one, name)
    ids = [f"#{used.nth(i).get_attribute('id')}" for i in range(used.count())
           if used.nth(i).get_attribute("id")]
    assert ids
    for selector in ids:
        before = one.page.locator(f"{selector}").evaluate("e => e.value")
        said = verdict(one, name)
        begin_at(one, name)
        one.tab_to(selector, 40)
        one.press("ArrowRight")
        if one.page.locator(selector).evaluate("e => e.value") == before:
            one.press("ArrowLeft")
        assert one.page.locator(selector).evaluate("e => e.value") != before
        one.page.wait_for_timeout(1500)  # it speaks after a moment of quiet
        status = one.page.locator(f"#interactive-{name} [role=status]").inner_text()
        assert status == verdict(one, name)
        assert status != said or one.page.locator(selector).is_disabled(), selector
    assert one.faults() == []


@pytest.mark.parametrize("name", PAGES)
def test_it_speaks_only_when_it_is_quiet(visit, name):
    one = visit(PAGES[name])
    spoken = f"document.querySelector('#interactive-{name} [role=status]')"
    assert one.page.evaluate(f"{spoken}.textContent") == "", "nothing is said before it is used"
    one.page.evaluate(f"""window.said = 0; new MutationObserver(() => window.said++).observe(
        {spoken}, {{childList: true}})""")
    first = one.page.locator(f"#interactive-{name} input[type=range]:not(:disabled)").first
    for key in ["ArrowRight", "ArrowLeft"] * 4 + ["ArrowRight"]:
        first.press(key)
    one.page.wait_for_timeout(1500)
    assert one.page.evaluate("window.said") <= 1


@pytest.mark.parametrize("name", PAGES)
def test_without_javascript_and_in_print_words_lead_to_a_figure(visit, name):
    one = visit(PAGES[name], java_script_enabled=False)
    place = one.page.locator(f"#interactive-{name}")
    assert "In a browser with JavaScript" in place.inner_text()
    assert place.locator("a.reference[href^='#fig-']").count() > 0
    one = visit(PAGES[name])
    place = one.page.locator(f"#interactive-{name}")
    assert "In a browser with JavaScript" not in place.inner_text()
    one.page.emulate_media(media="print")
    assert "In a browser with JavaScript" in place.inner_text()
    assert not place.locator(".iv-component").is_visible()


@pytest.mark.parametrize("name", PAGES)
def test_its_script_is_small(visit, name):
    one = visit(PAGES[name])
    (script,) = [url for url in one.asked if url.split("?")[0].endswith(f"/web/{name}.js")]
    assert Path(script.split("?")[0].removeprefix("file://")).stat().st_size < 250_000


def test_the_start_of_a_walk_is_dragged_and_moved_by_keys(visit):
    one = visit(PAGES["surface"], has_touch=True)
    canvas = one.page.locator("#interactive-surface canvas[tabindex]")
    canvas.scroll_into_view_if_needed()
    box, before = canvas.bounding_box(), verdict(one, "surface")
    one.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 30)
    one.page.mouse.down()
    one.page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 60, steps=5)
    one.page.mouse.up()
    one.page.wait_for_timeout(100)
    dragged = verdict(one, "surface")
    assert dragged.split(")")[0] != before.split(")")[0]
    one.page.mouse.move(box["x"] + 80, box["y"] + 80)  # no longer held
    one.page.wait_for_timeout(100)
    assert verdict(one, "surface") == dragged
    canvas.press("ArrowLeft")
    one.page.wait_for_timeout(100)
    assert verdict(one, "surface").split(")")[0] != dragged.split(")")[0]
