"""Ensembles: how answers are joined, who becomes a member, and what is recorded."""

import json
import re

import numpy as np
import pytest
from scipy import ndimage, stats
from scipy.special import softmax as softmax_all
from sklearn.metrics import log_loss

from course_lib import cli, zoo
from course_lib.data import load_digits28
from course_lib.runs import ensembles, load_record, make_run, save_weights, saved


@pytest.fixture(scope="module")
def digits():
    return load_digits28()


@pytest.fixture(scope="module")
def trained(tmp_path_factory, digits):
    """Three runs of lenet5, one epoch each, and one of a system that is no candidate."""
    directory = tmp_path_factory.mktemp("results")
    for name, seed in [("lenet5", 0), ("lenet5", 1), ("lenet5", 2), ("nn1l", 0)]:
        run = make_run(zoo.get_system(name), seed, directory, epochs=1)
        run.finish(*run.train(digits, progress=False))
    return directory


@pytest.mark.parametrize("shift", ensembles.SHIFTS)
def test_shifts(rng, shift):
    images = rng.integers(256, size=(3, 28, 28), dtype=np.uint8)
    expected = ndimage.shift(images, (0, *shift), order=0, mode="constant")
    assert (ensembles.shifted(images, *shift) == expected).all()


def test_nine_different_shifts_and_the_first_is_none():
    assert len(set(ensembles.SHIFTS)) == 9 and ensembles.SHIFTS[0] == (0, 0)


def test_score(rng):
    stack = rng.dirichlet(np.ones(10), (3, 201))
    labels = rng.integers(10, size=201)
    mean = stack.mean(axis=0)
    wrong = mean.argmax(axis=1) != labels
    found = ensembles.score(stack, labels, "average")
    assert found["loss"] == pytest.approx(log_loss(labels, mean, labels=range(10)))
    assert found["errors_by_half"] == [wrong[:100].sum(), wrong[100:].sum()]
    assert (found["errors"], found["n"]) == (wrong.sum(), 201)
    assert found["accuracy"] == pytest.approx(1 - wrong.mean())
    vote = ensembles.score(stack, labels, "vote")
    assert (
        vote["errors"] == (ensembles.majority(stack) != labels).sum()
        and vote["loss"] == found["loss"]
    )


def test_a_sure_and_wrong_answer_costs_much_but_not_infinitely():
    found = ensembles.score(np.array([[[1.0, 0.0]]]), np.array([1]), "average")
    assert found["loss"] == pytest.approx(-np.log(1e-12))


def test_majority_is_the_mode_where_there_is_no_tie(rng):
    stack = rng.dirichlet(np.ones(10), (5, 400))
    votes = stack.argmax(axis=2)
    mode, count = stats.mode(votes, axis=0)
    clear = np.array([np.bincount(v, minlength=10).tolist().count(c) == 1
                      for v, c in zip(votes.T, count)])  # fmt: skip
    assert clear.sum() > 100 and (~clear).sum() > 30
    found = ensembles.majority(stack)
    assert (found[clear] == mode[clear]).all()
    for i in np.flatnonzero(~clear):
        tied = [c for c in range(10) if (votes[:, i] == c).sum() == count[i]]
        assert found[i] == max(tied, key=lambda c: stack[:, i, c].sum())


def test_members_are_added_while_that_lowers_the_cost(rng):
    """Each step against all that could have been done in its place."""
    labels = rng.integers(10, size=300)
    right = np.eye(10)[labels]
    runs = {str(i): softmax_all(3 * rng.normal(size=(300, 10)) + strength * right, axis=1)
            for i, strength in enumerate([6, 7, 5, 6, 0])}  # fmt: skip

    def cost(keys):
        return log_loss(labels, np.mean([runs[key] for key in keys], axis=0), labels=range(10))

    steps = ensembles.choose_members(runs, labels)
    members = [step["added"] for step in steps]
    assert 2 <= len(members) < 5
    for n, step in enumerate(steps):
        assert step["loss"] == pytest.approx(cost(members[: n + 1]))
        others = [key for key in runs if key not in members[:n]]
        assert step["loss"] == pytest.approx(min(cost([*members[:n], key]) for key in others))
    losses = [step["loss"] for step in steps]
    assert losses == sorted(losses, reverse=True)
    assert all(cost([*members, key]) >= losses[-1] for key in runs if key not in members)


def test_the_cost_decides_and_not_the_accuracy():
    cheap, right = np.array([[0.9, 0.1], [0.45, 0.55]]), np.array([[0.51, 0.49], [0.51, 0.49]])
    steps = ensembles.choose_members({"right": right, "cheap": cheap}, np.array([0, 0]))
    assert steps[0]["added"] == "cheap" and steps[0]["accuracy"] == 0.5


def test_no_more_are_added_than_asked_for(rng):
    labels = rng.integers(10, size=300)
    runs = {
        str(i): softmax_all(rng.normal(size=(300, 10)) + 2 * np.eye(10)[labels], axis=1)
        for i in range(5)
    }
    steps = ensembles.choose_members(runs, labels)
    assert len(steps) > 2
    for most in (1, 2):
        assert ensembles.choose_members(runs, labels, most) == steps[:most]


def test_looking_several_times_is_the_mean(trained, digits):
    run = saved.saved_runs([zoo.get_system("lenet5")], trained)[0]
    images = digits.test_images[:20]
    network = run.network()
    shares = [network.predict_proba(run.system.inputs(ensembles.shifted(images, *shift)))
              for shift in ensembles.SHIFTS]  # fmt: skip
    assert np.allclose(ensembles.seen_from(run, images, 9), np.mean(shares, axis=0), atol=1e-6)
    assert np.allclose(ensembles.seen_from(run, images, 1), shares[0], atol=1e-6)


def test_capsule_lengths_become_shares(digits, tmp_path):
    system = zoo.get_system("capsnet")
    path = tmp_path / "seed-0.npz"
    save_weights(system.build(np.random.default_rng(0)), path)
    shares = saved.SavedRun(system, 0, path).probabilities(digits.test_images[:8])
    assert np.allclose(shares.sum(axis=1), 1) and (shares >= 0).all()


def test_weights_without_a_record_are_left_out(trained, tmp_path):
    (tmp_path / "nn1l").mkdir()
    for suffix, expected in ((".npz", []), (".json", ["nn1l/0"])):
        source = (trained / "nn1l" / "seed-0").with_suffix(suffix)
        (tmp_path / "nn1l" / source.name).write_bytes(source.read_bytes())
        (tmp_path / "nn1l" / "seed-0.checkpoint.npz").write_bytes(b"")
        assert [run.key for run in saved.saved_runs(zoo.SYSTEMS.values(), tmp_path)] == expected


def test_predictions_are_those_of_the_network(trained, digits):
    for run in saved.saved_runs(zoo.SYSTEMS.values(), trained):
        x = run.system.inputs(digits.test_images[:130])
        assert (saved.predict(run.network(), x) == run.network().predict(x)).all()


def test_test_images_decide_nothing(trained, digits):
    """With other test labels the same members are chosen."""
    system = zoo.get_system("ensemble")
    record = ensembles.measure_ensemble(system, digits, trained)
    assert set(record["choice"]["candidates"]) == {"lenet5/0", "lenet5/1", "lenet5/2"}
    other = type(digits)(digits.name, digits.train_images, digits.train_labels,
                         digits.test_images, (digits.test_labels + 1) % 10)  # fmt: skip
    again = ensembles.measure_ensemble(system, other, trained)
    for key in ("members", "views", "choice", "validation"):
        assert again[key] == record[key]
    assert again["test"]["errors"] > record["test"]["errors"]


def test_the_command_makes_and_reproduces_the_record(trained, digits, capsys):
    assert cli.main(["train", "ensemble", "--data", "digits", "--directory", str(trained)]) == 0
    record = load_record("ensemble", 0, trained)
    errors = record["test"]["errors"]
    capsys.readouterr()
    assert cli.main(["evaluate", "ensemble", "--directory", str(trained)]) == 0
    assert re.search(
        rf"\b{errors} errors.*the record is reproduced", capsys.readouterr().out, re.DOTALL
    )
    # Written over, it would be a record of something else.
    assert cli.main(["train", "ensemble", "--data", "digits", "--directory", str(trained)]) == 1
    assert "is there already" in capsys.readouterr().err

    path = trained / "ensemble" / "seed-0.json"
    good = path.read_text()
    try:
        record["test"]["errors"] += 1
        path.write_text(json.dumps(record))
        assert cli.main(["evaluate", "ensemble", "--directory", str(trained)]) == 1
        assert f"errors is {errors}, in the record {errors + 1}" in capsys.readouterr().out
        for members, problem in (({"lenet5/0": "0" * 16}, "holds other weights"),
                                 ({"lenet5/9": "0" * 16}, "course train lenet5 --seed 9")):
            path.write_text(json.dumps({**record, "members": members}))
            assert cli.main(["evaluate", "ensemble", "--directory", str(trained)]) == 1
            assert problem in capsys.readouterr().err
    finally:
        path.write_text(good)


def test_a_vote_of_the_first_three(trained, digits):
    system = zoo.Ensemble("e", "t", (zoo.get_system("lenet5"),), "vote", n_members=2)
    record = ensembles.measure_ensemble(system, digits, trained)
    assert list(record["members"]) == ["lenet5/0", "lenet5/1"] and record["views"] == 1
    assert "choice" not in record
    runs = saved.saved_runs(system.candidates, trained)[:2]
    stack = np.array([run.probabilities(digits.test_images) for run in runs])
    assert record["test"] == ensembles.score(stack, digits.test_labels, "vote")


def test_one_network_that_looks_several_times(trained, digits, monkeypatch):
    # Where another run lowers the cost, which here it may not, only this keeps it out.
    choose, asked = ensembles.choose_members, []
    monkeypatch.setattr(
        ensembles, "choose_members", lambda *words: asked.append(words[2:]) or choose(*words)
    )
    record = ensembles.measure_ensemble(zoo.get_system("tta"), digits, trained)
    (key,) = record["members"]
    assert asked == [(1,), (1,)]
    costs = {
        (name, int(views)): found["loss"]
        for name, by_views in record["choice"]["candidates"].items()
        for views, found in by_views.items()
    }
    assert (key, record["views"]) == min(costs, key=costs.get)
    (run,) = [run for run in saved.saved_runs(zoo.SYSTEMS.values(), trained) if run.key == key]
    stack = ensembles.seen_from(run, digits.test_images, record["views"])[np.newaxis]
    assert record["test"] == ensembles.score(stack, digits.test_labels, "average")


def test_too_few_members(trained, digits):
    with pytest.raises(ValueError, match="at least 3 runs of: capsnet_maxmin; there are 0"):
        ensembles.measure_ensemble(zoo.get_system("capsnet_maxmin_vote"), digits, trained)


@pytest.mark.parametrize("words", [["--seed", "1"], ["--trials", "2"], ["--epochs", "1"]])
def test_there_is_no_chance_in_it(trained, words, capsys):
    assert cli.main(["train", "ensemble", *words, "--directory", str(trained)]) == 1
    assert "leave out" in capsys.readouterr().err
