"""Every figure of the book, in one style.

Each function draws one kind of figure and returns it as a matplotlib Figure. As the value of the
last line of a notebook cell it is shown, once; ``figure.savefig("name.png")`` writes it to a file.
Where an ``ax`` can be passed, the drawing goes into that subplot of a figure of your own.
"""

from course_lib.plots.digits import average_digits, class_balance, digit_grid, digit_numbers
from course_lib.plots.networks import feature_maps, filters, training_curves
from course_lib.plots.predictions import (
    performance_view,
    prediction_gallery,
    reliability_diagram,
    select_predictions,
)
from course_lib.plots.roadmap import road
from course_lib.plots.robustness import robustness_curves, robustness_map
from course_lib.plots.style import PALETTE, use_style

__all__ = [
    "PALETTE",
    "average_digits",
    "class_balance",
    "digit_grid",
    "digit_numbers",
    "feature_maps",
    "filters",
    "performance_view",
    "prediction_gallery",
    "reliability_diagram",
    "road",
    "robustness_curves",
    "robustness_map",
    "select_predictions",
    "training_curves",
    "use_style",
]
