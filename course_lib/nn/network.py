"""A network is a plain list of layers."""

import numpy as np

from course_lib.checks import check_whole
from course_lib.nn.describe import describe
from course_lib.nn.layer import Layer
from course_lib.nn.losses import softmax


class Network:
    """Layers, one after the other.

    Parameters
    ----------
    layers : list of Layer

    Attributes
    ----------
    params, grads, state : dict of str to ndarray
        Those of all layers; the key says where: ``"3.W"`` is the array ``W`` of ``layers[3]``. The
        arrays are the layers' own, so changing one in place changes the network.

    Examples
    --------
    >>> from course_lib.nn import Dense, ReLU
    >>> rng = np.random.default_rng(0)
    >>> network = Network([Dense(784, 300, rng), ReLU(), Dense(300, 10, rng)])
    >>> network.n_parameters
    238510
    >>> network.predict(np.zeros((2, 784), np.float32)).shape
    (2,)
    >>> network.layers[2].params["W"] is network.params["2.W"]
    True

    Forward and back by hand:

    >>> x, dy = np.ones((2, 784), np.float32), np.ones((2, 10), np.float32)
    >>> y = network.forward(x, training=True)
    >>> dx = network.backward(dy)
    >>> y.shape, dx.shape, network.grads["0.W"].shape
    ((2, 10), (2, 784), (784, 300))
    """

    def __init__(self, layers):
        self.layers = list(layers)
        for layer in self.layers:
            if not isinstance(layer, Layer):
                raise ValueError(f"layers must be a list of layers, but holds {layer!r}")
        if len({id(layer) for layer in self.layers}) < len(self.layers):
            raise ValueError("a layer occurs twice; each place needs one of its own, since a layer "
                             "remembers what it was given")

    def forward(self, x, training=False):
        """Pass a batch through all layers; the result is the logits, shape (N, classes)."""
        if not self.layers:
            raise ValueError("layers must hold at least one layer, but is empty")
        for layer in self.layers:
            x = layer.forward(x, training)
        return x

    def backward(self, dy, input_gradient=True):
        """Pass a gradient back through all layers; fills ``grads``, returns that of the input."""
        for layer in reversed(self.layers[1:]):
            dy = layer.backward(dy)
        return self.layers[0].backward(dy, input_gradient)

    def loss_and_gradients(self, x, labels, loss, weight=1.0):
        """One pass forward and back while training; fills ``grads``.

        Parameters
        ----------
        x, labels : ndarray
        loss : object with ``forward(outputs, labels)`` and ``backward()``
        weight : float
            Factor of the gradients: the share of these examples in a larger mini-batch.

        Returns
        -------
        loss : float
            Not weighted.
        logits : ndarray, shape (N, classes)

        Examples
        --------
        One step of gradient descent:

        >>> from course_lib.nn import SGD, Dense, SoftmaxCrossEntropy
        >>> network = Network([Dense(3, 3, np.random.default_rng(0))])
        >>> x, labels = np.eye(3, dtype=np.float32), np.array([0, 1, 2])
        >>> loss = SoftmaxCrossEntropy()
        >>> before, logits = network.loss_and_gradients(x, labels, loss)
        >>> SGD(lr=0.1).step(network.params, network.grads)
        >>> after, _ = network.loss_and_gradients(x, labels, loss)
        >>> after < before
        True
        """
        logits = self.forward(x, training=True)
        value = loss.forward(logits, labels)
        dlogits = loss.backward()
        dlogits *= weight
        self.backward(dlogits, input_gradient=False)
        return value, logits

    def _collect(self, attribute):
        return {f"{i}.{key}": value for i, layer in enumerate(self.layers)
                for key, value in getattr(layer, attribute).items()}

    @property
    def params(self):
        """The parameters of all layers, see above."""
        return self._collect("params")

    @property
    def grads(self):
        """Their gradients, as the last backward pass has left them."""
        return self._collect("grads")

    @property
    def state(self):
        """What layers remember and do not learn, such as running statistics.

        >>> from course_lib.nn import BatchNorm
        >>> sorted(Network([BatchNorm(3)]).state)
        ['0.running_mean', '0.running_var']
        """
        return self._collect("state")

    @property
    def n_parameters(self):
        """Number of learned parameters."""
        return sum(layer.n_parameters for layer in self.layers)

    def logits(self, x, batch_size=64):
        """Logits of many inputs, a batch at a time, so that memory does not grow with their number.

        Batches of 64 keep what a layer hands to the next inside the processor's cache.

        >>> from course_lib.nn import Dense
        >>> network = Network([Dense(4, 3, np.random.default_rng(0))])
        >>> network.logits(np.zeros((100, 4), np.float32)).shape
        (100, 3)
        """
        check_whole("batch_size", batch_size, at_least=1)
        if len(x) == 0:
            raise ValueError("x is empty; expected at least one input")
        return np.concatenate([self.forward(x[i : i + batch_size])
                               for i in range(0, len(x), batch_size)])

    def to_probabilities(self, outputs):
        """What the outputs of the network, both (N, classes), mean as probabilities.

        >>> from course_lib.nn import ReLU
        >>> Network([ReLU()]).to_probabilities(np.zeros((1, 2))).tolist()
        [[0.5, 0.5]]
        """
        return softmax(outputs)

    def predict_proba(self, x, batch_size=64):
        """Probability of each class, shape (N, classes).

        >>> from course_lib.nn import Dense
        >>> network = Network([Dense(4, 2, np.random.default_rng(0))])
        >>> network.predict_proba(np.zeros((1, 4), np.float32)).tolist()
        [[0.5, 0.5]]
        """
        return self.to_probabilities(self.logits(x, batch_size))

    def predict(self, x, batch_size=64):
        """Most probable class of each input, shape (N,)."""
        return self.logits(x, batch_size).argmax(axis=1)

    def describe(self):
        """The kind of network and the descriptions of its layers, ready for JSON.

        >>> from course_lib.nn import ReLU
        >>> Network([ReLU()]).describe()
        {'kind': 'Network', 'layers': [{'kind': 'ReLU'}]}
        """
        return describe(self)

    def summary(self, input_shape):
        """A table of the layers: name, shape of the output, number of parameters.

        Parameters
        ----------
        input_shape : tuple of int
            Shape of one input, without the batch: ``(784,)`` or ``(28, 28, 1)``.

        Returns
        -------
        str
            N in a shape stands for the size of the batch. The parameters of a layer include those
            that are remembered and not learned (``state``), as in Keras; the last lines tell them
            apart.

        Examples
        --------
        >>> from course_lib.nn import Dense, ReLU
        >>> rng = np.random.default_rng(0)
        >>> print(Network([Dense(784, 300, rng), ReLU(), Dense(300, 10, rng)]).summary((784,)))
        layer    output shape  parameters
        0 Dense  (N, 300)         235,500
        1 ReLU   (N, 300)               0
        2 Dense  (N, 10)            3,010
        total parameters: 238,510
        trainable: 238,510
        not trainable: 0
        """
        rows, shape, remembered = [("layer", "output shape", "parameters")], tuple(input_shape), 0
        for i, layer in enumerate(self.layers):
            shape = layer.output_shape(shape)
            n_state = sum(a.size for a in layer.state.values())
            remembered += n_state
            rows.append((f"{i} {type(layer).__name__}", f"(N, {', '.join(map(str, shape))})",
                         f"{layer.n_parameters + n_state:,}"))
        widths = [max(map(len, column)) for column in zip(*rows)]
        lines = [f"{name:{widths[0]}}  {out:{widths[1]}}  {count:>{widths[2]}}"
                 for name, out, count in rows]
        return "\n".join([*lines, f"total parameters: {self.n_parameters + remembered:,}",
                          f"trainable: {self.n_parameters:,}", f"not trainable: {remembered:,}"])

    def __repr__(self):
        return "Network([\n" + "".join(f"    {layer!r},\n" for layer in self.layers) + "])"
