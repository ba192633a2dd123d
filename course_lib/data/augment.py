"""More training images from those there are: small random changes that leave the digit a digit.

A two that is turned a little, moved or stretched is still a two. A network that sees every image
in a new variant each time learns this; it hardly ever sees the same pixels twice, so it cannot
learn them by heart. P. Simard, D. Steinkraus and J. Platt, *Best practices for convolutional
neural networks applied to visual document analysis*, ICDAR 2003, made it the standard for digits.
"""

from dataclasses import dataclass
from math import isqrt

import numpy as np

from course_lib.data.warp import affine_places, bilinear, check_images


@dataclass(frozen=True)
class Augmentation:
    """Random rotation, shear, zoom, shift and elastic distortion, new for each image.

    All of them together are one map from output to input pixels, so an image is interpolated only
    once. The digit is rotated about the center of the image, sheared, zoomed, then shifted.
    Angles, shifts and so on are drawn uniformly from minus to plus the size given here. 0
    switches a change off.

    Parameters
    ----------
    rotation : float
        Degrees.
    shift : float
        Fraction of the height (up or down) and of the width (left or right), drawn separately.
    shear : float
        Radians. With the angle s, the output place (row, column), counted from the center, comes
        from (row - column sin s, column cos s): upright lines stay upright, level ones rise or
        fall, as in Keras 2.1.
    zoom : float
        Height and width are each divided by a factor from 1 - zoom to 1 + zoom.
    elastic : float
        Standard deviation, in pixels, of the random displacement of each pixel along either axis.
        Displacements are random numbers smoothed by a Gaussian, so that neighbors move together.
        Simard's "alpha = 34, sigma = 4" is elastic = 34 / (2 sqrt(3 pi) 4) = 1.38.
    elastic_sigma : float
        Standard deviation of that Gaussian in pixels: how far apart pixels still move together.
    background : float
        The value of paper, which comes in from outside: 0, unless pixels were standardized.

    Raises
    ------
    ValueError
        A size is negative, zoom is not below 1, or elastic_sigma is not above 0.

    Examples
    --------
    >>> augment = Augmentation(rotation=20, shift=0.2)
    >>> images = np.ones((5, 28, 28, 1), np.float32)
    >>> augment(images, np.random.default_rng(0)).shape
    (5, 28, 28, 1)
    >>> augment
    Augmentation(rotation=20, shift=0.2, shear=0.0, zoom=0.0, elastic=0.0, elastic_sigma=4.0, \
background=0.0)
    """

    rotation: float = 0.0
    shift: float = 0.0
    shear: float = 0.0
    zoom: float = 0.0
    elastic: float = 0.0
    elastic_sigma: float = 4.0
    background: float = 0.0

    def __post_init__(self):
        for name in ("rotation", "shift", "shear", "zoom", "elastic"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name}: expected 0 or more, got {getattr(self, name)}.")
        if not self.zoom < 1:
            raise ValueError(f"zoom: expected less than 1, got {self.zoom}.")
        if not self.elastic_sigma > 0:
            raise ValueError(f"elastic_sigma: expected more than 0, got {self.elastic_sigma}.")

    def __call__(self, images, rng):
        """Return a changed copy of a batch.

        Parameters
        ----------
        images : ndarray of float32 or float64, shape (N, H, W, C) or (N, D)
            D pixels are taken as a square image of one channel.
        rng : Generator
            Equal states give equal changes, and more images behind change nothing for those before.

        Returns
        -------
        ndarray, shape and type of `images`
            A new array.

        Raises
        ------
        ValueError
            `images` is not float32 or float64, or it has another shape.
        """
        batch = as_squares(images) if images.ndim == 2 else images
        check_images(batch)
        # Numbers for the fields come from a generator of their own: behind those of the maps they
        # would be others in a batch of another size.
        fields = np.random.default_rng(rng.integers(2**63)) if self.elastic else None
        matrix, offset = self.affine_maps(len(batch), batch.shape[1:3], rng)
        rows, columns = affine_places(matrix, offset, batch)
        if self.elastic:
            down, right = self.displacements(rows.shape, fields, batch.dtype)
            rows += down
            columns += right
        return bilinear(batch, rows, columns, self.background).reshape(images.shape)

    def affine_maps(self, n, size, rng):
        """Draw n random maps for `affine_warp`: matrices (n, 2, 2) and offsets (n, 2).

        >>> augment = Augmentation(shift=0.5)
        >>> matrix, offset = augment.affine_maps(3, (28, 28), np.random.default_rng(0))
        >>> matrix[0].tolist(), bool((abs(offset) <= 14).all())
        ([[1.0, 0.0], [0.0, 1.0]], True)
        """
        draws = rng.uniform(-1, 1, (n, 6))  # image by image: more images behind change nothing
        angle = np.deg2rad(self.rotation) * draws[:, 0]
        shear = self.shear * draws[:, 1]
        zoom = 1 + self.zoom * draws[:, 2:4]
        shift = self.shift * draws[:, 4:6] * size
        one, zero = np.ones(n), np.zeros(n)
        rotate = two_by_two(np.cos(angle), -np.sin(angle), np.sin(angle), np.cos(angle))
        slant = two_by_two(one, -np.sin(shear), zero, np.cos(shear))
        # From output to input everything is undone in reverse order: first the shift, last the
        # rotation. Dividing the columns of a matrix is the same as zooming before it.
        matrix = (rotate @ slant) * zoom[:, np.newaxis, :]
        center = (np.array(size) - 1) / 2
        moved = matrix @ (center + shift)[:, :, np.newaxis]
        return matrix, center - moved[:, :, 0]

    def displacements(self, shape, rng, dtype):
        """Draw smooth random fields for the rows and for the columns, each of a shape (N, H, W).

        >>> augment, rng = Augmentation(elastic=2.0), np.random.default_rng(0)
        >>> down, right = augment.displacements((500, 28, 28), rng, np.float32)
        >>> down.std().round(1), right.std().round(1)
        (np.float32(2.0), np.float32(2.0))
        """
        n, height, width = shape
        noise = rng.random((n, 2, height, width), dtype=dtype).swapaxes(0, 1)  # image by image
        noise -= np.asarray(0.5, dtype)
        down, across = (gaussian_matrix(k, self.elastic_sigma) for k in (height, width))
        # Smoothing averages. Dividing by the norm of the weights gives the sum the variance of one
        # summand, 1/12, for every pixel, near the border too.
        down /= np.linalg.norm(down, axis=1, keepdims=True)
        across /= np.linalg.norm(across, axis=1, keepdims=True)
        down *= self.elastic * np.sqrt(12)
        return down.astype(dtype) @ noise @ across.T.astype(dtype)


def gaussian_matrix(size, sigma):
    """Return the matrix that smooths a vector by a Gaussian of standard deviation `sigma`.

    ``gaussian_matrix(H, s) @ image @ gaussian_matrix(W, s).T`` smooths an image. What lies outside
    counts as 0.

    Examples
    --------
    >>> gaussian_matrix(3, 0.5).round(2)
    array([[0.79, 0.11, 0.  ],
           [0.11, 0.79, 0.11],
           [0.  , 0.11, 0.79]])
    """
    place = np.arange(size)
    reach = np.arange(-np.ceil(6 * sigma), np.ceil(6 * sigma) + 1)
    total = np.exp(-((reach / sigma) ** 2) / 2).sum()
    return np.exp(-(((place[:, np.newaxis] - place) / sigma) ** 2) / 2) / total


def two_by_two(a, b, c, d):
    """Make of four arrays (N,) the matrices ((a, b), (c, d)), shape (N, 2, 2)."""
    return np.stack((a, b, c, d), axis=-1).reshape(-1, 2, 2)


def as_squares(images):
    """See each row of pixels as a square image: (N, D) becomes (N, H, H, 1)."""
    n, n_pixels = images.shape
    side = isqrt(n_pixels)
    if side**2 != n_pixels:
        raise ValueError(
            f"images: {n_pixels} pixels in a row are no square image; "
            f"expected shape (N, height, width, channels), or (N, D) with D a square number."
        )
    return images.reshape(n, side, side, 1)
