"""Bring a picture of a digit into the form of MNIST.

Each step undoes one way in which a photograph differs from the images that the networks know: the
file's format, the light and the paper (`course_lib.data.ink`), how large the digit is and where it
stands.
"""

import stat
import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageOps

from course_lib.data import ink
from course_lib.data.digits28 import center_by_mass

BOX = 20  # pixels; the longer side of a digit in MNIST
LARGEST = 250_000  # pixels; more of them only cost time


class Reading(NamedTuple):
    """An image in the form of MNIST, and in words why it may not show what was meant."""

    image: np.ndarray
    doubts: list


def read_picture(path):
    """Read a picture file with one digit, dark on light or light on dark, of any size.

    Parameters
    ----------
    path : path-like

    Returns
    -------
    Reading
        ``image``, ndarray of uint8, shape (28, 28), is as in MNIST: 0 is paper, 255 is ink, the
        digit fits into 20 x 20 pixels and its center of mass is in the middle. ``doubts``, list of
        str, is empty where the picture shows one digit, as far as can be seen from its shape.

    Raises
    ------
    ValueError
        The file is no picture that can be read, or shows nothing.
    OSError
        The file cannot be opened.
    """
    gray, doubts = without_gaps(read_gray(path), path)
    found = ink.find_digit(gray)
    if found is None:
        raise ValueError(f"{path} shows no digit: all of it is about equally bright; give a "
                         "picture of one digit on paper of another brightness")
    image = center_by_mass(shrink(found.density()))
    return Reading(image, doubts + doubts_about(found))


def doubts_about(found):
    """Why a shape may not be one digit, as a list of sentences.

    The limits are wide: hardly an image of MNIST is as wide, as fat or as thin.
    """
    rows, columns = (side.stop - side.start for side in ink.box_of(found.part))
    fat = ink.fatness(found.part)
    doubts = []
    if found.others:
        doubts.append(f"there are {found.others + 1} things in it that may be digits; only the "
                      "largest was read")
    if columns > 1.9 * rows:
        doubts.append("what it shows is wider than a digit; give one digit in a picture")
    if ink.touches_border(found.part) and not ink.cut_out_closely(found.part):
        doubts.append("what it shows reaches over the edge of the picture; it may be a frame, a "
                      "table or a shadow")
    if fat > 0.55:
        doubts.append("what it shows is a patch, not strokes of a pen; it may be a shadow, a spot "
                      "of light or the edge of something")
    elif fat < 0.02:
        doubts.append("what it shows is thinner than a stroke; it may be a line of the paper")
    if found.softness > 0.18 and max(rows, columns) > 2 * BOX:  # what is small is always soft
        doubts.append("what it shows has soft edges; it may be light or a shadow")
    if found.share < 0.5:
        doubts.append("more than half of the ink in it lies elsewhere; give a picture with nothing "
                      "but the digit")
    return doubts


def read_gray(path):
    """Brightness of a picture file, from 0 black to 1 white, shape (H, W).

    Pixels of a file of floating point numbers may be NaN or infinite.
    """
    mode = Path(path).stat().st_mode
    if stat.S_ISDIR(mode):
        raise ValueError(f"{path} is a folder; name the pictures in it")
    if not stat.S_ISREG(mode):  # to open a pipe would wait until somebody writes to it
        raise ValueError(f"{path} is not a file but a pipe or a device; save the picture in a file")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of damage that does not keep us from reading it
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as picture:
                picture.verify()  # the checksums of a PNG; afterwards it has to be opened again
            with Image.open(path) as picture:
                upright = ImageOps.exif_transpose(picture)  # cameras note how they were held
                deep = upright.mode.startswith(("I", "F"))  # more than 8 bits
                gray = upright.convert("F") if deep else on_paper(upright)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValueError(f"{path} has too many pixels; make it smaller first ({error})") from error
    except PermissionError:
        raise  # the message names the file
    except Exception as error:  # a damaged file makes a decoder fail in any way that there is
        raise ValueError(f"{path} is not a picture that can be read; give a PNG, JPEG or another "
                         f"common picture file ({error})") from error
    factor = (LARGEST / (gray.width * gray.height)) ** 0.5
    if factor < 1:
        gray = gray.resize([max(1, round(n * factor)) for n in gray.size], Image.Resampling.BOX)
    return np.asarray(gray, dtype=float) / (1 if deep else 255)


def without_gaps(gray, path):
    """Brightness from 0 to 1, with paper where a pixel is not a number, and what to say of it."""
    known = np.isfinite(gray)
    if not known.any():
        raise ValueError(f"{path} shows no digit: none of its pixels is a finite number")
    doubts = []
    if not known.all():
        doubts.append(f"{(~known).sum()} of its pixels are not finite numbers; they were read as "
                      "paper")
        gray = np.where(known, gray, np.median(gray[known]))
    low = min(gray.min(), 0)
    return (gray - low) / max(gray.max() - low, 1), doubts


def on_paper(picture):
    """The picture in shades of gray, with paper behind what is transparent.

    The paper is white where the ink is dark, and black where the ink is light. A picture all of
    which is equally transparent has no ink in its transparency; what is drawn is in the colors.
    """
    picture = picture.convert("RGBA")
    gray, alpha = picture.convert("L"), picture.getchannel("A")
    least, most = alpha.getextrema()
    if least == most:
        return gray
    brightness = np.average(np.asarray(gray), weights=np.asarray(alpha))
    return Image.composite(gray, Image.new("L", gray.size, 255 if brightness < 128 else 0), alpha)


def shrink(ink):
    """Scale a digit so that its longer side is 20 pixels, with ink as black as before."""
    size = [max(1, round(side * BOX / max(ink.shape))) for side in ink.shape]
    scaled = Image.fromarray(ink.astype(np.float32)).resize(size[::-1], Image.Resampling.BICUBIC)
    scaled = np.clip(np.asarray(scaled), 0, 1)
    return scaled / scaled.max()  # thin lines get pale when they are made smaller
