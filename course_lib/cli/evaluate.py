"""``course evaluate``: score saved weights and compare with the record."""

import math

from course_lib import zoo
from course_lib.data import load_digits28, load_mnist
from course_lib.training import load_record

from .common import find_network, load_trained

ROUNDING = 1e-5  # relative; another processor adds float32 numbers up in another order


def run(options):
    system = find_network(options.name)
    network = load_trained(system, options.seed, options.directory)
    record = load_record(system.name, options.seed, options.directory)
    dataset = load_mnist() if record["dataset"] == "MNIST" else load_digits28()
    test, recorded = zoo.evaluate_system(system, network, dataset), record["test"]

    half = test["n"] // 2
    first, second = test["errors_by_half"]
    print(f"{system.name}, seed {options.seed}, {dataset.name}: {100 * test['accuracy']:.2f} % of "
          f"{test['n']:,} test images, {test['errors']:,} errors, loss {test['loss']:.4f}\n"
          f"first {half:,}: {first:,} errors; last {test['n'] - half:,}: {second:,} errors")
    differing = [key for key in ("n", "errors", "errors_by_half") if test[key] != recorded[key]]
    if not math.isclose(test["loss"], recorded["loss"], rel_tol=ROUNDING):
        differing.append("loss")
    if differing:
        print("not reproduced:", "; ".join(f"{key} is {test[key]}, in the record {recorded[key]}"
                                           for key in differing))
        return 1
    bits = "to the last bit" if test["loss"] == recorded["loss"] else "but for rounding"
    print(f"the record is reproduced exactly: the same errors, and the same loss {bits}")
    return 0
