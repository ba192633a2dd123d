"""One look for all figures.

Figures have a white ground of their own and dark lettering. In dark mode they stand on the page
like a printed card; a transparent ground would have to serve black and white pages with the same
colors. They are PNG images with two dots per screen pixel: sharp, and much smaller than a vector
drawing once a figure holds a hundred digits.
"""

import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler

PALETTE = {
    "blue": "#0072B2",
    "vermilion": "#D55E00",
    "green": "#009E73",
    "purple": "#CC79A7",
    "ink": "#222222",
}
"""Colors that the color-blind can tell apart and that stand out from white (contrast 3 or more).

From Okabe and Ito (2008), "Color universal design", less its four pale colors. Blue means right,
ours or chosen; vermilion means wrong. No figure relies on color alone.
"""

FAINT = "#D9D9D9"  # frames, grids and whatever is only background
HATCH = "#333333"  # on images, whose ground stays white on dark pages

_STYLE = {
    "figure.facecolor": "white",
    "figure.dpi": 100,
    "savefig.dpi": 200,
    "savefig.facecolor": "white",
    "text.color": PALETTE["ink"],
    "axes.facecolor": "white",
    "axes.edgecolor": PALETTE["ink"],
    "axes.labelcolor": PALETTE["ink"],
    "axes.titlesize": "medium",
    "axes.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "axes.axisbelow": True,
    # Lines differ by color and by dashes, so that they can be told apart in print as well.
    "axes.prop_cycle": cycler(color=list(PALETTE.values()))
    + cycler(linestyle=["-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1))]),
    "grid.color": FAINT,
    "grid.linewidth": 0.8,
    "lines.linewidth": 1.8,
    "xtick.color": PALETTE["ink"],
    "ytick.color": PALETTE["ink"],
    "legend.frameon": False,
    "image.cmap": "cividis",
    "image.interpolation": "nearest",
    "font.size": 11,
}


def use_style():
    """Use the look of the book for all figures drawn from now on, also for figures of your own.

    Call it once, in the first cell of a notebook. It changes matplotlib's defaults, and in a
    notebook asks for figures with two dots per screen pixel.

    >>> use_style()
    >>> plt.rcParams["figure.facecolor"], plt.rcParams["lines.linewidth"]
    ('white', 1.8)
    """
    plt.rcParams.update(_STYLE)
    if "inline" in plt.get_backend():  # a notebook
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("retina")


def subplots(rows=1, columns=1, size=(6.4, 4.0), **options):
    """A new figure of ``size`` inches and its axes, as ``plt.subplots``, but shown only once.

    pyplot remembers every figure and a notebook shows what pyplot remembers, in addition to the
    value of a cell. Closed, a figure is only forgotten by pyplot: it can be drawn, shown and saved
    as before.
    """
    figure, axes = plt.subplots(rows, columns, figsize=size, layout="constrained", **options)
    plt.close(figure)
    return figure, axes


def draw_image(ax, image, label="", **options):
    """Draw an image without axis ticks, dark ink on white, inside a thin frame; label above it."""
    ax.imshow(image, **{"cmap": "gray_r", **options})
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set(visible=True, color=FAINT, linewidth=0.8)
    ax.set_title(label, fontsize=10, fontweight="normal", pad=3)


def draw_signed(ax, values, label="", limit=None):
    """Draw ``values`` (H, W): blue above zero, red and hatched below, so that color is not needed.

    ``limit`` sets the scale of the colors, the largest size if it is not given. What is within a
    tenth of it counts as zero and stays without a hatch.
    """
    values = np.asarray(values)
    limit = limit or float(np.abs(values).max()) or 1.0
    darkest = 1.2 * limit  # on the darkest red a hatch would not be seen
    draw_image(ax, values, label, cmap="RdBu", vmin=-darkest, vmax=darkest)
    negative = np.kron(values < -limit / 10, np.ones((8, 8)))  # sharp borders between pixels
    if negative.any():
        height, width = values.shape
        hatch = ax.contourf(negative, levels=[0.5, 1.5], colors="none", hatches=["/////"],
                            extent=(-0.5, width - 0.5, -0.5, height - 0.5))  # fmt: skip
        hatch.set(edgecolor=HATCH, linewidth=0)


def signed_bar(figure, signed, axes, label="", **options):
    """The scale of ``signed``, axes that `draw_signed` has filled, beside all ``axes``."""
    bar = figure.colorbar(signed.images[0], ax=axes, label=label, **options)
    low = bar.vmin
    bar.ax.axhspan(low, low / 10, fill=False, hatch="/////", edgecolor=HATCH, linewidth=0)
    return bar


def as_pictures(images):
    """Images in any shape that the library uses, as ``(N, height, width)``.

    ``(N, H, W)``, ``(N, H, W, 1)`` and flattened square images ``(N, H * H)`` are accepted; others
    raise ValueError.

    >>> as_pictures(np.zeros((5, 784))).shape, as_pictures(np.zeros((5, 28, 28, 1))).shape
    ((5, 28, 28), (5, 28, 28))
    """
    images = np.asarray(images)
    if images.ndim == 4 and images.shape[3] == 1:
        images = images[..., 0]
    if images.ndim == 2 and round(images.shape[1] ** 0.5) ** 2 == images.shape[1]:
        side = round(images.shape[1] ** 0.5)
        images = images.reshape(-1, side, side)
    if images.ndim != 3 or images.size == 0:
        raise ValueError(
            "images must be (N, H, W), (N, H, W, 1) or flattened squares (N, H * H) with N at "
            f"least 1, but their shape is {images.shape}"
        )
    return images
