"""Convolution the way it is taught: first by loops, then by im2col.

Both compute the same as `course_lib.nn.convolution.Conv2D`, which is tested against them. Chapter 12 measures how
far apart they are.

Students write both in ps07-convolution (chapter 9).
"""

import numpy as np

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

    Examples
    --------
    >>> x = np.arange(9.0).reshape(1, 3, 3, 1)
    >>> conv2d_loops(x, np.ones((2, 2, 1, 1)), np.zeros(1))[0, :, :, 0].tolist()
    [[8.0, 12.0], [20.0, 24.0]]
    """
    n, height, width, _ = x.shape
    k_h, k_w, _, filters = W.shape
    out_h = output_length(height, k_h, stride, padding, padding)
    out_w = output_length(width, k_w, stride, padding, padding)
    x = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    y = np.empty((n, out_h, out_w, filters), x.dtype)
    for image in range(n):
        for h in range(out_h):
            for w in range(out_w):
                window = x[image, h * stride : h * stride + k_h, w * stride : w * stride + k_w]
                for f in range(filters):
                    y[image, h, w, f] = (window * W[..., f]).sum() + b[f]
    return y


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


def conv2d_im2col(x, W, b, stride=1, padding=0):
    """Cross-correlation as one matrix product; arguments and result as in `conv2d_loops`.

    Examples
    --------
    >>> x, W = np.ones((2, 5, 5, 3)), np.ones((3, 3, 3, 4))
    >>> conv2d_im2col(x, W, np.zeros(4)).shape
    (2, 3, 3, 4)
    """
    k_h, k_w, _, filters = W.shape
    out_h = output_length(x.shape[1], k_h, stride, padding, padding)
    out_w = output_length(x.shape[2], k_w, stride, padding, padding)
    x = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    y = im2col(x, k_h, k_w, stride) @ W.reshape(-1, filters) + b
    return y.reshape(len(x), out_h, out_w, filters)
