"""Pooling: make an image smaller by keeping one number per window.

Students write max pooling in ps07-convolution (chapter 9).
"""

import numpy as np

from course_lib.nn.convolution import output_length, pair
from course_lib.nn.layer import Layer, batch_first, batch_last, check_shape
from course_lib.nn.select import bits, negative_mask


def pooled_shape(image_shape, size, stride):
    """Shape (H, W, C) after pooling; rows and columns that do not fill a window are dropped.

    >>> pooled_shape((28, 28, 6), (2, 2), (2, 2))
    (14, 14, 6)
    """
    height, width, channels = image_shape
    sizes = [output_length(n, k, s, 0, 0) for n, k, s in zip((height, width), size, stride)]
    return (*sizes, channels)


def window_views(images, size, stride):
    """For each of the positions in a window, row by row: that pixel of every window, as a view.

    ``images`` is in batch-last order (H, W, C, N). Walking over the few positions of a window,
    instead of over the many windows, turns pooling into a handful of operations on whole images.
    """
    (k_h, k_w), (s_h, s_w) = size, stride
    out_h, out_w, _ = pooled_shape(images.shape[:3], size, stride)
    for i in range(k_h):
        for j in range(k_w):
            yield images[i : i + s_h * out_h : s_h, j : j + s_w * out_w : s_w]


class _Pool2D(Layer):
    """What both kinds of pooling share: a window and its step."""

    def __init__(self, size, stride=None):
        super().__init__()
        self.size = pair(size)
        self.stride = self.size if stride is None else pair(stride)

    def output_shape(self, input_shape):
        return pooled_shape(input_shape, self.size, self.stride)

    def __repr__(self):
        return f"{type(self).__name__}({self.size}, stride={self.stride})"


class MaxPool2D(_Pool2D):
    """Keep the largest value of each window.

    Parameters
    ----------
    size : int or (int, int)
        Height and width of the window.
    stride : int or (int, int), optional
        Step from one window to the next; the size of the window if not given. Rows and columns
        that do not fill a window are dropped.

    Notes
    -----
    A change of y is a change of the pixel that was the largest, so all of dy goes to that pixel. Where
    several pixels are equally large, the first one in row-major order gets it (-0.0 counts as smaller
    than 0.0).

    Examples
    --------
    >>> x = np.arange(16.0).reshape(1, 4, 4, 1)
    >>> MaxPool2D(2).forward(x)[0, :, :, 0].tolist()
    [[5.0, 7.0], [13.0, 15.0]]
    """

    def forward(self, x, training=False):
        check_shape(self, x, (None, None, None, None))
        x = batch_last(x)
        first, *others = window_views(x, self.size, self.stride)
        y = first.copy()
        for view in others:
            np.maximum(y, view, out=y)
        self.cache = {"x": x, "y": y}
        return batch_first(y)

    def backward(self, dy, input_gradient=True):
        x, y = self.cache["x"], self.cache["y"]
        dx = np.zeros_like(x)
        # What no pixel of the window has taken yet.
        remaining = bits(batch_last(dy).astype(x.dtype, copy=False))
        overlapping = self.stride[0] < self.size[0] or self.stride[1] < self.size[1]
        *pixels, _ = window_views(x, self.size, self.stride)
        *d_pixels, d_last = window_views(dx, self.size, self.stride)
        for pixel, d_pixel in zip(pixels, d_pixels):
            left = negative_mask(pixel - y)  # a smaller pixel takes nothing
            left &= remaining
            if overlapping:
                d_pixel += (remaining ^ left).view(x.dtype)
            else:
                np.bitwise_xor(remaining, left, out=bits(d_pixel))
            remaining = left
        d_last += remaining.view(x.dtype)  # one of them is the largest: the last, if no other was
        return batch_first(dx)


class AvgPool2D(_Pool2D):
    """Take the mean of each window.

    Parameters
    ----------
    size : int or (int, int)
        Height and width of the window.
    stride : int or (int, int), optional
        Step from one window to the next; the size of the window if not given. Rows and columns
        that do not fill a window are dropped.

    Notes
    -----
    Each of the K_h K_w pixels of a window has the share 1 / (K_h K_w) in the mean, and so each of
    them gets dy / (K_h K_w). A pixel that lies in several windows gets the sum.

    Examples
    --------
    >>> x = np.arange(16.0).reshape(1, 4, 4, 1)
    >>> AvgPool2D(2).forward(x)[0, :, :, 0].tolist()
    [[2.5, 4.5], [10.5, 12.5]]
    """

    def forward(self, x, training=False):
        check_shape(self, x, (None, None, None, None))
        first, *others = window_views(batch_last(x), self.size, self.stride)
        y = first.copy()
        for view in others:
            y += view
        y /= self.size[0] * self.size[1]
        self.cache = x.shape
        return batch_first(y)

    def backward(self, dy, input_gradient=True):
        n, *image = self.cache
        dx = np.zeros((*image, n), dy.dtype)
        share = batch_last(dy) / (self.size[0] * self.size[1])
        for d_pixel in window_views(dx, self.size, self.stride):
            d_pixel += share
        return batch_first(dx)
