"""A few small digits and networks that train in a blink."""

from functools import partial

import pytest

from course_lib.data import as_images, load_digits28
from course_lib.nn import Adam
from course_lib.training import Recipe


@pytest.fixture(scope="session")
def digits():
    """150 training and 40 validation images of 14 x 14 pixels, as (x, labels) each."""
    data = load_digits28()
    x, labels = as_images(data.train_images[:190, ::2, ::2]), data.train_labels[:190]
    return (x[:150], labels[:150]), (x[150:], labels[150:])


def small_recipe(**changes):
    """What a resumed run could get wrong: batches and rates that change, moments, decay."""
    return Recipe(**{
        "epochs": 4,
        "batch_size": lambda epoch: 32 * 2 ** (epoch // 2),
        "optimizer": partial(Adam, lr=0.01, weight_decay=0.01),
        "learning_rate": lambda epoch: 0.01 * 0.8**epoch,
        "keep_best_of_last": 2,
    } | changes)  # fmt: skip


@pytest.fixture
def recipe():
    return small_recipe


@pytest.fixture(autouse=True)
def small_batches_are_shared(monkeypatch):
    """The tests train on few images; they are to be shared among workers like many."""
    monkeypatch.setattr("course_lib.training.workers.SHARE_FROM", 1)
