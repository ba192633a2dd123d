"""Bend images: each output pixel is read from somewhere in the input, between the pixels too.

A map from output to input leaves no holes: every output pixel asks where it comes from and mixes
the four input pixels around that place (bilinear interpolation). Pixel (0, 0) is the origin;
rows grow downward, columns to the right.

Students write `affine_warp` in ps09-ensembles (chapter 15).
"""

import numpy as np


def affine_warp(images, matrix, offset, background=0.0):
    """Move every pixel of a batch by an affine map, each image by its own or all by the same.

    The output pixel (row, column) comes from the input place ``matrix @ (row, column) + offset``.
    For one image this is ``scipy.ndimage.affine_transform`` with ``order=1`` and
    ``mode="grid-constant"``; for a batch of small ones it is several times faster.

    Parameters
    ----------
    images : ndarray of float32 or float64, shape (N, H, W, C)
    matrix : ndarray of float, shape (N, 2, 2) or (2, 2)
    offset : ndarray of float, shape (N, 2) or (2,)
        In pixels.
    background : float
        What lies outside of the input. Places up to one pixel outside blend into it.

    Returns
    -------
    ndarray, shape and type of `images`
        A new array.

    Raises
    ------
    ValueError
        `images` is not float32 or float64.
        A shape is wrong.

    Examples
    --------
    >>> image = np.array([[0.0, 1.0, 0.0]]).reshape(1, 1, 3, 1)
    >>> affine_warp(image, np.eye(2), np.array([0, 1])).ravel()  # from one pixel further right
    array([1., 0., 0.])
    >>> affine_warp(image, np.eye(2), np.array([0, 0.25])).ravel()
    array([0.25, 0.75, 0.  ])
    """
    check_images(images)
    rows, columns = affine_places(matrix, offset, images)
    return bilinear(images, rows, columns, background)


def affine_places(matrix, offset, images):
    """Tell where an affine map looks for each output pixel: rows and columns, as in `bilinear`.

    Arguments as in `affine_warp`; of `images` only the shape and the type matter.
    """
    n, height, width = images.shape[:3]
    matrix = np.asarray(matrix, images.dtype)
    offset = np.asarray(offset, images.dtype)
    for name, array, shape in (("matrix", matrix, (2, 2)), ("offset", offset, (2,))):
        if array.shape not in (shape, (n, *shape)):
            raise ValueError(
                f"{name}: expected shape {shape}, or {(n, *shape)} for {n} images; "
                f"got {array.shape}."
            )
    row = np.arange(height, dtype=images.dtype)
    column = np.arange(width, dtype=images.dtype)

    def places(axis):
        # The part that depends on the row and the part that depends on the column are small;
        # only their sum is as large as the images.
        along_rows = matrix[..., axis, :1] * row + offset[..., axis, np.newaxis]
        along_columns = matrix[..., axis, 1:] * column
        return along_rows[..., :, np.newaxis] + along_columns[..., np.newaxis, :]

    return places(0), places(1)


def bilinear(images, rows, columns, background=0.0):
    """Read images at any places, also between pixels.

    Parameters
    ----------
    images : ndarray of float32 or float64, shape (N, H, W, C)
    rows, columns : ndarray, shape (N, H_out, W_out) or (H_out, W_out)
        For each output pixel the place in the input that it shows, in pixels.
    background : float
        What lies outside of the input.

    Returns
    -------
    ndarray, shape (N, H_out, W_out, C)
        With f and g the distances from the next pixel above and on the left, that is
        (1 - f) ((1 - g) above_left + g above_right) + f ((1 - g) below_left + g below_right).
    """
    n, height, width, channels = images.shape
    # One pixel of background before the image, and two behind it: so each place has four neighbors.
    # Whoever looks further outside sees background only, so the place may as well be moved here.
    wide = width + 3
    padded = np.full((n, height + 3, wide, channels), background, images.dtype)
    padded[:, 1 : height + 1, 1 : width + 1] = images
    rows = np.clip(rows, -1, height)
    columns = np.clip(columns, -1, width)
    above, left = np.floor(rows), np.floor(columns)
    down, right = (rows - above)[..., np.newaxis], (columns - left)[..., np.newaxis]

    # All pixels of the batch stand in one long row, and one number says where to read. Within an
    # image it is found in floating point (exact up to 2**24 pixels), which is fast.
    above += 1
    above *= wide
    above += left
    above += 1
    first = np.arange(n)[:, np.newaxis, np.newaxis] * ((height + 3) * wide)
    index = above.astype(np.intp) + first
    pixels = padded.reshape(-1, channels)

    def between(start):
        """Mix the pixel at `index` + `start` with the one on its right."""
        mixed = pixels[start:].take(index, axis=0)
        difference = pixels[start + 1 :].take(index, axis=0)
        difference -= mixed
        difference *= right
        mixed += difference
        return mixed

    result = between(0)
    difference = between(wide)
    difference -= result
    difference *= down
    result += difference
    return result


def check_images(images):
    """Raise an error unless the images are floating-point numbers of shape (N, H, W, C)."""
    if images.dtype not in (np.float32, np.float64):
        raise ValueError(
            f"images: expected float32 or float64, got {images.dtype}. "
            f"Convert pixels of type uint8 with as_images(images)."
        )
    if images.ndim != 4:
        raise ValueError(
            f"images: expected shape (N, height, width, channels), got {images.shape}."
        )
