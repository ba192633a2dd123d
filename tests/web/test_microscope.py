"""The microscope in the page: walked from the loss to a pixel and back, by keyboard alone."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from course_lib import zoo
from course_lib.data import as_vectors, load_course_data
from course_lib.nn import SoftmaxCrossEntropy
from course_lib.runs.saved import load_trained

pytestmark = pytest.mark.slow
FOCUS = "document.activeElement.textContent"


def number(text):
    """What the page writes, as a number."""
    raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    text = text.replace("\u2212", "-").replace("\u202f", "")
    found = re.fullmatch(r"(-?[\d.]+)×10(.*)", text)
    return float(found[1]) * 10 ** int(found[2].translate(raised)) if found else float(text)


def facts(one):
    """Value, gradient, finite difference, as shown."""
    return [number(text) for text in one.page.locator(".iv-facts dd").all_inner_texts()]


def terms(one, table=0):
    """Name and value of each term, and the sum at the foot."""
    rows = one.page.locator(".iv-terms").nth(table).locator("tbody tr, tfoot tr")
    cells = rows.evaluate_all(
        "rows => rows.map(row => [row.cells[0].innerText, row.cells[1].innerText])"
    )
    *parts, (_, total) = cells
    return [(name, number(value)) for name, value in parts], number(total)


def ready(visit, **options):
    one = visit("microscope", **options)
    one.said("The loss is")
    return one


def wrong_label(one):
    """Say that the digit is another one, so that there is something to learn; return which."""
    label = (int(one.page.locator("#iv-label").input_value()) + 5) % 10
    one.page.locator("#iv-label").select_option(str(label))
    return label


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_is_for_everybody(visit, theme, width):
    one = ready(visit, theme=theme, width=width)
    assert one.faults() == []
    wrong_label(one)
    for station in ("W of conv 1", "conv 2", "pixels", "b of dense 1"):
        one.page.get_by_role("button", name=station, exact=True).click()
        one.page.wait_for_timeout(100)
        assert one.faults() == [], station


def test_it_shows_what_the_library_computes(visit):
    digits = load_course_data()
    network, loss = load_trained(zoo.get_system("lenet5"), 0), SoftmaxCrossEntropy()
    for layer in network.layers:
        layer.params.update({name: w.astype(np.float64) for name, w in layer.params.items()})
    first = int(np.flatnonzero(digits.test_labels == 0)[0])
    x = as_vectors(digits.test_images[first : first + 1], np.float64).reshape(1, 28, 28, 1)
    one = ready(visit)
    label = wrong_label(one)
    value = loss.forward(network.forward(x, training=True), np.array([label]))
    network.backward(loss.backward())
    assert abs(facts(one)[0] / value - 1) < 1e-3  # four digits are shown
    names = {"0": "conv 1", "3": "conv 2", "7": "dense 1", "9": "dense 2", "11": "dense 3"}
    for key, gradient in network.grads.items():
        layer, param = key.split(".")
        one.page.get_by_role("button", name=f"{param} of {names[layer]}", exact=True).click()
        title = one.page.locator(".iv-heading h2").inner_text()
        at = tuple(int(i) for i in re.search(r"\[(.*)\]", title)[1].split(", "))
        shown, by_backpropagation, difference, _ = facts(one)
        assert abs(gradient[at]) == np.abs(gradient).max() > 1e-3
        assert abs(by_backpropagation / gradient[at] - 1) < 1e-3
        assert abs(difference / gradient[at] - 1) < 1e-3
        assert abs(shown - network.params[key][at]) < 1e-3 * abs(shown) + 1e-12
        parts, total = terms(one)
        assert abs(total / gradient[at] - 1) < 1e-3
        assert abs(sum(term for _, term in parts) - total) < 0.003 * max(
            abs(term) for _, term in parts
        )


def test_one_walks_from_the_loss_to_a_pixel_and_back_by_keyboard(visit):
    one = ready(visit)
    one.tab_to("#iv-label")
    one.press("ArrowDown", "ArrowDown", "ArrowDown")
    one.tab_to(".iv-scroll")
    one.press("Tab", "Enter")  # the first row: the logit of 0
    seen = [one.page.evaluate(FOCUS)]
    assert seen == ["logit of 0"]
    for _ in range(20):  # down to the pixels: always the largest term of what made the value
        made = (
            one.page.locator(".iv-terms")
            .nth(1)
            .locator("tbody .iv-link", has_text=re.compile(r"^(?!b of|W of)"))
            .first
        )
        wanted = made.inner_text()
        one.tab_to(".iv-scroll[aria-label='What made its value']")
        for _ in range(40):
            if one.page.evaluate(FOCUS) == wanted:
                break
            one.press("Tab")
        one.press("Enter")
        seen.append(one.page.evaluate(FOCUS))
        assert seen[-1] == wanted
        if seen[-1].startswith("pixel"):
            break
    kinds = [re.sub(r" \[.*| of \d", "", name) for name in seen]
    assert " ".join(kinds) == (
        "logit ReLU 4 dense 2 ReLU 3 dense 1 flat ReLU 2 pool 2 conv 2 ReLU 1 pool 1 conv 1 pixel"
    )
    assert "finite difference" in one.said("pixel")
    back = []
    while one.page.evaluate(FOCUS) != "loss":  # and up again, along the terms of the gradient
        one.press("Tab", "Tab", "Tab")
        assert "iv-link" in one.page.evaluate("document.activeElement.className")
        one.press("Enter")
        back.append(re.sub(r" \[.*| of \d", "", one.page.evaluate(FOCUS)))
        assert len(back) < 20
    assert back == [*kinds[-2::-1], "loss"]
    assert one.faults() == []


def test_back_leads_back(visit):
    one = ready(visit)
    one.page.get_by_role("button", name="conv 2", exact=True).click()
    first = one.page.locator(".iv-heading h2").inner_text()
    one.page.locator(".iv-picture canvas").press("ArrowRight")
    assert one.page.locator(".iv-heading h2").inner_text() != first
    one.page.get_by_role("button", name="Back", exact=True).click()
    assert one.page.locator(".iv-heading h2").inner_text() == first


def test_a_kink_is_explained(visit):
    """On blank paper four equal numbers tie for the maximum of a window."""
    one = ready(visit)
    wrong_label(one)
    one.page.get_by_role("button", name="pixels", exact=True).click()
    canvas = one.page.locator(".iv-picture canvas")
    kinks = 0
    for _ in range(28):
        canvas.press("ArrowUp")
    for _ in range(20):
        canvas.press("ArrowRight")
        _, gradient, difference, _ = facts(one)
        explained = one.page.locator(".iv-note").count() == 1
        kinks += explained
        close = max(0.011 * abs(gradient), 0.011 * abs(difference), 2e-6)
        assert explained or abs(gradient - difference) <= close
    assert kinks > 0


def test_all_terms_can_be_seen(visit):
    one = ready(visit)
    wrong_label(one)
    one.page.get_by_role("button", name="b of conv 1", exact=True).click()
    one.page.get_by_role("button", name="Show all 784 terms").click()
    parts, total = terms(one)
    assert len(parts) == 784 and abs(sum(term for _, term in parts) / total - 1) < 1e-2


def test_without_javascript_words_and_a_picture_stand_there(visit):
    one = visit("microscope", java_script_enabled=False)
    assert "It needs JavaScript" in one.page.locator("#interactive-microscope").inner_text()
    assert one.page.locator("#fig-microscope img").first.is_visible()


def chapter_by_hand():
    """The numbers of chapter 6, from its own lines."""
    text = (Path(__file__).parents[2] / "book" / "06-backpropagation.md").read_text("utf-8")
    cells = re.findall(r"```{code-cell} ipython3\n(?!:|-)(.*?)```", text, re.DOTALL)
    names = {"np": np, "print": lambda *words: None}
    for start in ("x = np.array([2.0, 1.0])", "z = x @ W1 + b1", "d_logits = p - np.eye"):
        (cell,) = [cell for cell in cells if cell.startswith(start)]
        exec(cell, names)  # noqa: S102
    return names


def test_chapter_6_has_its_own_network_under_it(visit):
    """Each number and its gradient, chosen by the arrow keys, as the chapter computes them."""
    known = chapter_by_hand()
    one = visit("06-backpropagation")
    arrays = {"x": ("x", "dx"), "z": ("z", "dz"), "a": ("a", "da"),
              "logits": ("logits", "d_logits"), "W of layer 1": ("W1", "dW1"),
              "b of layer 1": ("b1", "db1"),
              "W of layer 2": ("W2", "dW2"), "b of layer 2": ("b2", "db2")}  # fmt: skip
    canvas, seen = one.page.locator("#interactive-hand .iv-picture canvas"), {}
    for station, names in arrays.items():
        values, gradients = (np.asarray(known[name], float).ravel() for name in names)
        one.page.get_by_role("button", name=station, exact=True).click()
        columns = np.shape(known[names[0]])[-1]
        for key in ("ArrowLeft", "ArrowUp"):
            for _ in range(4):
                canvas.press(key)
        for i, (value, gradient) in enumerate(zip(values, gradients)):
            shown, by_backpropagation, difference, _ = facts(one)
            seen[station, i] = one.page.locator(".iv-heading h2").inner_text()
            assert (shown, by_backpropagation) == (value, gradient), seen[station, i]
            assert abs(difference - gradient) < 1e-4
            if (i + 1) % columns:
                canvas.press("ArrowRight")
            elif i + 1 < len(values):
                for key in ("ArrowDown", *["ArrowLeft"] * columns):
                    canvas.press(key)
    assert len({*seen.values()}) == len(seen) == 27
    assert one.faults() == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_small_network_is_for_everybody(visit, theme, width):
    one = visit("06-backpropagation", theme=theme, width=width)
    assert one.page.locator("#interactive-hand [role=status]").inner_text() == ""
    assert one.faults() == []
    one.page.locator("#iv-label").select_option("0")
    one.page.get_by_role("button", name="W of layer 1", exact=True).click()
    assert "gradient" in one.said("W of layer 1")
    assert one.faults() == []
