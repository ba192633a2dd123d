"""Training: the loop, mini-batches, checkpoints with exact resume, and records."""

from .batches import mini_batches
from .loop import Training, evaluate, fit
from .recipe import Recipe
from .records import load_record, load_weights, record_path, save_record, save_weights
from .seeds import generator
from .workers import Workers

__all__ = [
    "Recipe", "Training", "Workers", "evaluate", "fit", "generator", "load_record", "load_weights",
    "mini_batches", "record_path", "save_record", "save_weights",
]
