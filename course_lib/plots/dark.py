"""Figures for dark pages: the same drawing in light ink on a transparent ground.

Only ink changes. An image (digits, filters, maps of color) keeps its own white ground, so that
"dark is ink" stays true of it, and so does what is written on it.
"""

from base64 import b64encode
from contextlib import contextmanager
from io import BytesIO

import numpy as np
from matplotlib.collections import Collection
from matplotlib.colors import to_hex, to_rgba
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Annotation, Text

from course_lib.plots.style import FAINT, PALETTE

GROUND = "#121212"  # of a dark page
DARK = {
    "#000000": "#E8E6E3",
    "#ffffff": GROUND,
    FAINT: "#4A4F57",
    "#bbbbbb": "#7D828A",
    "#767676": "#A6ABB3",
    PALETTE["ink"]: "#E8E6E3",
    PALETTE["blue"]: "#6CB6FF",
    PALETTE["vermilion"]: "#FF8B4A",
    PALETTE["green"]: "#0F9D6B",
    PALETTE["purple"]: "#D98BB9",
}
"""What each color becomes; contrast to the ground is 3 or more for all that is not faint."""

_DARK = {to_hex(color).lower(): new for color, new in DARK.items()}
_PARTS = [  # kind of artist and what has a color of its own in it
    (Line2D, ("color", "markerfacecolor", "markeredgecolor")),
    (Text, ("color",)),
    (Patch, ("facecolor", "edgecolor")),
    (Collection, ("facecolor", "edgecolor")),
]


def dark_color(color):
    """The color for a dark page: a color, or several in the rows of an array; others stay.

    >>> dark_color("white"), dark_color("none"), dark_color("red")
    ('#121212', 'none', 'red')
    """
    if isinstance(color, np.ndarray) and color.ndim == 2:
        return np.array([to_rgba(dark_color(tuple(row))) for row in color]).reshape(-1, 4)
    if isinstance(color, str) and color.lower() in ("none", "auto"):
        return color
    red_green_blue_alpha = to_rgba(color)
    new = _DARK.get(to_hex(red_green_blue_alpha))
    if new is None:
        return color
    return new if red_green_blue_alpha[3] == 1 else to_rgba(new, red_green_blue_alpha[3])


@contextmanager
def dark(figure):
    """Within the ``with`` block the figure is drawn for a dark page; afterwards it is as before."""
    before = []

    def change(artist, colors):
        # All are read before the first is set: a marker may take its color from the line.
        before.extend((getattr(artist, f"set_{part}"), getattr(artist, f"get_{part}")())
                      for part in colors)
        for part, color in colors.items():
            getattr(artist, f"set_{part}")(color)

    kept = set()  # what is drawn on the white ground of an image
    for ax in figure.axes:
        if _holds_picture(ax):
            inside = [*ax.lines, *ax.patches, *ax.collections, *ax.spines.values(), ax.patch]
            kept |= {id(artist) for artist in inside}
            kept |= {
                id(text) for text in ax.texts if text.get_transform().contains_branch(ax.transData)
            }
    for artist in _all_artists(figure):
        if id(artist) in kept:
            continue
        for kind, parts in _PARTS:
            if isinstance(artist, kind) and not (
                kind is Collection and artist.get_array() is not None
            ):
                change(artist, {part: dark_color(getattr(artist, f"get_{part}")())
                                for part in parts})
    for patch in [figure.patch, *(ax.patch for ax in figure.axes if id(ax.patch) not in kept)]:
        change(patch, {"facecolor": "none"})
    try:
        yield figure
    finally:
        for put_back, value in reversed(before):
            put_back(value)


def _holds_picture(ax):
    return bool(ax.images) or any(
        c.get_array() is not None and c.get_array().ndim == 2 for c in ax.collections
    )


def _all_artists(figure):
    """All artists, also the arrow and the frame of a text, which matplotlib does not list."""
    for artist in figure.findobj():
        yield artist
        if isinstance(artist, Text) and artist.get_bbox_patch() is not None:
            yield artist.get_bbox_patch()
        if isinstance(artist, Annotation) and artist.arrow_patch is not None:
            yield artist.arrow_patch


def png(figure, **options):
    """The figure as PNG with two dots per screen pixel, cut to what is drawn."""
    file = BytesIO()
    figure.savefig(file, format="png", dpi=2 * figure.dpi, bbox_inches="tight", **options)
    return file.getvalue()


def in_both_tones(figure, include=None, exclude=None):
    """A figure for IPython: the light PNG, with the dark one beside it in the metadata.

    Raises ValueError for a figure in which nothing is drawn.
    """
    if not any(ax.axison or ax.has_data() or ax.texts for ax in figure.axes):
        raise ValueError("the figure is empty: it has no axes with anything in them")
    light = png(figure)
    with dark(figure):
        night = png(figure, facecolor="none")
    width, height = (int.from_bytes(light[at : at + 4], "big") // 2 for at in (16, 20))
    metadata = {"image/png": {"width": width, "height": height}, "dark": b64encode(night).decode()}
    return {"image/png": light, "text/plain": repr(figure)}, metadata
