"""The training loop: epochs of mini-batches, measured, saved after each epoch, resumable."""

import time
from dataclasses import dataclass
from pathlib import Path

from threadpoolctl import threadpool_limits
from tqdm.auto import tqdm

from .batches import mini_batches
from .checkpoint import load_checkpoint, save_checkpoint
from .seeds import generator
from .workers import Workers


@dataclass
class Training:
    """What `fit` returns.

    Attributes
    ----------
    history : list of dict
        One dictionary per epoch: ``epoch`` (from 1), ``batch_size``, ``learning_rate``, ``train_loss`` and
        ``train_accuracy`` (means over the epoch, while the weights were changing), ``validation_loss``,
        ``validation_accuracy``, ``seconds``.
    selected_epoch : int
        The epoch (from 1) whose parameters the network holds now.
    snapshots : dict of int to dict
        Parameters and state of the last epochs, by epoch.
    """

    history: list
    selected_epoch: int
    snapshots: dict


def evaluate(network, x, labels, loss, workers=2):
    """Loss and accuracy of a network: ``{"loss": ..., "accuracy": ..., "errors": ..., "n": ...}``."""
    with threadpool_limits(1, user_api="blas"), Workers(network, loss, workers) as pool:
        logits = pool.logits(x)
    errors = int((logits.argmax(axis=1) != labels).sum())
    return {"loss": loss().forward(logits, labels), "accuracy": 1 - errors / len(labels),
            "errors": errors, "n": len(labels)}


def fit(network, recipe, train, validation, seed, checkpoint=None, progress=True):
    """Train a network in place.

    Parameters
    ----------
    network : Network
    recipe : Recipe
    train, validation : tuple (x, labels)
        x (N, ...) float, labels (N,) int. The validation set chooses the epoch that is kept.
    seed : int
        Master seed. Epoch n is shuffled by its own generator, so equal seeds give equal runs.
    checkpoint : path-like, optional
        The whole state of the run is saved in this file after each epoch. If the file is there, the run goes
        on from it, and ends with the same parameters, bit for bit, as if it had never stopped.
    progress : bool
        Show a progress bar with loss, accuracy and time left.

    Returns
    -------
    Training

    Examples
    --------
    >>> import numpy as np
    >>> from course_lib.nn import Dense, Network
    >>> rng = np.random.default_rng(0)
    >>> x, labels = np.eye(10, dtype=np.float32), np.arange(10)
    >>> network = Network([Dense(10, 10, rng)])
    >>> from course_lib.training import Recipe
    >>> recipe = Recipe(epochs=3, batch_size=lambda epoch: 5)
    >>> training = fit(network, recipe, (x, labels), (x, labels), seed=0, progress=False)
    >>> len(training.history)
    3
    """
    run = _Run(network, recipe, seed)
    if checkpoint is not None and Path(checkpoint).exists():
        run.restore(checkpoint)
    # One thread for each matrix product: the workers share the cores, and small products gain nothing.
    with threadpool_limits(1, user_api="blas"), Workers(network, recipe.loss, recipe.workers) as workers:
        for epoch in range(len(run.history), recipe.epochs):
            run.train_epoch(epoch, workers, train, progress)
            run.finish_epoch(epoch, validation)
            if checkpoint is not None:
                run.save(checkpoint)
    return run.select()


class _Run:
    """The state of a run between two epochs."""

    def __init__(self, network, recipe, seed):
        self.network, self.recipe, self.seed = network, recipe, seed
        self.optimizer = recipe.optimizer()
        self.history, self.snapshots = [], {}

    def train_epoch(self, epoch, workers, train, progress):
        x, labels = train
        start = time.perf_counter()
        if self.recipe.learning_rate is not None:
            self.optimizer.lr = self.recipe.learning_rate(epoch)
        rng = generator(self.seed, epoch + 1)
        batches = mini_batches(len(x), self.recipe.batch_size(epoch), rng, self.recipe.last_batch)
        bar = tqdm(batches, desc=f"epoch {epoch + 1}/{self.recipe.epochs}", disable=not progress,
                   leave=False, mininterval=0.5)
        total_loss, total_correct, seen = 0.0, 0, 0
        for batch in bar:
            loss, correct, grads = workers.gradients(x[batch], labels[batch])
            self.optimizer.step(self.network.params, grads)
            total_loss += loss * len(batch)
            total_correct += correct
            seen += len(batch)
            if progress:
                bar.set_postfix(loss=f"{total_loss / seen:.4f}", accuracy=f"{total_correct / seen:.4f}",
                                refresh=False)
        self.history.append({
            "epoch": epoch + 1,
            "batch_size": self.recipe.batch_size(epoch),
            "learning_rate": self.optimizer.lr,
            "train_loss": total_loss / seen,
            "train_accuracy": total_correct / seen,
            "seconds": time.perf_counter() - start,
        })

    def finish_epoch(self, epoch, validation):
        scores = evaluate(self.network, *validation, self.recipe.loss, self.recipe.workers)
        self.history[-1]["validation_loss"] = scores["loss"]
        self.history[-1]["validation_accuracy"] = scores["accuracy"]
        if epoch >= self.recipe.epochs - self.recipe.keep_best_of_last:
            arrays = {**self.network.params, **self.network.state}
            self.snapshots[epoch + 1] = {name: a.copy() for name, a in arrays.items()}

    def select(self):
        """Give the network the parameters of the best of the last epochs."""
        best = max(self.snapshots, key=lambda e: (self.history[e - 1]["validation_accuracy"], e))
        restore_arrays(self.network, self.snapshots[best])
        return Training(self.history, best, self.snapshots)

    def save(self, path):
        moments = {k: v for k, v in self.optimizer.state.items() if isinstance(v, dict)}
        numbers = {k: v for k, v in self.optimizer.state.items() if not isinstance(v, dict)}
        arrays = {
            "network": {**self.network.params, **self.network.state},
            **{f"optimizer {k}": v for k, v in moments.items()},
            **{f"epoch {e}": arrays for e, arrays in self.snapshots.items()},
        }
        save_checkpoint(path, arrays, {"seed": self.seed, "recipe": self.recipe.describe(),
                                       "optimizer": numbers, "history": self.history})

    def restore(self, path):
        arrays, facts = load_checkpoint(path)
        if facts["seed"] != self.seed or facts["recipe"] != self.recipe.describe():
            raise ValueError(f"{path} belongs to a run with another seed or recipe; name another "
                             "checkpoint file, or delete it to start anew")
        restore_arrays(self.network, arrays["network"])
        self.optimizer.state.update(facts["optimizer"])
        for group, named in arrays.items():
            kind, _, key = group.partition(" ")
            if kind == "optimizer":
                self.optimizer.state[key] = named
            elif kind == "epoch":
                self.snapshots[int(key)] = named
        self.history = facts["history"]


def restore_arrays(network, arrays):
    """Copy named arrays into the parameters and the state of a network."""
    own = {**network.params, **network.state}
    if set(own) != set(arrays):
        raise ValueError(f"the arrays {sorted(set(own) ^ set(arrays))} are in the network or in the "
                         "file, but not in both; the file belongs to another network")
    for name, a in own.items():
        if a.shape != arrays[name].shape:
            raise ValueError(f"array {name} has shape {arrays[name].shape} in the file, but the "
                             f"network needs {a.shape}")
        a[...] = arrays[name]
