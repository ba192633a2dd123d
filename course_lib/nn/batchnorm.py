"""Batch normalization: give every channel mean 0 and variance 1 over the mini-batch, then let it choose.

Students write this in ps06-regularization (chapter 8).
"""

import numpy as np

from course_lib.nn.layer import Layer, batch_first, batch_last


class BatchNorm(Layer):
    """y = gamma (x - mean) / sqrt(variance + eps) + beta, for each channel (the last axis).

    While training, mean and variance are those of the mini-batch, over all axes but the last. Running
    averages of both are kept for the time after, when a prediction must not depend on its neighbors.

    Parameters
    ----------
    channels : int
    momentum : float
        running = momentum * running + (1 - momentum) * batch, with the population variance.
    eps : float
        Keeps the division safe.
    dtype : numpy dtype

    Attributes
    ----------
    all_sum : callable
        Adds an array up over all workers that share a mini-batch (see `course_lib.training.workers`), because the
        statistics are those of the whole mini-batch. Does nothing when there is one worker.

    Notes
    -----
    Let M be the number of values per channel, x_hat the normalized input. Mean and variance depend on x, too, and
    that makes two more paths for the gradient::

        dbeta = sum dy,   dgamma = sum dy x_hat,
        dx = gamma / sqrt(variance + eps) (dy - dbeta / M - x_hat dgamma / M).

    Ioffe and Szegedy (2015).

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(5.0, 3.0, size=(8, 4, 4, 2))
    >>> y = BatchNorm(2, dtype=np.float64).forward(x, training=True)
    >>> bool(np.allclose(y.mean(axis=(0, 1, 2)), 0)), bool(np.allclose(y.std(axis=(0, 1, 2)), 1, atol=1e-4))
    (True, True)
    """

    def __init__(self, channels, momentum=0.9, eps=1e-5, dtype=np.float32):
        super().__init__()
        self.channels, self.momentum, self.eps = channels, momentum, eps
        self.dtype = np.dtype(dtype)
        self.params["gamma"] = np.ones(channels, dtype)
        self.params["beta"] = np.zeros(channels, dtype)
        self.state["running_mean"] = np.zeros(channels, dtype)
        self.state["running_var"] = np.ones(channels, dtype)
        self.all_sum = lambda value: value
        self.updates_state = True  # of the workers that share a mini-batch, only one does

    def forward(self, x, training=False):
        if x.ndim not in (2, 4) or x.shape[-1] != self.channels:
            raise ValueError(f"{self!r} needs an input of shape (any, {self.channels}) or (any, any, "
                             f"any, {self.channels}), but got {x.shape}")
        values = _by_channel(x)
        if training:
            self.count = self.all_sum(np.float64(values.shape[0] * values.shape[2]))
            mean = self._mean(values)
            x_hat = values - mean[:, None]
            variance = self._mean(x_hat * x_hat)
            if self.updates_state:
                for key, batch in (("running_mean", mean), ("running_var", variance)):
                    self.state[key] *= self.momentum
                    self.state[key] += (1 - self.momentum) * batch
        else:
            mean, variance = self.state["running_mean"], self.state["running_var"]
            x_hat = values - mean[:, None]
        std = np.sqrt(variance + np.asarray(self.eps, variance.dtype))
        x_hat /= std[:, None]
        self.cache = {"x_hat": x_hat, "std": std, "training": training}
        y = x_hat * self.params["gamma"][:, None]
        y += self.params["beta"][:, None]
        return _as_images(y, x.shape)

    def backward(self, dy, input_gradient=True):
        d = _by_channel(dy)
        x_hat, std = self.cache["x_hat"], self.cache["std"]
        scale = self.params["gamma"] / std
        self.grads["gamma"] = _channel_sum(d * x_hat)
        self.grads["beta"] = _channel_sum(d)
        if not self.cache["training"]:  # the statistics are constants
            return _as_images(d * scale[:, None], dy.shape)
        mean_dy_x_hat = (self.all_sum(self.grads["gamma"]) / self.count).astype(d.dtype)
        mean_dy = (self.all_sum(self.grads["beta"]) / self.count).astype(d.dtype)
        dx = x_hat * -mean_dy_x_hat[:, None]
        dx += d
        dx -= mean_dy[:, None]
        dx *= scale[:, None]
        return _as_images(dx, dy.shape)

    def _mean(self, values):
        return (self.all_sum(_channel_sum(values)) / self.count).astype(values.dtype)

    def __repr__(self):
        return f"BatchNorm({self.channels}, momentum={self.momentum}, eps={self.eps})"


def _by_channel(x):
    """Images (N, H, W, C) as (H*W, C, N) and vectors (N, D) as (N, D, 1): channels in the middle."""
    if x.ndim == 2:
        return np.ascontiguousarray(x)[:, :, None]
    return batch_last(x).reshape(-1, x.shape[3], x.shape[0])


def _as_images(values, shape):
    """The reverse of `_by_channel`."""
    if len(shape) == 2:
        return values[:, :, 0]
    n, height, width, channels = shape
    return batch_first(values.reshape(height, width, channels, n))


def _channel_sum(values):
    return values.sum(axis=0).sum(axis=1)
