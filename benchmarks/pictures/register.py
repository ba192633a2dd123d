"""The styles by name; other modules add them."""

import numpy as np
from PIL import Image

from benchmarks.pictures.scene import to_picture

STYLES = {}  # name: function(rng, digit) -> (picture, suffix, options for saving)


def style(name, suffix="png", **options):
    """Add a function that returns an array or a picture to the styles."""

    def add(draw):
        def make(rng, digit):
            made = draw(rng, digit)
            picture = made if isinstance(made, Image.Image) else to_picture(made)
            return picture, suffix, options

        STYLES[name] = make
        return draw

    return add


def draw_picture(name, digit, seed, path):
    """Save a picture of a digit in a style; returns its path. The same seed draws the same."""
    rng = np.random.default_rng([*np.atleast_1d(seed), *name.encode()])
    picture, suffix, options = STYLES[name](rng, digit)
    path = path.with_suffix(f".{suffix}")
    picture.save(path, **options)
    return path
