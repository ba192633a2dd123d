"""Draw a digit: by pointer and by keys, for eyes and for ears, with the numbers of the library."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from node import export

from course_lib import zoo
from course_lib.classical import GaussianNaiveBayes
from course_lib.data import as_vectors, load_course_data
from course_lib.nn import softmax
from course_lib.runs.saved import load_trained

pytestmark = pytest.mark.slow
LARGEST = 2_000_000  # bytes of a page's own script


def draw(visit, *points):
    box = visit.page.locator(".iv-pad").bounding_box()
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    visit.page.mouse.move(*at[0])
    visit.page.mouse.down()
    for point in at[1:]:
        visit.page.mouse.move(*point, steps=6)
    visit.page.mouse.up()


def table(visit):
    """The probabilities that the page shows, (10, 3)."""
    rows = visit.page.eval_on_selector_all(
        ".iv-answers tbody tr", "rows => rows.map(r => [...r.cells].map(c => c.innerText))"
    )
    assert [row[0] for row in rows] == [str(digit) for digit in range(10)]
    return np.array(
        [[float(text.strip(">\u202f \u00a0%")) / 100 for text in row[1:]] for row in rows]
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_is_for_everybody(visit, theme, width):
    page = visit("draw", theme=theme, width=width)
    page.said("LeNet-5 says")
    draw(page, (0.3, 0.2), (0.7, 0.2), (0.45, 0.85))
    page.said("LeNet-5 says 7")
    assert page.faults() == []
    page.page.get_by_role("button", name="Clear").click()
    page.said("The pad is empty.")
    assert page.faults() == []


def test_it_shows_what_the_library_computes(visit):
    digits = load_course_data()
    groups = export().samples(digits)["groups"]
    models = [
        lambda x: (
            GaussianNaiveBayes()
            .fit(as_vectors(digits.train_images, np.float64), digits.train_labels)
            .predict_proba(as_vectors(x, np.float64))
        )
    ]
    for name in ("nn1l", "lenet5"):
        system = zoo.get_system(name)
        models.append(
            lambda x, system=system: softmax(load_trained(system, 0).forward(system.inputs(x)))
        )
    first = [int(np.flatnonzero(digits.test_labels == digit)[0]) for digit in range(10)]
    expected = [model(digits.test_images[first]) for model in models]
    page = visit("draw")
    for digit in range(10):
        page.page.get_by_role("button", name=groups[0]["words"][digit]).click()
        page.said(f"Sample: {groups[0]['words'][digit]}.")
        assert (
            np.abs(table(page) - np.stack([p[digit] for p in expected], axis=1)).max() < 0.0011
        )  # shown with three digits


def test_it_is_used_by_keyboard_alone(visit):
    page = visit("draw")
    page.tab_to("canvas.iv-pad")
    page.press(*["ArrowUp"] * 3, "Space", *["ArrowDown"] * 22, "Space")
    assert "Pen up, row 21, column 15 of 28." in page.said("LeNet-5 says 1")
    page.press("Backspace")
    page.said("LeNet-5 says 0")  # the example that was there at the beginning
    page.press("Escape")
    page.said("The pad is empty.")
    page.tab_to("button.iv-sample")
    page.press("Tab", "Enter")
    assert "LeNet-5 says" in page.said("Sample: the first 1 of the test set.")
    assert page.faults() == []


def test_what_is_done_can_be_undone(visit):
    page = visit("draw")
    undo, clear = (page.page.get_by_role("button", name=name) for name in ("Undo", "Clear"))
    assert undo.is_disabled()
    draw(page, (0.3, 0.2), (0.7, 0.2), (0.45, 0.85))
    before = page.said("LeNet-5 says 7")
    clear.click()
    page.said("The pad is empty.")
    undo.click()
    assert page.said("LeNet-5 says 7") == before
    undo.click()
    page.said("LeNet-5 says 0")
    assert undo.is_disabled()


def test_it_is_drawn_by_finger(visit):
    page = visit("draw", width=390, has_touch=True)
    box = page.page.locator(".iv-pad").bounding_box()
    client = page.context.new_cdp_session(page.page)
    points = [
        {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] * (0.15 + 0.07 * i)}
        for i in range(11)
    ]
    client.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points[:1]})
    for point in points[1:]:
        client.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.said("LeNet-5 says 1")
    assert page.page.evaluate("scrollY") == 0


def test_without_javascript_words_and_a_picture_stand_there(visit):
    page = visit("draw", java_script_enabled=False)
    assert "It needs JavaScript" in page.page.locator("#interactive-draw").inner_text()
    assert page.page.locator("#fig-draw img").first.is_visible()


def test_with_javascript_the_picture_makes_room(visit):
    page = visit("draw")
    assert not page.page.locator("#fig-draw img").first.is_visible()


def test_a_page_is_light(visit):
    page = visit("draw")
    sizes = [
        Path(url.removeprefix("file://").split("?")[0]).stat().st_size
        for url in page.asked
        if "/_static/web/" in url
    ]
    assert len(sizes) == 2 and sum(sizes) < LARGEST
