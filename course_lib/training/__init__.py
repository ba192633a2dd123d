"""Training: the loop, mini-batches, checkpoints with exact resume."""

from .averaging import WeightAverage
from .batches import mini_batches
from .early_stopping import EarlyStopping
from .loop import Training, evaluate, fit
from .recipe import Recipe
from .seeds import generator
from .workers import Workers

__all__ = [
    "EarlyStopping", "Recipe", "Training", "WeightAverage", "Workers", "evaluate", "fit",
    "generator", "mini_batches",
]
