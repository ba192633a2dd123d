"""The road: every system on its place, every name readable."""

import numpy as np
import pytest

from course_lib.plots import road

from .conftest import pixels


def systems(n=30):
    """Made-up systems, crowded like the real ones: half of them between 98 and 99.5 %."""
    rng = np.random.default_rng(0)
    accuracy = 1 - 10 ** rng.uniform(-3, -0.4, n)
    accuracy[: n // 2] = rng.uniform(0.98, 0.995, n // 2)
    return [
        {"name": f"system {i}" + " long" * (i % 3), "year": int(rng.integers(1958, 2021)),
         "parameters": None if i % 7 == 0 else int(10 ** rng.uniform(3.5, 7)),
         "accuracy": float(accuracy[i])}
        for i in range(n)
    ]


def test_each_system_stands_at_its_year_parameters_and_error():
    known = systems()
    figure = road(known)
    for ax, key in zip(figure.axes, ("year", "parameters")):
        shown = [s for s in known if s[key] is not None]
        expected = [(s[key], 1 - s["accuracy"]) for s in shown]
        np.testing.assert_allclose(ax.collections[0].get_offsets(), expected)
        assert {t.get_text() for t in ax.texts} == {s["name"] for s in shown}
        named = {t.get_text(): t.xy for t in ax.texts}
        assert named[shown[3]["name"]] == pytest.approx(expected[3])
    assert len(figure.axes[1].texts) < len(figure.axes[0].texts) == 30


def test_better_is_higher():
    better = {"name": "b", "year": 2000, "parameters": 10, "accuracy": 0.999}
    worse = {"name": "w", "year": 2000, "parameters": 10, "accuracy": 0.5}
    figure = road([better, worse])
    pixels(figure)
    heights = figure.axes[0].transData.transform([(2000, 0.001), (2000, 0.5)])[:, 1]
    assert heights[0] > heights[1]
    shown = [t.get_text() for t in figure.axes[0].get_yticklabels()]
    assert {"50", "99", "99.9"} <= set(shown)


def test_names_cover_neither_each_other_nor_the_edge():
    figure = road(systems())
    pixels(figure)
    for ax in figure.axes:
        # Text.get_window_extent leaves the arrow out.
        boxes = [super(type(t), t).get_window_extent() for t in ax.texts]
        frame = figure.bbox
        for i, box in enumerate(boxes):
            assert frame.x0 <= box.x0 and box.x1 <= frame.x1
            # Names are set closer than their boxes, which include the space for accents.
            inner = box.shrunk(1.0, 0.6)
            assert not any(inner.overlaps(other.shrunk(1.0, 0.6)) for other in boxes[i + 1 :])
