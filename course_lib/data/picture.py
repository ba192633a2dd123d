"""Bring a picture of a digit into the form of MNIST.

Each step undoes one way in which a photograph differs from the images that the networks know: how
the light falls, which of paper and ink is the lighter one, dust, how large the digit is and where
it stands.
"""

import struct
import warnings

import numpy as np
from PIL import Image, ImageOps
from scipy import ndimage

from course_lib.data.digits28 import center_by_mass

BOX = 20  # pixels; the longer side of a digit in MNIST
LARGEST = 1000  # pixels; more of them on a side only cost time
DUST = 0.05  # of the ink of the largest stroke; what has less is dirt, not a stroke of its own
LEAST_CONTRAST = 0.1  # between paper and ink, of the whole range from black to white


def read_picture(path):
    """Read a picture file with one digit, dark on light or light on dark, of any size.

    Parameters
    ----------
    path : path-like

    Returns
    -------
    ndarray of uint8, shape (28, 28)
        As in MNIST: 0 is paper, 255 is ink, the digit fits into 20 x 20 pixels and its center of
        mass is in the middle.

    Raises
    ------
    ValueError
        The file is no picture that can be read, or shows nothing.
    OSError
        The file cannot be opened.
    """
    ink = find_ink(even_light(read_gray(path)))
    if ink is None:
        raise ValueError(f"{path} shows no digit: all of it is about equally bright; give a "
                         "picture of one digit on paper of another brightness")
    return center_by_mass(shrink(crop(ink)))


def read_gray(path):
    """Brightness of a picture file, from 0 black to 1 white, shape (H, W)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as picture:
                upright = ImageOps.exif_transpose(picture)  # cameras note how they were held
                deep = upright.mode.startswith(("I", "F"))  # more than 8 bits
                gray = upright.convert("F") if deep else on_white(upright)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValueError(f"{path} has too many pixels; make it smaller first ({error})") from error
    except IsADirectoryError:
        raise ValueError(f"{path} is a folder; name the pictures in it") from None
    except (OSError, SyntaxError, EOFError, struct.error) as error:
        if getattr(error, "filename", None):  # missing, or not allowed: the message says so
            raise
        raise ValueError(f"{path} is not a picture that can be read; give a PNG, JPEG or another "
                         f"common picture file ({error})") from error
    gray.thumbnail((LARGEST, LARGEST))
    brightness = np.asarray(gray, dtype=float)
    return brightness / (max(brightness.max(), 1) if deep else 255)


def on_white(picture):
    """The picture in shades of gray, with white behind what is transparent."""
    picture = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("L")


def even_light(gray):
    """Undo light that gets brighter evenly towards one side.

    Most of a picture is paper, so a plane through the brightness of all pixels is nearly that of
    the paper. A second plane, through the pixels near the first one, is not drawn aside by ink.
    """
    y, x = np.indices(gray.shape) / max(gray.shape)
    terms = np.stack([np.ones(gray.size), x.ravel(), y.ravel()], axis=1)
    near = np.ones(gray.size, bool)
    for _ in range(2):
        plane = terms @ np.linalg.lstsq(terms[near], gray.ravel()[near])[0]
        distance = np.abs(gray.ravel() - plane)
        near = distance <= distance.std()
    return gray - (plane - plane.mean()).reshape(gray.shape)


def find_ink(gray):
    """How much ink each pixel holds, from 0 to 1; None if there is no contrast.

    The median is the brightness of paper. Ink is what differs from it in the direction that reaches
    farther. Noise differs a little: what is less than half way to the threshold between paper and
    ink counts as paper, and so does a spot that is much smaller than the largest stroke.
    """
    paper = np.median(gray)
    darker, lighter = paper - gray.min(), gray.max() - paper
    if max(darker, lighter) < LEAST_CONTRAST:
        return None
    ink = np.clip((paper - gray) / darker if darker > lighter else (gray - paper) / lighter, 0, 1)
    ink[ink < otsu_threshold(ink) / 2] = 0
    spots, n = ndimage.label(ink, np.ones((3, 3)))  # pixels belong together where corners touch
    amounts = ndimage.sum(ink, spots, range(n + 1))
    return np.where(amounts[spots] >= DUST * amounts.max(), ink, 0)


def otsu_threshold(values):
    """The value that best divides numbers from 0 to 1 into two classes, small and large.

    It makes the variance between the classes as large as possible: their means lie far apart, and
    neither of them is nearly empty. Otsu (1979), *A threshold
    selection method from gray-level histograms*.

    >>> round(float(otsu_threshold(np.array([0.0, 0.1, 0.1, 0.8, 0.9]))), 2)
    0.45
    """
    counts, edges = np.histogram(values, bins=256, range=(0, 1))
    middles = (edges[:-1] + edges[1:]) / 2
    below, sums = np.cumsum(counts)[:-1], np.cumsum(counts * middles)[:-1]
    above, all_sums = counts.sum() - below, (counts * middles).sum()
    with np.errstate(invalid="ignore", divide="ignore"):  # classes without a member
        between = np.nan_to_num(below * above * (sums / below - (all_sums - sums) / above) ** 2)
    # Any cut in the gap between the classes is as good as another; the middle one is the safest.
    return edges[1:-1][between >= between.max() * (1 - 1e-9)].mean()


def crop(ink):
    """The smallest part that holds all ink."""
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def shrink(ink):
    """Scale a digit so that its longer side is 20 pixels, with ink as black as before."""
    size = [max(1, round(side * BOX / max(ink.shape))) for side in ink.shape]
    scaled = Image.fromarray(ink.astype(np.float32)).resize(size[::-1], Image.Resampling.BICUBIC)
    scaled = np.clip(np.asarray(scaled), 0, 1)
    return scaled / scaled.max()  # thin lines get pale when they are made smaller
