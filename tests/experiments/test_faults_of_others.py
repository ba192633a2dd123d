"""Experiments of chapter 14, on tiny data: they run, and their numbers mean what they say."""

import numpy as np
import pytest

from course_lib.zoo.faults import ClippedCrossEntropy, ReLUCrossEntropy
from experiments import (
    augmented_test,
    best_epoch_on_test,
    leak,
    learning_rate_without_effect,
    relu_output,
    saturation,
)

LIMIT = -np.log(1e-7)


def test_evidence_of_a_saturated_softmax():
    labels = np.zeros(20, int)
    logits = np.zeros((20, 10))
    logits[:15, 0], logits[15:, 3] = 1000, 1000  # 15 right, 5 wrong, all as sure as can be
    found = saturation.evidence(logits, labels)
    assert found["accuracy"] == 0.75
    assert found["clipped_loss_per_wrong_answer"] == pytest.approx(LIMIT, abs=1e-5)
    assert found["loss_per_wrong_answer"] == pytest.approx(1000)
    assert (found["wrong_at_limit"], found["undecided"]) == (1, 0)


def test_evidence_of_a_network_that_is_in_doubt(rng):
    logits, labels = rng.normal(size=(1000, 10)), rng.integers(10, size=1000)
    found = saturation.evidence(logits, labels)
    assert found["clipped_loss"] == pytest.approx(found["loss"])
    assert (found["wrong_at_limit"], found["undecided"]) == (0, 1)
    assert found["clipped_loss_per_wrong_answer"] < 4


def test_evidence_without_a_wrong_answer_has_no_ratio():
    found = saturation.evidence(np.array([[5.0, 0.0]]), np.array([0]))
    assert found["accuracy"] == 1 and np.isnan(found["clipped_loss_per_wrong_answer"])


def test_evidence_of_relu_is_reported_as_keras_does():
    found = saturation.evidence(np.array([[3.0, 1.0], [1.0, -1.0]]), np.array([1, 1]),
                                ReLUCrossEntropy())
    assert found["clipped_loss"] == pytest.approx((np.log(4) + LIMIT) / 2)
    assert np.isnan(found["loss"])


def test_sum_is_the_mean_times_the_batch(rng):
    z, labels = rng.normal(size=(8, 10)), rng.integers(10, size=8)
    mean, total = ClippedCrossEntropy(), saturation.SummedCrossEntropy()
    mean.forward(z, labels), total.forward(z, labels)
    assert np.allclose(total.backward(), 8 * mean.backward())


def test_half_precision_keeps_weights_that_float16_can_hold(rng):
    params = {"W": rng.normal(size=(5, 5)).astype(np.float32)}
    saturation.HalfPrecision().step(params, {"W": params["W"].copy()})
    assert params["W"].dtype == np.float32
    assert (params["W"] == params["W"].astype(np.float16)).all()


def test_saturation(results_of):
    found = results_of("saturation", n_train=600, epochs=1, seeds=[0])
    assert found["largest_cost"]["float32"] == pytest.approx(LIMIT)
    assert found["largest_cost"]["float16"] == pytest.approx(15.94, abs=0.01)
    assert set(found["suspects"]) == set(saturation.SUSPECTS)
    fault, fine = (found["suspects"][name] for name in ("pixels not scaled", "nothing wrong"))
    assert fault["accuracy"]["mean"] < fine["accuracy"]["mean"]
    assert fault["clipped_loss_per_wrong_answer"]["mean"] > 14
    assert fine["clipped_loss_per_wrong_answer"]["mean"] < 8


def test_relu_output(results_of):
    found = results_of("relu_output", n_train=100, n_validation=30, epochs=2, seeds=[0, 1])
    assert set(found["outputs"]) == set(relu_output.OUTPUTS)
    for output in found["outputs"].values():
        assert [run["seed"] for run in output["runs"]] == [0, 1]
        assert 0 <= output["not_a_number"] <= output["stuck"] <= 2
        for run in output["runs"]:
            assert run["not_a_number"] == (run["train_loss"][-1] is None)
            assert len(run["train_loss"]) == (1 if run["train_loss"][0] is None else 2)
    assert found["outputs"]["softmax"]["not_a_number"] == 0
    assert 0 <= found["no_output_above_zero"]["mean"] <= 1


def test_share_of_images_without_an_output_above_zero(digits):
    class Fixed:
        """A system whose outputs are the first ten pixels."""

        class network:
            @staticmethod
            def logits(x):
                return x[:, :10]

        @staticmethod
        def build(rng):
            return Fixed.network

    x = np.array([[-1.0] * 10, [0.0] * 10, [-1.0] * 9 + [1e-9], [1.0] * 10])
    assert relu_output._dead_at_start(Fixed, x, [0])["mean"] == 0.5


def test_leak(results_of):
    found = results_of("leak", epochs_before=12, seeds=[0], batch_size=32)
    assert set(found) == {"nn2l", "lenet5"}  # of lenet5_avg there are no weights
    assert [run["seed"] for run in found["lenet5"]["runs"]] == [0, 378039]
    for system in found.values():
        for run in system["runs"]:
            assert len(run["leak"]) == len(run["honest"]) == 1
        first = system["first_epoch"]["leak"]
        assert first["validation_minus_test"]["mean"] == pytest.approx(
            first["validation_accuracy"]["mean"] - first["test_accuracy"]["mean"])
    nn2l = found["nn2l"]
    assert all(run["before"]["validation_accuracy"] > 0.99 for run in nn2l["runs"])
    gaps = [nn2l["first_epoch"][way]["validation_accuracy"]["mean"] for way in ("leak", "honest")]
    assert gaps[0] > gaps[1] + 0.02


def test_leak_splits_without_overlap_and_continues_with_the_same_network(digits, monkeypatch):
    seen = []
    true = leak.pairs

    def spy(system, dataset, *indices):
        seen.append(indices)
        return true(system, dataset, *indices)

    monkeypatch.setattr(leak, "pairs", spy)
    leak.run(digits, "nowhere", held_out=0.25, epochs=1, batch_size=128, system="nn1l",
             epochs_before=1, seeds=[3], recorded=[])
    (everything, _), (learn, validation) = seen
    assert len(everything) == len(digits.train_labels)
    assert not set(learn) & set(validation)
    assert set(learn) | set(validation) == set(everything)
    assert len(validation) == round(0.25 * len(everything))


def test_augmented_test(results_of):
    found = results_of("augmented_test", train_here=["linear_std"], seeds=[0, 1], n_train=None,
                       epochs=3, draws=[0, 1], recorded=["lenet5", "vgg"])
    assert found["without_weights"] == ["vgg"]
    linear = found["networks"]["linear_std"]
    assert linear["seeds"] == [0, 1]
    assert np.shape(linear["augmented_test_by_draw"]) == (2, 2)
    assert linear["augmented_test"]["mean"] == pytest.approx(
        np.mean(linear["augmented_test_by_draw"]))
    assert linear["test_minus_augmented"]["mean"] > 0.02
    assert found["published"]["linear_std"] == {"accuracy": [92.51]}


def test_augmented_images_stay_in_the_range_of_standardized_pixels(digits):
    from course_lib.zoo.convolutional import standardized_images

    x = standardized_images(digits.test_images[:50])
    changed = augmented_test.AUGMENT_002(x, np.random.default_rng(0))
    assert x.min() - 1e-5 <= changed.min() and changed.max() <= x.max() + 1e-5
    assert not np.allclose(x, changed)


def test_learning_rate_without_effect(results_of, trained):
    from course_lib.runs import load_record

    recorded = {"steps": "nn1l", "constant": "lenet5"}
    found = results_of("learning_rate_without_effect", n_train=200, seeds=[0, 1], recorded=recorded)
    ways = found["linear_std"]
    assert ways["steps"]["learning_rate"] == [0.01] + 5 * [0.1] + 5 * [0.01]
    assert ways["constant"]["learning_rate"] == 11 * [0.01]
    assert ways["steps"]["train_loss"][0][0] == ways["constant"]["train_loss"][0][0]
    assert ways["steps"]["train_loss"][0][1] != ways["constant"]["train_loss"][0][1]
    assert set(ways["steps"]["jump"]) == {"up", "down"}
    assert len(ways["steps"]["train_loss"]) == 2
    assert found["records"]["steps"]["train_loss"] == [
        [load_record("nn1l", 0, trained)["epochs"][0]["train_loss"]]]


def test_records_are_left_out_until_both_ways_are_there(results_of):
    found = results_of("learning_rate_without_effect", n_train=20, seeds=[0], epochs=1,
                       recorded={"steps": "nn1l", "constant": "vgg_constant"})
    assert set(found) == {"linear_std"}


def test_jump_is_small_on_smooth_curves_and_large_at_a_bend():
    smooth = 1 / np.sqrt(np.arange(1, 12))
    bent = smooth.copy()
    bent[6:] *= 0.5
    assert abs(learning_rate_without_effect.jump(smooth, 7)) < 0.02
    assert learning_rate_without_effect.jump(bent, 7) == pytest.approx(np.log(2), abs=0.02)


def test_best_epoch_on_test(results_of):
    found = results_of("best_epoch_on_test", system="nn1l", n_train=300, epochs=6, among=[3, 6, 9],
                       seeds=[0, 1], halvings=5)
    assert np.shape(found["test_accuracy"]) == (2, 6)
    assert set(found["among_last_epochs"]) == {"3", "6"}
    for gains in found["among_last_epochs"].values():
        assert all(d >= 0 for d in gains["difference"]["values"])
    six = found["among_last_epochs"]["6"]
    assert six["chosen_on_test"]["values"] == [max(row) for row in found["test_accuracy"]]


def test_records_are_compared_by_run(results_of, trained):
    from course_lib.runs import load_record

    runs = results_of("best_epoch_on_test", system="nn1l", n_train=100, epochs=1, among=[1],
                      seeds=[0], halvings=1)["records"]["runs"]
    assert {(r["name"], r["seed"]) for r in runs} == {
        ("nn1l", 0), ("lenet5", 0), ("lenet5", 378039)}
    record = load_record("nn1l", 0, trained)
    assert runs[-1]["validation_choice"] == record["test"]["accuracy"]
    assert runs[-1]["test_choice"] == record["published_way"]["accuracy"]


def test_choosing_among_equals_gains_by_chance_alone(rng):
    right = rng.random((30, 1000)) < 0.9  # thirty epochs, equally good, with errors of their own
    gain = best_epoch_on_test.gain_by_halves(right, 100, rng)
    # The largest of thirty standard normal numbers is 2.04 on average; a half has 500 images.
    assert gain == pytest.approx(2.04 * np.sqrt(0.9 * 0.1 / 500), rel=0.25)


def test_choosing_what_is_better_indeed_gains_nothing(rng):
    right = rng.random((2, 4000)) < np.array([[0.9], [0.6]])
    assert abs(best_epoch_on_test.gain_by_halves(right, 100, rng)) < 0.005


def test_gain_is_the_best_minus_the_one_chosen_on_validation_images():
    right = np.array([[1, 1, 1, 1], [1, 1, 1, 0], [1, 1, 0, 0]], bool)
    gains = best_epoch_on_test._gains(2, np.array([[0.1, 0.8, 0.9]]), [right], 1)
    assert gains["chosen_on_validation"]["mean"] == 0.5
    assert gains["chosen_on_test"]["mean"] == 0.75  # the first epoch is not among the last two
    assert gains["difference"]["mean"] == 0.25


def test_a_single_epoch_leaves_nothing_to_choose(rng):
    right = rng.random((1, 1000)) < 0.9
    assert best_epoch_on_test.gain_by_halves(right, 20, rng) == pytest.approx(0, abs=1e-12)
