"""Training: the loop, mini-batches, checkpoints with exact resume."""

from course_lib.training.arrays import arrays_of, restore_arrays
from course_lib.training.averaging import WeightAverage
from course_lib.training.batches import mini_batches
from course_lib.training.early_stopping import EarlyStopping
from course_lib.training.loop import Training, evaluate, fit
from course_lib.training.recipe import Recipe
from course_lib.training.seeds import generator
from course_lib.training.workers import Workers

__all__ = [
    "EarlyStopping", "Recipe", "Training", "WeightAverage", "Workers", "arrays_of", "evaluate",
    "fit", "generator", "mini_batches", "restore_arrays",
]
