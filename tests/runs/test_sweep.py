"""Many runs through Dask: the same bits as one after the other, whatever happens to the workers."""

import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace

import pytest
from threadpoolctl import threadpool_limits

from course_lib import zoo
from course_lib.data import load_digits28
from course_lib.nn import Adam
from course_lib.runs import load_record, make_run
from course_lib.runs import sweep as module
from course_lib.runs.sweep import dask_client, sweep, trial_seeds
from course_lib.training.checkpoint import load_checkpoint

distributed = pytest.importorskip("distributed")
DIGITS = "embedded digits"


@pytest.fixture(scope="module")
def digits():
    return load_digits28()


@pytest.fixture(scope="module")
def scheduler():
    """Address of a cluster that someone else has started; its two workers are threads of ours."""
    with (
        threadpool_limits(1, user_api="blas"),  # what workers do to their process is undone here
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=False, protocol="tcp",
            dashboard_address="127.0.0.1:0",
        ) as cluster,
    ):  # fmt: skip
        yield cluster.scheduler_address


@pytest.fixture(scope="module")
def client(scheduler):
    with dask_client(scheduler) as client:
        yield client


def run_of(name, seed, directory, epochs=2):
    return make_run(zoo.get_system(name), seed, directory, epochs)


def files(directory):
    return sorted(
        str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file()
    )


def without_times(record):
    """What must be the same wherever a run took place."""
    epochs = [{k: v for k, v in epoch.items() if not k.endswith("seconds")}
              for epoch in record["epochs"]]
    rest = {k: v for k, v in record.items() if k not in ("seconds", "machine", "date")}
    return rest | {"epochs": epochs}


def assert_same(run, directory, digits):
    """The files of a run are those of a serial one, bit for bit."""
    serial = replace(run, directory=directory)
    serial.finish(*serial.train(digits, progress=False))
    assert run.weights.read_bytes() == serial.weights.read_bytes()
    records = [load_record(r.system.name, r.seed, r.directory) for r in (run, serial)]
    assert without_times(records[0]) == without_times(records[1])
    assert len(records[0]["epochs"]) == run.n_epochs


def test_same_bits_as_one_after_the_other(client, digits, tmp_path):
    """A dense network, one with chance inside, and one with threads of its own."""
    wanted = [("nn1l", 0), ("nn1l", 3), ("mlp2_dropout", 0), ("lenet5", 0)]
    runs = [run_of(name, seed, tmp_path / "sweep", 1) for name, seed in wanted]
    outcomes = {(run.system.name, run.seed): record
                for run, record in sweep(runs, DIGITS, client, progress=False)}  # fmt: skip
    assert set(outcomes) == set(wanted)
    for run in runs:
        record = outcomes[run.system.name, run.seed]
        assert record == load_record(run.system.name, run.seed, tmp_path / "sweep")
        assert record["machine"]["runs_at_once"] == 2
        assert_same(run, tmp_path / "serial", digits)
    assert files(tmp_path / "sweep") == files(tmp_path / "serial") and len(files(tmp_path)) == 16


def failing(system, times, log):
    """A system whose training raises an error the first few times that it is tried."""

    class Failing(Adam):
        def __init__(self):
            super().__init__()
            with open(log, "a+") as file:
                file.write("x")
                if file.tell() <= 2 * times:  # the recipe is described once, made once
                    raise RuntimeError("no luck")

    return replace(system, recipe=replace(system.recipe, optimizer=Failing))


def test_an_error_costs_a_retry(client, tmp_path):
    system = failing(zoo.get_system("nn1l"), 1, tmp_path / "log")
    [(_, outcome)] = sweep([make_run(system, 0, tmp_path, 1)], DIGITS, client, progress=False)
    assert outcome["name"] == "nn1l" and files(tmp_path / "nn1l") == ["seed-0.json", "seed-0.npz"]


def test_a_run_that_cannot_succeed_does_not_stop_the_others(client, tmp_path):
    hopeless = make_run(failing(zoo.get_system("nn2l"), 10**6, tmp_path / "log"), 0, tmp_path, 1)
    runs = [hopeless, run_of("nn1l", 0, tmp_path), run_of("nn1l", 1, tmp_path)]
    outcomes = {(run.system.name, run.seed): o for run, o in sweep(runs, DIGITS, client, False)}
    assert str(outcomes["nn2l", 0]) == "no luck"
    assert outcomes["nn1l", 0]["seed"] == 0 and outcomes["nn1l", 1]["seed"] == 1
    assert not hopeless.record.exists() and not hopeless.weights.exists()


def test_stopping_leaves_whole_records(client, tmp_path):
    runs = [run_of("nn1l", seed, tmp_path, 1) for seed in range(8)]
    outcomes = sweep(runs, DIGITS, client, progress=False)
    next(outcomes)
    with pytest.raises(KeyboardInterrupt) as stopped:  # whose traceback keeps what the sweep held
        outcomes.throw(KeyboardInterrupt)
    written = [name for name in files(tmp_path) if name.endswith(".json")]
    assert 1 <= len(written) < 8
    for name in written:
        assert load_record("nn1l", int(name[10:-5]), tmp_path)["name"] == "nn1l"
        assert name.replace(".json", ".npz") in files(tmp_path)
    deadline = time.monotonic() + 10
    while client.run_on_scheduler(n_tasks) > 1 and time.monotonic() < deadline:
        time.sleep(0.1)
    n = client.run_on_scheduler(n_tasks)
    assert stopped.traceback and n <= 1, "only the result that was handed out is still held"


def n_tasks(dask_scheduler):
    return len(dask_scheduler.tasks)


def test_a_run_goes_on_from_its_checkpoint(client, digits, tmp_path):
    run = run_of("nn1l", 0, tmp_path / "sweep", 4)
    short = replace(
        run.system, recipe=replace(run.system.recipe, epochs=4, optimizer=stopping_after(2))
    )
    with pytest.raises(KeyboardInterrupt):
        replace(run, system=short).train(digits, progress=False)
    before = load_checkpoint(run.checkpoint)[1]["history"]
    [(_, record)] = sweep([run], DIGITS, client, progress=False)
    assert len(before) == 2 and record["epochs"][:2] == before  # the times too: not done again
    assert_same(run, tmp_path / "serial", digits)


def stopping_after(epochs):
    """The optimizer of the spine, interrupted in the next epoch (41 steps each)."""

    class Stopping(Adam):
        def __init__(self):
            super().__init__(lr=0.001, weight_decay=0.01)

        def __repr__(self):
            return repr(Adam(lr=0.001, weight_decay=0.01))

        def step(self, params, grads):
            if self.state["t"] == 41 * epochs:
                raise KeyboardInterrupt
            super().step(params, grads)

    return Stopping


def test_leftovers_of_a_killed_worker_are_removed(client, tmp_path):
    run = run_of("nn1l", 0, tmp_path, 1)
    run.record.parent.mkdir()
    (tmp_path / "nn1l" / ".seed-0.checkpoint.npz.1f.part").write_text("half")
    others = tmp_path / "nn1l" / ".seed-1.checkpoint.npz.1f.part"
    others.write_text("half")
    list(sweep([run], DIGITS, client, progress=False))
    assert files(tmp_path) == [
        f"nn1l/{name}" for name in (others.name, "seed-0.json", "seed-0.npz")
    ]


def test_the_bar_counts_epochs(client, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(module, "INTERVAL", 0)
    run = run_of("nn1l", 0, tmp_path, 3)
    bar = module.EpochBar([run, run_of("nn1l", 1, tmp_path, 3)], progress=True)
    assert bar.bar.n == 0 and bar.bar.total == 6
    short = replace(run.system, recipe=replace(run.system.recipe, optimizer=stopping_after(2)))
    with pytest.raises(KeyboardInterrupt):
        replace(run, system=short).train(load_digits28(), progress=False)
    bar.look()
    assert bar.bar.n == 2
    bar.end(run)
    bar.look()
    assert bar.bar.n == 3
    bar.close()
    assert "2 runs" in capsys.readouterr().err


@pytest.mark.parametrize("published", [(), (0,), (3, 1), (5, 0, 7)])
@pytest.mark.parametrize("n", range(1, 9))
def test_trial_seeds(n, published):
    seeds = trial_seeds(replace(zoo.get_system("vgg"), published={"seeds": published}), n)
    assert tuple(seeds[: len(published)]) == published[:n]
    others = [seed for seed in range(20) if seed not in published]
    assert seeds[len(published) :] == others[: max(n - len(published), 0)]


def test_trial_seeds_needs_one():
    with pytest.raises(ValueError, match="at least 1, but is 0"):
        trial_seeds(zoo.get_system("nn1l"), 0)


@pytest.mark.parametrize("workers, n_runs, expected", [
    (None, None, 6), (None, 3, 3), (None, 40, 6), (2, 5, 2), (5, 2, 2), (9, 20, 9), (9, None, 9)])
def test_workers_on_this_machine(monkeypatch, workers, n_runs, expected):
    """One for each core, or as many as wanted, but no more than there is to do."""
    started = []

    def start(**options):
        started.append(options)
        return nullcontext("cluster")

    monkeypatch.setattr("dask.system.CPU_COUNT", 6)
    monkeypatch.setattr(distributed, "LocalCluster", start)
    monkeypatch.setattr(distributed, "Client", lambda cluster, **options: nullcontext(cluster))
    with dask_client(workers=workers, n_runs=n_runs) as client:
        assert client == "cluster"
    assert started[0]["n_workers"] == expected and started[0]["threads_per_worker"] == 1


def test_without_dask(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ValueError, match=r"python -m pip install 'dask\[distributed\]"):
        dask_client().__enter__()


def test_no_scheduler_at_the_address(monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.5)
    with pytest.raises(ConnectionError, match="no Dask scheduler answers at 'tcp://127.0.0.1:9'"):
        dask_client("tcp://127.0.0.1:9").__enter__()


@pytest.mark.slow
def test_a_killed_worker_costs_a_retry(digits, tmp_path):
    """Of two worker processes in the middle of a run one is killed as a full machine does it."""
    runs = [run_of("lenet5", seed, tmp_path / "sweep", 6) for seed in (0, 1)]
    with dask_client(workers=2) as client, ThreadPoolExecutor(1) as thread:
        assert len(client.nthreads()) == 2
        outcome = thread.submit(lambda: list(sweep(runs, DIGITS, client, progress=False)))
        while not all(run.checkpoint.exists() for run in runs):
            time.sleep(0.05)
            assert not outcome.done(), outcome.result()
        before = [load_checkpoint(run.checkpoint)[1]["history"] for run in runs]
        assert all(len(history) < 6 for history in before), (
            "all was done before the worker was killed"
        )
        pids = client.run(os.getpid)
        assert os.getpid() not in pids.values()  # these are other processes
        os.kill(next(iter(pids.values())), signal.SIGKILL)
        outcomes = outcome.result()
        assert set(client.run(os.getpid).values()) != set(pids.values())
    assert sorted(record["seed"] for _, record in outcomes) == [0, 1]
    for run, history in zip(runs, before):
        record = load_record("lenet5", run.seed, tmp_path / "sweep")
        assert record["epochs"][: len(history)] == history  # the times too: not done again
        assert_same(run, tmp_path / "serial", digits)
