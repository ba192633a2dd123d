"""Which lines of the spine's recipe matter? One line changed at a time (chapter 7).

The two-layer network of the spine learns from a part of the training images, by its own recipe
and with one line of it changed; the validation images say what that did. Of the rates of plain
gradient descent, every one is in the record, and a reader sees which was the best.
"""

from functools import partial

from course_lib import zoo
from course_lib.nn import SGD, Adam, RMSprop
from course_lib.nn.schedules import batch_size_at, learning_rate_at
from experiments.common import pairs, some_training_images, summary, train

QUESTION = "What does each line of the recipe of the spine do to the two-layer network?"
SETTINGS = {"n_train": 5000, "epochs": 20, "seeds": [0, 1, 2, 3, 4]}

# What is changed: arguments of `Recipe`.
CHANGES = {
    "as it is": {},
    "no decay": {"optimizer": partial(Adam, lr=0.001)},
    "RMSprop": {"optimizer": partial(RMSprop, lr=0.001)},
    "momentum, rate 0.01": {"optimizer": partial(SGD, lr=0.01, momentum=0.9)},
    "momentum, rate 0.03": {"optimizer": partial(SGD, lr=0.03, momentum=0.9)},
    "momentum, rate 0.1": {"optimizer": partial(SGD, lr=0.1, momentum=0.9)},
    "SGD, rate 0.1": {"optimizer": partial(SGD, lr=0.1)},
    "SGD, rate 0.3": {"optimizer": partial(SGD, lr=0.3)},
    "batches of 32": {"batch_size": partial(batch_size_at, every=1000)},
    "batches of 512": {"batch_size": partial(batch_size_at, initial=512, every=1000)},
    "batches of 32, rate falling": {
        "batch_size": partial(batch_size_at, every=1000),
        "learning_rate": partial(learning_rate_at, initial=0.001, decay=0.5**0.25)},
    "the last epoch": {"keep_best_of_last": 1},
}


def run(dataset, n_train, epochs, seeds):
    """Validation loss and accuracy, number of steps, and processor time for each change."""
    system = zoo.get_system("nn2l")
    learning, validation = pairs(system, dataset, *some_training_images(dataset, n_train))
    return {"system": system.name, "n_validation": len(validation[1]), "changes": {
        name: _try(system, learning, validation, change, epochs, seeds)
        for name, change in CHANGES.items()}}


def _try(system, learning, validation, change, epochs, seeds):
    keep = {"keep_best_of_last": min(epochs, system.recipe.keep_best_of_last)}
    runs = []
    for seed in seeds:
        _, training = train(system, learning, validation, seed, epochs=epochs, **keep | change)
        history = training.history
        kept = history[training.selected_epoch - 1]
        runs.append({
            "accuracy": kept["validation_accuracy"],
            "loss": kept["validation_loss"],
            "steps": sum(-(-len(learning[1]) // epoch["batch_size"]) for epoch in history),
            "processor_seconds": sum(epoch["processor_seconds"] for epoch in history),
        })
    return {key: summary([r[key] for r in runs]) for key in runs[0]}
