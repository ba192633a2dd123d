"""Experiments of chapters 13 and 17, on tiny data: splits, corrupted digits, errors."""

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import jaccard_score
from sklearn.svm import SVC

from course_lib import runs, zoo
from course_lib.runs import save_record, saved
from course_lib.runs.records import experiment_path
from experiments import corrupted, errors, random_split

from .conftest import train_into


@pytest.fixture
def writers(digits, rng):
    """Made-up writers: 60 people, of whom every other one belongs to series 4."""
    writer = rng.integers(60, size=len(digits.train_labels))
    return writer, np.where(writer % 2, 4, 0)


def test_three_parts_share_no_image_and_strangers_are_strangers(writers):
    writer, series = writers
    learn, by_writer, at_random = random_split.three_parts(writer, series, 200, seed=1)
    parts = [set(learn), set(by_writer), set(at_random)]
    assert sum(map(len, parts)) == len(set.union(*parts)) == len(writer)
    assert not set(writer[by_writer]) & set(writer[learn])
    assert set(writer[at_random]) <= set(writer[learn])
    assert len(by_writer) > 100
    for kind in (0, 4):
        assert (series[by_writer] == kind).sum() == (series[at_random] == kind).sum()
    again = random_split.three_parts(writer, series, 200, seed=2)
    assert set(again[1]) != parts[1] and set(again[2]) != parts[2]


def test_random_split(digits, writers):
    found = random_split.run(digits, 200, 64, {"nn1l": [2, [0, 1, 2]]}, writers)["nn1l"]
    assert len(found["runs"]) == 3
    for run in found["runs"]:
        assert run["images"] + 2 * run["validation_images"] == len(digits.train_labels)
    difference = [run["random"] - run["writer"] for run in found["runs"]]
    assert found["random_minus_writer"]["values"] == pytest.approx(difference)
    assert found["random_minus_writer"]["mean"] == pytest.approx(
        found["random_minus_test"]["mean"] - found["writer_minus_test"]["mean"])


def test_writers_of_other_digits_are_not_known(digits):
    with pytest.raises(ValueError, match="not known"):
        random_split.run(digits, 200, 64, {})


SMALL = {"n_images": 40, "seed": 0, "classical": ["gnb"]}


def test_corrupted(results_of, digits, trained):
    found = results_of("corrupted", **SMALL)
    assert set(found["systems"]) == {"nn1l", "lenet5", "gnb"}
    assert len(found["images"]) == 40 and found["strengths"] == [1, 2, 3, 4, 5]
    for system in found["systems"].values():
        assert set(system["accuracy"]) == set(corrupted.CORRUPTIONS)
        assert system["mean"] == pytest.approx(np.mean(list(system["accuracy"].values())))
    (run,) = saved.saved_runs([zoo.get_system("nn1l")], trained)
    x = run.system.inputs(digits.test_images[found["images"]])
    right = run.network().predict(x) == digits.test_labels[found["images"]]
    assert found["systems"]["nn1l"]["clean"] == pytest.approx(right.mean())


@pytest.mark.filterwarnings(
    "ignore::sklearn.exceptions.ConvergenceWarning"
)  # SGD as its source left it
def test_corrupted_digits_for_models_of_scikit_learn(digits, tmp_path):
    """The settings of svm come from its record; with its defaults it answers otherwise."""
    digits = replace(
        digits, train_images=digits.train_images[:300], train_labels=digits.train_labels[:300]
    )
    chosen = {"C": 0.3, "gamma": 0.002}  # worse than any candidate, but no guessing either
    record = runs.measure(zoo.get_system("sgd"), digits)
    save_record(record | {"name": "svm", "choice": {"settings": chosen}}, tmp_path)
    found = corrupted.run(digits, tmp_path, 40, 0, ["sgd", "svm", "logreg"])
    labels = digits.test_labels[found["images"]]
    for name, model, scale in [
        ("sgd", SGDClassifier(random_state=0), 1),
        ("svm", SVC(**chosen), 255),
    ]:
        model.fit(digits.train_images.reshape(-1, 784) / scale, digits.train_labels)
        x = digits.test_images[found["images"]].reshape(-1, 784) / scale
        assert found["systems"][name]["clean"] == pytest.approx((model.predict(x) == labels).mean())
    assert 0.3 < found["systems"]["svm"]["clean"] < found["systems"]["logreg"]["clean"]


def test_only_other_weights_are_scored_again(digits, tmp_path, monkeypatch):
    from experiments import records

    train_into(tmp_path, "nn1l", 0, digits)
    settings = {"n_images": 10, "seed": 0, "classical": []}
    records.save(records.measure(corrupted, digits, tmp_path, settings), tmp_path)
    scored = []
    true = corrupted._trained

    def spy(saved):
        scored.append(saved.key)
        return true(saved)

    monkeypatch.setattr(corrupted, "_trained", spy)
    first = corrupted.run(digits, tmp_path, **settings)
    assert scored == []  # as recorded
    train_into(tmp_path, "lenet5", 7, digits)
    both = corrupted.run(digits, tmp_path, **settings)
    assert scored == ["lenet5/7"]
    assert both["systems"]["nn1l"] == first["systems"]["nn1l"]
    corrupted.run(digits, tmp_path, **{**settings, "seed": 1})
    assert scored[1:] == ["nn1l/0", "lenet5/7"]  # other images, so all of them
    (tmp_path / "nn1l" / "seed-0.npz").unlink()
    (tmp_path / "nn1l" / "seed-0.json").unlink()
    train_into(tmp_path, "nn1l", 0, digits, epochs=2)
    corrupted.run(digits, tmp_path, **settings)
    assert scored[3:] == ["nn1l/0", "lenet5/7"]  # lenet5 was never written into the record


def test_what_was_scored_outlives_its_weights_but_not_its_run(digits, tmp_path):
    from experiments import records

    for name in ("nn1l", "lenet5"):
        train_into(tmp_path, name, 0, digits)
    settings = {"n_images": 10, "seed": 0, "classical": ["gnb"]}
    recorded = records.measure(corrupted, digits, tmp_path, settings)
    records.save(recorded, tmp_path)
    (tmp_path / "nn1l" / "seed-0.npz").unlink()
    assert corrupted.run(digits, tmp_path, **settings)["systems"] == recorded["results"]["systems"]
    path = tmp_path / "nn1l" / "seed-0.json"
    run = json.loads(path.read_text())
    path.write_text(json.dumps(run | {"date": "2999-01-01T00:00:00+00:00"}))  # trained again since
    assert set(corrupted.run(digits, tmp_path, **settings)["systems"]) == {"lenet5", "gnb"}
    path.unlink()
    assert set(corrupted.run(digits, tmp_path, **settings)["systems"]) == {"lenet5", "gnb"}


def test_errors(results_of, digits, trained):
    found = results_of("errors", classical=["gnb"], best=2)
    assert set(found["runs"]) == {"nn1l/0", "lenet5/0", "lenet5/378039", "gnb"}
    for key, run in found["runs"].items():
        assert len(run["images"]) == len(run["predicted"]) == run["errors"]
        assert (digits.test_labels[run["images"]] != run["predicted"]).all()
        if key != "gnb":
            name, seed = key.split("/")
            record = json.loads((trained / name / f"seed-{seed}.json").read_text())
            assert run["errors"] == record["test"]["errors"]
    assert found["overlap"]["systems"] == ["nn1l/0", "lenet5/0", "gnb"]
    for title, keys in (("LeNet-5, all seeds", ["lenet5/0", "lenet5/378039"]),
                        ("all convolutional systems, one run each", ["lenet5/0"])):
        group = found["missed"][title]
        assert group["runs"] == keys
        assert sum(k * n for k, n in enumerate(group["images_by_count"])) == sum(
            found["runs"][key]["errors"] for key in keys)
    assert found["published_lists"] is None  # they are about MNIST
    lenet5 = found["ensembles"]["LeNet-5, all seeds"]
    assert lenet5["members"] == ["lenet5/0", "lenet5/378039"]
    for way in ("average", "vote"):
        team = lenet5[way]
        assert team["errors"] == lenet5["errors_of_best"] - team["removed"] + team["added"]
        expected = stats.binomtest(team["removed"], team["removed"] + team["added"]).pvalue \
            if team["removed"] + team["added"] else 1
        assert team["mcnemar_p"] == pytest.approx(expected)
    alike = found["jaccard_between_seeds"]["lenet5"]
    a, b = (set(found["runs"][key]["images"]) for key in lenet5["members"])
    assert alike == {"mean": pytest.approx(len(a & b) / len(a | b)), "pairs": 1}


def test_overlap_agrees_with_scikit_learn(rng):
    wrong = {name: rng.random(500) < p for name, p in [("a", 0.1), ("b", 0.3), ("c", 0.5)]}
    table = errors.overlap(wrong)
    for i, a in enumerate(wrong.values()):
        for j, b in enumerate(wrong.values()):
            assert table["jaccard"][i][j] == pytest.approx(jaccard_score(a, b))
            assert table["also_made"][i][j] == pytest.approx(b[a].mean())


def test_overlap_with_a_perfect_system_is_undefined():
    table = errors.overlap({"a": np.zeros(3, bool), "b": np.array([1, 0, 0], bool)})
    assert table["jaccard"] == [[None, 0], [0, 1]]
    assert table["also_made"] == [[None, None], [0, 1]]


def test_missed_counts_images_and_keeps_what_most_get_wrong():
    wrong = {"a": np.array([1, 1, 0, 0], bool), "b": np.array([1, 0, 0, 1], bool),
             "c": np.array([1, 1, 0, 0], bool)}
    predicted = {key: np.where(w, 7, 0) for key, w in wrong.items()}
    found = errors.missed(list(wrong), wrong, predicted)
    assert found["images_by_count"] == [1, 1, 1, 1]
    assert found["all_wrong"] == [0]
    assert [(m["image"], m["wrong"]) for m in found["most_wrong"]] == [(0, 3), (1, 2)]
    assert found["most_wrong"][1]["predicted"] == [1, 0, 0, 0, 0, 0, 0, 2, 0, 0]


def test_best_member_is_chosen_on_validation_images():
    labels = np.array([0, 0, 0, 0])
    good, bad = np.array([[0.6, 0.4]] * 4), np.array([[0.4, 0.6]] * 4)
    team = errors.vote(["a", "b"], {"a": good, "b": bad}, labels, {"a": 0.1, "b": 0.9})
    assert (team["best_on_validation"], team["errors_of_best"]) == ("b", 4)
    assert team["errors_of_members"] == [0, 4]


def test_teams_are_chosen_by_validation_accuracy(trained):
    runs = saved.saved_runs(zoo.SYSTEMS.values(), trained)
    validation = {"nn1l/0": 0.9, "lenet5/0": 0.8, "lenet5/378039": 0.7}
    teams = errors.ensembles(runs, [run for run in runs if run.is_convolutional], validation, 2)
    assert teams["the 2 runs with the best validation accuracy"] == ["nn1l/0", "lenet5/0"]
    assert teams["all convolutional systems, one run each"] == ["lenet5/0", "lenet5/378039"]


def test_published_lists_name_the_labels_of_mnist(mnist):
    lists = json.loads(errors.LISTS.read_text())
    assert len(lists["northcutt"]["images"]) == 15 and len(lists["cleanlab"]["images"]) == 87
    for image, given, guess, *votes in lists["northcutt"]["images"]:
        assert mnist.test_labels[image] == given != guess
        assert sum(votes) == 5 and votes[0] < 3
    assert len(set(lists["cleanlab"]["images"])) == 87


def test_errors_are_looked_up_in_the_lists(mnist):
    n = len(mnist.test_labels)
    wrong = np.zeros(n, bool)
    wrong[[947, 6651, 3, 4]] = True  # two of the fifteen
    predicted = np.where(wrong, (mnist.test_labels + 1) % 10, mnist.test_labels)
    found = errors.published_lists(mnist, ["a"], {"a": wrong}, {"a": predicted})
    assert found["northcutt"]["errors_in_list"] == {"a": 2}
    assert found["northcutt"]["all_wrong_in_list"] == [947, 6651]
    assert found["northcutt"]["all_wrong_not_in_list"] == [3, 4]
    assert found["northcutt"]["expected_by_chance"]["a"] == pytest.approx(4 * 15 / n)
    first = found["northcutt"]["by_image"][0]  # 947: given 8, guess 9, and 8 + 1 = 9
    assert (first["image"], first["given_by"], first["guessed_by"], first["of"]) == (947, 0, 1, 1)


def test_record_of_another_dataset_is_not_used(digits, tmp_path):
    path = experiment_path("corrupted", tmp_path)
    path.parent.mkdir()
    path.write_text(
        json.dumps(
            {
                "experiment": "corrupted",
                "dataset": "MNIST",
                "settings": SMALL,
                "results": {"systems": {"gnb": {"clean": -1}}},
            }
        )
    )
    found = corrupted.run(digits, tmp_path, **SMALL)
    assert 0 <= found["systems"]["gnb"]["clean"] <= 1
