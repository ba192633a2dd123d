"""A data set of handwritten digits, and its images in the forms that models take."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Images of digits with their labels, divided into a training and a test part.

    Attributes
    ----------
    name : str
        "MNIST" or "embedded digits".
    train_images, test_images : ndarray of uint8, shape (N, 28, 28)
        0 is paper, 255 is ink.
    train_labels, test_labels : ndarray of int64, shape (N,)
        The digit, 0 to 9.

    Examples
    --------
    >>> images, labels = np.zeros((3, 28, 28), np.uint8), np.array([7, 2, 1])
    >>> Dataset("my own", images[:2], labels[:2], images[2:], labels[2:])
    Dataset('my own': 2 training and 1 test images)
    """

    name: str
    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray

    def __repr__(self):
        return (
            f"Dataset({self.name!r}: {len(self.train_labels):,} training and "
            f"{len(self.test_labels):,} test images)"
        )


def as_images(images):
    """Scale pixels to [0, 1] and add the axis of channels: what convolutions take.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, H, W)

    Returns
    -------
    ndarray of float32, shape (N, H, W, 1)

    Raises
    ------
    ValueError
        `images` is not uint8, or it does not have three axes.

    Examples
    --------
    >>> x = as_images(np.array([[[0, 255]]], dtype=np.uint8))
    >>> x.shape, x.dtype, x.max()
    ((1, 1, 2, 1), dtype('float32'), np.float32(1.0))
    """
    return _scaled(images, np.float32)[..., np.newaxis]


def as_vectors(images, dtype=np.float32):
    """Scale pixels to [0, 1] and write each image as one row: what dense layers take.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, H, W)
    dtype : type
        Of the result: float32 or float64.

    Returns
    -------
    ndarray of `dtype`, shape (N, H * W)

    Raises
    ------
    ValueError
        `images` is not uint8 or does not have three axes, or `dtype` is not a floating-point type.

    Examples
    --------
    >>> as_vectors(np.array([[[0, 255], [51, 0]]], dtype=np.uint8), dtype=np.float64)
    array([[0. , 1. , 0.2, 0. ]])
    """
    scaled = _scaled(images, dtype)
    n, height, width = scaled.shape
    return scaled.reshape(n, height * width)


def _scaled(images, dtype):
    if images.dtype != np.uint8:
        raise ValueError(
            f"images: expected pixels 0 to 255 of type uint8, got {images.dtype}. "
            f"Pixels that are scaled already must not be scaled again."
        )
    if images.ndim != 3:
        raise ValueError(f"images: expected shape (N, height, width), got {images.shape}.")
    if not np.issubdtype(dtype, np.floating):
        raise ValueError(f"dtype: expected a floating-point type, got {np.dtype(dtype)}.")
    scaled = images.astype(dtype)
    scaled /= 255  # in place: the training images take 188 MB in float32
    return scaled
