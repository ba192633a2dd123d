"""How good is a classifier, and how sure can one be of that? In plain NumPy.

``scores`` counts right and wrong answers, ``calibration`` asks whether stated probabilities are
true, ``uncertainty`` says what a difference on so many test images can and cannot show.
"""

from course_lib.metrics.calibration import Reliability, expected_calibration_error, reliability
from course_lib.metrics.scores import (
    accuracy,
    confusion_matrix,
    macro_average,
    most_confused,
    per_class_recall,
)
from course_lib.metrics.uncertainty import mcnemar_exact, paired_bootstrap, wilson_interval

__all__ = [
    "Reliability",
    "accuracy",
    "confusion_matrix",
    "expected_calibration_error",
    "macro_average",
    "mcnemar_exact",
    "most_confused",
    "paired_bootstrap",
    "per_class_recall",
    "reliability",
    "wilson_interval",
]
