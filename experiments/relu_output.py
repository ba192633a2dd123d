"""ReLU where softmax was meant: what does it do? (`cnn3`, source 001)

The last layer gives ReLU of its weighted sums, and Keras makes probabilities of them: for one-hot
labels by dividing by their sum, for integer labels by clipping first (`course_lib.zoo.faults`).
An image with no output above 0 is 0 / 0 in the first case and without gradient in the second.
"""

import numpy as np

from course_lib import zoo
from course_lib.data import split_validation
from course_lib.nn import SoftmaxCrossEntropy
from course_lib.training import generator
from course_lib.training.seeds import WEIGHTS
from course_lib.zoo.faults import ReLUCrossEntropy, ReLUSparseCrossEntropy

from .common import draw, pairs, summary, train

QUESTION = "How often does a network with ReLU as its output get stuck, and how good is it else?"
SETTINGS = {"n_train": 4000, "n_validation": 2000, "epochs": 2, "seeds": list(range(5)),
            "stuck_below": 0.2}

OUTPUTS = {
    "softmax": SoftmaxCrossEntropy(),
    "ReLU, one-hot labels": ReLUCrossEntropy(),
    "ReLU, integer labels": ReLUSparseCrossEntropy(),
}


def run(dataset, n_train, n_validation, epochs, seeds, stuck_below):
    """Validation accuracy by epoch for each output and seed; a run that meets NaN ends there."""
    system = zoo.get_system("cnn3")
    train_index, validation_index = split_validation(dataset)
    learn, validation = pairs(system, dataset, draw(train_index, n_train, 0),
                              draw(validation_index, n_validation, 0))
    results = {}
    for name, loss in OUTPUTS.items():
        runs = [_run(system, learn, validation, seed, epochs, loss) for seed in seeds]
        last = [r["validation_accuracy"][-1] for r in runs]
        alive = [a for a in last if a >= stuck_below]
        results[name] = {
            "runs": runs,
            "stuck": len(last) - len(alive),
            "not_a_number": sum(r["not_a_number"] for r in runs),
            "accuracy": summary(last),
            "accuracy_of_the_others": summary(alive) if alive else None,
        }
    return {"outputs": results, "no_output_above_zero": _dead_at_start(system, learn[0], seeds)}


def _run(system, learn, validation, seed, epochs, loss):
    # One epoch first: nearly all runs that will meet NaN have met it by then.
    done = min(1, epochs)
    _, training = train(system, learn, validation, seed, epochs=done, loss=loss)
    if np.isfinite(training.history[-1]["train_loss"]) and epochs > done:
        _, training = train(system, learn, validation, seed, epochs=epochs, loss=loss)
    history = training.history
    return {
        "seed": seed,
        "validation_accuracy": [e["validation_accuracy"] for e in history],
        "train_loss": [e["train_loss"] for e in history],
        "not_a_number": not np.isfinite(history[-1]["train_loss"]),
    }


def _dead_at_start(system, x, seeds):
    """Share of the images for which a fresh network has no output above 0, over all seeds."""
    shares = []
    for seed in seeds:
        logits = system.build(generator(seed, WEIGHTS)).logits(x[:1000])
        shares.append((logits <= 0).all(axis=1).mean())
    return summary(shares)
