"""How fast is the library? ``make bench`` compares it with PyTorch and scikit-learn, side by side.

Prints a table and writes ``benchmarks/record.json``. A ratio below 1 means that ours is faster. The
peer is PyTorch in the fastest of several settings, found anew for each row. Run it on a machine
that has nothing else to do. If other programs were busy before the run, or the turns of a
contender differ too much, the record that is there stays, unless --force is given.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info

from benchmarks import cold
from benchmarks.contenders import (
    at_work,
    images,
    neighbors,
    peak_memory,
    prediction,
    torch,
    training_step,
)
from benchmarks.growth import growth, memory_of_prediction
from benchmarks.timing import load, reasons_to_doubt, spread, turns
from course_lib import zoo
from course_lib.runs.records import machine

RECORD = Path(__file__).with_name("record.json")
GROWTH = "growth.json"  # beside the record
BATCH_SIZES = (32, 64, 128, 256, 512)
SCHEDULE = "LeNet-5, 20-epoch schedule"
SECONDS = "two convolutions, training to 99 %"
# What we strive for: the least, and the aim.
TARGETS = {
    SCHEDULE: (0.75, 0.60),
    "LeNet-5, predict 10,000": (0.55, 0.40),
    "VGG-like with batch norm, step of 64": (1.4, 1.1),
    "784-300-100-10, step of 32": (1.0, 0.9),
    "784-300-100-10, step of 512": (1.0, 0.9),
    "5-NN, predict 10,000 of 60,000": (0.50, 0.40),
}


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="turns of each contender (default 9)")
    parser.add_argument("--record", type=Path, default=RECORD, metavar="FILE",
                        help="where the results go (default benchmarks/record.json)")
    parser.add_argument("--force", action="store_true",
                        help="write over the record even if the machine was busy")
    parser.add_argument("--quick", action="store_true",
                        help="only a step of LeNet-5 and of 784-300-100-10, for a trial")
    parser.add_argument("--growth", action="store_true",
                        help="only how time and memory grow; writes growth.json beside the record")
    options = parser.parse_args(arguments)
    if torch is None:
        print("PyTorch is not installed, so only k nearest neighbors has a peer here.\n"
              "'make bench' installs it.", file=sys.stderr)
    rng, before = np.random.default_rng(0), load()
    print(f"other programs use {100 * before['share']:.0f} % of the processor; load average "
          f"{before['average']}")
    kernels = sorted({info["architecture"] for info in threadpool_info() if "architecture" in info})
    about = {"load_before": before, "machine": machine() | {
        "blas_kernels": kernels, "torch": torch.__version__ if torch else None}}
    if not options.quick:
        target = options.record.with_name(GROWTH)
        found = {"growth": growth(rng, min(options.rounds, 3)), **about}
        target.write_text(json.dumps(found, indent=1) + "\n")
        print(f"growth of time and memory written to {target}")
    if options.growth:
        return 0
    found = {"rows": _rows(rng, options), **about}
    if not options.quick:
        found["peak_memory_bytes"] = _memory(rng)
    return _write(found, options)


def _rows(rng, options):
    rows = []

    def report(name, contenders, rounds=options.rounds):
        times = turns(contenders, rounds)
        row(name, {who: float(np.median(t)) for who, t in times.items()},
            {who: spread(t) for who, t in times.items()})

    def row(name, medians, spreads):
        peer = next((who for who in medians if who != "ours"), None)
        ratio = medians["ours"] / medians[peer] if peer else None
        rows.append({"name": name, "ours_seconds": medians["ours"], "peer": peer,
                     "peer_seconds": medians.get(peer), "ratio": ratio, "spread": spreads})
        least, aim = TARGETS.get(name, ("", ""))
        beside = f"{1e3 * medians[peer]:10.2f}  {ratio:6.2f}" if peer else f"{'-':>10}  {'-':>6}"
        print(f"{name:40} {1e3 * medians['ours']:10.2f} {beside}  {least:>5} {aim:>5}  "
              f"{100 * max(spreads.values(), default=0):4.0f} %  {peer or ''}", flush=True)

    print(f"{'':40} {'ours, ms':>10} {'peer, ms':>10}  {'ratio':>6}  least   aim  spread  peer")
    for size in BATCH_SIZES[:1] if options.quick else BATCH_SIZES:
        with training_step("lenet5", "lenet5", images(size, rng), rng) as contenders:
            report(f"LeNet-5, step of {size}", contenders)
    if not options.quick:
        # 20 epochs over 60,000 images, four at each batch size
        counts = {size: 4 * -(-60_000 // size) for size in BATCH_SIZES}
        row(SCHEDULE, *_schedule(rows, counts.values()))
        with prediction(10_000, rng) as contenders:
            report("LeNet-5, predict 10,000", contenders)
        with training_step("vgg_bn_dropout", "vgg_bn", images(64, rng), rng) as contenders:
            report("VGG-like with batch norm, step of 64", contenders)
    for size in (32,) if options.quick else (32, 512):
        vectors = rng.random((size, 784), dtype=np.float32)
        with training_step("nn3l", "nn3l", vectors, rng) as contenders:
            report(f"784-300-100-10, step of {size}", contenders)
    if not options.quick:
        with neighbors(60_000, 10_000, rng) as contenders:
            report("5-NN, predict 10,000 of 60,000", contenders, min(options.rounds, 3))
        recipe = zoo.get_system("quick").recipe
        size = recipe.batch_size(0)
        with training_step("quick", "quick", images(size, rng), rng) as contenders:
            report(f"two convolutions, step of {size}", contenders)
        row(SECONDS, *_schedule(rows[-1:], [recipe.epochs * (60_000 // size)]))
        if torch:
            report("cold start, import", cold.imports())
            with cold.one_picture() as contenders:
                report("cold start, one picture", contenders)
    return rows


def _schedule(rows, counts):
    """Seconds of so many steps of each row, by contender: theirs are the best of each row."""
    total = {"ours": sum(n * row["ours_seconds"] for n, row in zip(counts, rows))}
    if rows[0]["peer"]:
        total["PyTorch"] = sum(n * row["peer_seconds"] for n, row in zip(counts, rows))
    return total, {}


def _memory(rng):
    found = {}
    x, labels = images(512, rng), rng.integers(0, 10, size=512)
    with at_work("lenet5") as (_, _, workers):
        found["LeNet-5, step of 512"] = peak_memory(lambda: workers.gradients(x, labels))
    for n in (10_000, 60_000):
        found[f"LeNet-5, predict {n:,}"] = memory_of_prediction(n, rng)
    print("\npeak memory beyond the images themselves, MB")
    for name, n_bytes in found.items():
        print(f"{name:40} {n_bytes / 1e6:10.1f}")
    return found


def _write(found, options):
    """Write the record, unless it would replace a better one; the exit status."""
    doubts = reasons_to_doubt(found["load_before"]["share"], found["rows"])
    target = options.record
    if doubts:
        print("\nThe machine was busy:", *doubts, sep="\n  ", file=sys.stderr)
        if target.exists() and not options.force:
            target = target.with_suffix(".busy.json")
            print(f"{options.record} stays as it is; --force writes over it.", file=sys.stderr)
    found["doubts"] = doubts
    target.write_text(json.dumps(found, indent=1) + "\n")
    print(f"\nwritten to {target}")
    return 1 if doubts and target != options.record else 0


if __name__ == "__main__":
    sys.exit(main())
