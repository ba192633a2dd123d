"""Pooling: make an image smaller by keeping one number per window."""

import numpy as np

from .convolution import output_length, pair
from .layer import Layer, batch_first, batch_last, check_shape
from .select import bits, negative_mask


class MaxPool2D(Layer):
    """Keep the largest value of each window.

    Parameters
    ----------
    size : int or (int, int)
        Height and width of the window.
    stride : int or (int, int), optional
        Step from one window to the next; the size of the window if not given. Rows and columns that do
        not fill a window are dropped.

    Notes
    -----
    A change of y is a change of the pixel that was the largest, so all of dy goes to that pixel. Where
    several pixels are equally large, the first one in row-major order gets it.

    Examples
    --------
    >>> x = np.arange(16.0).reshape(1, 4, 4, 1)
    >>> MaxPool2D(2).forward(x)[0, :, :, 0].tolist()
    [[5.0, 7.0], [13.0, 15.0]]
    """

    def __init__(self, size, stride=None):
        super().__init__()
        self.size = pair(size)
        self.stride = self.size if stride is None else pair(stride)

    def _views(self, images):
        """For each of the positions in a window, row by row: that pixel of every window, as a view."""
        (k_h, k_w), (s_h, s_w) = self.size, self.stride
        out_h, out_w, _ = self.output_shape(images.shape[:3])
        for i in range(k_h):
            for j in range(k_w):
                yield images[i : i + s_h * out_h : s_h, j : j + s_w * out_w : s_w]

    def forward(self, x, training=False):
        check_shape(self, x, (None, None, None, None))
        x = batch_last(x)
        first, *others = self._views(x)
        y = first.copy()
        for view in others:
            np.maximum(y, view, out=y)
        self.cache = {"x": x, "y": y}
        return batch_first(y)

    def backward(self, dy, input_gradient=True):
        x, y = self.cache["x"], self.cache["y"]
        dx = np.zeros_like(x)
        remaining = bits(batch_last(dy)).copy()  # what no pixel of the window has taken yet
        overlapping = self.stride[0] < self.size[0] or self.stride[1] < self.size[1]
        for pixel, d_pixel in zip(self._views(x), self._views(dx)):
            smaller = negative_mask(pixel - y)
            taken = (remaining & ~smaller).view(x.dtype)
            if overlapping:
                d_pixel += taken
            else:
                d_pixel[...] = taken
            remaining &= smaller
        return batch_first(dx)

    def output_shape(self, input_shape):
        height, width, channels = input_shape
        sizes = [output_length(n, k, s, 0, 0)
                 for n, k, s in zip((height, width), self.size, self.stride)]
        return (*sizes, channels)

    def __repr__(self):
        return f"MaxPool2D({self.size}, stride={self.stride})"
