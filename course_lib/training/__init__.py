"""Training: the loop, mini-batches, checkpoints with exact resume, and records."""

from .averaging import WeightAverage
from .batches import mini_batches
from .early_stopping import EarlyStopping
from .loop import Training, evaluate, fit
from .recipe import Recipe
from .records import (
    load_experiment,
    load_record,
    load_weights,
    record_path,
    save_record,
    save_weights,
)
from .seeds import generator
from .workers import Workers

__all__ = [
    "EarlyStopping", "Recipe", "Training", "WeightAverage", "Workers", "evaluate", "fit",
    "generator", "load_experiment", "load_record", "load_weights", "mini_batches", "record_path",
    "save_record", "save_weights",
]
