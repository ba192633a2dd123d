"""Train a system by its recipe, score it, and write down what happened."""

from dataclasses import replace

from course_lib.data import split_validation
from course_lib.runs.records import add_test, new_record
from course_lib.runs.saved import logits_of
from course_lib.runs.scores import count_errors, stopwatch
from course_lib.runs.weights import round_weights
from course_lib.training import evaluate, fit, generator, restore_arrays
from course_lib.training.loop import scores
from course_lib.training.seeds import WEIGHTS


def train_system(system, dataset, seed, epochs=None, checkpoint=None, progress=True):
    """Train a system on the training images, choose the epoch on the validation images, test once.

    Parameters
    ----------
    system : System
    dataset : course_lib.data.Dataset
    seed : int
        Master seed.
    epochs : int, optional
        Fewer epochs than the recipe has, to try things out.
    checkpoint : path-like, optional
        See `course_lib.training.fit`.
    progress : bool

    Returns
    -------
    network : Network
    record : dict
        What `course_lib.runs.save_record` writes.

    Examples
    --------
    >>> from course_lib import runs, zoo
    >>> from course_lib.data import load_digits28
    >>> system, digits = zoo.get_system("nn1l"), load_digits28()
    >>> network, record = train_system(system, digits, seed=0, epochs=2, progress=False)
    >>> record["parameters"], len(record["epochs"])
    (7850, 2)
    >>> scores = runs.evaluate_system(system, network, digits.test_images, digits.test_labels)
    >>> scores["errors"] == record["test"]["errors"]
    True
    """
    recipe = system.recipe if epochs is None else replace(system.recipe, epochs=epochs)
    network = system.build(generator(seed, WEIGHTS))
    # Said now, because what cannot be described cannot be recorded, after hours of training.
    descriptions = {"network": network.describe(), "recipe": recipe.describe()}
    train_index, validation_index = split_validation(dataset)
    labels = dataset.train_labels
    train = system.inputs(dataset.train_images[train_index]), labels[train_index]
    validation = system.inputs(dataset.train_images[validation_index]), labels[validation_index]
    training = fit(network, recipe, train, validation, seed, checkpoint, progress)

    published_way = _published_way(system, network, training, dataset)
    # From here on it is the network as it is stored: with rounded weights.
    round_weights(network)
    chosen = training.history[training.selected_epoch - 1]
    stored = evaluate(network, *validation, recipe.loss, recipe.workers)
    record = new_record(
        system, seed, dataset, [len(train_index), len(validation_index)], schema=3,
        parameters=network.n_parameters,
        **descriptions,
        epochs=training.history,
        selected_epoch=training.selected_epoch,
        validation={"accuracy": stored["accuracy"], "loss": stored["loss"],
                    "accuracy_before_rounding": chosen["validation_accuracy"]},
        published_way=published_way,
        seconds={key: sum(epoch[seconds] for epoch in training.history) for key, seconds in
                 [("train", "seconds"), ("train_processor", "processor_seconds")]},
    )
    add_test(record, evaluate_system(system, network, dataset.test_images, dataset.test_labels))
    return network, record


def evaluate_system(system, network, images, labels):
    """Score a network on test images (N, 28, 28) uint8.

    Returns
    -------
    dict
        ``loss``, what `course_lib.runs.scores.count_errors` returns, ``seconds`` and
        ``processor_seconds``.

    Examples
    --------
    >>> import numpy as np
    >>> from course_lib import runs, zoo
    >>> from course_lib.data import load_digits28
    >>> system = zoo.get_system("nn1l")
    >>> untrained = system.build(np.random.default_rng(0))
    >>> digits = load_digits28()
    >>> scores = evaluate_system(system, untrained, digits.test_images, digits.test_labels)
    >>> scores["n"] == 359 and sum(scores["errors_by_half"]) == scores["errors"]
    True
    """
    x, recipe = system.inputs(images), system.recipe
    with stopwatch() as times:
        logits = logits_of(network, x, recipe.workers)
        found = scores(logits, labels, recipe.loss)
    return {**found, **count_errors(logits.argmax(axis=1), labels), **times}


def _published_way(system, network, training, dataset):
    """The best of the last epochs *on the test set*: how many sources choose, and why we do not."""
    x, recipe = system.inputs(dataset.test_images), system.recipe
    accuracies = {}
    for epoch, arrays in training.snapshots.items():
        restore_arrays(network, arrays)
        accuracies[epoch] = evaluate(network, x, dataset.test_labels, recipe.loss,
                                     recipe.workers)["accuracy"]
    restore_arrays(network, training.snapshots[training.selected_epoch])
    best = max(accuracies, key=lambda epoch: (accuracies[epoch], epoch))
    return {"epoch": best, "accuracy": accuracies[best],
            "note": "epoch chosen on the test set, as in the source; not an estimate"}
