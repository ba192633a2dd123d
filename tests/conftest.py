"""What all tests share: settings and the fixtures `rng`, `sandbox`, `mnist`, `course`, `chromium`,
`violations` and `make_network`."""

import os
import shutil
import sys
from pathlib import Path

import hypothesis
import numpy as np
import pytest

from course_lib.nn import Conv2D, Dense, Flatten, MaxPool2D, Network, ReLU

os.environ.setdefault("MPLBACKEND", "Agg")

# No deadline: the time of one example says little on a busy machine. In CI the same examples are
# tried on every run, so that a failure can be repeated; elsewhere each run tries others.
hypothesis.settings.register_profile("course", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("course")


@pytest.fixture(autouse=True)
def no_figure_left():
    """No test leaves a figure in pyplot, where the next one would meet it."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        import matplotlib.pyplot as plt

        left = plt.get_fignums()
        plt.close("all")
        assert not left, f"the test left {len(left)} figures open: close them, plt.close"


@pytest.fixture
def rng():
    """A fresh random generator, the same for every test."""
    return np.random.default_rng(0)


@pytest.fixture(scope="session")
def sandbox():
    """The level of the sandbox; the test is skipped where this machine has none."""
    from classroom.sandbox import NoSandbox, find_level

    try:
        return find_level()
    except NoSandbox as missing:
        pytest.skip(f"needs a sandbox: {missing}")


@pytest.fixture(scope="session")
def mnist():
    """The real MNIST; the test is skipped where COURSE_MNIST_DIR names no directory."""
    directory = os.environ.get("COURSE_MNIST_DIR")
    if not directory or not Path(directory).is_dir():
        pytest.skip("needs MNIST: set COURSE_MNIST_DIR to a directory that holds it")
    from course_lib.data import load_mnist

    return load_mnist(directory, download=False)


@pytest.fixture(scope="module")
def chromium():
    """Chromium; the test is skipped where this machine has none, or no Playwright."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.skip("there is no Chromium on this machine")
    with playwright.sync_playwright() as program:
        browser = program.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def violations():
    """``violations(page)`` are the faults that axe-core finds, in short."""
    axe = Path(__file__).parents[1] / ".node" / "node_modules" / "axe-core" / "axe.min.js"
    if not axe.is_file():
        pytest.skip("axe-core is not here: make browser")

    def violations(page):
        page.evaluate(axe.read_text(encoding="utf-8"))
        look = "axe.run(document, {resultTypes: ['violations'], preload: false})"
        return [f"{rule['id']} ({rule['impact']}), {len(rule['nodes'])} times: "
                f"{rule['nodes'][0]['html'][:200]}" for rule in page.evaluate(look)["violations"]]

    return violations


@pytest.fixture(scope="session")
def course():
    """``course("train", "nn1l")`` runs the command and returns its exit code."""
    from course_lib import cli

    return lambda *words: cli.main(list(map(str, words)))


def small_convolutional(seed, dtype=np.float32):
    """A little LeNet."""
    rng = np.random.default_rng(seed)
    return Network([
        Conv2D(1, 4, 5, rng, padding=2, dtype=dtype), MaxPool2D(2), ReLU(),
        Conv2D(4, 6, 3, rng, dtype=dtype), ReLU(),
        Flatten(), Dense(150, 10, rng, dtype),
    ])  # fmt: skip


def small_dense(seed, dtype=np.float32):
    rng = np.random.default_rng(seed)
    return Network([Flatten(), Dense(196, 20, rng, dtype), ReLU(), Dense(20, 10, rng, dtype)])


@pytest.fixture(params=[small_convolutional, small_dense])
def make_network(request):
    return request.param
