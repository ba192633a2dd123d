"""Convolution the way it is taught: first by loops, then by im2col, each there and back.

All compute the same as `course_lib.nn.convolution.Conv2D`, which is tested against them. Chapter 12
measures how far apart they are.

Students write both in ps07-convolution (chapter 9).
"""

import numpy as np

from course_lib.checks import check_whole
from course_lib.nn.convolution import output_length


def conv2d_loops(x, W, b, stride=1, padding=0):
    """Cross-correlation, one output number at a time.

    Parameters
    ----------
    x : ndarray, shape (N, H, W, C)
    W : ndarray, shape (K_h, K_w, C, F)
    b : ndarray, shape (F,)
    stride, padding : int
        The same in both directions; ``padding`` zeros on all four sides.

    Returns
    -------
    ndarray, shape (N, out_h, out_w, F)

    Raises
    ------
    ValueError
        Where the kernel does not fit into the padded images.

    Examples
    --------
    >>> x = np.arange(9.0).reshape(1, 3, 3, 1)
    >>> conv2d_loops(x, np.ones((2, 2, 1, 1)), np.zeros(1))[0, :, :, 0].tolist()
    [[8.0, 12.0], [20.0, 24.0]]
    """
    k_h, k_w, _, filters = W.shape
    out_h, out_w = output_size(x, W, stride, padding)
    x = pad(x, padding)
    y = np.empty((len(x), out_h, out_w, filters), x.dtype)
    for image in range(len(x)):
        for h in range(out_h):
            for w in range(out_w):
                window = x[image, h * stride : h * stride + k_h, w * stride : w * stride + k_w]
                for f in range(filters):
                    y[image, h, w, f] = (window * W[..., f]).sum() + b[f]
    return y


def conv2d_loops_backward(dy, x, W, stride=1, padding=0):
    """The way back through `conv2d_loops`, one number of ``dy`` at a time.

    ``y[n, h, w, f]`` was a sum of products of one window and one filter. So each of its weights
    gets dy times its pixel, and each of its pixels dy times its weight. What comes from several
    windows adds up.

    Parameters
    ----------
    dy : ndarray, shape (N, out_h, out_w, F)
        Gradient of the loss with respect to the output.
    x, W, stride, padding
        What `conv2d_loops` was given.

    Returns
    -------
    dx, dW, db : ndarray
        Gradients with respect to ``x``, ``W`` and ``b``.

    Examples
    --------
    >>> x, W = np.arange(9.0).reshape(1, 3, 3, 1), np.ones((2, 2, 1, 1))
    >>> dx, dW, db = conv2d_loops_backward(np.ones((1, 2, 2, 1)), x, W)
    >>> dx[0, :, :, 0].tolist()  # the pixel in the middle is in all four windows
    [[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]]
    >>> dW[:, :, 0, 0].tolist(), db.tolist()
    ([[8.0, 12.0], [20.0, 24.0]], [4.0])
    """
    k_h, k_w, _, filters = W.shape
    out_h, out_w = output_size(x, W, stride, padding)
    x = pad(x, padding)
    dx, dW, db = np.zeros_like(x), np.zeros_like(W), np.zeros(filters, W.dtype)
    for image in range(len(x)):
        for h in range(out_h):
            for w in range(out_w):
                rows = slice(h * stride, h * stride + k_h)
                columns = slice(w * stride, w * stride + k_w)
                for f in range(filters):
                    d = dy[image, h, w, f]
                    dW[..., f] += d * x[image, rows, columns]
                    dx[image, rows, columns] += d * W[..., f]
                    db[f] += d
    return unpad(dx, padding), dW, db


def im2col(x, kernel_h, kernel_w, stride=1):
    """Write every window of every image as one row.

    Parameters
    ----------
    x : ndarray, shape (N, H, W, C)
        Already padded.
    kernel_h, kernel_w, stride : int

    Returns
    -------
    ndarray, shape (N * out_h * out_w, kernel_h * kernel_w * C)

    Examples
    --------
    >>> im2col(np.arange(9.0).reshape(1, 3, 3, 1), 2, 2)[0].tolist()
    [0.0, 1.0, 3.0, 4.0]
    """
    windows = np.lib.stride_tricks.sliding_window_view(x, (kernel_h, kernel_w), axis=(1, 2))
    windows = windows[:, ::stride, ::stride]  # (N, out_h, out_w, C, kernel_h, kernel_w)
    windows = windows.transpose(0, 1, 2, 4, 5, 3)
    return windows.reshape(-1, kernel_h * kernel_w * x.shape[3])


def col2im(columns, shape, kernel_h, kernel_w, stride=1):
    """Add every row back to the pixels that `im2col` had it from.

    Parameters
    ----------
    columns : ndarray, shape (N * out_h * out_w, kernel_h * kernel_w * C)
    shape : tuple of int
        (N, H, W, C), that of the padded images.
    kernel_h, kernel_w, stride : int

    Returns
    -------
    ndarray of this shape
        A pixel in several windows holds their sum, one in no window 0.

    Examples
    --------
    >>> ones = im2col(np.ones((1, 3, 3, 1)), 2, 2)
    >>> col2im(ones, (1, 3, 3, 1), 2, 2)[0, :, :, 0].tolist()
    [[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]]
    """
    n, height, width, channels = shape
    out_h, out_w = (height - kernel_h) // stride + 1, (width - kernel_w) // stride + 1
    windows = columns.reshape(n, out_h, out_w, kernel_h, kernel_w, channels)
    x = np.zeros(shape, columns.dtype)
    for i in range(kernel_h):
        for j in range(kernel_w):  # pixel (i, j) of all windows: no two windows have it in common
            rows = slice(i, i + stride * out_h, stride)
            across = slice(j, j + stride * out_w, stride)
            x[:, rows, across] += windows[:, :, :, i, j]
    return x


def conv2d_im2col(x, W, b, stride=1, padding=0):
    """Cross-correlation as one matrix product; arguments and result as in `conv2d_loops`.

    Examples
    --------
    >>> x, W = np.ones((2, 5, 5, 3)), np.ones((3, 3, 3, 4))
    >>> conv2d_im2col(x, W, np.zeros(4)).shape
    (2, 3, 3, 4)
    """
    k_h, k_w, _, filters = W.shape
    out_h, out_w = output_size(x, W, stride, padding)
    y = im2col(pad(x, padding), k_h, k_w, stride) @ W.reshape(-1, filters) + b
    return y.reshape(len(x), out_h, out_w, filters)


def conv2d_im2col_backward(dy, x, W, stride=1, padding=0):
    """The way back through `conv2d_im2col`; arguments and results as in `conv2d_loops_backward`.

    The forward pass is a dense layer, y = columns W + b, and so is the way back: ::

        dW = columns^T dy,    db = sum of dy,    dcolumns = dy W^T.

    Examples
    --------
    >>> x, W = np.ones((2, 5, 5, 3)), np.ones((3, 3, 3, 4))
    >>> dx, dW, db = conv2d_im2col_backward(np.ones((2, 3, 3, 4)), x, W)
    >>> dx.shape, dW.shape, db.tolist()
    ((2, 5, 5, 3), (3, 3, 3, 4), [18.0, 18.0, 18.0, 18.0])
    """
    k_h, k_w, _, filters = W.shape
    x = pad(x, padding)
    dy = dy.reshape(-1, filters)
    dW = im2col(x, k_h, k_w, stride).T @ dy
    dx = col2im(dy @ W.reshape(-1, filters).T, x.shape, k_h, k_w, stride)
    return unpad(dx, padding), dW.reshape(W.shape), dy.sum(axis=0)


def output_size(x, W, stride, padding):
    """Height and width of the output; ValueError where there is none."""
    check_whole("stride", stride, at_least=1)
    check_whole("padding", padding, at_least=0)
    return [output_length(n, k, stride, padding, padding)
            for n, k in zip(x.shape[1:3], W.shape[:2])]


def pad(x, padding):
    """Zeros on all four sides of each image."""
    return np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))


def unpad(x, padding):
    """Take them away again: nothing came in through them, so nothing goes back."""
    return x[:, padding : x.shape[1] - padding, padding : x.shape[2] - padding]
