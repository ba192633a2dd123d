"""Ensembles: several trained networks answer together, or one of them several times.

Networks that are wrong on different images can correct each other. There are two ways to join
them: the mean of their probabilities, in which a network that is sure counts more, and a majority
vote. Who is a member is decided on the validation images; the test images are looked at once.
"""

import numpy as np

from course_lib.data import split_validation
from course_lib.runs.records import add_test, load_record, new_record
from course_lib.runs.saved import saved_runs
from course_lib.runs.scores import count_errors, stopwatch

SHIFTS = [(0, 0), (0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1)]
VIEWS = (1, len(SHIFTS))  # looking once, or at all shifts


def shifted(images, down, right):
    """Move images (N, H, W) by a number of pixels; what comes in from outside is 0.

    >>> shifted(np.arange(1, 5).reshape(1, 2, 2), 1, 0).tolist()
    [[[0, 0], [1, 2]]]
    """
    _, height, width = images.shape
    moved = np.zeros_like(images)
    moved[:, max(down, 0) : height + min(down, 0), max(right, 0) : width + min(right, 0)] = \
        images[:, max(-down, 0) : height + min(-down, 0), max(-right, 0) : width + min(-right, 0)]
    return moved


def seen_from(run, images, views):
    """Mean probabilities (N, J) of a run over the first ``views`` of `SHIFTS` of each image.

    Called test-time augmentation: the same digit is read several times, a little moved.
    """
    return np.mean([run.probabilities(shifted(images, *shift)) for shift in SHIFTS[:views]], axis=0)


def majority(stack):
    """The class with most votes; among equals the one with the larger sum of probabilities.

    ``stack`` has shape (members, N, classes).

    >>> stack = np.array([[[0.9, 0.1, 0.0]], [[0.2, 0.5, 0.3]], [[0.3, 0.4, 0.3]]])
    >>> majority(stack).tolist(), stack.mean(axis=0).argmax(axis=1).tolist()
    ([1], [0])
    >>> majority(stack[:2]).tolist()
    [0]
    """
    n_classes = stack.shape[2]
    votes = (stack.argmax(axis=2)[..., np.newaxis] == np.arange(n_classes)).sum(axis=0)
    return (votes + stack.mean(axis=0) / 2).argmax(axis=1)  # the mean is at most 1: no whole vote


def score(stack, labels, way):
    """Accuracy and cost of members that answer together.

    Parameters
    ----------
    stack : ndarray, shape (members, N, C)
        Probabilities.
    labels : ndarray of int, shape (N,)
    way : "average" or "vote"

    Returns
    -------
    dict
        ``accuracy``, ``errors``, ``n``, ``errors_by_half``, and ``loss``, the cross-entropy of the
        mean probabilities, whichever way is taken.

    Examples
    --------
    >>> stack = np.array([[[0.9, 0.1]], [[0.4, 0.6]], [[0.4, 0.6]]])
    >>> [score(stack, np.array([1]), way)["errors"] for way in ("average", "vote")]
    [1, 0]
    """
    mean = stack.mean(axis=0)
    answers = mean.argmax(axis=1) if way == "average" else majority(stack)
    true = np.maximum(mean[np.arange(len(labels)), labels], 1e-12)  # a 0 would cost infinitely much
    return {**count_errors(answers, labels), "loss": float(-np.log(true).mean())}


def choose_members(probabilities, labels, at_most=None):
    """Forward selection: begin with the best run, then add whoever lowers the cost most.

    It ends when nobody lowers it.

    The cost is the cross-entropy of the mean probabilities. It notices how sure an answer is, so it
    tells networks apart that make equally many errors. Caruana et al. (2004).

    Parameters
    ----------
    probabilities : dict of str to ndarray, shape (N, J)
        Of each candidate.
    labels : ndarray of int, shape (N,)
    at_most : int, optional
        How many may be added; as many as lower the cost if not given.

    Returns
    -------
    list of dict
        One for each step: ``added`` (a key), and the ``accuracy`` and ``loss`` of all members so
        far.

    Examples
    --------
    >>> a, b, c = (np.array([[first, 1 - first], [second, 1 - second]])
    ...            for first, second in [(0.9, 0.6), (0.4, 0.1), (0.5, 0.9)])
    >>> steps = choose_members({"a": a, "b": b, "c": c}, np.array([0, 1]))
    >>> [step["added"] for step in steps]
    ['a', 'b']
    """
    left, members, steps = dict(probabilities), [], []
    while left and len(members) != at_most:
        scores = {key: score(np.array([*members, p]), labels, "average") for key, p in left.items()}
        best = min(scores, key=lambda key: scores[key]["loss"])
        if steps and scores[best]["loss"] >= steps[-1]["loss"]:
            break
        members.append(left.pop(best))
        steps.append({"added": best, **{key: scores[best][key] for key in ("accuracy", "loss")}})
    return steps


def measure_ensemble(system, dataset, directory=None):
    """Choose the members of an ensemble on the validation images, then score it on the test images.

    Parameters
    ----------
    system : Ensemble
    dataset : course_lib.data.Dataset
    directory : path-like, optional
        Where records and weights of the candidates lie; ``results/`` if not given.

    Returns
    -------
    dict
        The record. ``choice`` tells how each candidate did on the validation images, looking once
        and nine times, and the steps of the selection. Training time is that of the members.

    Raises
    ------
    ValueError
        Fewer runs of the candidates have weights than it has members, or fewer than two to choose
        from.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from course_lib import zoo
    >>> from course_lib.data import load_digits28
    >>> from course_lib.runs import make_run
    >>> digits = load_digits28()
    >>> with TemporaryDirectory() as directory:
    ...     for seed in (0, 1):
    ...         run = make_run(zoo.get_system("lenet5"), seed, directory, epochs=1)
    ...         _ = run.carry_out(digits, progress=False)
    ...     record = measure_ensemble(zoo.get_system("ensemble"), digits, directory)
    >>> sorted(record["choice"]["candidates"])
    ['lenet5/0', 'lenet5/1']
    """
    index = split_validation(dataset)[1]
    images, labels = dataset.train_images[index], dataset.train_labels[index]
    runs = {run.key: run for run in saved_runs(system.candidates, directory)}
    if system.n_members is not None:
        runs = dict(list(runs.items())[: system.n_members])
    needed = system.n_members or 2
    if len(runs) < needed:
        names = ", ".join(candidate.name for candidate in system.candidates)
        raise ValueError(
            f"{system.name} needs the weights of at least {needed} runs of: {names}; "
            f"there are {len(runs)}. Train more of them with: course train NAME --seed S"
        )

    views, choice, members = 1, None, list(runs)
    if system.n_members is None:
        seen = {n: {key: seen_from(run, images, n) for key, run in runs.items()} for n in VIEWS}
        steps = {n: choose_members(seen[n], labels, system.at_most) for n in VIEWS}
        views = min(VIEWS, key=lambda n: steps[n][-1]["loss"])
        members = [step["added"] for step in steps[views]]
        candidates = {key: {str(n): _brief(seen[n][key][np.newaxis], labels) for n in VIEWS}
                      for key in runs}
        choice = {"candidates": candidates, "steps": {str(n): steps[n] for n in VIEWS}}
        stack = np.array([seen[views][key] for key in members])
    else:
        stack = np.array([runs[key].probabilities(images) for key in members])

    records = [load_record(runs[key].system.name, runs[key].seed, directory) for key in members]
    record = new_record(
        system,
        0,
        dataset,
        [records[0]["images"][part] for part in ("train", "validation")],
        parameters=sum(record["parameters"] for record in records),
        members={key: runs[key].digest for key in members},
        way=system.way,
        views=views,
        **({"choice": choice} if choice else {}),
        validation=_brief(stack, labels, system.way),
        seconds={
            key: sum(r["seconds"][key] for r in records) for key in ("train", "train_processor")
        },
    )
    add_test(record, evaluate_ensemble([runs[key] for key in members], system.way, views,
                                       dataset.test_images, dataset.test_labels))
    return record


def _brief(stack, labels, way="average"):
    found = score(stack, labels, way)
    return {key: found[key] for key in ("accuracy", "loss")}


def evaluate_ensemble(members, way, views, images, labels):
    """Score members that answer together.

    Parameters
    ----------
    members : list of SavedRun
    way : "average" or "vote"
    views : int
        How often each looks at an image, see `seen_from`.
    images : ndarray of uint8, shape (N, 28, 28)
    labels : ndarray of int, shape (N,)

    Returns
    -------
    dict
        What `score` returns, and ``seconds`` and ``processor_seconds``.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from course_lib import zoo
    >>> from course_lib.data import load_digits28
    >>> from course_lib.runs import save_weights
    >>> from course_lib.runs.saved import SavedRun
    >>> system, digits = zoo.get_system("nn1l"), load_digits28()
    >>> with TemporaryDirectory() as directory:
    ...     path = f"{directory}/seed-0.npz"
    ...     save_weights(system.build(np.random.default_rng(0)), path)
    ...     members = [SavedRun(system, 0, path)]
    ...     scores = evaluate_ensemble(members, "average", 9, digits.test_images,
    ...                                digits.test_labels)
    >>> scores["n"] == sum(scores["errors_by_half"]) + round(359 * scores["accuracy"])
    True
    """
    with stopwatch() as times:
        stack = np.array([seen_from(run, images, views) for run in members])
    return {**score(stack, labels, way), **times}
