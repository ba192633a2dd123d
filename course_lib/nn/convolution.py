"""The convolutional layer: one small set of weights, slid over the whole image.

The formula (a cross-correlation, as everywhere in this field), with stride s and a zero-padded
input x::

    y[n, h, w, f] = b[f] + sum over i, j, c of  x[n, s h + i, s w + j, c] W[i, j, c, f]

How it is computed fast
-----------------------
A processor is fast at one thing: products of matrices. So the sum above is cut into two steps.

1. *Stack rows.* ``rows[h, w, i] = x[s h + i, w]`` puts the K image rows that output row h needs on
   top of each other (K copies of the image, in long runs).
2. *Slide a window along the width.* The K columns of ``rows`` that output pixel (h, w) needs lie
   side by side in memory, so they *are* a matrix of K*K*C rows and N columns: no copy. One product
   of the weights (F, K*K*C) with that matrix gives pixel (h, w) of all N images at once.

The usual way, im2col, copies each pixel K*K times; this one copies it K times. It works because the
batch is the last axis in memory (see `course_lib.nn.layer`). The plain forms, which are what the
book teaches, stand in `course_lib.nn.convolution_plain` and are what this one is tested against.

Students write this in ps07-convolution (chapter 9).
"""

import numpy as np
from numpy.lib.stride_tricks import as_strided

from course_lib.checks import check_dtype, check_flag, check_whole
from course_lib.nn.initializers import glorot_uniform
from course_lib.nn.layer import Layer, batch_first, check_gradient, check_input

SUMMED_AT_ONCE = 2**20  # bytes of products that a weight gradient makes before it adds them up


def pair(value):
    """Return (value, value) for a number and a pair as it is."""
    return tuple(value) if isinstance(value, (tuple, list)) else (value, value)


def whole_pair(name, value, at_least=1):
    """Return a pair of whole numbers; a single number stands for both."""
    both = pair(value)
    if len(both) != 2:
        raise ValueError(f"{name} must be a whole number or a pair of them, but is {value!r}")
    return tuple(check_whole(name, number, at_least) for number in both)


def output_length(n, kernel, stride, before, after):
    """Length of the output along one axis; ValueError where the kernel does not fit.

    >>> output_length(28, 5, 1, 2, 2)
    28
    """
    room = n + before + after - kernel
    if room < 0:
        raise ValueError(
            f"kernel of {kernel} does not fit into {n} pixels padded by {before} and {after}; "
            "use a smaller kernel or more padding"
        )
    return room // stride + 1


def resolve_padding(padding, n, kernel, stride):
    """Zeros before and after one axis of n pixels.

    ``"valid"`` means none. ``"same"`` means as many as make the output ceil(n / stride) long; an
    odd one goes after, as TensorFlow does it. A number means that many on both sides, a pair is
    taken as it is.

    >>> resolve_padding("same", 28, 6, 2)
    (2, 2)
    >>> resolve_padding("same", 28, 3, 2)
    (0, 1)
    """
    if padding == "valid":
        return 0, 0
    if padding == "same":
        total = max((-(-n // stride) - 1) * stride + kernel - n, 0)
        return total // 2, total - total // 2
    return pair(padding)


def padding_by_axis(padding):
    """What the argument ``padding`` says for height and width; ValueError if it says nothing."""
    if isinstance(padding, str):
        if padding not in ("valid", "same"):
            raise ValueError(f"padding must be 'valid', 'same' or numbers, but is {padding!r}")
        return padding, padding
    by_axis = pair(padding)
    if len(by_axis) != 2:
        raise ValueError("padding must be a whole number or ((top, bottom), (left, right)), but is "
                         f"{padding!r}")
    return tuple(whole_pair("padding", sides, at_least=0) for sides in by_axis)


def windows_along_width(rows, kernel, stride, n_windows):
    """All windows of ``kernel`` neighboring columns, as matrices, without a copy.

    ``rows`` is a contiguous array (H, W, R, N). The result (H, n_windows, kernel * R, N) overlaps
    itself in memory, so it must not be written to.
    """
    height, _, r, n = rows.shape
    s_h, s_w, s_r, s_n = rows.strides
    return as_strided(
        rows, (height, n_windows, kernel * r, n), (s_h, stride * s_w, s_r, s_n), writeable=False
    )


class Conv2D(Layer):
    """Convolution of images (N, H, W, C) with F filters.

    Parameters
    ----------
    c_in, filters : int
        Channels of the input and of the output.
    kernel : int or (int, int)
        Height and width of the filters.
    rng : numpy.random.Generator
    stride : int or (int, int)
        Step from one window to the next, down and across.
    padding : "valid", "same", int, or ((top, bottom), (left, right))
        Zeros around the image. "valid" has none; "same" keeps the size (divided by the stride).
    bias : bool
        Whether to add b. A layer followed by batch normalization needs none.
    dtype : numpy dtype
    initializer : callable

    Examples
    --------
    >>> layer = Conv2D(1, 6, 5, np.random.default_rng(0), padding=2)
    >>> layer.forward(np.zeros((3, 28, 28, 1), np.float32)).shape
    (3, 28, 28, 6)
    """

    def __init__(self, c_in, filters, kernel, rng, stride=1, padding="valid", bias=True,
                 dtype=np.float32, initializer=glorot_uniform):
        super().__init__()
        self.c_in = check_whole("c_in", c_in, at_least=1)
        self.filters = check_whole("filters", filters, at_least=1)
        self.kernel, self.stride = whole_pair("kernel", kernel), whole_pair("stride", stride)
        self.padding, self.padding_by_axis = padding, padding_by_axis(padding)
        self.bias, self.dtype = check_flag("bias", bias), check_dtype(dtype)
        k_h, k_w = self.kernel
        fan_in, fan_out = k_h * k_w * c_in, k_h * k_w * filters
        self.params["W"] = initializer((k_h, k_w, c_in, filters), fan_in, fan_out, rng, dtype)
        if bias:
            self.params["b"] = np.zeros(filters, dtype)

    def geometry(self, height, width):
        """Output height and width, and the padding (top, bottom), (left, right).

        >>> layer = Conv2D(1, 6, 5, np.random.default_rng(0), stride=2, padding="same")
        >>> layer.geometry(28, 28)
        ([14, 14], [(1, 2), (1, 2)])
        """
        pads, sizes = [], []
        for n, k, s, p in zip((height, width), self.kernel, self.stride, self.padding_by_axis):
            before, after = resolve_padding(p, n, k, s)
            sizes.append(output_length(n, k, s, before, after))
            pads.append((before, after))
        return sizes, pads

    def forward(self, x, training=False):
        check_input(self, x, (None, None, None, self.c_in))
        n, height, width, _ = x.shape
        (k_h, k_w), (s_h, s_w) = self.kernel, self.stride
        (out_h, out_w), ((top, bottom), (left, right)) = self.geometry(height, width)
        W = self.params["W"]

        padded = np.zeros((top + height + bottom, left + width + right, self.c_in, n), x.dtype)
        padded[top : top + height, left : left + width] = x.transpose(1, 2, 3, 0)
        rows = np.empty((out_h, padded.shape[1], k_h, self.c_in, n), x.dtype)
        for i in range(k_h):
            rows[:, :, i] = padded[i : i + s_h * out_h : s_h]
        windows = windows_along_width(rows.reshape(*rows.shape[:2], -1, n), k_w, s_w, out_w)
        W_flat = W.transpose(3, 1, 0, 2).reshape(self.filters, -1)  # rows f, columns (j, i, c)
        y = np.matmul(W_flat, windows)  # (out_h, out_w, F, N)
        if "b" in self.params:
            y += self.params["b"][:, None]
        self.cache = {"windows": windows, "x_shape": x.shape}
        return batch_first(y)

    def backward(self, dy, input_gradient=True):
        n, *image = self.cache["x_shape"]
        check_gradient(self, dy, (n, *self.output_shape(image)))
        dy = np.ascontiguousarray(dy.transpose(1, 2, 3, 0))  # (out_h, out_w, F, N)
        if "b" in self.params:
            self.grads["b"] = dy.sum(axis=(0, 1)).sum(axis=1)
        self.grads["W"] = self._weight_gradient(dy)
        return self._input_gradient(dy) if input_gradient else None

    def _weight_gradient(self, dy):
        """dW[j, i, c, f] = sum over h, w, n of  windows[h, w, (j, i, c), n] dy[h, w, f, n].

        One product for each output pixel (h, w) sums over n. The windows are those of forward, so
        nothing is copied: half the time of one long product for each row of pixels, which needs
        both arrays in another order (LeNet-5's first layer, 128 images: 243 and 505 microseconds).
        A few rows at a time, because the products are K*K*C*F numbers for each pixel.
        """
        windows, (k_h, k_w) = self.cache["windows"], self.kernel
        dW = np.zeros((windows.shape[2], self.filters), self.params["W"].dtype)
        step = max(1, SUMMED_AT_ONCE // (windows.shape[1] * dW.nbytes))
        for h in range(0, len(dy), step):
            by_pixel = np.matmul(windows[h : h + step], dy[h : h + step].swapaxes(2, 3))
            dW += by_pixel.sum(axis=(0, 1))
        dW = dW.reshape(k_w, k_h, self.c_in, self.filters)
        return np.ascontiguousarray(dW.swapaxes(0, 1))  # (k_h, k_w, C, F)

    def _input_gradient(self, dy):
        """The steps of forward, reversed: windows become a sum, stacked rows are added back."""
        out_h, out_w, _, n = dy.shape
        (k_h, k_w), (s_h, s_w) = self.kernel, self.stride
        _, h, w, _ = self.cache["x_shape"]
        _, ((top, bottom), (left, right)) = self.geometry(h, w)
        height, width = top + h + bottom, left + w + right
        W = self.params["W"]
        # Input column w was seen by output column (w - j) / s through column j of the kernel: a
        # window over dy, spread by the stride and padded, with the kernel reversed.
        spread = np.zeros((out_h, width + k_w - 1, self.filters, n), dy.dtype)
        spread[:, k_w - 1 : k_w - 1 + s_w * out_w : s_w] = dy
        # Rows (i, c), columns (j, f):
        W_back = W[:, ::-1].transpose(0, 2, 1, 3).reshape(k_h * self.c_in, -1)
        d_rows = np.matmul(W_back, windows_along_width(spread, k_w, 1, width))
        d_rows = d_rows.reshape(out_h, width, k_h, self.c_in, n)
        d_padded = np.zeros((height, width, self.c_in, n), dy.dtype)
        for i in range(k_h):
            d_padded[i : i + s_h * out_h : s_h] += d_rows[:, :, i]
        return batch_first(d_padded[top : top + h, left : left + w])

    def output_shape(self, input_shape):
        height, width, _ = input_shape
        return (*self.geometry(height, width)[0], self.filters)

    def __repr__(self):
        return (f"Conv2D({self.c_in}, {self.filters}, kernel={self.kernel}, stride={self.stride}, "
                f"padding={self.padding!r})")
