"""Cold starts: how long a command takes from nothing, in a process of its own."""

import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

from course_lib.data import load_digits28

# LeNet-5 in PyTorch answers for one picture: the network, its weights, the picture, the answer.
PEER = """
import sys, numpy as np, torch
from PIL import Image
from benchmarks.pytorch import lenet5
model = lenet5().eval()
model.load_state_dict(torch.load(sys.argv[1], weights_only=True))
pixels = 255 - np.asarray(Image.open(sys.argv[2]).convert("L").resize((28, 28)), np.float32)
with torch.inference_mode():
    p = model(torch.from_numpy(pixels)[None, None] / 255).softmax(1)[0]
print(int(p.argmax()), float(p.max()))
"""


def _command(*words):
    return lambda: subprocess.run([sys.executable, *words], check=True, capture_output=True)


def imports():
    """The import of our systems, and of PyTorch."""
    return {"ours": _command("-c", "import course_lib.zoo"),
            "PyTorch": _command("-c", "import torch")}


@contextmanager
def one_picture():
    """``course predict`` of one picture, and the same in PyTorch, from command to answer."""
    import torch

    from benchmarks.pytorch import lenet5

    with tempfile.TemporaryDirectory() as folder:
        picture, weights = Path(folder) / "digit.png", Path(folder) / "weights.pt"
        digit = 255 - load_digits28().test_images[0]  # black on white
        Image.fromarray(np.kron(np.pad(digit, 4, constant_values=255), np.ones((8, 8), np.uint8))
                        ).save(picture)
        torch.save(lenet5().state_dict(), weights)
        yield {"ours": _command("-m", "course_lib.cli", "predict", str(picture)),
               "PyTorch": _command("-c", PEER, str(weights), str(picture))}
