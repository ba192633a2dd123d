"""How time and memory grow with the size of the task: the numbers behind chapter 12's figures."""

import numpy as np

from benchmarks.contenders import at_work, images, neighbors, peak_memory
from benchmarks.timing import turns
from course_lib import zoo
from course_lib.nn import SoftmaxCrossEntropy
from course_lib.training import Recipe, fit


def growth(rng, rounds=3):
    """Lists of [size, seconds or bytes] by what grows.

    Parameters
    ----------
    rng : numpy.random.Generator
    rounds : int
        Turns of each measurement; the median counts.

    Returns
    -------
    dict of str to list
    """
    return {
        "step of LeNet-5, seconds, by images in the batch":
            [[n, _step(n, rng, rounds)] for n in (8, 16, 32, 64, 128, 256, 512, 1024)],
        "epoch of LeNet-5, seconds, by images in the training set":
            [[n, _epoch(n, rng, rounds)] for n in (3_750, 7_500, 15_000, 30_000, 60_000)],
        "prediction by LeNet-5, bytes at most, by images":
            [[n, memory_of_prediction(n, rng)] for n in (1_000, 3_000, 10_000, 30_000, 60_000)],
        "1,000 predictions by 5-NN, seconds, by images stored":
            [[n, _neighbors(n, rng, rounds)] for n in (3_750, 7_500, 15_000, 30_000, 60_000)],
    }


def _median(call, rounds):
    return float(np.median(turns({"ours": call}, rounds, seconds=0.1)["ours"]))


def _step(n, rng, rounds):
    x, labels = images(n, rng), rng.integers(0, 10, size=n)
    with at_work("lenet5") as (_, _, workers):
        return _median(lambda: workers.gradients(x, labels), rounds)


def _epoch(n, rng, rounds):
    """An epoch by `fit`, shuffling, steps and all, in batches of 128."""
    x, labels = images(n, rng), rng.integers(0, 10, size=n)
    recipe = Recipe(epochs=rounds, batch_size=lambda epoch: 128, last_batch="keep", workers=2,
                    loss=SoftmaxCrossEntropy())
    network = zoo.build("lenet5", np.random.default_rng(0))
    few = x[:10], labels[:10]
    history = fit(network, recipe, (x, labels), few, seed=0, progress=False).history
    return float(np.median([epoch["seconds"] for epoch in history]))


def memory_of_prediction(n, rng):
    """Bytes at most while LeNet-5 predicts n images, beyond the images themselves."""
    x = images(n, rng)
    with at_work("lenet5") as (_, _, workers):
        return peak_memory(lambda: workers.logits(x))


def _neighbors(stored, rng, rounds):
    with neighbors(stored, 1_000, rng) as contenders:
        return _median(contenders["ours"], rounds)
