"""Layers, losses, initializers and optimizers in plain NumPy, and the network that holds them."""

from .activations import ReLU
from .batchnorm import BatchNorm
from .convolution import Conv2D
from .dense import Dense
from .flatten import Flatten
from .gradcheck import check_gradients, numerical_gradient
from .initializers import glorot_uniform, he_normal
from .layer import Layer
from .losses import SoftmaxCrossEntropy, softmax
from .network import Network
from .optimizers import Adam
from .pooling import MaxPool2D

__all__ = [
    "Adam", "BatchNorm", "Conv2D", "Dense", "Flatten", "Layer", "MaxPool2D", "Network", "ReLU",
    "SoftmaxCrossEntropy", "check_gradients", "glorot_uniform", "he_normal", "numerical_gradient",
    "softmax",
]
