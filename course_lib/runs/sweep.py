"""Many runs: seeds x systems, one after the other or side by side on the workers of Dask.

A run depends on its system, its seed and its data alone, so it makes no difference where and when
it is computed: next to others, on another worker, in two parts because the first worker died. Each
run saves a checkpoint after every epoch, and whoever takes it up again goes on from there.
"""

import logging
import os
import time
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from threadpoolctl import threadpool_limits
from tqdm.auto import tqdm

from course_lib.data import load_digits28, load_mnist
from course_lib.runs.records import record_path, save_record, save_weights
from course_lib.runs.train import train_system
from course_lib.training import generator, restore_arrays
from course_lib.training.checkpoint import load_checkpoint
from course_lib.training.seeds import WEIGHTS
from course_lib.zoo.system import System

RETRIES = 2  # of a run that ends in an error; killed workers are counted by Dask itself
PATIENCE = 10  # seconds to wait for a scheduler
INTERVAL = 1  # seconds between two looks at the checkpoints
# What each worker process on this machine does first. A terminal sends Ctrl-C to all processes; the
# answer is left to the one that started them. And the lock that progress bars share among processes
# would outlive a worker that is killed; one of its own will do.
WORKER_START = """
import signal, threading
from tqdm.auto import tqdm
signal.signal(signal.SIGINT, signal.SIG_IGN)
tqdm.set_lock(threading.RLock())
"""


@dataclass(frozen=True, eq=False)
class Run:
    """One run to be recorded: what is trained, and the files that belong to it.

    Examples
    --------
    >>> from course_lib.zoo import get_system
    >>> run = Run(get_system("nn1l"), seed=7, directory="results")
    >>> run.weights.as_posix()
    'results/nn1l/seed-7.npz'
    """

    system: System
    seed: int
    directory: str | os.PathLike | None = None
    epochs: int | None = None

    @property
    def record(self) -> Path:
        return record_path(self.system.name, self.seed, self.directory)

    @property
    def weights(self) -> Path:
        return self.record.with_suffix(".npz")

    @property
    def checkpoint(self) -> Path:
        return self.record.with_suffix(".checkpoint.npz")

    @property
    def n_epochs(self) -> int:
        return self.system.recipe.epochs if self.epochs is None else self.epochs

    def check(self):
        """ValueError if the run cannot be trained or would write over somebody's weights."""
        if self.seed < 0:
            raise ValueError(f"seed must not be negative, but is {self.seed}")
        if self.n_epochs < 1:
            raise ValueError(f"epochs must be at least 1, but is {self.epochs}")
        # Weights beside a checkpoint are those of the same run, stopped just before its record.
        if self.weights.exists() and not self.checkpoint.exists():
            raise ValueError(f"{self.weights} is there already; move it away, or name another "
                             "--directory")

    def train(self, dataset, progress=True):
        """Train the network, or go on with it; returns (network, record)."""
        return train_system(self.system, dataset, self.seed, self.epochs, self.checkpoint, progress)

    def finish(self, network, record):
        """Write weights and record; only then is the checkpoint given up."""
        save_weights(network, self.weights, overwrite=True)
        save_record(record, self.directory)
        self.checkpoint.unlink(missing_ok=True)
        # Whoever was killed while writing a checkpoint left a part of it behind.
        for part in self.record.parent.glob(f".{self.checkpoint.name}.*.part"):
            part.unlink(missing_ok=True)


def trial_seeds(system, n):
    """The first n master seeds of a system: those of the published runs, then 0, 1, 2, ...

    >>> from course_lib.zoo import get_system
    >>> trial_seeds(get_system("lenet5"), 6)
    [0, 378039, 501968, 757431, 924519, 1]
    >>> trial_seeds(get_system("vgg"), 3)
    [0, 1, 2]
    """
    if n < 1:
        raise ValueError(f"the number of trials must be at least 1, but is {n}")
    seeds = list(system.published.get("seeds", ()))
    more = [seed for seed in range(n) if seed not in seeds]
    return (seeds + more)[:n]


@contextmanager
def dask_client(scheduler=None, workers=None, n_runs=None):
    """Connect to a Dask scheduler, or start workers on this machine until the block ends.

    Parameters
    ----------
    scheduler : str, optional
        Address of a running scheduler, for example ``tcp://10.0.0.1:8786``.
    workers : int, optional
        Processes to start on this machine; as many as it has cores by default.
    n_runs : int, optional
        What is to be done; more processes than that are not started.

    Yields
    ------
    distributed.Client

    Raises
    ------
    ValueError
        Dask is not installed.
    ConnectionError
        No scheduler answers at the address.
    """
    try:
        from dask.system import CPU_COUNT
        from distributed import Client, LocalCluster
        from distributed.comm import get_address_host_port
    except ImportError as error:
        raise ValueError(f"a sweep needs Dask, which cannot be imported ({error}); install it "
                         "with: python -m pip install 'dask[distributed]>=2024.8'") from None
    if scheduler is not None:
        try:
            get_address_host_port(scheduler)  # asks for a port; Client fails more slowly
            client = Client(scheduler, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ConnectionError(f"no Dask scheduler answers at {scheduler!r} ({error}); start "
                                  "one with 'dask scheduler', or leave out --scheduler") from error
        with client:
            yield client
    else:
        # No limit of memory: Dask would kill workers for arrays that are none of its business.
        options = {"threads_per_worker": 1, "memory_limit": 0, "dashboard_address": "127.0.0.1:0",
                   "silence_logs": logging.CRITICAL, "preload": [WORKER_START]}
        workers = workers or CPU_COUNT
        workers = min(workers, n_runs or workers)
        with (LocalCluster(n_workers=workers, **options) as cluster,
              Client(cluster, set_as_default=False) as client):
            yield client


def sweep(runs, data, client, progress=True):
    """Train runs on the workers of a Dask cluster; weights and records are written here.

    Parameters
    ----------
    runs : list of Run
        Their directory is used by the workers too, for checkpoints. Where they do not share it
        with each other, a run whose worker dies begins anew on the next one.
    data : {"MNIST", "embedded digits"}
        Each worker loads the digits itself.
    client : distributed.Client
    progress : bool
        Show a bar that counts epochs. They are read off the checkpoints; of a cluster that shares
        no files with this machine, only whole runs are seen.

    Yields
    ------
    run : Run
    outcome : dict or Exception
        The record, already written, or why there is none. In the order in which runs end.
    """
    runs = [replace(run, directory=run.record.parent.parent.absolute()) for run in runs]
    threads = sum(client.nthreads().values())  # 0 where all workers are still to come
    at_once = min(len(runs), threads or len(runs))
    futures = {client.submit(_train, run, data, pure=False, retries=RETRIES): run for run in runs}
    bar = EpochBar(runs, progress)
    try:
        while futures:
            for future in [future for future in futures if future.status != "pending"]:
                run = futures.pop(future)
                outcome = _finish(run, future, at_once)
                bar.end(run)
                yield run, outcome
            bar.look()
            time.sleep(0.2)
    finally:
        bar.close()
        client.cancel(list(futures))


def _train(run, data):
    """What a worker does."""
    # For the rest of the worker's life: where two runs share a process, the first one to end would
    # give all threads back, while the other one still counts on having one.
    threadpool_limits(1, user_api="blas")
    network, record = run.train(_load(data), progress=False)
    return {**network.params, **network.state}, record


@lru_cache(maxsize=1)
def _load(data):
    return {"MNIST": load_mnist, "embedded digits": load_digits28}[data]()


def _finish(run, future, at_once):
    """Write what came back from a worker; returns the record, or the error."""
    try:
        if future.status == "error":
            return future.exception()
        arrays, record = future.result()
        record["machine"]["runs_at_once"] = at_once  # its times are no measure of speed
        network = run.system.build(generator(run.seed, WEIGHTS))
        restore_arrays(network, arrays)
        run.finish(network, record)
    except (CancelledError, OSError, ValueError) as error:  # cancelled: the scheduler has died
        return error
    return record


class EpochBar:
    """A progress bar that counts the epochs of many runs, read off their checkpoints."""

    def __init__(self, runs, progress):
        self.epochs = dict.fromkeys(runs, 0)
        self.changed = {}  # when a checkpoint was last seen to change: only then is it read
        self.bar = tqdm(total=sum(run.n_epochs for run in runs), unit="epoch", disable=not progress,
                        leave=False, desc="1 run" if len(runs) == 1 else f"{len(runs)} runs")
        self.looked = -INTERVAL
        self.look()
        self.bar.initial = self.bar.n  # epochs of an earlier time say nothing about the speed

    def look(self):
        """Read which epochs are done and draw the bar."""
        if self.bar.disable or time.monotonic() < self.looked + INTERVAL:
            return
        self.looked = time.monotonic()
        for run, n in self.epochs.items():
            if n < run.n_epochs:
                self.epochs[run] = self._done(run, n)
        self.bar.n = sum(self.epochs.values())
        self.bar.refresh()

    def _done(self, run, before):
        try:
            changed = run.checkpoint.stat().st_mtime_ns
            if self.changed.get(run) == changed:
                return before
            self.changed[run] = changed
            return len(load_checkpoint(run.checkpoint)[1]["history"])
        except (OSError, ValueError):
            return before  # none yet, or one that only its run can complain about

    def end(self, run):
        """Count a run that has ended as whole, however it ended: nothing more will come of it."""
        self.epochs[run] = run.n_epochs

    def close(self):
        self.bar.close()
