"""How time and memory grow with the size of the task: the numbers behind chapter 12's figures.

Times are processor time, of all threads together: how it grows is the question, not who is faster,
and other programs on the machine lengthen it far less than the time on the wall.
"""

import time

import numpy as np

from benchmarks.contenders import at_work, images, neighbors, peak_memory
from course_lib import zoo
from course_lib.training import Recipe, fit


def growth(rng, rounds=3):
    """Lists of [size, seconds or bytes] by what grows.

    Parameters
    ----------
    rng : numpy.random.Generator
    rounds : int
        Turns of each measurement; the shortest counts.

    Returns
    -------
    dict of str to list
        ``step``: gradients of LeNet-5 by images in the batch. ``epoch``: of LeNet-5, by images in
        the training set. ``memory``: at most, while LeNet-5 predicts so many images. ``neighbors``:
        1,000 images by their 5 nearest among so many stored ones.
    """
    return {
        "step":
            [[n, _step(n, rng, rounds)] for n in (8, 16, 32, 64, 128, 256, 512, 1024)],
        "epoch":
            [[n, _epoch(n, rng, rounds)] for n in (3_750, 7_500, 15_000, 30_000, 60_000)],
        "memory":
            [[n, memory_of_prediction(n, rng)] for n in (1_000, 3_000, 10_000, 30_000, 60_000)],
        "neighbors":
            [[n, _neighbors(n, rng, rounds)] for n in (3_750, 7_500, 15_000, 30_000, 60_000)],
    }


def _processor_seconds(call, rounds):
    """Least processor time of one call in some turns; short calls are repeated."""
    call()  # warm up
    found = []
    for _ in range(rounds):
        calls, start = 0, time.process_time()
        while calls == 0 or time.process_time() - start < 0.1:
            call()
            calls += 1
        found.append((time.process_time() - start) / calls)
    return min(found)


def _step(n, rng, rounds):
    x, labels = images(n, rng), rng.integers(0, 10, size=n)
    with at_work("lenet5") as (_, _, workers):
        return _processor_seconds(lambda: workers.gradients(x, labels), rounds)


def _epoch(n, rng, rounds):
    """An epoch by `fit`, shuffling, steps and all, in batches of 128."""
    x, labels = images(n, rng), rng.integers(0, 10, size=n)
    recipe = Recipe(epochs=rounds, batch_size=lambda epoch: 128, last_batch="keep", workers=2)
    network = zoo.build("lenet5", np.random.default_rng(0))
    few = x[:10], labels[:10]
    history = fit(network, recipe, (x, labels), few, seed=0, progress=False).history
    return min(epoch["processor_seconds"] for epoch in history)


def memory_of_prediction(n, rng):
    """Bytes at most while LeNet-5 predicts n images, beyond the images themselves."""
    x = images(n, rng)
    with at_work("lenet5") as (_, _, workers):
        return peak_memory(lambda: workers.logits(x))


def _neighbors(stored, rng, rounds):
    with neighbors(stored, 1_000, rng) as contenders:
        return _processor_seconds(contenders["ours"], rounds)
