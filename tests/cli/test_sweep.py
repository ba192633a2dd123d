"""`course sweep`: the command around the sweep of tests/zoo/test_sweep.py."""

import os
import re
import signal
import subprocess
import sys
import time

import pytest
from threadpoolctl import threadpool_limits

from course_lib import cli
from course_lib.runs import load_record

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def scheduler():
    with (
        threadpool_limits(1, user_api="blas"),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=False, protocol="tcp",
            dashboard_address="127.0.0.1:0",
        ) as cluster,
    ):  # fmt: skip
        yield cluster.scheduler_address


@pytest.fixture
def sweep(course, scheduler, tmp_path):
    def run(*words):
        return course("sweep", *words, "--data", "digits", "--directory", tmp_path, "--epochs", 2,
                      "--quiet", "--scheduler", scheduler)  # fmt: skip

    return run


def test_seeds_times_systems(sweep, tmp_path, capsys):
    assert sweep("nn1l", "slp", "nn1l", "--seeds", 1, 4, 1) == 0
    out, err = capsys.readouterr()
    records = {
        (name, seed): load_record(name, seed, tmp_path)
        for name in ("nn1l", "slp")
        for seed in (1, 4)
    }
    lines = sorted(out.splitlines())
    assert len(lines) == 6 and len(list(tmp_path.rglob("*.json"))) == 4 and err == ""
    for (name, seed), record in records.items():
        accuracy = f"{100 * record['test']['accuracy']:.2f} %"
        assert (
            sum(
                line.startswith(f"{name}, seed {seed}, embedded digits: {accuracy}")
                for line in lines
            )
            == 1
        )
    assert sum(line.startswith("nn1l: ") and "over 2 seeds" in line for line in lines) == 1


def test_records_that_exist_are_skipped(sweep, tmp_path, capsys):
    assert sweep("nn1l", "--trials", 1) == 0
    record = tmp_path / "nn1l" / "seed-0.json"
    before = record.read_bytes()
    capsys.readouterr()
    assert sweep("nn1l", "--trials", 2) == 0
    out, err = capsys.readouterr()
    assert f"nn1l, seed 0: skipped, {record} is there already" in err
    assert (
        out.splitlines()[0].startswith("nn1l, seed 378039")
        and "over 2 seeds" in out.splitlines()[1]
    )
    assert sweep("nn1l", "--trials", 2) == 0  # nothing left to do
    assert record.read_bytes() == before


def test_the_same_as_course_train(sweep, course, tmp_path):
    assert sweep("nn1l", "--seeds", 3) == 0
    words = ("--data", "digits", "--directory", tmp_path / "serial", "--epochs", 2, "--quiet")
    assert course("train", "nn1l", "--seed", 3, *words) == 0
    weights = [folder / "nn1l" / "seed-3.npz" for folder in (tmp_path, tmp_path / "serial")]
    assert weights[0].read_bytes() == weights[1].read_bytes()


def test_a_failed_run_is_stated(sweep, tmp_path, capsys):
    """A checkpoint of another run stands in the way of one of two."""
    path = tmp_path / "nn1l" / "seed-1.checkpoint.npz"
    path.parent.mkdir()
    path.write_text("damaged")
    assert sweep("nn1l", "--seeds", 0, 1) == 1
    out, err = capsys.readouterr()
    assert f"nn1l, seed 1: failed, {path} is not a checkpoint" in err
    assert "1 of 2 runs failed" in err and "nn1l, seed 0, embedded digits" in out
    assert "on average" not in out and path.read_text() == "damaged"


@pytest.mark.parametrize("words, problem", [
    (("lenet6",), "there is no system 'lenet6'; there are: .*; did you mean lenet5"),
    (("nn1l", "gnb"), "gnb .* is not a network"),
    (("nn1l", "--workers", 2), "Leave out --workers or --scheduler"),
    (("nn1l", "--seeds", -1), "seed must not be negative"),
    (("nn1l", "--trials", 0), "at least 1, but is 0"),
])  # fmt: skip
def test_problems_are_stated_before_anything_begins(sweep, words, problem, tmp_path, capsys):
    assert sweep(*words) == 1
    out, err = capsys.readouterr()
    assert re.match(f"course sweep: .*{problem}", err) and out == ""
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("address", ["nowhere", "tcp://nowhere", "xyz://127.0.0.1:1"])
def test_a_wrong_address(course, address, tmp_path, monkeypatch, capsys):
    """Dask itself would try for many seconds, and complain once more when Python ends."""
    monkeypatch.setattr(distributed, "Client", lambda *args, **more: pytest.fail("asked Dask"))
    words = ("--data", "digits", "--directory", tmp_path, "--scheduler", address)
    assert course("sweep", "nn1l", *words) == 1
    assert f"no Dask scheduler answers at '{address}'" in capsys.readouterr().err


def test_dask_is_only_imported_by_sweeps():
    code = ("import sys; from course_lib.cli import main, sweep, train, evaluate; main(['zoo']); "
            "sys.exit('distributed' in sys.modules or 'dask' in sys.modules)")  # fmt: skip
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode
        == 0
    )


@pytest.mark.slow
def test_workers_of_its_own_and_ctrl_c(tmp_path):
    """By default workers are processes here; Ctrl-C reaches them too, and whole records stay."""
    command = [sys.executable, "-m", "course_lib.cli", "sweep", "nn1l", "lenet5", "--seeds", "0",
               "1", "--workers", "2", "--data", "digits", "--directory", str(tmp_path),
               "--epochs", "30"]  # fmt: skip
    shell = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                             start_new_session=True)  # fmt: skip
    while not list(tmp_path.glob("lenet5/*.checkpoint.npz")):
        time.sleep(0.1)
        assert shell.poll() is None, shell.communicate()
    os.killpg(shell.pid, signal.SIGINT)
    _, err = shell.communicate(timeout=60)
    assert shell.returncode == 130 and "Traceback" not in err
    assert err.splitlines()[-1] == "stopped; the same command goes on after the last whole epoch"
    for path in tmp_path.rglob("*.json"):
        assert load_record(path.parent.name, int(path.stem[5:]), tmp_path)["test"]["n"] == 359
        assert path.with_suffix(".npz").exists()
    assert not (tmp_path / "lenet5" / "seed-0.json").exists()

    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (
        done.returncode == 0
        and "4 runs" not in done.stderr
        and "on average over 2 seeds" in done.stdout
    )
    assert len(list(tmp_path.rglob("*.json"))) == len(list(tmp_path.rglob("*.npz"))) == 4


def test_exit_codes_are_documented(capsys):
    with pytest.raises(SystemExit):
        cli.main(["sweep", "--help"])
    out = " ".join(capsys.readouterr().out.split())
    assert "exit codes: 0 done; 1 a problem" in out and "2 wrong usage; 130 interrupted" in out
