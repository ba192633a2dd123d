"""Two workers on one mini-batch.

The gradient of a mean is the mean of gradients. So a mini-batch can be cut into shards, each worker (a Python
thread; NumPy lets go of the interpreter while it computes) takes every second shard, and the results are
added up, always in the same order, so that chance has no part in it. Shards are small enough for
what a layer hands to the next to stay inside the processor's cache; they also bound the memory.
"""

import copy
from concurrent.futures import ThreadPoolExecutor

import numpy as np

SHARD = 64  # images


def replicate(network):
    """Copy a network so that both share all parameters, but not caches and gradients."""
    replica = copy.copy(network)
    replica.layers = [copy.copy(layer) for layer in network.layers]
    for layer in replica.layers:
        layer.grads, layer.cache = {}, None
    return replica


class Workers:
    """Computes the loss and the gradients of a mini-batch, shard by shard.

    Parameters
    ----------
    network : Network
    loss : class
        For example `course_lib.nn.SoftmaxCrossEntropy`.
    n : int
        Number of workers.

    Examples
    --------
    >>> from course_lib.nn import Dense, Network, SoftmaxCrossEntropy
    >>> network = Network([Dense(3, 10, np.random.default_rng(0))])
    >>> with Workers(network, SoftmaxCrossEntropy, n=2) as workers:
    ...     loss, correct, grads = workers.gradients(np.ones((5, 3), np.float32), np.arange(5))
    >>> grads["0.W"].shape
    (3, 10)
    """

    def __init__(self, network, loss, n=2):
        if n < 1:
            raise ValueError(f"the number of workers must be at least 1, but is {n}")
        self.replicas = [replicate(network) for _ in range(n)]
        self.loss = loss
        self.pool = ThreadPoolExecutor(n - 1) if n > 1 else None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self.pool:
            self.pool.shutdown()

    def gradients(self, x, labels):
        """Mean loss, number of right answers and gradients of one mini-batch."""
        n = len(self.replicas)
        n_shards = max(n, -(-len(x) // SHARD)) if len(x) >= n else 1
        cuts = [len(x) * s // n_shards for s in range(n_shards + 1)]
        shards = [(x[a:b], labels[a:b]) for a, b in zip(cuts, cuts[1:])]
        others = [self.pool.submit(self._work, k, shards[k::n], len(x))
                  for k in range(1, min(n, n_shards))]
        parts = [self._work(0, shards[::n], len(x)), *(other.result() for other in others)]
        loss, correct, grads = parts[0]
        for more_loss, more_correct, more_grads in parts[1:]:
            loss, correct = loss + more_loss, correct + more_correct
            for name, g in grads.items():
                g += more_grads[name]
        return loss, correct, grads

    def _work(self, k, shards, batch_size):
        """What worker k does: forward and backward over its shards."""
        network, loss = self.replicas[k], self.loss()
        total, correct, grads = 0.0, 0, None
        for x, labels in shards:
            weight = len(x) / batch_size
            logits = network.forward(x, training=True)
            total += weight * loss.forward(logits, labels)
            correct += int((logits.argmax(axis=1) == labels).sum())
            dlogits = loss.backward()
            dlogits *= np.asarray(weight, dlogits.dtype)
            network.backward(dlogits, input_gradient=False)
            if grads is None:
                grads = network.grads
            else:
                for name, g in network.grads.items():
                    grads[name] += g
        return total, correct, grads
