import numpy as np
import pytest

from course_lib.data import MissingDataError, as_vectors, load_mnist, load_writers
from course_lib.data.mnist import MNIST
from course_lib.data.sources import IdxFile, Source, load
from course_lib.data.writers import QMNIST

# Published counts of the digits 0 to 9.
TRAIN_COUNTS = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
TEST_COUNTS = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


def test_known_facts(mnist):
    assert mnist.name == "MNIST"
    for part, n, counts in (("train", 60000, TRAIN_COUNTS), ("test", 10000, TEST_COUNTS)):
        images = getattr(mnist, f"{part}_images")
        labels = getattr(mnist, f"{part}_labels")
        assert images.shape == (n, 28, 28) and images.dtype == np.uint8
        assert labels.shape == (n,) and labels.dtype == np.int64
        assert np.bincount(labels).tolist() == counts
    assert mnist.train_labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    counts = np.bincount(mnist.train_images.ravel(), minlength=256)
    values = np.arange(256) / 255
    mean = np.average(values, weights=counts)
    assert mean == pytest.approx(0.13066, abs=5e-6)
    spread = np.sqrt(np.average((values - mean) ** 2, weights=counts))
    assert spread == pytest.approx(0.30811, abs=5e-6)


def test_labels_belong_to_the_images(mnist):
    """The mean training image of a digit resembles the mean test image of that digit most."""
    means = [
        np.stack([as_vectors(images[labels == digit]).mean(axis=0) for digit in range(10)])
        for images, labels in (
            (mnist.train_images, mnist.train_labels),
            (mnist.test_images, mnist.test_labels),
        )
    ]
    distances = ((means[0][:, None] - means[1][None]) ** 2).sum(axis=2)
    assert distances.argmin(axis=1).tolist() == list(range(10))


def test_files_go_to_their_places(monkeypatch):
    """On made-up arrays, so that it runs without MNIST."""
    arrays = [np.full(2, i, np.uint8) for i in range(4)]
    monkeypatch.setattr("course_lib.data.mnist.load", lambda *_: arrays)
    dataset = load_mnist()
    assert dataset.name == "MNIST"
    assert [file.name for file in MNIST.files] == [
        "train-images-idx3-ubyte",
        "train-labels-idx1-ubyte",
        "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
    ]
    parts = ["train_images", "train_labels", "test_images", "test_labels"]
    for i, (part, dtype) in enumerate(zip(parts, [np.uint8, np.int64] * 2)):
        array = getattr(dataset, part)
        assert array.tolist() == [i, i] and array.dtype == dtype


@pytest.mark.parametrize("loader, source", [(load_mnist, MNIST), (load_writers, QMNIST)])
def test_directory_without_the_files(tmp_path, loader, source):
    with pytest.raises(MissingDataError) as error:
        loader(tmp_path)
    for file in source.files:
        assert file.name in str(error.value)
    assert str(tmp_path) in str(error.value)


@pytest.mark.parametrize(
    "loader, variable, instead",
    [
        (load_mnist, "COURSE_MNIST_DIR", "load_digits28()"),
        (load_writers, "COURSE_QMNIST_DIR", "split_validation()"),
    ],
)
def test_without_data_and_download(fresh_machine, loader, variable, instead):
    with pytest.raises(MissingDataError) as error:
        loader(download=False)
    for part in (f'{loader.__name__}(directory="...")', variable, instead):
        assert part in str(error.value)


@pytest.mark.parametrize("source", [MNIST, QMNIST])
def test_mirrors_are_prefixes_of_secure_addresses(source):
    assert all(m.startswith("https://") and m.endswith("/") for m in source.mirrors)


def test_writers_and_series_are_the_right_columns(monkeypatch):
    """On made-up labels, so that it runs without QMNIST; only the first 10,000 test rows count."""
    train = np.arange(3 * 8, dtype=np.int32).reshape(3, 8)
    test = np.arange(10005 * 8, dtype=np.int32).reshape(10005, 8)
    monkeypatch.setattr("course_lib.data.writers.load", lambda *_: [train, test])
    writers = load_writers()
    assert writers.train_series.tolist() == [1, 9, 17]
    assert writers.train_writer.tolist() == [2, 10, 18]
    assert len(writers.test_writer) == len(writers.test_series) == 10000
    assert (writers.test_series[-1], writers.test_writer[-1]) == (9999 * 8 + 1, 9999 * 8 + 2)


def test_known_facts_about_the_writers(qmnist):
    writers = load_writers(download=False)
    assert len(writers.train_writer) == len(writers.train_series) == 60000
    assert len(np.unique(writers.train_writer)) == 539
    assert len(np.unique(writers.test_writer)) == 297
    assert not set(writers.train_writer) & set(writers.test_writer)
    series, counts = np.unique(writers.train_series, return_counts=True)
    assert series.tolist() == [0, 4] and counts.tolist() == [30950, 29050]
    assert set(writers.test_series[:5001]) == {4} and set(writers.test_series[5001:]) == {0}


def test_writers_are_in_the_order_of_the_images(mnist, qmnist):
    """Column 0 of QMNIST is the digit: it must be the label of MNIST, row by row."""
    train, test = load(QMNIST, download=False)
    assert (train[:, 0] == mnist.train_labels).all()
    assert (test[:10000, 0] == mnist.test_labels).all()


def test_sources_name_what_messages_need():
    for source, loader in ((MNIST, load_mnist), (QMNIST, load_writers)):
        assert isinstance(source, Source) and source.loader == loader.__name__
        assert all(isinstance(file, IdxFile) and len(file.sha256) == 64 for file in source.files)
