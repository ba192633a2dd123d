"""Layers, losses, initializers and optimizers in plain NumPy, and the network that holds them."""

from .activations import LeakyReLU, ReLU, Sigmoid, Tanh
from .batchnorm import BatchNorm
from .capsule_network import CapsuleNetwork
from .capsules import CapsuleLengths, CapsuleVotes, PrimaryCapsules, squash
from .convolution import Conv2D
from .dense import Dense
from .dropout import DropConnect, Dropout
from .flatten import Flatten
from .gradcheck import check_gradients, numerical_gradient
from .initializers import glorot_uniform, he_normal
from .layer import Layer
from .losses import MarginLoss, MeanSquaredError, SoftmaxCrossEntropy, softmax
from .network import Network
from .optimizers import SGD, Adam, RMSprop
from .penalties import L1, L2, add_penalty
from .pooling import AvgPool2D, MaxPool2D
from .routing import MaxMinCouplings, Routing, SoftmaxCouplings, max_min_normalize

__all__ = [
    "L1", "L2", "SGD", "Adam", "AvgPool2D", "BatchNorm", "CapsuleLengths", "CapsuleNetwork",
    "CapsuleVotes", "Conv2D", "Dense", "DropConnect", "Dropout", "Flatten", "Layer",
    "LeakyReLU", "MarginLoss", "MaxMinCouplings", "MaxPool2D", "MeanSquaredError", "Network",
    "PrimaryCapsules", "RMSprop", "ReLU", "Routing", "Sigmoid", "SoftmaxCouplings",
    "SoftmaxCrossEntropy", "Tanh", "add_penalty", "check_gradients", "glorot_uniform",
    "he_normal", "max_min_normalize", "numerical_gradient", "softmax", "squash",
]
