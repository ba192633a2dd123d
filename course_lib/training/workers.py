"""Two workers on one mini-batch.

The gradient of a mean is the mean of gradients. So a mini-batch can be cut into shards, each worker
(a Python thread; NumPy lets go of the interpreter while it computes) takes every second shard, and
the results are added up, always in the same order, so that chance has no part in it. Shards are
small enough for what a layer hands to the next to stay inside the processor's cache; they also
bound the memory.
"""

import copy
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from itertools import pairwise, permutations
from queue import SimpleQueue

import numpy as np

from course_lib.training.memory import keep_freed_memory
from course_lib.training.seeds import generator

SHARD = 128  # images; measured: 64 and 256 are slower
SHARE_FROM = 128  # images; handing over a part of less takes longer than it saves


def replicate(network):
    """Copy a network so that both share all parameters, but not caches and gradients."""
    replica = copy.copy(network)
    replica.layers = [copy.copy(layer) for layer in network.layers]
    for layer in replica.layers:
        layer.grads = {}
        vars(layer).pop("cache", None)
    return replica


class Ended(Exception):
    """Another worker has failed, and this one was waiting for it."""


class AllSum:
    """Adds an array up over all workers, in fixed order; each of them waits until all have come.

    Every worker puts its value into a queue to each of the others, so nobody overtakes. That takes
    a quarter of the time of meeting twice at a `threading.Barrier`.

    Parameters
    ----------
    n : int
        Number of workers.
    """

    def __init__(self, n):
        self.n = n
        self.start()

    def start(self):
        """Forget all values that are on their way."""
        self.queues = {(a, b): SimpleQueue() for a, b in permutations(range(self.n), 2)}

    def end(self, worker):
        """Let those who wait for this worker, now or later, raise `Ended`."""
        for b in range(self.n):
            if b != worker:
                self.queues[worker, b].put(Ended())

    def __call__(self, worker, value):
        others = [k for k in range(self.n) if k != worker]
        for b in others:
            self.queues[worker, b].put(value)
        values = {worker: value} | {a: self.queues[a, worker].get() for a in others}
        for a in others:
            if isinstance(values[a], Ended):
                raise values[a]
        return sum((values[k] for k in range(1, self.n)), start=values[0])


class Workers:
    """Computes the loss and the gradients of a mini-batch, shard by shard.

    Parameters
    ----------
    network : Network
    loss : object with ``forward(outputs, labels)`` and ``backward()``
        For example `course_lib.nn.SoftmaxCrossEntropy`. Each worker uses a copy of its own.
    n : int
        Number of workers.

    Examples
    --------
    >>> from course_lib.nn import Dense, Network, SoftmaxCrossEntropy
    >>> network = Network([Dense(3, 10, np.random.default_rng(0))])
    >>> with Workers(network, SoftmaxCrossEntropy(), n=2) as workers:
    ...     workers.start_epoch(seed=0, epoch=0)
    ...     logits = workers.logits(np.ones((5, 3), np.float32))
    ...     loss, correct, grads = workers.gradients(np.ones((5, 3), np.float32), np.arange(5))
    >>> grads["0.W"].shape
    (3, 10)
    """

    def __init__(self, network, loss, n=2):
        if n < 1:
            raise ValueError(f"the number of workers must be at least 1, but is {n}")
        keep_freed_memory()
        self.alone = replicate(network)
        self.replicas = [replicate(network) for _ in range(n)]
        self.loss, self.augment = loss, None
        self.rngs = [None] * n
        self.all_sum = AllSum(n)
        # Where a layer looks at the whole mini-batch, all workers must go in step.
        self.in_step = n > 1 and any(layer.needs_whole_batch for layer in network.layers)
        for k, replica in enumerate(self.replicas if self.in_step else []):
            for layer in replica.layers:
                layer.all_sum, layer.updates_state = partial(self.all_sum, k), k == 0
        for i, layer in enumerate(network.layers):
            if layer.rng is not None:  # no two threads may draw from one generator
                self._set_generators(i, layer.rng.spawn(n))
        self.pool = ThreadPoolExecutor(n - 1) if n > 1 else None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self.pool:
            self.pool.shutdown()

    def start_epoch(self, seed, epoch, augment=None):
        """Give each worker, and each of its layers that draws random numbers, its own generator.

        ``augment(images, rng)`` changes the training images of a shard in this epoch.
        """
        self.augment = augment
        workers = range(1, len(self.replicas) + 1)
        self.rngs = [generator(seed, epoch + 1, k) for k in workers]
        for i, layer in enumerate(self.alone.layers):
            if layer.rng is not None:
                self._set_generators(i, [generator(seed, epoch + 1, k, i + 1) for k in workers])

    def _set_generators(self, i, rngs):
        """Give the i-th layer of each worker its own; the first goes on with it when alone."""
        for replica, rng in zip(self.replicas, rngs):
            replica.layers[i].rng = rng
        self.alone.layers[i].rng = rngs[0]

    def gradients(self, x, labels):
        """Mean loss, number of right answers and gradients of one mini-batch."""
        n = len(self.replicas)
        if len(x) < n or (len(x) < SHARE_FROM and not self.in_step):
            return self._work(0, self.alone, [(x, labels)], len(x))
        # Vectors are small, and one large product is faster than many: only images are cut finer.
        cut_fine = x.ndim > 2 and not self.in_step
        n_shards = max(n, -(-len(x) // SHARD)) if cut_fine else n
        cuts = [len(x) * s // n_shards for s in range(n_shards + 1)]
        shards = [(x[a:b], labels[a:b]) for a, b in pairwise(cuts)]
        parts = self._share(lambda k: self._work(k, self.replicas[k], shards[k::n], len(x)))
        loss, correct, grads = parts[0]
        for more_loss, more_correct, more_grads in parts[1:]:
            loss, correct = loss + more_loss, correct + more_correct
            for name, g in grads.items():
                g += more_grads[name]
        return loss, correct, grads

    def logits(self, x):
        """Logits of many inputs, shape (N, classes); each worker takes every second batch."""
        n = len(self.replicas)
        batches = [x[i : i + SHARD] for i in range(0, len(x), SHARD)]

        parts = self._share(
            lambda k: [self.replicas[k].forward(batch) for batch in batches[k::n]])
        return np.concatenate([parts[i % n][i // n] for i in range(len(batches))])

    def _share(self, work):
        """What ``work(k)`` returns for each worker k, in their order.

        An error in one worker ends the others, who would wait for it forever. Theirs is only an
        echo, so the first one that has a cause of its own is raised, and all can work again.
        """
        def work_or_end_all(k):
            try:
                return work(k)
            except BaseException:
                self.all_sum.end(k)
                raise

        others = [self.pool.submit(work_or_end_all, k) for k in range(1, len(self.replicas))]
        parts = []
        try:
            parts.append(work_or_end_all(0))
        except Ended:
            pass  # the one that failed says why
        finally:
            wait(others)
            self.all_sum.start()
        for other in others:
            if not isinstance(other.exception(), Ended):
                parts.append(other.result())
        return parts

    def _work(self, k, network, shards, batch_size):
        """What worker k does: forward and backward over its shards."""
        loss = copy.copy(self.loss)
        total, correct, grads = 0.0, 0, None
        for x, labels in shards:
            weight = len(x) / batch_size
            if self.augment:
                x = self.augment(x, self.rngs[k])
            value, logits = network.loss_and_gradients(x, labels, loss, weight)
            total += weight * value
            correct += int((logits.argmax(axis=1) == labels).sum())
            if grads is None:
                grads = network.grads
            else:
                for name, g in network.grads.items():
                    grads[name] += g
        return total, correct, grads
