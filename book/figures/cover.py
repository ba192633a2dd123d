"""The cover of the book as a PDF and as an EPUB."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.data import load_digits28
from course_lib.plots import PALETTE

TEXT = ("Cover: From Bayes to LeNet-5, a textbook of handwriting recognition. Below the title handwritten digits, one column for each "
        "from 0 to 9; the top row has the average of each digit, in which naive Bayes believes, the others are single ones.")
ROWS = 9


def cover():
    """Averages of the ten digits above single ones, in white on blue; 1,600 by 2,400 dots at 200 per inch."""
    digits = load_digits28()
    images, labels = digits.train_images / 255, digits.train_labels
    columns = [np.stack([images[labels == j].mean(axis=0), *images[labels == j][: ROWS - 1]]) for j in range(10)]
    page = np.concatenate([np.concatenate(list(column), axis=0) for column in columns], axis=1)
    figure = plt.figure(figsize=(8, 12), facecolor=PALETTE["blue"])
    plt.close(figure)
    ax = figure.add_axes((0.06, 0.06, 0.88, 0.528))
    white = np.ones((*page.shape, 4))
    white[..., 3] = page
    ax.imshow(white, interpolation="nearest")
    ax.axis("off")
    for y, size, text in ((0.87, 50, "From Bayes"), (0.79, 50, "to LeNet-5"), (0.7, 19, "A textbook of handwriting recognition")):
        figure.text(0.06, y, text, size=size, weight="bold" if size > 20 else "normal", color="white")
    return figure


def save_cover(path):
    """Write the cover as a picture."""
    figure = cover()
    figure.savefig(path, dpi=200, facecolor=figure.get_facecolor())
