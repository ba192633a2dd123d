"""Beyond the test set: what is left of the accuracies on digits made worse? (chapter 17)

Every system is scored on the same test images under each corruption of `course_lib.data.corrupt`
at five strengths. It can be run again when more weights have come: what is recorded for the same
weights is kept, and so is what is recorded of a run whose weights have gone since, so that not all
weights need to be shipped.
"""

import numpy as np

from course_lib import zoo
from course_lib.data import corrupt
from course_lib.data.corruptions import CORRUPTIONS
from course_lib.runs import load_experiment, load_record
from course_lib.runs.classical import choose
from course_lib.runs.saved import one_per_system, predict, saved_runs

from .common import draw

QUESTION = "What accuracy is left when test digits are noisy, blurred, covered, bent or faint?"
CLASSICAL = [system.name for system in zoo.classical.SYSTEMS]
SETTINGS = {"n_images": 1000, "seed": 0, "classical": CLASSICAL}
STRENGTHS = (1, 2, 3, 4, 5)


def run(dataset, directory, n_images, seed, classical):
    """Accuracy of one run of each system: on the images as they are, and by kind and strength."""
    index = draw(np.arange(len(dataset.test_labels)), n_images, seed)
    labels, variants = dataset.test_labels[index], corrupted_images(dataset, index, seed)
    known = _recorded(dataset, directory, n_images, seed)
    systems = {}
    for saved in one_per_system(saved_runs(zoo.SYSTEMS.values(), directory)):
        entry = known.get(saved.system.name)
        if not entry or entry["weights"] != saved.digest:
            entry = {"title": saved.system.title, "seed": saved.seed, "weights": saved.digest,
                     **_score(_trained(saved), variants, labels)}
        systems[saved.system.name] = entry
    for name in zoo.SYSTEMS:
        if name in known and name not in {*systems, *classical}:
            systems[name] = known[name]
    for name in classical:
        system = zoo.get_system(name)
        systems[name] = known.get(name) or {
            "title": system.title, "seed": None, "weights": None,
            **_score(_fitted(system, dataset, directory), variants, labels)}
    return {"images": index.tolist(), "strengths": list(STRENGTHS), "systems": systems}


def corrupted_images(dataset, index, seed):
    """Test images by (kind, strength); as they are under (None, 0)."""
    images = dataset.test_images[index]
    return {(None, 0): images,
            **{(kind, strength): corrupt(images, kind, strength, seed)
               for kind in CORRUPTIONS for strength in STRENGTHS}}


def _score(predict_labels, variants, labels):
    accuracy = {key: float((predict_labels(images) == labels).mean())
                for key, images in variants.items()}
    by_kind = {kind: [accuracy[kind, strength] for strength in STRENGTHS] for kind in CORRUPTIONS}
    return {"clean": accuracy[None, 0], "mean": float(np.mean(list(by_kind.values()))),
            "accuracy": by_kind}


def _trained(saved):
    network = saved.network()
    return lambda images: predict(network, saved.system.inputs(images))


def _fitted(system, dataset, directory):
    """Fitted as for its record: ours, or scikit-learn's with the settings chosen there."""
    if system.ours:
        model = system.ours()
    else:
        settings = _chosen(system, dataset, directory) if system.candidates else {}
        model = system.reference(**settings, **({"random_state": 0} if system.random else {}))
    model.fit(system.inputs(dataset.train_images), dataset.train_labels)
    return lambda images: model.predict(system.inputs(images))


def _chosen(system, dataset, directory):
    try:
        record = load_record(system.name, 0, directory)
    except FileNotFoundError:
        record = None
    same = record is not None and record["dataset"] == dataset.name
    return (record["choice"] if same else choose(system, dataset))["settings"]


def _recorded(dataset, directory, n_images, seed):
    """Systems of the record that is there, if it was made of the same images and the same runs."""
    try:
        record = load_experiment("corrupted", directory)
    except FileNotFoundError:
        return {}
    settings = record["settings"]
    if (record["dataset"], settings["n_images"], settings["seed"]) != (
        dataset.name,
        n_images,
        seed,
    ):
        return {}
    return {name: entry for name, entry in record["results"]["systems"].items()
            if entry["seed"] is None or _older(name, entry["seed"], directory, record["date"])}


def _older(name, seed, directory, date):
    """Whether this run is still the one that was there at a date: not trained again since."""
    try:
        return load_record(name, seed, directory)["date"] <= date
    except FileNotFoundError:
        return False
