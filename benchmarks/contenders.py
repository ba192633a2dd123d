"""What is measured: the library at work, and beside it the fastest setting of its peer."""

import tracemalloc
from contextlib import contextmanager

import numpy as np
from sklearn.neighbors import KNeighborsClassifier
from threadpoolctl import threadpool_limits

from benchmarks.timing import fastest
from course_lib import zoo
from course_lib.classical import KNearestNeighbors
from course_lib.nn import SoftmaxCrossEntropy
from course_lib.training import Workers
from course_lib.training.averaging import WeightAverage

try:
    import torch

    from benchmarks import pytorch
except ImportError:
    torch = None


def images(n, rng):
    """Random images serve: the work is the same for all."""
    return rng.random((n, 28, 28, 1), dtype=np.float32)


@contextmanager
def at_work(name):
    """A system's network and the workers that training would use, one BLAS thread each."""
    system = zoo.get_system(name)
    network = system.build(np.random.default_rng(0))
    with (threadpool_limits(1, user_api="blas"),
          Workers(network, SoftmaxCrossEntropy(), system.recipe.workers) as workers):
        yield system.recipe, network, workers


@contextmanager
def training_step(name, peer, x, rng):
    """One step on one mini-batch of ``x``'s size."""
    labels = rng.integers(0, 10, size=len(x))
    with at_work(name) as (recipe, network, workers):
        optimizer = recipe.optimizer()
        average = WeightAverage(recipe.average_decay) if recipe.average_decay else None

        def step():
            _, _, grads = workers.gradients(x, labels)
            optimizer.step(network.params, grads)
            if average:
                average.update(network.params)

        yield _beside(step, lambda setting: pytorch.training_step(
            getattr(pytorch, peer), x, labels, setting, recipe.average_decay), x.ndim > 2)


@contextmanager
def prediction(n, rng):
    """The logits of n images by LeNet-5; the peer may take batches of 1000 or of 128."""
    x = images(n, rng)
    with at_work("lenet5") as (_, _, workers):
        def peer(setting):
            sizes = {size: pytorch.prediction(pytorch.lenet5, x, setting, size)
                     for size in (1000, 128)}
            return sizes[fastest(sizes)]

        yield _beside(lambda: workers.logits(x), peer, images=True)


@contextmanager
def neighbors(stored, n, rng):
    """The classes of n images by their 5 nearest among the stored ones."""
    x, x_test = (rng.random((size, 784), dtype=np.float32) for size in (stored, n))
    labels = rng.integers(0, 10, size=stored)
    ours = KNearestNeighbors(k=5).fit(x, labels)
    peer = KNeighborsClassifier(n_neighbors=5).fit(x, labels)
    yield {"ours": lambda: ours.predict(x_test), "scikit-learn": lambda: peer.predict(x_test)}


def _beside(ours, make_peer, images):
    """Ours, and PyTorch in the setting that is fastest here, if PyTorch is installed."""
    if torch is None:
        return {"ours": ours}
    peers = {f"PyTorch, {setting}": make_peer(setting) for setting in pytorch.settings(images)}
    best = fastest(peers)
    return {"ours": ours, best: peers[best]}


def peak_memory(call):
    """Most bytes that NumPy holds at a time during a call, beyond what it held before."""
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak
