import os

import pytest


@pytest.fixture
def qmnist():
    """Skip a test where the labels of QMNIST are not at hand."""
    if not os.environ.get("COURSE_QMNIST_DIR"):
        pytest.skip("needs QMNIST: set COURSE_QMNIST_DIR")


@pytest.fixture
def fresh_machine(monkeypatch, tmp_path):
    """Pretend that no data set was ever set up or downloaded; return the (empty) cache folder."""
    monkeypatch.delenv("COURSE_MNIST_DIR", raising=False)
    monkeypatch.delenv("COURSE_QMNIST_DIR", raising=False)
    monkeypatch.setattr("pooch.os_cache", lambda project: tmp_path / "cache" / project)
    return tmp_path / "cache" / "course_lib"


@pytest.fixture
def mnist_directory():
    """The directory of MNIST, asked for before `fresh_machine` hides it."""
    return os.environ.get("COURSE_MNIST_DIR")
