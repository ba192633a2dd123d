"""``course evaluate``: score saved weights and compare with the record, or on the lost digits."""

import math

from course_lib.cli.common import find_system
from course_lib.data import load_dataset, load_qmnist_test
from course_lib.data.qmnist import PUBLISHED_BEFORE
from course_lib.metrics import wilson_interval
from course_lib.runs import load_record, make_run

ROUNDING = 1e-5  # relative; another processor adds float32 numbers up in another order


def run(options):
    system = find_system(options.name)
    score = make_run(system, options.seed, options.directory).scorer()
    if options.qmnist:
        return _score_qmnist(system, score, options.seed)
    record = load_record(system.name, options.seed, options.directory)
    dataset = load_dataset(record["dataset"])
    test, recorded = score(dataset.test_images, dataset.test_labels), record["test"]

    half = test["n"] // 2
    first, second = test["errors_by_half"]
    print(f"{system.name}, seed {options.seed}, {dataset.name}: {100 * test['accuracy']:.2f} % of "
          f"{test['n']:,} test images, {test['errors']:,} errors, loss {test['loss']:.4f}\n"
          f"first {half:,}: {first:,} errors; last {test['n'] - half:,}: {second:,} errors")
    differing = [key for key in ("n", "errors", "errors_by_half") if test[key] != recorded[key]]
    loss = test["loss"] if math.isfinite(test["loss"]) else None  # as in a record
    if loss != recorded["loss"] and (
            None in (loss, recorded["loss"])
            or not math.isclose(loss, recorded["loss"], rel_tol=ROUNDING)):
        differing.append("loss")
    if differing:
        print("not reproduced:", "; ".join(f"{key} is {test[key]}, in the record {recorded[key]}"
                                           for key in differing))
        return 1
    bits = "to the last bit" if loss == recorded["loss"] else "but for rounding"
    print(f"the record is reproduced exactly: the same errors, and the same loss {bits}")
    return 0


def _score_qmnist(system, score, seed):
    """Score a system on the test digits that MNIST has, as QMNIST has them, and on the others."""
    images, labels = load_qmnist_test()
    print(f"{system.name}, seed {seed}, QMNIST:")
    for what, part in (("test digits of MNIST, made again", slice(PUBLISHED_BEFORE)),
                       ("test digits that were lost", slice(PUBLISHED_BEFORE, None))):
        scores = score(images[part], labels[part])
        low, high = wilson_interval(scores["errors"], scores["n"])
        print(
            f"{scores['n']:,} {what}: {100 * scores['accuracy']:.2f} %, {scores['errors']:,} "
            f"errors (95 % interval of accuracy {100 - 100 * high:.2f} to {100 - 100 * low:.2f} %)"
        )
    return 0
