import dataclasses
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as hnp

from course_lib.data import (
    Dataset,
    MissingDataError,
    as_images,
    as_vectors,
    course_data_note,
    load_course_data,
)

pixels = hnp.arrays(np.uint8, hnp.array_shapes(min_dims=3, max_dims=3, min_side=0, max_side=6))


@given(pixels)
def test_scaling(images):
    before = images.copy()
    x = as_images(images)
    assert x.shape == (*images.shape, 1) and x.dtype == np.float32
    np.testing.assert_array_equal(x[..., 0], np.float32(images / 255))
    for dtype in (np.float32, np.float64):
        v = as_vectors(images, dtype)
        n, height, width = images.shape
        assert v.shape == (n, height * width) and v.dtype == dtype
        for row, image in zip(v, images):
            np.testing.assert_array_equal(row, dtype([p / 255 for line in image for p in line]))
    np.testing.assert_array_equal(images, before)


def test_vectors_are_float32_by_default():
    assert as_vectors(np.zeros((2, 28, 28), np.uint8)).dtype == np.float32


@pytest.mark.parametrize("convert", [as_images, as_vectors])
def test_scaling_refuses_what_is_scaled_already(convert):
    with pytest.raises(ValueError, match="images: expected .*uint8, got float32.*again"):
        convert(np.zeros((2, 28, 28), np.float32))


@pytest.mark.parametrize("convert", [as_images, as_vectors])
@pytest.mark.parametrize("shape", [(28, 28), (2, 28, 28, 1)])
def test_scaling_refuses_other_shapes(convert, shape):
    with pytest.raises(ValueError, match=r"images: expected shape \(N, height, width\), got \("):
        convert(np.zeros(shape, np.uint8))


def test_vectors_refuse_integer_types():
    with pytest.raises(ValueError, match="dtype: expected a floating-point type, got int64"):
        as_vectors(np.zeros((2, 28, 28), np.uint8), dtype=np.int64)


def test_dataset():
    images, labels = np.zeros((1200, 28, 28), np.uint8), np.zeros(1200, np.int64)
    dataset = Dataset("some digits", images, labels, images[:10], labels[:10])
    assert repr(dataset) == "Dataset('some digits': 1,200 training and 10 test images)"
    with pytest.raises(dataclasses.FrozenInstanceError):
        dataset.name = "other digits"


def test_course_data_without_mnist(fresh_machine):
    dataset = load_course_data()
    assert dataset.name == "embedded digits"
    note = course_data_note(dataset)
    for part in ("embedded digits", "1,438", "359", "load_mnist()", "COURSE_MNIST_DIR"):
        assert part in note
    assert not fresh_machine.exists()


def test_course_data_with_mnist(mnist):
    dataset = load_course_data()
    assert dataset.name == "MNIST" and len(dataset.train_labels) == 60000


def test_note_for_mnist():
    labels = np.zeros(60000, np.int64)
    dataset = Dataset("MNIST", labels, labels, labels[:10000], labels[:10000])
    assert course_data_note(dataset) == (
        "These digits are MNIST (60,000 training and 10,000 test images)."
    )


def test_course_data_from_a_full_cache(mnist, mnist_directory, fresh_machine):
    fresh_machine.mkdir(parents=True)
    (fresh_machine / "mnist").symlink_to(mnist_directory, target_is_directory=True)
    assert load_course_data().name == "MNIST"


def test_course_data_says_so_if_the_named_directory_is_wrong(fresh_machine, monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_MNIST_DIR", str(tmp_path))
    with pytest.raises(MissingDataError, match="COURSE_MNIST_DIR"):
        load_course_data()


def test_import_is_light():
    """Nobody waits for scikit-learn or the download library before it is needed."""
    code = "import sys, course_lib.data; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"sklearn", "pooch", "requests", "scipy", "tqdm"} & set(run.stdout.split())
