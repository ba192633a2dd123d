"""``course evaluate``: score saved weights and compare with the record, or on the lost digits."""

import math

from course_lib import zoo
from course_lib.cli.common import find_network, find_system, load_trained
from course_lib.data import load_digits28, load_mnist, load_qmnist_test
from course_lib.data.qmnist import PUBLISHED_BEFORE
from course_lib.metrics import wilson_interval
from course_lib.runs import evaluate_ensemble, evaluate_system, load_record
from course_lib.runs.saved import saved_runs

ROUNDING = 1e-5  # relative; another processor adds float32 numbers up in another order


def run(options):
    system = find_system(options.name)
    if isinstance(system, zoo.Ensemble):
        score = _ensemble(system, options)
    else:
        score = _network(find_network(options.name), options)
    if options.qmnist:
        return _score_qmnist(system, score, options.seed)
    record = load_record(system.name, options.seed, options.directory)
    dataset = load_mnist() if record["dataset"] == "MNIST" else load_digits28()
    test, recorded = score(dataset.test_images, dataset.test_labels), record["test"]

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


def _network(system, options):
    """What scores a network on images and labels."""
    network = load_trained(system, options.seed, options.directory)
    return lambda images, labels: evaluate_system(system, network, images, labels)


def _ensemble(system, options):
    """The same for the members that the record of an ensemble names."""
    record = load_record(system.name, options.seed, options.directory)
    runs = {run.key: run for run in saved_runs(system.candidates, options.directory)}
    for key, digest in record["members"].items():
        if key not in runs:
            raise ValueError(f"there are no weights of {key}, which is a member of {system.name}; "
                             "make them with: course train {} --seed {}".format(*key.split("/")))
        if runs[key].digest != digest:
            raise ValueError(f"{runs[key].path} holds other weights than those that are a member of "
                             f"{system.name}; restore them, or make its record again")
    members = [runs[key] for key in record["members"]]
    return lambda images, labels: evaluate_ensemble(members, record["way"], record["views"],
                                                  images, labels)


def _score_qmnist(system, score, seed):
    """Score a system on the test digits that MNIST has, as QMNIST has them, and on the others."""
    images, labels = load_qmnist_test()
    print(f"{system.name}, seed {seed}, QMNIST:")
    for what, part in (("test digits of MNIST, made again", slice(PUBLISHED_BEFORE)),
                       ("test digits that were lost", slice(PUBLISHED_BEFORE, None))):
        scores = score(images[part], labels[part])
        low, high = wilson_interval(scores["errors"], scores["n"])
        print(f"{scores['n']:,} {what}: {100 * scores['accuracy']:.2f} %, {scores['errors']:,} "
              f"errors (95 % interval of accuracy {100 - 100 * high:.2f} to {100 - 100 * low:.2f} %)")
    return 0
