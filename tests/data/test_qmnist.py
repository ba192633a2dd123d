"""The loader of QMNIST's test digits, on small files of the same format."""

import gzip
import hashlib
from dataclasses import replace

import numpy as np
import pytest

from course_lib.data import (
    BadFileError,
    CorruptGzipError,
    MissingDataError,
    WrongHashError,
    WrongShapeError,
    load_qmnist_test,
    write_idx,
)
from course_lib.data import qmnist as module
from course_lib.data.sources import cache_directory
from course_lib.data.writers import QMNIST

IMAGES, LABELS = "qmnist-test-images-idx3-ubyte", "qmnist-test-labels-idx2-int"
N = 12


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A directory with twelve digits, and a source that expects just these; also both arrays."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (N, 28, 28), dtype=np.uint8)
    labels = rng.integers(10, 1000, (N, 8), dtype=np.int32)
    labels[:, 0] = np.arange(N) % 10
    write_idx(tmp_path / LABELS, labels)
    sha256 = hashlib.sha256((tmp_path / LABELS).read_bytes()).hexdigest()
    write_idx(tmp_path / f"{IMAGES}.gz", images)
    image_file, label_file = module.QMNIST_TEST.files
    files = (
        replace(image_file, shape=images.shape),
        replace(label_file, shape=labels.shape, sha256=sha256),
    )
    monkeypatch.setattr(module, "QMNIST_TEST", replace(module.QMNIST_TEST, files=files))
    return tmp_path, images, labels


def test_images_and_their_classes(small):
    directory, images, labels = small
    got_images, got_labels = load_qmnist_test(directory)
    np.testing.assert_array_equal(got_images, images)
    np.testing.assert_array_equal(got_labels, labels[:, 0])
    assert got_images.dtype == np.uint8 and got_labels.dtype == np.int64


def test_directory_of_the_environment_variable(small, monkeypatch):
    directory, images, _ = small
    monkeypatch.setenv("COURSE_QMNIST_DIR", str(directory))
    np.testing.assert_array_equal(load_qmnist_test(download=False)[0], images)


def test_damaged_files_are_refused(small):
    directory, images, labels = small
    wrong = labels.copy()
    wrong[3, 0] += 1
    write_idx(directory / LABELS, wrong, overwrite=True)
    with pytest.raises(WrongHashError, match=LABELS):
        load_qmnist_test(directory)
    write_idx(directory / LABELS, labels, overwrite=True)

    write_idx(directory / f"{IMAGES}.gz", images[:, :14], overwrite=True)
    with pytest.raises(WrongShapeError, match=IMAGES):
        load_qmnist_test(directory)

    content = bytearray(gzip.compress(images.tobytes()))
    content[len(content) // 2] ^= 1
    (directory / f"{IMAGES}.gz").write_bytes(content)
    with pytest.raises(BadFileError) as error:
        load_qmnist_test(directory)
    assert error.type is CorruptGzipError and IMAGES in str(error.value)


def test_missing_files_are_named(tmp_path, fresh_machine):
    with pytest.raises(MissingDataError, match=f"{IMAGES}, {LABELS}"):
        load_qmnist_test(tmp_path)
    with pytest.raises(MissingDataError) as error:
        load_qmnist_test(download=False)
    for part in ('load_qmnist_test(directory="...")', "COURSE_QMNIST_DIR", "load_mnist()",
                 f"facebookresearch/qmnist/master/{IMAGES}.gz", f"qmnist/master/{LABELS}.gz"):
        assert part in str(error.value)


def test_what_is_expected_of_the_real_files():
    source = module.QMNIST_TEST
    assert [(file.name, file.shape, file.dtype) for file in source.files] == [
        (IMAGES, (60000, 28, 28), np.uint8),
        (LABELS, (60000, 8), np.int32),
    ]
    assert cache_directory(source) == cache_directory(QMNIST)
    assert source.loader == load_qmnist_test.__name__
