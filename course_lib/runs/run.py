"""A run: a system and a seed, and the files that come of it. One class for each kind of system."""

import os
from contextlib import contextmanager
from dataclasses import dataclass

from course_lib import zoo
from course_lib.command import command
from course_lib.runs.claim import claim
from course_lib.runs.classical import measure
from course_lib.runs.ensembles import evaluate_ensemble, measure_ensemble
from course_lib.runs.files import CHECKPOINT, CLAIM, WEIGHTS, run_path
from course_lib.runs.records import load_record, save_record
from course_lib.runs.saved import load_trained, saved_runs
from course_lib.runs.train import evaluate_system, train_system
from course_lib.runs.weights import save_weights
from course_lib.training.checkpoint import load_checkpoint


@dataclass(frozen=True, eq=False)
class Run:
    """One run to be recorded; `make_run` makes the one that suits a system.

    Attributes
    ----------
    system : System, ClassicalSystem or Ensemble
    seed : int
    directory : path-like or None
        Where its files lie; ``results/`` where it is None.
    epochs : int or None
        In place of those of the recipe, to try things out.

    Examples
    --------
    >>> run = make_run(zoo.get_system("nn1l"), seed=7, directory="results")
    >>> run.record.as_posix(), run.weights.as_posix()
    ('results/nn1l/seed-7.json', 'results/nn1l/seed-7.npz')
    """

    system: zoo.System | zoo.ClassicalSystem | zoo.Ensemble
    seed: int = 0
    directory: str | os.PathLike | None = None
    epochs: int | None = None

    @property
    def record(self):
        return run_path(self.system.name, self.seed, self.directory)

    @property
    def weights(self):
        return run_path(self.system.name, self.seed, self.directory, WEIGHTS)

    @property
    def checkpoint(self):
        return run_path(self.system.name, self.seed, self.directory, CHECKPOINT)

    def check(self):
        """Say before hours go by whether the run can be done, and its files be written.

        Raises
        ------
        ValueError
            Seed or epochs are impossible, or the run is done already, or another process has it.
        OSError
            Nothing can be written there.
        """
        if self.seed < 0:
            raise ValueError(f"seed must not be negative, but is {self.seed}")
        if self.epochs is not None and self.system.epochs is None:
            raise ValueError(f"{self.system.name} has no epochs; leave out --epochs")
        if self.epochs is not None and self.epochs < 1:
            raise ValueError(f"epochs must be at least 1, but is {self.epochs}")
        with self.claimed():
            pass

    @contextmanager
    def claimed(self):
        """Have the run to oneself for the length of a ``with`` block, see `claim`."""
        self._check_files()
        with claim(run_path(self.system.name, self.seed, self.directory, CLAIM)):
            self._check_files()  # the one before us may just have finished
            yield

    def _check_files(self):
        """ValueError where something of another run would be written over."""
        if self.record.exists():
            self.clear()
            raise ValueError(f"{self.record} is there already; move it away, or name another "
                             "--directory")

    def clear(self):
        """Remove what a run leaves behind that is killed after its record and before its end."""

    def carry_out(self, dataset, progress=True):
        """Do the whole run, write its files and return the record.

        Parameters
        ----------
        dataset : course_lib.data.Dataset
        progress : bool
            Show a progress bar, where there are epochs to be counted.
        """
        with self.claimed():
            record = self.measure(dataset)
            save_record(record, self.directory)
        return record

    def measure(self, dataset):
        """The record, from fitting and scoring on a data set."""
        raise NotImplementedError(f"{type(self).__name__} does not say how it is measured")

    def scorer(self):
        """A function of (images, labels) that scores what was saved, as `evaluate_system` does."""
        zoo.get_network(self.system.name)  # says that it is none, and which are
        raise NotImplementedError(f"{type(self).__name__} does not say how it is scored")


class ClassicalRun(Run):
    """A run of a classical model: its models are fitted; nothing but the record is kept."""

    def measure(self, dataset):
        return measure(self.system, dataset, self.seed)


class EnsembleRun(Run):
    """A run of an ensemble: its members are chosen among the runs in the same directory."""

    def measure(self, dataset):
        return measure_ensemble(self.system, dataset, self.directory)

    def scorer(self):
        record = load_record(self.system.name, self.seed, self.directory)
        runs = {run.key: run for run in saved_runs(self.system.candidates, self.directory)}
        for key, digest in record["members"].items():
            if key not in runs:
                raise ValueError(
                    f"there are no weights of {key}, which is a member of {self.system.name}; "
                    f"make them with: {command('train', *key.replace('/', ' --seed ').split())}")
            if runs[key].digest != digest:
                raise ValueError(
                    f"{runs[key].path} holds other weights than those that are a member of "
                    f"{self.system.name}; restore them, or make its record again")
        members = [runs[key] for key in record["members"]]
        return lambda images, labels: evaluate_ensemble(members, record["way"], record["views"],
                                                        images, labels)


class NetworkRun(Run):
    """A run of a network: it is trained, it can be stopped and go on, and its weights are kept."""

    @property
    def n_epochs(self):
        return self.system.epochs if self.epochs is None else self.epochs

    def _check_files(self):
        super()._check_files()
        # Weights beside a checkpoint are those of the same run, stopped just before its record.
        if self.weights.exists() and not self.checkpoint.exists():
            raise ValueError(f"{self.weights} is there already; move it away, or name another "
                             "--directory")

    def clear(self):
        """Remove the checkpoint of the run that is recorded; one of another run stays."""
        try:
            past = load_checkpoint(self.checkpoint)[1]["history"]
            recorded = load_record(self.system.name, self.seed, self.directory)["epochs"]
        except (OSError, ValueError, KeyError):
            return  # none is there, or nobody can say whose it is
        if past == recorded[: len(past)]:
            self._remove_checkpoint()

    def _remove_checkpoint(self):
        self.checkpoint.unlink(missing_ok=True)
        # Whoever was killed while writing a checkpoint left a part of it behind.
        for part in self.record.parent.glob(f".{self.checkpoint.name}.*.part"):
            part.unlink(missing_ok=True)

    def train(self, dataset, progress=True):
        """Train the network, or go on with it; returns (network, record)."""
        return train_system(self.system, dataset, self.seed, self.epochs, self.checkpoint, progress)

    def finish(self, network, record):
        """Write weights and record; only then is the checkpoint given up.

        FileExistsError where a record is there: the weights beside it are not touched.
        """
        if self.record.exists():
            raise FileExistsError(f"{self.record} exists already, so the weights beside it stay")
        save_weights(network, self.weights, overwrite=True)
        save_record(record, self.directory)
        self._remove_checkpoint()

    def carry_out(self, dataset, progress=True):
        with self.claimed():
            network, record = self.train(dataset, progress)
            self.finish(network, record)
        return record

    def scorer(self):
        network = load_trained(self.system, self.seed, self.directory)
        return lambda images, labels: evaluate_system(self.system, network, images, labels)


KINDS = {zoo.System: NetworkRun, zoo.ClassicalSystem: ClassicalRun, zoo.Ensemble: EnsembleRun}


def make_run(system, seed=0, directory=None, epochs=None):
    """The `Run` that suits a system: it knows its files, and can be checked, done and scored again.

    Parameters
    ----------
    system : System, ClassicalSystem or Ensemble
    seed : int
    directory : path-like, optional
        Where its files lie; ``results/`` if not given.
    epochs : int, optional
        Fewer epochs than the recipe has, to try things out.

    Returns
    -------
    NetworkRun, ClassicalRun or EnsembleRun

    Examples
    --------
    >>> import tempfile
    >>> from course_lib.data import load_digits28
    >>> run = make_run(zoo.get_system("nn1l"), 0, tempfile.mkdtemp(), epochs=1)
    >>> record = run.carry_out(load_digits28(), progress=False)
    >>> record["test"]["n"], run.record.name, run.weights.exists()
    (359, 'seed-0.json', True)
    """
    return KINDS[type(system)](system, seed, directory, epochs)
