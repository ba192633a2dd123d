"""A learning rate that never changed: how does one see it in the curves? (`vgg`, source 002)

The source assigns the optimizer's learning rate after the model was compiled: 0.01, then 0.1, then
0.01 again. If that had an effect, the curves would bend where the rate changes. Here the same
network is trained with the three rates, and with 0.01 throughout: a small one here; of the large
one the records in ``results/`` are read. The change to look at is the second one. In the first
epochs every curve is bent, because learning has only begun.
"""

import numpy as np

from course_lib import zoo
from course_lib.runs import read_records

from .common import pairs, some_training_images, summary, train

QUESTION = "What do the curves look like if the learning rate changes, and what if it does not?"
SETTINGS = {
    "system": "linear_std", "seeds": [0, 1, 2, 3, 4], "epochs": 11,
    "n_train": None,  # images to learn from; None is all
    "recorded": {"steps": "vgg", "constant": "vgg_constant"},
}
CHANGES = {"up": 2, "down": 7}  # first epochs with the new rate


def run(dataset, directory, system, seeds, epochs, n_train, recorded):
    """Curves of both ways, by seed, and how much they bend at the changes."""
    name, system = system, zoo.get_system(system)
    index = some_training_images(dataset, n_train or len(dataset.train_labels))
    learn, validation = pairs(system, dataset, *index)
    trained = {way: [train(system, learn, validation, seed, epochs=epochs,
                           learning_rate=rate)[1].history for seed in seeds]
               for way, rate in (("steps", system.recipe.learning_rate), ("constant", None))}
    results = {name: {way: _curves(histories) for way, histories in trained.items()}}
    records = {way: [record["epochs"] for record in read_records(name, directory)]
               for way, name in recorded.items()}
    if all(records.values()):
        results["records"] = {way: _curves(histories) for way, histories in records.items()}
    return results


def _curves(histories):
    def curves(key):
        return [[epoch[key] for epoch in history] for history in histories]

    return {
        "learning_rate": curves("learning_rate")[0],
        "train_loss": curves("train_loss"),
        "validation_accuracy": curves("validation_accuracy"),
        "jump": {change: summary([jump(losses, epoch) for losses in curves("train_loss")])
                 for change, epoch in CHANGES.items() if epoch < len(histories[0])},
        "last_validation_accuracy": summary([c[-1] for c in curves("validation_accuracy")]),
    }


def jump(losses, epoch):
    """How much faster the logarithm of the loss falls on the way to an epoch than on the next one.

    On a smooth curve two steps in a row are about alike, and the difference is small. At a change
    of the learning rate the first step carries all of it.

    >>> round(jump([1.0, 0.9, 0.45, 0.45], epoch=3), 3)  # ln 2: to half of it, then no further
    0.693
    """
    before, at, after = np.log(losses[epoch - 2 : epoch + 1])
    return float((before - at) - (at - after))
