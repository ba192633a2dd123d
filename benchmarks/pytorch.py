"""The same networks in PyTorch, set up the way that was measured to be fastest on a CPU.

Images in channels_last order, the fused form of AdamW, one thread for each core, plain indexing.
"""

import numpy as np
import torch
from torch import nn


def lenet5():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.MaxPool2d(2), nn.ReLU(),
        nn.Conv2d(6, 16, 5), nn.MaxPool2d(2), nn.ReLU(),
        nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    ).to(memory_format=torch.channels_last)


def vgg_bn():
    def convolution(c_in, filters):
        return [nn.Conv2d(c_in, filters, 3), nn.BatchNorm2d(filters), nn.ReLU()]

    return nn.Sequential(
        *convolution(1, 32), *convolution(32, 32), nn.MaxPool2d(2),
        *convolution(32, 64), *convolution(64, 64), nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(1024, 512), nn.BatchNorm1d(512), nn.ReLU(), nn.Dropout(0.5), nn.Linear(512, 10),
    ).to(memory_format=torch.channels_last)


def nn3l():
    return nn.Sequential(nn.Linear(784, 300), nn.ReLU(), nn.Linear(300, 100), nn.ReLU(),
                         nn.Linear(100, 10))


def as_tensor(x):
    """Images (N, H, W, C) as a channels_last tensor (N, C, H, W), vectors as they are."""
    if x.ndim == 2:
        return torch.from_numpy(x)
    tensor = torch.from_numpy(np.ascontiguousarray(x.transpose(0, 3, 1, 2)))
    return tensor.contiguous(memory_format=torch.channels_last)


def training_step(model, x, labels):
    """A function that makes one training step on one mini-batch."""
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01, fused=True)
    loss = nn.CrossEntropyLoss()
    x, labels = as_tensor(x), torch.from_numpy(labels)

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss(model(x), labels).backward()
        optimizer.step()

    return step


def prediction(model, x, batch_size=1000):
    """A function that computes the logits of all images."""
    model.eval()
    batches = as_tensor(x).split(batch_size)

    def predict():
        with torch.no_grad():
            return torch.cat([model(batch) for batch in batches])

    return predict
