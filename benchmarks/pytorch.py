"""The same networks in PyTorch, and the settings among which the fastest is our peer.

The fused form of AdamW and plain indexing throughout, measured to be fastest on a processor.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn


@dataclass(frozen=True)
class Setting:
    """How PyTorch is set up: order of images in memory, oneDNN's convolutions, threads."""

    channels_last: bool = True
    onednn: bool = True
    threads: int = torch.get_num_threads()

    def __str__(self):
        return ", ".join(["channels last" if self.channels_last else "NCHW",
                          "oneDNN" if self.onednn else "without oneDNN", f"{self.threads} threads"])

    def use(self):
        """Make it hold for what is called next; what was built before keeps its order."""
        torch._C._set_mkldnn_enabled(self.onednn)  # torch.backends only sets it within a `with`
        torch.set_num_threads(self.threads)

    @property
    def form(self):
        return torch.channels_last if self.channels_last else torch.contiguous_format

    def model(self, build):
        return build().to(memory_format=self.form)

    def tensor(self, x):
        """Images (N, H, W, C) as a tensor (N, C, H, W) in that order, vectors as they are."""
        if x.ndim == 2:
            return torch.from_numpy(x)
        tensor = torch.from_numpy(np.ascontiguousarray(x.transpose(0, 3, 1, 2)))
        return tensor.contiguous(memory_format=self.form)


def settings(images=True):
    """All that are tried. The order of images makes no difference to vectors."""
    return [Setting(last, onednn, threads) for last in ((True, False) if images else (True,))
            for onednn in (True, False) for threads in sorted({1, torch.get_num_threads()})]


def lenet5():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.MaxPool2d(2), nn.ReLU(),
        nn.Conv2d(6, 16, 5), nn.MaxPool2d(2), nn.ReLU(),
        nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )


def quick():
    return nn.Sequential(
        nn.Conv2d(1, 8, 5, padding=2), nn.MaxPool2d(2), nn.ReLU(),
        nn.Conv2d(8, 24, 5), nn.MaxPool2d(2), nn.ReLU(),
        nn.Flatten(),
        nn.Linear(600, 128), nn.ReLU(), nn.Linear(128, 10),
    )


def vgg_bn():
    def convolution(c_in, filters):
        return [nn.Conv2d(c_in, filters, 3), nn.BatchNorm2d(filters), nn.ReLU()]

    return nn.Sequential(
        *convolution(1, 32), *convolution(32, 32), nn.MaxPool2d(2),
        *convolution(32, 64), *convolution(64, 64), nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(1024, 512), nn.BatchNorm1d(512), nn.ReLU(), nn.Dropout(0.5), nn.Linear(512, 10),
    )


def nn3l():
    return nn.Sequential(nn.Linear(784, 300), nn.ReLU(), nn.Linear(300, 100), nn.ReLU(),
                         nn.Linear(100, 10))


def training_step(build, x, labels, setting, average_decay=None):
    """A function that makes one training step on one mini-batch."""
    setting.use()
    model = setting.model(build).train()
    weights = list(model.parameters())
    optimizer = torch.optim.AdamW(weights, lr=1e-3, weight_decay=0.01, fused=True)
    loss = nn.CrossEntropyLoss()
    x, labels = setting.tensor(x), torch.from_numpy(labels)
    average = [w.detach().clone() for w in weights]

    def step():
        setting.use()
        optimizer.zero_grad(set_to_none=True)
        loss(model(x), labels).backward()
        optimizer.step()
        if average_decay:
            torch._foreach_lerp_(average, [w.detach() for w in weights], 1 - average_decay)

    return step


def prediction(build, x, setting, batch_size=1000):
    """A function that computes the logits of all images."""
    setting.use()
    model = setting.model(build).eval()
    batches = setting.tensor(x).split(batch_size)

    def predict():
        setting.use()
        with torch.inference_mode():
            return torch.cat([model(batch) for batch in batches])

    return predict
