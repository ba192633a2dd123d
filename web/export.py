"""Writes the scripts of the interactive pages: our programs, and the numbers that they work on.

A page that was opened from a disk may fetch nothing, so the arrays come in scripts, as base64. They
are made by the code of the book: the networks are those of the committed records, naive Bayes is
fitted here, in a second.
"""

import base64
import json
from functools import cache
from pathlib import Path

import numpy as np

from course_lib import zoo
from course_lib.classical import GaussianNaiveBayes
from course_lib.data import as_vectors, digits28, load_course_data, split_validation
from course_lib.data.splits import stratified_split
from course_lib.runs import record_path
from course_lib.runs.saved import load_trained, logits_of

HERE = Path(__file__).resolve().parent
WORKER = ("layers", "network", "picture", "unpack", "trainer", "worker")
NETWORKS = ("nn1l", "lenet5")  # the one that trained with seed 0
MICROSCOPE = ("layers", "network", "gradients", "ui", "layout", "inspector")
PROGRAMS = {
    "draw": ("layers", "network", "bayes", "picture", "unpack", "ui", "pad", "draw"),
    "hand": (*MICROSCOPE, "hand"),
    "microscope": (*MICROSCOPE, "unpack", "microscope"),
    "train": ("unpack", "ui", "chart", "train"),
}
# The small components of the chapters: what each needs besides what they share.
SHARED = ("layers", "network", "unpack", "ui", "axes", "component")
COMPONENTS = {
    "depth": (),
    "floor": ("bayes",),
    "kernel": (),
    "neighbors": (),
    "routing": (),
    "surface": (),
    "temperature": (),
}


def pack(array):
    """An array as JSON can hold it."""
    little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    return {
        "dtype": array.dtype.name,
        "shape": array.shape,
        "base64": base64.b64encode(little.tobytes()).decode("ascii"),
    }


def packed(arrays):
    """All arrays of a dictionary."""
    return {name: pack(array) for name, array in arrays.items()}


def constant(name, value):
    """A line of JavaScript."""
    return f"const {name} = {json.dumps(value, ensure_ascii=True)};\n"


def weights(name):
    """The arrays of a recorded network, in half precision, as its file holds them."""
    with np.load(record_path(name, 0).with_suffix(".npz")) as file:
        return dict(file)


def naive_bayes(digits):
    """Gaussian naive Bayes, fitted to the training images at hand."""
    model = GaussianNaiveBayes().fit(
        as_vectors(digits.train_images, np.float64), digits.train_labels
    )
    return {"priors": model.priors_, "means": model.means_, "variances": model.variances_}


def models(digits):
    """All that the three models have learned."""
    networks = {name: packed(weights(name)) for name in NETWORKS}
    return {"gnb": packed(naive_bayes(digits)), **networks}


def samples(digits):
    """Test images to choose among: the first of each digit, and the worst errors of LeNet-5."""
    images, labels = digits.test_images, digits.test_labels
    network = load_trained(zoo.get_system("lenet5"), 0)
    logits = logits_of(network, zoo.get_system("lenet5").inputs(images))
    answers = logits.argmax(axis=1)
    first = [int(np.flatnonzero(labels == digit)[0]) for digit in range(10)]
    wrong = np.flatnonzero(answers != labels)
    sure = logits[wrong, answers[wrong]] - logits[wrong, labels[wrong]]
    confused = wrong[np.argsort(-sure, kind="stable")][:10].tolist()
    groups = [
        {
            "title": "One of each",
            "start": 0,
            "words": [f"the first {labels[i]} of the test set" for i in first],
        },
        {
            "title": "What LeNet-5 is most sure of, and wrong about",
            "start": len(first),
            "words": [f"labeled {labels[i]}, and LeNet-5 says {answers[i]}" for i in confused],
        },
    ]
    return {
        "digits": digits.name,
        "packed": pack(images[first + confused]),
        "labels": labels[first + confused].tolist(),
        "groups": [group for group in groups if group["words"]],
    }


def small_digits():
    """The embedded digits, 8 x 8 as they come, and which are held out, as in load_digits28."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    train, test = stratified_split(digits.target, fraction=0.2, seed=0)
    return digits.images.astype(np.uint8), digits.target.astype(np.uint8), train, test


def embedded_digits():
    """The embedded digits, and what makes them 28 x 28.

    Enlarging by splines is linear: a matrix does it from the left and, transposed, from the right.
    """
    from scipy import ndimage

    images, labels, train, test = small_digits()
    lines = [ndimage.zoom(line, 20 / 8, order=3, mode="grid-constant", grid_mode=True)
             for line in np.eye(8)]  # fmt: skip
    arrays = {
        "small": images,
        "labels": labels,
        "train": train.astype(np.uint16),
        "test": test.astype(np.uint16),
        "A": np.stack(lines, axis=1),
    }
    gray = {"paper": digits28.PAPER, "ink": digits28.INK}
    return {"arrays": packed(arrays), "gray": gray}


def data_of_draw():
    digits = load_course_data()
    return constant("MODELS", models(digits)) + constant("SAMPLES", samples(digits))


def data_of_train():
    return constant("DIGITS", embedded_digits()) + constant("WORKER", program(WORKER))


def data_of_microscope():
    """The samples, whose true class a reader may change, and the weights of LeNet-5."""
    chosen = samples(load_course_data())
    return constant("SAMPLES", chosen) + constant("WEIGHTS", packed(weights("lenet5")))



def one_of_each(digits):
    """The first test image of each digit."""
    first = [int(np.flatnonzero(digits.test_labels == digit)[0]) for digit in range(10)]
    return {"images": pack(digits.test_images[first]), "labels": list(range(10))}


def data_of_kernel():
    return constant("DIGITS", one_of_each(load_course_data()))



def data_of_neighbors():
    images, labels, train, test = small_digits()
    arrays = {"stored": images[train], "labels": labels[train],
              "questions": images[test], "truth": labels[test]}  # fmt: skip
    return constant("NEIGHBORS", packed(arrays))


def votes():
    """Votes (I, J, D) of chapter 16: capsules 1 to 5 agree about A, 6 to 8 about B."""
    rng = np.random.default_rng(4)
    u = rng.normal(scale=0.3, size=(8, 3, 4))
    u[:5, 0] = [0.6, -0.7, 0.4, 0.2] + rng.normal(0, 0.1, (5, 4))
    u[5:, 1] = [-0.5, 0.9, 0.8, 0.4] + rng.normal(0, 0.1, (3, 4))
    return u


EXPONENTS = np.arange(-9, 1.5, 0.5)  # of the variance floors of chapter 2
N_VALIDATION = 2000  # images, at most


@cache
def bayes():
    """Naive Bayes of chapter 2, without a floor, and what each floor makes of validation images."""
    digits = load_course_data()
    train, validation = split_validation(digits)
    validation = validation[:N_VALIDATION]
    X, y = as_vectors(digits.train_images), digits.train_labels
    model = GaussianNaiveBayes(1e-9).fit(X[train], y[train])
    lowest = model.variances_.min()
    measured, largest = model.variances_ - lowest, lowest / 1e-9
    joints = []
    for exponent in EXPONENTS:
        model.variances_ = measured + 10**exponent * largest
        joints.append(model.log_joint(X[validation]))
    return {
        "model": {"priors": model.priors_, "means": model.means_, "measured": measured,
                  "largest": np.array([largest])},
        "images": digits.train_images[validation],
        "labels": y[validation],
        "joints": np.array(joints),
        "scores": (np.array(joints).argmax(axis=2) == y[validation]).mean(axis=1),
    }  # fmt: skip


def data_of_floor():
    made = bayes()
    first = [int(np.flatnonzero(made["labels"] == digit)[0]) for digit in range(10)]
    return constant("FLOOR", {
        "model": packed(made["model"]),
        "images": pack(made["images"][first]),
        "labels": list(range(10)),
        "exponents": EXPONENTS.tolist(),
        "scores": made["scores"].tolist(),
        "n": len(made["labels"]),
    })  # fmt: skip


def data_of_temperature():
    """log p(x, j) with the best floor, less the largest of the ten, which changes no answer."""
    made = bayes()
    joint = made["joints"][made["scores"].argmax()]
    shifted = (joint - joint.max(axis=1, keepdims=True)).astype(np.float32)
    labels = made["labels"].astype(np.uint8)
    return constant("TEMPERATURE", {"logarithms": pack(shifted), "labels": pack(labels)})


DATA = {
    "draw": data_of_draw,
    "train": data_of_train,
    "hand": lambda: "",
    "microscope": data_of_microscope,
    "depth": lambda: "",
    "floor": data_of_floor,
    "kernel": data_of_kernel,
    "neighbors": data_of_neighbors,
    "routing": lambda: constant("VOTES", pack(votes())),
    "surface": lambda: "",
    "temperature": data_of_temperature,
}


def program(names):
    """Several of our files as one."""
    return "\n".join((HERE / f"{name}.js").read_text(encoding="utf-8") for name in names)


def write(name, folder):
    """Write the script of a page and the style sheet; return the names of both."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if name in COMPONENTS:
        programs = program((*SHARED, *COMPONENTS[name], name)) + f'\nshow("{name}", {name});\n'
    else:
        programs = program(PROGRAMS[name])
    inside = f'"use strict";\n{DATA[name]()}{programs}'
    (folder / f"{name}.js").write_text(f"(() => {{\n{inside}\n}})();\n", encoding="utf-8")
    (folder / "web.css").write_text(
        (HERE / "web.css").read_text(encoding="utf-8"), encoding="utf-8"
    )
    return f"{name}.js", "web.css"
