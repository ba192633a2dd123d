"""How fast is the library? ``make bench`` compares it with PyTorch and scikit-learn, side by side.

Prints a table and writes ``benchmarks/record.json``. A ratio below 1 means that ours is faster. Run
it on a machine that has nothing else to do: a second busy program hits the contenders unequally.
"""

import argparse
import json
import os
import sys
import tracemalloc
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from sklearn.neighbors import KNeighborsClassifier
from threadpoolctl import threadpool_limits

from benchmarks.timing import interleave
from course_lib import zoo
from course_lib.classical import KNearestNeighbors
from course_lib.nn import SoftmaxCrossEntropy
from course_lib.runs.records import machine
from course_lib.training import Workers

try:
    import torch

    from benchmarks import pytorch
except ImportError:
    torch = None

RECORD = Path(__file__).with_name("record.json")
BATCH_SIZES = (32, 64, 128, 256, 512)
# What we strive for: the least, and the aim.
TARGETS = {
    "LeNet-5, 20-epoch schedule": (0.90, 0.60),
    "LeNet-5, predict 10,000": (0.75, 0.40),
    "VGG-like with batch norm, step of 64": (2.0, 1.2),
    "784-300-100-10, step of 32": (1.2, 1.0),
    "784-300-100-10, step of 512": (1.2, 1.0),
    "5-NN, predict 10,000 of 60,000": (1.0, 0.5),
}


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="turns of each contender (default 9)")
    parser.add_argument("--record", type=Path, default=RECORD, metavar="FILE",
                        help="where the results go (default benchmarks/record.json)")
    options = parser.parse_args()
    if torch is None:
        print("PyTorch is not installed, so only k nearest neighbors has a peer here.\n"
              "'make bench' installs it.", file=sys.stderr)
    else:
        torch.set_num_threads(os.cpu_count())
    rng = np.random.default_rng(0)
    rows = []

    def report(name, times, peer):
        ours, reference = times["ours"], times.get(peer)
        row = {"name": name, "ours_seconds": ours, "peer": peer, "peer_seconds": reference,
               "ratio": ours / reference if reference else None}
        rows.append(row)
        least, aim = TARGETS.get(name, ("", ""))
        peer_text = (
            f"{reference * 1e3:10.2f}  {row['ratio']:6.2f}" if reference else f"{'-':>10}  {'-':>6}"
        )
        print(f"{name:40} {ours * 1e3:10.2f} {peer_text}  {least:>5} {aim:>5}", flush=True)

    print(f"{'':40} {'ours, ms':>10} {'peer, ms':>10}  {'ratio':>6}  least   aim")
    steps = {}
    for size in BATCH_SIZES:
        steps[size] = _training_step("lenet5", "lenet5", (size, 28, 28, 1), rng, options.rounds)
        report(f"LeNet-5, step of {size}", steps[size], "PyTorch")
    # 20 epochs over 60,000 images, four at each batch size
    schedule = {name: sum(4 * -(-60_000 // size) * steps[size][name] for size in BATCH_SIZES)
                for name in steps[32]}
    report("LeNet-5, 20-epoch schedule", schedule, "PyTorch")
    report("LeNet-5, predict 10,000", _prediction(rng, options.rounds), "PyTorch")
    report(
        "VGG-like with batch norm, step of 64",
        _training_step("vgg_bn_dropout", "vgg_bn", (64, 28, 28, 1), rng, options.rounds),
        "PyTorch",
    )
    for size in (32, 512):
        report(f"784-300-100-10, step of {size}",
               _training_step("nn3l", "nn3l", (size, 784), rng, options.rounds), "PyTorch")
    report(
        "5-NN, predict 10,000 of 60,000", _neighbors(rng, min(options.rounds, 3)), "scikit-learn"
    )

    memory = {"LeNet-5, step of 512": _memory_of_training(rng),
              "LeNet-5, predict 10,000": _memory_of_prediction(10_000, rng),
              "LeNet-5, predict 60,000": _memory_of_prediction(60_000, rng)}
    print("\npeak memory beyond the images themselves, MB")
    for name, n_bytes in memory.items():
        print(f"{name:40} {n_bytes / 1e6:10.1f}")
    versions = {"torch": torch.__version__ if torch else None}
    options.record.write_text(json.dumps({"rows": rows, "peak_memory_bytes": memory,
                                          "machine": machine() | versions}, indent=1) + "\n")
    print(f"\nwritten to {options.record}")


def _workers(stack, system, network):
    """The workers that training would use, with one BLAS thread each."""
    stack.enter_context(threadpool_limits(1, user_api="blas"))
    return stack.enter_context(Workers(network, SoftmaxCrossEntropy(), system.recipe.workers))


def _ours_step(stack, name, x, labels):
    system = zoo.get_system(name)
    network = system.build(np.random.default_rng(0))
    workers, optimizer = _workers(stack, system, network), system.recipe.optimizer()

    def step():
        _, _, grads = workers.gradients(x, labels)
        optimizer.step(network.params, grads)

    return step


def _training_step(name, peer, shape, rng, rounds):
    x = rng.random(shape, dtype=np.float32)
    labels = rng.integers(0, 10, size=shape[0])
    with ExitStack() as stack:
        contenders = {"ours": _ours_step(stack, name, x, labels)}
        if torch:
            contenders["PyTorch"] = pytorch.training_step(getattr(pytorch, peer)(), x, labels)
        return interleave(contenders, rounds)


def _prediction(rng, rounds):
    x = rng.random((10_000, 28, 28, 1), dtype=np.float32)
    system = zoo.get_system("lenet5")
    with ExitStack() as stack:
        workers = _workers(stack, system, system.build(np.random.default_rng(0)))
        contenders = {"ours": lambda: workers.logits(x)}
        if torch:
            contenders["PyTorch"] = pytorch.prediction(pytorch.lenet5(), x)
        return interleave(contenders, rounds)


def _neighbors(rng, rounds):
    """Random images serve: the work is the same for all."""
    x, x_test = (
        rng.random((60_000, 784), dtype=np.float32),
        rng.random((10_000, 784), dtype=np.float32),
    )
    labels = rng.integers(0, 10, size=len(x))
    ours = KNearestNeighbors(k=5).fit(x, labels)
    reference = KNeighborsClassifier(n_neighbors=5).fit(x, labels)
    return interleave({"ours": lambda: ours.predict(x_test),
                       "scikit-learn": lambda: reference.predict(x_test)}, rounds)


def _memory_of_training(rng):
    x, labels = rng.random((512, 28, 28, 1), dtype=np.float32), rng.integers(0, 10, size=512)
    with ExitStack() as stack:
        return _peak(_ours_step(stack, "lenet5", x, labels))


def _memory_of_prediction(n, rng):
    x = rng.random((n, 28, 28, 1), dtype=np.float32)
    system = zoo.get_system("lenet5")
    with ExitStack() as stack:
        workers = _workers(stack, system, system.build(np.random.default_rng(0)))
        return _peak(lambda: workers.logits(x))


def _peak(call):
    """Most bytes that NumPy holds at a time during a call, beyond what it held before."""
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


if __name__ == "__main__":
    main()
