"""A figure without content is an error, so that it stops the build of a page."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_lib import plots
from course_lib.plots.dark import in_both_tones

ONE = {"clean": 0.99, "accuracy": {"noise": [0.98]}}
POINT = {"family": "dense", "accuracy": 98.0, "measured": True, "label": "", "year": None,
         "parameters": 9}


@pytest.mark.parametrize("draw, words", [
    (lambda: plots.prediction_gallery(np.zeros((2, 4, 4)), [0, 1], np.eye(2), correct=False),
     "there are no wrong answers among 2 images"),
    (lambda: plots.digit_grid(np.zeros((0, 8, 8))), "N at least 1"),
    (lambda: plots.class_balance({}), "one set of labels or more"),
    (lambda: plots.class_balance({"a": np.array([1]), "b": np.array([], int)}), "none empty"),
    (lambda: plots.performance_view(np.zeros((3, 3), int)), "counts no image"),
    (lambda: plots.training_curves({}), "1 to 5 runs, not 0"),
    (lambda: plots.training_curves({"a": []}), "'a' has no epochs"),
    (lambda: plots.feature_maps({}), "no layer"),
    (lambda: plots.filters(np.zeros((5, 5, 0, 6))), "not empty"),
    (lambda: plots.road([], "year", {}), "no point has its year"),
    (lambda: plots.road([POINT], "year", {}), "no point has its year"),
    (lambda: plots.robustness_map({}), "no system"),
    (lambda: plots.robustness_curves({}), "1 to 5 systems"),
    (lambda: plots.reliability_diagram(np.zeros(0, int), np.zeros((0, 3))), "N at least 1"),
])  # fmt: skip
def test_a_figure_without_content_is_refused(draw, words):
    with pytest.raises(ValueError, match=words):
        draw()


def test_a_page_keeps_no_figure_in_which_nothing_is_drawn():
    figure = plt.figure()
    plt.close(figure)
    with pytest.raises(ValueError, match="the figure is empty"):
        in_both_tones(figure)
    figure.add_subplot().plot([1, 2])
    data, metadata = in_both_tones(figure)
    assert data["image/png"].startswith(b"\x89PNG") and metadata["image/png"]["width"] > 100
