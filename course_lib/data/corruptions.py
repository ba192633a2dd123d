"""Test digits made worse in seven ways, each in five strengths: how far does a network carry?

The idea and most of the kinds are those of N. Mu and J. Gilmer, *MNIST-C: a robustness benchmark
for computer vision*, 2019 (arXiv 1906.02337). The definitions are our own, so that each has
strengths, fits in a few lines of NumPy, and gives every reader the same images.
"""

import numpy as np

from course_lib.data.augment import Augmentation, gaussian_matrix

BLOCK = 500  # images corrupted at once, which bounds the memory


def corrupt(images, kind, strength, seed):
    """Return corrupted copies of images.

    In the definitions s is the strength, ink is 1 and paper is 0; results are clipped to this
    range and rounded to 256 levels.

    ============= ==================================================================
    kind          what happens
    ============= ==================================================================
    "noise"       to each pixel a normal random number is added, standard
                  deviation 0.12 s
    "blur"        smoothing by a Gaussian, standard deviation 0.6 s pixels
    "thicker"     each pixel takes the darkest ink within 0.4 s pixels around it
    "thinner"     the same with paper for ink, within 0.25 s pixels
    "occlusion"   a square of paper, side 2 + 2 s pixels, is laid at random; its middle
                  is at most 10/28 of the height and of the width off the center
    "affine"      random rotation up to 9 s degrees, shift up to 0.02 s of the size,
                  shear up to 0.06 s radians, zoom up to 0.04 s (`Augmentation`)
    "contrast"    the difference from middle gray shrinks to 1 - 0.16 s of its size
    ============= ==================================================================

    Parameters
    ----------
    images : ndarray of uint8, shape (N, H, W)
    kind : str
        One of `CORRUPTIONS`.
    strength : int
        From 1 (hardly a hindrance) to 5.
    seed : int
        Equal seeds give equal images. The random numbers of an image do not depend on the strength
        nor on the images behind it, so part of a set is corrupted as the whole is.

    Returns
    -------
    ndarray of uint8, shape (N, H, W)
        New images.

    Raises
    ------
    ValueError
        `images` is not uint8, or it does not have three axes; or kind or strength is unknown.

    Examples
    --------
    >>> images = np.full((1, 2, 2), 255, np.uint8)
    >>> corrupt(images, "contrast", 5, seed=0)
    array([[[153, 153],
            [153, 153]]], dtype=uint8)
    """
    if images.dtype != np.uint8:
        raise ValueError(f"images: expected pixels 0 to 255 of type uint8, got {images.dtype}.")
    if images.ndim != 3:
        raise ValueError(f"images: expected shape (N, height, width), got {images.shape}.")
    if kind not in CORRUPTIONS:
        raise ValueError(f"kind: expected one of {', '.join(CORRUPTIONS)}; got {kind!r}.")
    if strength not in (1, 2, 3, 4, 5):
        raise ValueError(f"strength: expected 1, 2, 3, 4 or 5, got {strength!r}.")
    worse = np.empty_like(images)
    for start in range(0, len(images), BLOCK):
        rng = np.random.default_rng((seed, start))
        block = images[start : start + BLOCK].astype(np.float32) / 255
        block = CORRUPTIONS[kind](block, strength, rng)
        worse[start : start + BLOCK] = np.rint(255 * np.clip(block, 0, 1))
    return worse


# Each of these takes pixels from 0 to 1 in float32, shape (N, H, W), and returns new ones.


def add_noise(images, strength, rng):
    noise = rng.standard_normal(images.shape, dtype=np.float32)
    return images + np.float32(0.12 * strength) * noise


def blur(images, strength, rng):
    down, across = (gaussian_matrix(n, 0.6 * strength) for n in images.shape[1:])
    return down.astype(np.float32) @ images @ across.T.astype(np.float32)


def thicken(images, strength, rng):
    return spread_ink(images, 0.4 * strength)


def thin(images, strength, rng):
    return 1 - spread_ink(1 - images, 0.25 * strength)


def occlude(images, strength, rng):
    n, *size = images.shape
    half_side = 1 + strength
    middle = (np.array(size) - 1) / 2 + rng.uniform(-1, 1, (n, 2)) * np.array(size) * 10 / 28
    # A pixel at the edge of the square is covered by the part that lies under it.
    row, column = (
        np.clip(half_side + 0.5 - abs(np.arange(size[k]) - middle[:, k : k + 1]), 0, 1)
        for k in (0, 1)
    )
    covered = row[:, :, np.newaxis] * column[:, np.newaxis, :]
    return images * (1 - covered)


def bend(images, strength, rng):
    s = strength
    augment = Augmentation(rotation=9 * s, shift=0.02 * s, shear=0.06 * s, zoom=0.04 * s)
    return augment(images[..., np.newaxis], rng)[..., 0]


def fade(images, strength, rng):
    return 0.5 + (1 - 0.16 * strength) * (images - 0.5)


CORRUPTIONS = {
    "noise": add_noise,
    "blur": blur,
    "thicker": thicken,
    "thinner": thin,
    "occlusion": occlude,
    "affine": bend,
    "contrast": fade,
}


def spread_ink(images, radius):
    """Give each pixel the darkest ink that a round brush of this radius would leave on it.

    A pixel at a distance d counts in full if d <= radius, not at all if d >= radius + 1, and in
    between as the part radius + 1 - d. So radius 0 changes nothing, and no radius jumps.

    Examples
    --------
    >>> spread_ink(np.array([[[0.0, 0.0, 1.0]]]), radius=0.4).round(2)
    array([[[0. , 0.4, 1. ]]])
    """
    height, width = images.shape[1:]
    reach = int(np.ceil(radius))
    padded = np.pad(images, ((0, 0), (reach, reach), (reach, reach)))
    result = images.copy()
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            part = min(1, radius + 1 - np.hypot(down, right))
            if part > 0:
                top, left = reach + down, reach + right
                moved = padded[:, top : top + height, left : left + width]
                np.maximum(result, part * moved, out=result)
    return result
