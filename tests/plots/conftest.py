"""Digits and a classifier's answers to draw, and a check that no figure is left behind."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from course_lib.classical import GaussianNaiveBayes
from course_lib.data import as_vectors, load_digits28


@pytest.fixture(scope="session")
def digits():
    return load_digits28()


@pytest.fixture(scope="session")
def answers(digits):
    """Labels (N,) and probabilities (N, 10) of naive Bayes for the test digits."""
    model = GaussianNaiveBayes().fit(as_vectors(digits.train_images), digits.train_labels)
    return digits.test_labels, model.predict_proba(as_vectors(digits.test_images))


@pytest.fixture(autouse=True)
def pyplot_stays_clean():
    """Each test starts with matplotlib's defaults, and no function leaves a figure in pyplot."""
    with plt.rc_context():
        plt.rcdefaults()
        plt.switch_backend("Agg")
        yield
    assert plt.get_fignums() == []


def pixels(figure):
    """Draw a figure and return its pixels, (height, width, 4)."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())


def texts(ax):
    """All texts that were written into an axes, by their position (x, y), rounded."""
    return {tuple(np.round(t.get_position(), 6)): t.get_text() for t in ax.texts}
