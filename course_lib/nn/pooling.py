"""Pooling: make an image smaller by keeping one number per window.

Students write max pooling in ps07-convolution (chapter 9).
"""

import numpy as np

from course_lib.nn.convolution import output_length, whole_pair
from course_lib.nn.layer import Layer, batch_first, batch_last, check_gradient, check_input


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
        self.size = whole_pair("size", size)
        self.stride = self.size if stride is None else whole_pair("stride", stride)

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
    A change of y is a change of the pixel that was the largest, so all of dy goes to that pixel.
    Where several pixels are equally large, the first one in row-major order gets it.

    Examples
    --------
    >>> x = np.arange(16.0).reshape(1, 4, 4, 1)
    >>> MaxPool2D(2).forward(x)[0, :, :, 0].tolist()
    [[5.0, 7.0], [13.0, 15.0]]
    """

    def forward(self, x, training=False):
        check_input(self, x, (None, None, None, None))
        x = batch_last(x)
        first, *others = window_views(x, self.size, self.stride)
        y = first.copy()
        for view in others:
            np.maximum(y, view, out=y)
        self.cache = {"x": x, "y": y}
        return batch_first(y)

    def backward(self, dy, input_gradient=True):
        x, y = self.cache["x"], self.cache["y"]
        check_gradient(self, dy, batch_first(y).shape)
        dy = batch_last(dy)
        dx = np.zeros(x.shape, dy.dtype)
        overlapping = self.stride[0] < self.size[0] or self.stride[1] < self.size[1]
        free = np.ones(y.shape, bool)  # windows whose gradient no pixel has taken yet
        pixels, d_pixels = (window_views(a, self.size, self.stride) for a in (x, dx))
        for pixel, d_pixel in zip(pixels, d_pixels):
            largest = pixel == y
            largest &= free
            if overlapping:
                d_pixel += dy * largest
            else:
                np.multiply(dy, largest, out=d_pixel)
            free &= ~largest
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
        check_input(self, x, (None, None, None, None), floats=True)
        first, *others = window_views(batch_last(x), self.size, self.stride)
        y = first.copy()
        for view in others:
            y += view
        y /= self.size[0] * self.size[1]
        self.cache = x.shape
        return batch_first(y)

    def backward(self, dy, input_gradient=True):
        n, *image = self.cache
        check_gradient(self, dy, (n, *self.output_shape(image)))
        dx = np.zeros((*image, n), dy.dtype)
        share = batch_last(dy) / (self.size[0] * self.size[1])
        for d_pixel in window_views(dx, self.size, self.stride):
            d_pixel += share
        return batch_first(dx)
