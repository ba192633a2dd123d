"""The training loop: epochs of mini-batches, measured, saved after each epoch, resumable."""

import copy
import time
import zlib
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits
from tqdm.auto import tqdm

from course_lib.nn.penalties import add_penalty
from course_lib.training.arrays import arrays_of, restore_arrays
from course_lib.training.averaging import WeightAverage
from course_lib.training.batches import mini_batches
from course_lib.training.checkpoint import load_checkpoint, save_checkpoint
from course_lib.training.seeds import generator
from course_lib.training.workers import Workers

# How progress is shown. What counts is the whole run; an epoch is a part of it.
BAR = "{desc}{percentage:.0f} %|{bar}| {remaining} left{postfix}"


@dataclass
class Training:
    """What `fit` returns.

    Attributes
    ----------
    history : list of dict
        One dictionary per epoch: ``epoch`` (from 1), ``batch_size``, ``learning_rate``,
        ``train_loss`` and ``train_accuracy`` (means over the epoch, while the weights were
        changing), ``validation_loss``, ``validation_accuracy``, ``seconds`` and
        ``processor_seconds`` (all threads together; other programs on the machine lengthen it far
        less).
    selected_epoch : int
        The epoch (from 1) whose parameters the network holds now.
    snapshots : dict of int to dict
        Parameters and state of the last epochs, by epoch.

    Examples
    --------
    >>> history = [{"epoch": 1, "validation_accuracy": 0.9}]
    >>> Training(history, selected_epoch=1, snapshots={}).history[0]["validation_accuracy"]
    0.9
    """

    history: list
    selected_epoch: int
    snapshots: dict


def evaluate(network, x, labels, loss, workers=2):
    """Loss and accuracy of a network: ``{"loss": ..., "accuracy": ..., "errors": ..., "n": ...}``.

    >>> from course_lib.nn import Dense, Network, SoftmaxCrossEntropy
    >>> network = Network([Dense(3, 3, np.random.default_rng(0))])
    >>> network.params["0.W"][...] = np.eye(3)
    >>> x, labels = np.eye(3, dtype=np.float32), np.array([0, 1, 1])
    >>> evaluate(network, x, labels, SoftmaxCrossEntropy())["errors"]
    1
    """
    with threadpool_limits(1, user_api="blas"), Workers(network, loss, workers) as pool:
        return scores(pool.logits(x), labels, loss)


def scores(logits, labels, loss):
    """What `evaluate` returns, from logits (N, classes) that are there already.

    >>> from course_lib.nn import SoftmaxCrossEntropy
    >>> scores(np.eye(3), np.array([0, 1, 1]), SoftmaxCrossEntropy())["errors"]
    1
    """
    errors = int((logits.argmax(axis=1) != labels).sum())
    return {"loss": copy.copy(loss).forward(logits, labels), "accuracy": 1 - errors / len(labels),
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
        The whole state of the run is saved in this file after each epoch. If the file is there, the
        run goes on from it, and ends with the same parameters, bit for bit, as if it had never
        stopped.
    progress : bool
        Show a progress bar with the loss and the accuracy of the epoch so far and the time left for
        the run.

    Returns
    -------
    Training

    Raises
    ------
    ValueError
        The checkpoint cannot be read, or belongs to another run; or a checkpoint is asked for, and
        something in the network or the recipe cannot be described, so that nobody could tell.

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
    if checkpoint is not None:
        run.facts = identity(network, recipe, seed, train, validation)
        if Path(checkpoint).exists():
            run.restore(checkpoint)
    # One thread for each matrix product: the workers share the cores, and small products gain
    # nothing.
    with (threadpool_limits(1, user_api="blas"),
          Workers(network, recipe.loss, recipe.workers) as workers,
          tqdm(total=recipe.epochs, initial=len(run.history), bar_format=BAR, disable=not progress,
               leave=False, miniters=0, mininterval=0.5) as bar):
        while len(run.history) < recipe.epochs and not run.stopped:
            epoch = len(run.history)
            run.train_epoch(epoch, workers, train, bar)
            run.finish_epoch(epoch, workers, validation)
            if checkpoint is not None:
                run.save(checkpoint)
    return run.select()


class _Run:
    """The state of a run between two epochs."""

    def __init__(self, network, recipe, seed):
        self.network, self.recipe, self.seed = network, recipe, seed
        self.optimizer = recipe.optimizer()
        self.average = WeightAverage(recipe.average_decay) if recipe.average_decay else None
        self.stopping = recipe.early_stopping() if recipe.early_stopping else None
        self.history, self.snapshots = [], {}

    @property
    def stopped(self):
        return self.stopping is not None and self.stopping.stopped

    def train_epoch(self, epoch, workers, train, bar):
        x, labels = train
        start, processor_start = time.perf_counter(), time.process_time()
        if self.recipe.learning_rate is not None:
            self.optimizer.lr = self.recipe.learning_rate(epoch)
        rng = generator(self.seed, epoch + 1)
        workers.start_epoch(self.seed, epoch, self.recipe.augment_at(epoch))
        batches = mini_batches(len(x), self.recipe.batch_size(epoch), rng, self.recipe.last_batch)
        bar.set_description(f"epoch {epoch + 1}/{self.recipe.epochs}")
        total_loss, total_correct, seen = 0.0, 0, 0
        for done, batch in enumerate(batches, start=1):
            loss, correct, grads = workers.gradients(x[batch], labels[batch])
            if self.recipe.penalty:
                loss += add_penalty(self.recipe.penalty, self.network.params, grads)
            self.optimizer.step(self.network.params, grads)
            if self.average:
                self.average.update(self.network.params)
            total_loss += loss * len(batch)
            total_correct += correct
            seen += len(batch)
            bar.set_postfix_str(
                f"loss {total_loss / seen:.4f}, accuracy {total_correct / seen:.4f}", refresh=False
            )
            bar.update(epoch + done / len(batches) - bar.n)
        bar.refresh()
        self.history.append({
            "epoch": epoch + 1,
            "batch_size": self.recipe.batch_size(epoch),
            "learning_rate": self.optimizer.lr,
            "train_loss": total_loss / seen,
            "train_accuracy": total_correct / seen,
            "seconds": time.perf_counter() - start,
            "processor_seconds": time.process_time() - processor_start,
        })

    def finish_epoch(self, epoch, workers, validation):
        x, labels = validation
        with self.average.applied_to(self.network.params) if self.average else nullcontext():
            found = scores(workers.logits(x), labels, self.recipe.loss)
            now = {name: a.copy() for name, a in arrays_of(self.network).items()}
        self.history[-1]["validation_loss"] = found["loss"]
        self.history[-1]["validation_accuracy"] = found["accuracy"]
        if self.stopping:
            monitor, last = self.stopping.monitor, self.history[-1]
            if monitor not in last:
                raise ValueError(f"early stopping watches {monitor!r}; the history has "
                                 f"{', '.join(last)}")
            self.stopping.update(last[monitor])
            improved = self.stopping.best_epoch == epoch + 1
            if improved or not self.stopping.restore_best or not self.snapshots:
                self.snapshots = {epoch + 1: now}
        elif epoch >= self.recipe.epochs - self.recipe.keep_best_of_last:
            self.snapshots[epoch + 1] = now

    def select(self):
        """Give the network the parameters of the best of the epochs that were kept."""
        best = max(self.snapshots, key=lambda e: (self.history[e - 1]["validation_accuracy"], e))
        restore_arrays(self.network, self.snapshots[best])
        return Training(self.history, best, self.snapshots)

    def save(self, path):
        moments = {k: v for k, v in self.optimizer.state.items() if isinstance(v, dict)}
        numbers = {k: v for k, v in self.optimizer.state.items() if not isinstance(v, dict)}
        arrays = {
            "network": arrays_of(self.network),
            **{f"optimizer {k}": v for k, v in moments.items()},
            **({"average": self.average.state["average"]} if self.average else {}),
            **{f"epoch {e}": arrays for e, arrays in self.snapshots.items()},
        }
        save_checkpoint(path, arrays, {**self.facts, "optimizer": numbers, "history": self.history,
                                       "updates": self.average.state["n"] if self.average else 0})

    def restore(self, path):
        arrays, facts = load_checkpoint(path)
        differing = [key for key, value in self.facts.items() if facts.get(key) != value]
        if differing:
            raise ValueError(
                f"{path} belongs to a run with another {' and '.join(differing)}; name "
                "another checkpoint file, or delete it to start anew"
            )
        restore_arrays(self.network, arrays["network"])
        self.optimizer.state.update(facts["optimizer"])
        for group, named in arrays.items():
            kind, _, key = group.partition(" ")
            if kind == "optimizer":
                self.optimizer.state[key] = named
            elif kind == "epoch":
                self.snapshots[int(key)] = named
        self.history = facts["history"]
        if self.average:
            self.average.state = {"n": facts["updates"], "average": arrays["average"]}
        if self.stopping:
            for epoch in self.history:
                self.stopping.update(epoch[self.stopping.monitor])


def identity(network, recipe, seed, train, validation):
    """All that decides what comes out of a run, as plain data: a checkpoint is known by it."""
    return {"seed": seed, "data": fingerprint(*train, *validation), "recipe": recipe.describe(),
            "network": network.describe()}


def fingerprint(*arrays):
    """A number that is different for different data: a checksum over all bytes.

    >>> import numpy as np
    >>> fingerprint(np.zeros(3)) == fingerprint(np.ones(3))
    False
    """
    checksum = 0
    for a in arrays:
        checksum = zlib.crc32(f"{a.dtype} {a.shape}".encode(), checksum)
        checksum = zlib.crc32(np.ascontiguousarray(a), checksum)
    return checksum
