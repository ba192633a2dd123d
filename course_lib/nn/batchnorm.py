"""Batch normalization: give every channel mean 0 and variance 1, then let it choose its own.

Students write this in ps06-regularization (chapter 8).
"""

import numpy as np

from course_lib.checks import check_dtype, check_number, check_whole
from course_lib.nn.layer import Layer, batch_first, batch_last, check_gradient, check_input


class BatchNorm(Layer):
    """y = gamma (x - mean) / sqrt(variance + eps) + beta, for each channel (the last axis).

    While training, mean and variance are those of the mini-batch, over all axes but the last.
    Running averages of both are kept for the time after, when a prediction must not depend on its
    neighbors.

    Parameters
    ----------
    channels : int
    momentum : float
        running = momentum * running + (1 - momentum) * batch, with the population variance.
    eps : float
        Keeps the division safe.
    dtype : numpy dtype

    Notes
    -----
    Workers that share a mini-batch add their sums up (``all_sum``, see `course_lib.nn.Layer`),
    because the statistics are those of the whole mini-batch.

    Let M be the number of values per channel, x_hat the normalized input, (x - mean) / std, which
    is never made: the division by std happens on the few numbers of a channel. Mean and variance
    depend on x, too, and that makes two more paths for the gradient::

        dbeta = sum dy,   dgamma = sum dy x_hat,
        dx = gamma / sqrt(variance + eps) (dy - dbeta / M - x_hat dgamma / M).

    Ioffe and Szegedy (2015).

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(5.0, 3.0, size=(8, 4, 4, 2))
    >>> y = BatchNorm(2, dtype=np.float64).forward(x, training=True)
    >>> bool(np.allclose(y.mean(axis=(0, 1, 2)), 0))
    True
    >>> bool(np.allclose(y.std(axis=(0, 1, 2)), 1, atol=1e-4))
    True
    """

    needs_whole_batch = True

    def __init__(self, channels, momentum=0.9, eps=1e-5, dtype=np.float32):
        super().__init__()
        self.channels = check_whole("channels", channels, at_least=1)
        self.momentum = check_number("momentum", momentum, at_least=0, at_most=1)
        self.eps = check_number("eps", eps, above=0)
        self.dtype = check_dtype(dtype)
        self.params["gamma"] = np.ones(channels, dtype)
        self.params["beta"] = np.zeros(channels, dtype)
        self.state["running_mean"] = np.zeros(channels, dtype)
        self.state["running_var"] = np.ones(channels, dtype)

    def forward(self, x, training=False):
        check_input(self, x, floats=True)
        if x.ndim not in (2, 4) or x.shape[-1] != self.channels:
            raise ValueError(f"{self!r} needs an input of shape (any, {self.channels}) or (any, "
                             f"any, any, {self.channels}), but got {x.shape}")
        values, n = _by_channel(x), len(x) if x.ndim == 4 else 1
        count = None
        if training:
            count = self.all_sum(values.size // self.channels)
            mean = self.all_sum(self._channel_sum(values)) / count
            centered = values - np.repeat(mean, n)
            variance = self.all_sum(self._channel_sum(centered, centered)) / count
            if self.updates_state:
                for key, batch in (("running_mean", mean), ("running_var", variance)):
                    self.state[key] *= self.momentum
                    self.state[key] += (1 - self.momentum) * batch
        else:
            mean, variance = self.state["running_mean"], self.state["running_var"]
            centered = values - np.repeat(mean, n)
        std = np.sqrt(variance + self.eps)
        self.cache = {"centered": centered, "std": std, "count": count, "x_shape": x.shape}
        y = centered * np.repeat(self.params["gamma"] / std, n)
        y += np.repeat(self.params["beta"], n)
        return _as_images(y, x.shape)

    def backward(self, dy, input_gradient=True):
        centered, std, count = self.cache["centered"], self.cache["std"], self.cache["count"]
        check_gradient(self, dy, self.cache["x_shape"])
        n = len(dy) if dy.ndim == 4 else 1
        d = _by_channel(dy)
        scale = self.params["gamma"] / std
        self.grads["gamma"] = self._channel_sum(d, centered) / std
        self.grads["beta"] = self._channel_sum(d)
        if count is None:  # not while training: the statistics are constants
            return _as_images(d * np.repeat(scale, n), dy.shape)
        mean_dy_x_hat = self.all_sum(self.grads["gamma"]) / count
        mean_dy = self.all_sum(self.grads["beta"]) / count
        dx = centered * np.repeat(-mean_dy_x_hat / std, n)
        dx += d
        dx -= np.repeat(mean_dy, n)
        dx *= np.repeat(scale, n)
        return _as_images(dx, dy.shape)

    def _channel_sum(self, *factors):
        """For each channel, the sum of one array or of the product of two."""
        by_column = np.einsum("pk,pk->k", *factors) if len(factors) == 2 else factors[0].sum(axis=0)
        return by_column.reshape(self.channels, -1).sum(axis=1)

    def __repr__(self):
        return f"BatchNorm({self.channels}, momentum={self.momentum}, eps={self.eps})"


def _by_channel(x):
    """Images (N, H, W, C) as (H*W, C*N), vectors (N, D) as they are: a channel is N columns, or 1.

    So what belongs to a channel is repeated N times and meets rows of C*N numbers. In C short rows
    of N, forward and backward took a quarter longer.
    """
    if x.ndim == 2:
        return np.ascontiguousarray(x)
    return batch_last(x).reshape(-1, x.shape[3] * len(x))


def _as_images(values, shape):
    """The reverse of `_by_channel`."""
    if len(shape) == 2:
        return values
    n, height, width, channels = shape
    return batch_first(values.reshape(height, width, channels, n))
