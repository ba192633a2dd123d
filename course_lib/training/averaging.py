"""An average of the weights over the last steps: smoother than the weights of any single step."""

from contextlib import contextmanager


class WeightAverage:
    """Exponential moving average of parameters.

    The first update copies the weights. The n-th update after it (n = 1, 2, ...) gives ::

        average = d average + (1 - d) w,    d = min(decay, (1 + n) / (10 + n)).

    With d = 0.999 the last thousand steps count most. The ramp lets the average follow quickly at
    the start, so that it soon forgets the random first weights; it is the one of TensorFlow's
    ``ExponentialMovingAverage``, and An et al. (2020) trained with it.

    Parameters
    ----------
    decay : float
        From 0 to below 1.

    Attributes
    ----------
    state : dict
        ``"n"``, the number of updates, and ``"average"``, a dictionary of arrays. Like that of an
        optimizer it is all that has to be saved.

    Examples
    --------
    >>> import numpy as np
    >>> params, average = {"w": np.zeros(1)}, WeightAverage(decay=0.999)
    >>> average.update(params)
    >>> params["w"][0] = 11.0
    >>> average.update(params)
    >>> average.state["average"]["w"].tolist()  # d = 2 / 11
    [9.0]
    >>> with average.applied_to(params):
    ...     params["w"].tolist()
    [9.0]
    >>> params["w"].tolist()
    [11.0]
    """

    def __init__(self, decay=0.999):
        if not 0 <= decay < 1:
            raise ValueError(f"decay must be at least 0 and below 1, but is {decay}")
        self.decay = decay
        self.state = {"n": 0, "average": {}}

    def update(self, params):
        """Take in the parameters after an optimizer step."""
        n, average = self.state["n"], self.state["average"]
        d = min(self.decay, (1 + n) / (10 + n))
        for name, w in params.items():
            if n == 0:
                average[name] = w.copy()
            else:
                change = w - average[name]
                change *= 1 - d
                average[name] += change
        self.state["n"] = n + 1

    @contextmanager
    def applied_to(self, params):
        """Put the average in place of the parameters for the length of a ``with`` block.

        Only parameters are averaged; running statistics of batch normalization stay what they are.
        """
        if self.state["n"] == 0:
            raise ValueError("there is no average yet; call update first")
        original = {name: w.copy() for name, w in params.items()}
        try:
            for name, w in params.items():
                w[...] = self.state["average"][name]
            yield
        finally:
            for name, w in params.items():
                w[...] = original[name]

    def __repr__(self):
        return f"WeightAverage({self.decay})"
