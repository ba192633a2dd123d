"""Many runs: seeds x systems, one after the other or side by side on the workers of Dask.

A run depends on its system, its seed and its data alone, so it makes no difference where and when
it is computed: next to others, on another worker, in two parts because the first worker died. Each
run saves a checkpoint after every epoch, and whoever takes it up again goes on from there.
"""

import logging
import time
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import lru_cache

from threadpoolctl import threadpool_limits
from tqdm.auto import tqdm

from course_lib.data import load_dataset
from course_lib.training import arrays_of, generator, restore_arrays
from course_lib.training.checkpoint import load_checkpoint
from course_lib.training.seeds import WEIGHTS

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
        import dask
        from dask.system import CPU_COUNT
        from distributed import Client, LocalCluster
        from distributed.comm import get_address_host_port
    except ImportError as error:
        raise ValueError(f"this needs Dask, which cannot be imported ({error}); install it "
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
        # Dask would look a hundred times a second what its workers are doing.
        with (dask.config.set({"distributed.worker.profile.enabled": False}),
              LocalCluster(n_workers=workers, **options) as cluster,
              Client(cluster, set_as_default=False) as client):
            yield client


def sweep(runs, data, client, progress=True):
    """Train runs on the workers of a Dask cluster; weights and records are written here.

    Parameters
    ----------
    runs : list of NetworkRun
        Their directory is used by the workers too, for checkpoints. Where they do not share it
        with each other, a run whose worker dies begins anew on the next one.
    data : str
        Name of the digits, see `course_lib.data.load_dataset`. Each worker loads them itself.
    client : distributed.Client
    progress : bool
        Show a bar that counts epochs. They are read off the checkpoints; of a cluster that shares
        no files with this machine, only whole runs are seen.

    Yields
    ------
    run : Run
    outcome : dict or Exception
        The record, already written, or why there is none. In the order in which runs end.

    Raises
    ------
    ValueError
        One of the runs is done already, or another process has it. Then none begins.
    """
    runs = [replace(run, directory=run.record.parent.parent.absolute()) for run in runs]
    with ExitStack() as claims:
        for run in runs:
            claims.enter_context(run.claimed())
        yield from _sweep(runs, data, client, progress)


def _sweep(runs, data, client, progress):
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
    return arrays_of(network), record


_load = lru_cache(maxsize=1)(load_dataset)


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
