"""The best epoch, chosen on the test set: how much does that flatter? (sources 000 and 002)

If the epoch with the best *test* accuracy is reported, chance is reported along with it. Three
measures of it: the records of the spine, which hold both choices among the last four epochs; many
epochs of a small network, of which the best on validation images and the best on test images are
compared; and the same test accuracies, where the epoch is chosen on one random half of the test
images and scored on the other, so that the difference is what choosing alone adds.
"""

import numpy as np

from course_lib import zoo
from course_lib.runs import load_record
from course_lib.runs.files import runs_in
from course_lib.training import restore_arrays
from course_lib.zoo.dense import constant

from .common import pairs, some_training_images, summary, train, unseen

QUESTION = "How much does an accuracy gain when its epoch is chosen on the test set?"
SETTINGS = {"system": "nn2l", "n_train": 12000, "batch_size": 64, "epochs": 40,
            "among": [4, 10, 20, 40], "seeds": [0, 1, 2, 3, 4], "halvings": 200}


def run(dataset, directory, system, n_train, batch_size, epochs, among, seeds, halvings):
    """Both choices in the records, and in runs made here."""
    system = zoo.get_system(system)
    learn, validation = pairs(system, dataset, *some_training_images(dataset, n_train))
    x, labels = unseen(system, dataset)
    chosen, right = [], []
    for seed in seeds:
        network, training = train(system, learn, validation, seed, epochs=epochs,
                                  batch_size=constant(batch_size), keep_best_of_last=epochs)
        chosen.append([e["validation_accuracy"] for e in training.history])
        rows = []
        for epoch in range(1, epochs + 1):
            restore_arrays(network, training.snapshots[epoch])
            rows.append(network.predict(x) == labels)
        right.append(np.array(rows))
    return {
        "records": records_with_both(directory),
        "validation_accuracy": chosen,
        "test_accuracy": [r.mean(axis=1).tolist() for r in right],
        "among_last_epochs": {
            n: _gains(n, np.array(chosen), right, halvings) for n in among if n <= epochs},
    }


def _gains(n, chosen, right, halvings):
    honest, flattering, halves = [], [], []
    for seed, (validation, answers) in enumerate(zip(chosen[:, -n:], right)):
        answers = answers[-n:]
        accuracies = answers.mean(axis=1)
        honest.append(accuracies[last_best(validation)])
        flattering.append(accuracies.max())
        halves.append(gain_by_halves(answers, halvings, np.random.default_rng(seed)))
    return {"chosen_on_validation": summary(honest), "chosen_on_test": summary(flattering),
            "difference": summary(np.subtract(flattering, honest)),
            "gain_by_halves": summary(halves)}


def last_best(values):
    """Position of the largest value, of the last one among equals.

    >>> last_best([0.9, 0.95, 0.95, 0.8])
    2
    """
    values = np.asarray(values)
    return int(len(values) - 1 - values[::-1].argmax())


def gain_by_halves(right, n, rng):
    """Accuracy where an epoch was chosen minus accuracy of this epoch where it was not.

    A half has fewer images than the whole, so chance is larger by a factor of sqrt(2): choosing on
    all test images gains about 0.7 times as much.

    Parameters
    ----------
    right : ndarray of bool, shape (epochs, images)
        Whether the answer to each test image was right after each epoch.
    n : int
        Random halvings of the images; the mean over all of them is returned. Each half chooses
        once, so that it makes no difference if one of them is easier.
    rng : numpy.random.Generator

    Examples
    --------
    >>> right = np.array([[1, 1, 0, 0], [0, 0, 1, 1]], bool)
    >>> gain_by_halves(right, 50, np.random.default_rng(0)) > 0.2
    True
    """
    gains = []
    for _ in range(n):
        order = rng.permutation(right.shape[1])
        middle = len(order) // 2
        accuracies = [right[:, half].mean(axis=1) for half in (order[:middle], order[middle:])]
        for here, there in (accuracies, accuracies[::-1]):
            epoch = last_best(here)
            gains.append(here[epoch] - there[epoch])
    return float(np.mean(gains))


def records_with_both(directory):
    """Test accuracy of every record by our choice and by the choice on the test set."""
    rows = []
    for name, seed in runs_in(directory):
        record = load_record(name, seed, directory)
        other = (record.get("published_way") or {}).get("accuracy")
        if other is not None and (among := record["recipe"]["keep_best_of_last"]) > 1:
            rows.append({"name": record["name"], "seed": record["seed"], "among": among,
                         "validation_choice": record["test"]["accuracy"], "test_choice": other})
    differences = [row["test_choice"] - row["validation_choice"] for row in rows]
    return {"runs": rows, "difference": summary(differences) if rows else None}
