"""The capsule network as a whole: it names the digit, and it draws it again."""

import numpy as np

from course_lib.checks import check_number
from course_lib.nn.capsules import CapsuleLengths
from course_lib.nn.losses import MeanSquaredError, check_labels
from course_lib.nn.network import Network


def mask_capsules(capsules, labels):
    """Keep the labeled capsule of each example, set the others to 0, and write all in one row.

    Parameters
    ----------
    capsules : ndarray, shape (N, J, D)
    labels : ndarray of int, shape (N,)

    Returns
    -------
    ndarray, shape (N, J * D)

    Examples
    --------
    >>> mask_capsules(np.array([[[1.0, 2.0], [3.0, 4.0]]]), np.array([1])).tolist()
    [[0.0, 0.0, 3.0, 4.0]]
    """
    labels = check_labels(labels, capsules)
    rows = np.arange(len(labels))
    masked = np.zeros_like(capsules)
    masked[rows, labels] = capsules[rows, labels]
    return masked.reshape(len(masked), -1)


class CapsuleNetwork(Network):
    """One capsule per class, and a decoder that draws the input from the true class's capsule.

    The lengths of the capsules are the outputs and take the place of logits. While training, all
    capsules but that of the true class are set to 0, the decoder makes an image of what is left,
    and the error of that image is added to the loss (Sabour, Frosst and Hinton 2017, section 4.1).
    So the capsule has to hold what the digit looks like.

    Parameters
    ----------
    encoder : list of Layer
        From images to capsules (N, J, D).
    decoder : list of Layer
        From masked capsules (N, J * D) to all H * W * C pixels of an image in one row.
    reconstruction_weight : float
        What the sum of squared pixel errors of one image counts in the loss.

    Notes
    -----
    ``layers`` holds the encoder, one `CapsuleLengths` and the decoder, in this order.

    Examples
    --------
    >>> from course_lib.nn import CapsuleVotes, Dense, PrimaryCapsules, Routing, Sigmoid
    >>> rng = np.random.default_rng(0)
    >>> encoder = [PrimaryCapsules(4), CapsuleVotes(49, 4, 10, 8, rng), Routing()]
    >>> network = CapsuleNetwork(encoder, [Dense(80, 196, rng), Sigmoid()])
    >>> x = np.ones((2, 7, 7, 4), np.float32)
    >>> network.forward(x).shape
    (2, 10)
    >>> network.reconstruct(network.capsules(x), np.array([3, 5])).shape
    (2, 196)
    >>> network.encoder.n_parameters, network.decoder.n_parameters
    (15680, 15876)
    """

    def __init__(self, encoder, decoder, reconstruction_weight=0.0005):
        super().__init__([*encoder, CapsuleLengths(), *decoder])
        self.n_encoder = len(encoder)
        self.reconstruction_weight = check_number("reconstruction_weight", reconstruction_weight,
                                                  at_least=0)

    @property
    def encoder(self):
        """The layers from images to capsules, as a network."""
        return Network(self.layers[: self.n_encoder])

    @property
    def decoder(self):
        """The layers from masked capsules to pixels, as a network."""
        return Network(self.layers[self.n_encoder + 1 :])

    def capsules(self, x, training=False):
        """The class capsules (N, J, D) of a batch of images."""
        return self.encoder.forward(x, training)

    def forward(self, x, training=False):
        """The lengths of the class capsules, shape (N, J)."""
        return self.layers[self.n_encoder].forward(self.capsules(x, training), training)

    def backward(self, dy, input_gradient=True):
        """Pass a gradient of the lengths back to the images; the decoder has no part in it."""
        return self.encoder.backward(self.layers[self.n_encoder].backward(dy), input_gradient)

    def reconstruct(self, capsules, labels, training=False):
        """Images (N, pixels) that the decoder makes of the labeled capsules."""
        return self.decoder.forward(mask_capsules(capsules, labels), training)

    def to_probabilities(self, outputs):
        """The lengths, divided by their sum: shape (N, classes).

        A length is a degree of belief that the digit is there, and several may be. Their softmax
        would be almost flat, because no length exceeds 1. Where all are 0, as an untrained network
        has them on a blank image, all classes are equally probable.
        """
        lengths = outputs + np.finfo(outputs.dtype).tiny  # too little to change any but a 0
        return lengths / lengths.sum(axis=1, keepdims=True)

    def loss_and_gradients(self, x, labels, loss, weight=1.0):
        """Forward and backward over one batch; fills ``grads``.

        Parameters
        ----------
        x : ndarray, shape (N, H, W, C)
            Images; the decoder is to draw them again.
        labels : ndarray of int, shape (N,)
        loss : MarginLoss
            Or another loss that takes lengths and labels.
        weight : float
            Factor for all gradients: the share of this batch in a larger one.

        Returns
        -------
        value : float
            Loss of the lengths plus ``reconstruction_weight`` times the mean, over the batch, of
            the sum of squared pixel errors. Not multiplied by ``weight``.
        lengths : ndarray, shape (N, J)
        """
        capsules = self.capsules(x, training=True)
        lengths_layer = self.layers[self.n_encoder]
        lengths = lengths_layer.forward(capsules, training=True)
        value = loss.forward(lengths, labels)

        drawn = self.reconstruct(capsules, labels, training=True)
        error = MeanSquaredError()
        factor = self.reconstruction_weight * drawn.shape[1]  # from a mean over pixels to a sum
        value += factor * error.forward(drawn, x.reshape(len(x), -1))

        d_masked = self.decoder.backward(error.backward() * (weight * factor))
        d_capsules = mask_capsules(d_masked.reshape(capsules.shape), labels).reshape(capsules.shape)
        d_capsules += lengths_layer.backward(loss.backward() * weight)
        self.encoder.backward(d_capsules, input_gradient=False)
        return value, lengths
