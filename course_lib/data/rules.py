"""Take the rules and squares off paper: lines that are long, thin and straight."""

import numpy as np
from scipy import ndimage

THIN = 0.025  # of the side of a square as large as the picture: no rule is thicker
LONG = 0.6  # of the side along which it runs: no stroke of a digit on paper is as long
FILLED = 0.75  # of a rule's length that must be seen
SLOPES = np.tan(np.radians(np.arange(-7, 7.1, 0.5)))
LEAST_SIDE = 64  # pixels; in smaller pictures a stroke can be as thin as a rule


def without_rules(mask):
    """Ink (bool, shape (H, W)) without the lines that run across or down the picture.

    Where a stroke of the pen crosses a line, the stroke stays.
    """
    if min(mask.shape) < LEAST_SIDE or not mask.any():
        return mask
    thick = max(2, round(THIN * mask.size**0.5))
    return mask & ~rules_across(mask, thick) & ~rules_across(mask.T, thick).T


def rules_across(mask, thick):
    """The pixels of lines that run across, up to some pixels thick.

    The picture is sheared until its lines are level. A pixel then lies on one if most of the row
    around it is ink; rows may waver by a pixel.
    """
    height, width = mask.shape
    shift = np.rint(slope_of_rules(mask) * (np.arange(width) - width / 2)).astype(int)
    rows = np.arange(height)[:, None] + shift
    inside = (rows >= 0) & (rows < height)
    level = np.take_along_axis(mask, rows.clip(0, height - 1), axis=0) & inside
    wavy = ndimage.maximum_filter1d(level.astype(np.float32), 3, axis=0)
    filled = ndimage.uniform_filter1d(wavy, max(3, int(LONG * width)), axis=1) > FILLED
    line = level & filled
    bands = ndimage.label(line.any(axis=1))[1]
    if bands == 0 or bands == 1 and not line[:, [0, -1]].any():  # a lone stroke that ends inside
        return np.zeros_like(mask)
    # What is thicker is a stroke, and what has ink above and below is where a stroke crosses.
    line &= ~opened_down(line, thick + 1)
    line &= ~closed_down(level & ~line, thick + 2)
    rules = np.zeros_like(mask)
    r, c = np.nonzero(line)
    rules[r + shift[c], c] = True
    return rules


def slope_of_rules(mask):
    """The slope along which the ink lies in the fewest rows: that of the lines, if there are any.

    The sum of squares of the ink's amount by row is the larger, the more it is in a few of them.
    """
    y, x = np.nonzero(mask)
    if len(y) > 20_000:
        some = np.linspace(0, len(y) - 1, 20_000).astype(int)
        y, x = y[some], x[some]

    def sharpness(slope):
        row = np.rint(y - slope * x + mask.shape[1]).astype(int)
        return (np.bincount(row).astype(float) ** 2).sum()

    return max(SLOPES, key=sharpness)


def opened_down(mask, n):
    """All of the columns' runs that are at least n pixels long."""
    return ndimage.binary_opening(mask, np.ones((n, 1)))


def closed_down(mask, n):
    """The columns with gaps of fewer than n pixels filled."""
    return ndimage.binary_closing(np.pad(mask, ((n, n), (0, 0))), np.ones((n, 1)))[n:-n]
