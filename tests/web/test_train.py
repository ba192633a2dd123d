"""LeNet-5 learns while you watch: in a worker, from a disk, by keyboard, the same for a seed."""

import pytest

pytestmark = pytest.mark.slow
STEPS = "Number(document.querySelector('.iv-train').dataset.steps)"


def ready(visit, **options):
    one = visit("train", **options)
    one.said("Fresh weights")
    return one


def status(one):
    return one.page.locator(".iv-train .iv-verdict").inner_text()


def wait_for_step(one, n):
    one.page.wait_for_function(f"{STEPS} >= {n}")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_is_for_everybody(visit, theme, width):
    one = ready(visit, theme=theme, width=width)
    one.page.get_by_role("button", name="Train").click()
    wait_for_step(one, 5)
    assert one.faults() == []  # while it trains
    one.page.get_by_role("button", name="Pause").click()
    one.said("Epoch")
    assert one.faults() == []


def test_it_is_used_by_keyboard_alone(visit):
    one = ready(visit)
    one.tab_to(".iv-train button.iv-main")
    one.press("Enter")
    wait_for_step(one, 3)
    one.press("Enter")  # the same button pauses
    said = one.said("Epoch")
    one.page.wait_for_timeout(500)
    steps = one.page.evaluate(STEPS)
    one.press("Tab", "Enter")  # one step
    one.said(f"step {steps + 1}:")
    assert one.page.evaluate(STEPS) == steps + 1 and "held-out digits are right" in said
    one.press("Tab", "Enter")  # start again
    one.said("Fresh weights")
    one.tab_to("#iv-optimizer")
    one.press("ArrowUp", "ArrowUp")
    chosen = "[...document.querySelectorAll('.iv-fields select')].map(s => s.value)"
    assert one.page.evaluate(chosen) == [
        "SGD",
        "0.1",
        "32",
    ]  # its usual learning rate comes with it
    one.press("Tab", "Tab", "ArrowDown")
    assert one.page.evaluate(chosen) == ["SGD", "0.1", "64"]
    assert one.faults() == []


def test_a_seed_is_repeated(visit):
    def after(seed):
        one.page.locator("#iv-seed").fill(str(seed))
        one.page.get_by_role("button", name="Start again").click()
        one.page.wait_for_function(f"{STEPS} === 0")
        one.page.get_by_role("button", name="One step").click()
        one.page.wait_for_function(f"{STEPS} === 1")
        one.page.get_by_role("button", name="One step").click()
        one.page.wait_for_function(f"{STEPS} === 2")
        return status(one)

    one = ready(visit)
    first, second, third = after(7), after(8), after(7)
    assert first == third != second


def test_what_is_shown_adds_up(visit):
    """The status, the count above the tiles, and the words of the pictures are of one moment."""
    one = ready(visit)
    for _ in range(3):
        one.page.get_by_role("button", name="One step").click()
    one.page.wait_for_function(f"{STEPS} === 3")
    n, of = one.page.evaluate(
        "document.querySelector('.iv-train').innerText"
        ".match(/(\\d+) of (\\d+) held-out/).slice(1).map(Number)"
    )
    assert of == 359 and f"{100 * n / of:.1f}" in status(one)
    label = one.page.locator(".iv-chart").first.get_attribute("aria-label")
    assert label.startswith("Loss: 2.") and label.endswith("now")


def test_without_javascript_words_and_a_picture_stand_there(visit):
    one = visit("train", java_script_enabled=False)
    assert "It needs JavaScript" in one.page.locator("#interactive-train").inner_text()
    assert one.page.locator("#fig-train img").first.is_visible()
