"""Layers, losses, initializers and optimizers in plain NumPy, and the network that holds them."""

from course_lib.nn.activations import LeakyReLU, ReLU, Sigmoid, Tanh
from course_lib.nn.batchnorm import BatchNorm
from course_lib.nn.capsule_network import CapsuleNetwork
from course_lib.nn.capsules import CapsuleLengths, CapsuleVotes, PrimaryCapsules, squash
from course_lib.nn.convolution import Conv2D
from course_lib.nn.dense import Dense
from course_lib.nn.describe import describe
from course_lib.nn.dropout import DropConnect, Dropout
from course_lib.nn.flatten import Flatten
from course_lib.nn.gradcheck import check_gradients, numerical_gradient
from course_lib.nn.initializers import glorot_uniform, he_normal
from course_lib.nn.layer import Layer
from course_lib.nn.losses import MarginLoss, MeanSquaredError, SoftmaxCrossEntropy, softmax
from course_lib.nn.network import Network
from course_lib.nn.optimizers import SGD, Adam, RMSprop
from course_lib.nn.penalties import L1, L2, add_penalty
from course_lib.nn.pooling import AvgPool2D, MaxPool2D
from course_lib.nn.routing import MaxMinCouplings, Routing, SoftmaxCouplings, max_min_normalize

__all__ = [
    "L1", "L2", "SGD", "Adam", "AvgPool2D", "BatchNorm", "CapsuleLengths", "CapsuleNetwork",
    "CapsuleVotes", "Conv2D", "Dense", "DropConnect", "Dropout", "Flatten", "Layer",
    "LeakyReLU", "MarginLoss", "MaxMinCouplings", "MaxPool2D", "MeanSquaredError", "Network",
    "PrimaryCapsules", "RMSprop", "ReLU", "Routing", "Sigmoid", "SoftmaxCouplings",
    "SoftmaxCrossEntropy", "Tanh", "add_penalty", "check_gradients", "describe", "glorot_uniform",
    "he_normal", "max_min_normalize", "numerical_gradient", "softmax", "squash",
]
