"""Draws with matplotlib's Agg; the page shows every figure when the cell has ended."""

from matplotlib.backends.backend_agg import FigureCanvasAgg as FigureCanvas
from matplotlib.backends.backend_agg import FigureManagerBase as FigureManager

__all__ = ["FigureCanvas", "FigureManager", "show"]


def show(*args, **kwargs):
    """Nothing yet."""
