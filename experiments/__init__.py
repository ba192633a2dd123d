"""Small experiments: each answers one question of the book by measurement.

``python -m experiments --list`` names them, ``python -m experiments NAME`` runs one and writes its
record, ``results/experiments/NAME.json``, which the chapters read. Each takes a few minutes at
most. Long runs are no experiments but systems of the zoo (``course train``).

A module of this package is one experiment. Its docstring explains it; it holds ``QUESTION``, the
``SETTINGS`` of the recorded run (JSON can hold them), and ``run(dataset, **settings)``, which
returns the results. Everything is chosen on validation images; where the test set is looked at
more than once, that is the fault under examination.
"""

from importlib import import_module

NAMES = (
    "saturation",
    "relu_output",
    "leak",
    "augmented_test",
    "learning_rate_without_effect",
    "best_epoch_on_test",
    "random_split",
    "corrupted",
    "errors",
    "recipe_lines",
    "regularization",
    "capsule_parts",
)


def find(name):
    """The module of an experiment; ValueError names those there are."""
    if name not in NAMES:
        raise ValueError(f"there is no experiment {name!r}; there are: {', '.join(NAMES)}")
    return import_module(f"{__name__}.{name}")
