"""37.36 %: what does loss / (1 - accuracy) = 16.1 = -ln(1e-7) give away? (`ffnn512`, source 003)

If every wrong answer costs c and every right one nothing, then loss = c (1 - accuracy). The
source's numbers give c = 16.1, the largest cost there is when Keras clips probabilities to 1e-7:
the network is as sure as can be of every answer, the wrong ones included. Here the published
network is trained with each suspected fault, on a part of the training images, and scored on the
validation images.
"""

from dataclasses import replace
from functools import partial

import numpy as np

from course_lib import zoo
from course_lib.nn import RMSprop, SoftmaxCrossEntropy
from course_lib.zoo.dense import unscaled_vectors, with_dropout
from course_lib.zoo.faults import EPSILON, ClippedCrossEntropy, ReLUCrossEntropy

from .common import pairs, some_training_images, summary, train

QUESTION = "Which fault gives an accuracy of 37 % and a loss of 16.1 per wrong answer?"
SETTINGS = {"n_train": 10000, "epochs": 3, "seeds": [0, 1, 2, 3, 4]}


class SummedCrossEntropy(ClippedCrossEntropy):
    """The gradient of the sum over the mini-batch, where the mean was meant."""

    def backward(self):
        return super().backward() * len(self.cache["p"])


class HalfPrecision(RMSprop):
    """RMSprop that keeps the weights in float16 between two steps."""

    def step(self, params, grads):
        super().step(params, grads)
        for w in params.values():
            w[...] = np.clip(w, -65504, 65504).astype(np.float16)


# Suspect: what is changed. All are trained with Keras's clipped loss, unless "loss" says otherwise.
SUSPECTS = {
    "nothing wrong": {},
    "pixels not scaled": {"train_inputs": unscaled_vectors, "test_inputs": unscaled_vectors},
    "pixels not scaled, loss not clipped": {
        "train_inputs": unscaled_vectors, "test_inputs": unscaled_vectors,
        "loss": SoftmaxCrossEntropy()},
    "only training pixels scaled": {"test_inputs": unscaled_vectors},
    "only test pixels scaled": {"train_inputs": unscaled_vectors},
    "learning rate 10 times": {"optimizer": partial(RMSprop, lr=0.01)},
    "learning rate 100 times": {"optimizer": partial(RMSprop, lr=0.1)},
    "learning rate 100 times, loss not clipped": {"optimizer": partial(RMSprop, lr=0.1),
                                                  "loss": SoftmaxCrossEntropy()},
    "ReLU as the output": {"loss": ReLUCrossEntropy()},
    "sum in place of mean": {"loss": SummedCrossEntropy()},
    "labels shuffled": {"shuffle_labels": True},
    "dropout 0.8": {"build": partial(with_dropout, (784, 512, 512, 10), 0.8)},
    "weights in float16": {"optimizer": HalfPrecision},
}


def run(dataset, n_train, epochs, seeds):
    """Accuracy and cost per wrong answer for each suspect, and the ceilings that clipping gives."""
    half = np.float16(EPSILON)
    return {
        "published": {"accuracy": 0.3736, "loss_per_wrong_answer": 16.1},
        "largest_cost": {"float32": float(-np.log(EPSILON)),
                         "float16": float(-np.log(float(half)))},
        "suspects": {name: _try(dataset, change, n_train, epochs, seeds)
                     for name, change in SUSPECTS.items()},
    }


def _try(dataset, change, n_train, epochs, seeds):
    mended = zoo.get_system("ffnn512")
    loss = change.get("loss", ClippedCrossEntropy())
    learning = replace(mended, inputs=change.get("train_inputs", mended.inputs),
                       build=change.get("build", mended.build))
    scoring = replace(mended, inputs=change.get("test_inputs", mended.inputs))
    train_index, validation_index = some_training_images(dataset, n_train)
    (train_pair,) = pairs(learning, dataset, train_index)
    (validation,) = pairs(scoring, dataset, validation_index)
    runs = []
    for seed in seeds:
        x, y = train_pair
        if change.get("shuffle_labels"):
            y = np.random.default_rng(seed).permutation(y)
        network, _ = train(learning, (x, y), validation, seed, epochs=epochs, loss=loss,
                           optimizer=change.get("optimizer", learning.recipe.optimizer))
        runs.append(evidence(network.logits(validation[0]), validation[1], loss))
    return {key: summary([r[key] for r in runs]) for key in runs[0]}


def evidence(logits, labels, loss=None):
    """What a source reports, and what it could have looked at.

    Parameters
    ----------
    logits : ndarray, shape (N, classes)
    labels : ndarray of int, shape (N,)
    loss : ReLUCrossEntropy or another loss, optional
        `ReLUCrossEntropy` where ReLU was the output; else probabilities are softmax(logits).

    Returns
    -------
    dict
        ``accuracy``, ``clipped_loss``, ``loss`` (not clipped; NaN for ReLU), both divided by
        1 - accuracy, ``wrong_at_limit`` (the share of wrong answers at the largest cost) and
        ``undecided`` (the share of images whose cost is between the limits).
    """
    relu = isinstance(loss, ReLUCrossEntropy)
    reported = loss if relu else ClippedCrossEntropy()
    clipped = reported.forward(logits, labels)
    p = reported.cache["p"][np.arange(len(labels)), labels]
    wrong = logits.argmax(axis=1) != labels
    share = float(wrong.mean()) or float("nan")
    plain = float("nan") if relu else SoftmaxCrossEntropy().forward(logits, labels)
    return {
        "accuracy": 1 - float(wrong.mean()),
        "clipped_loss": clipped,
        "loss": plain,
        "clipped_loss_per_wrong_answer": clipped / share,
        "loss_per_wrong_answer": plain / share,
        "wrong_at_limit": float((p[wrong] < EPSILON).mean()) if wrong.any() else 0.0,
        "undecided": float(((p >= EPSILON) & (p <= 1 - EPSILON)).mean()),
    }
