"""From images to vectors."""

import numpy as np

from course_lib.nn.layer import Layer, batch_first, batch_last, check_gradient, check_input


class Flatten(Layer):
    """Write the pixels of each image (H, W, C) one after the other: (N, H, W, C) to (N, H*W*C).

    Examples
    --------
    >>> Flatten().forward(np.zeros((2, 5, 5, 16))).shape
    (2, 400)
    """

    def forward(self, x, training=False):
        check_input(self, x, (None, None, None, None))
        self.cache = x.shape
        return batch_last(x).reshape(-1, x.shape[0]).T  # a view: no pixel moves

    def backward(self, dy, input_gradient=True):
        n, *image = self.cache
        check_gradient(self, dy, (n, *self.output_shape(image)))
        return batch_first(np.ascontiguousarray(dy.T).reshape(*image, n))

    def output_shape(self, input_shape):
        return (int(np.prod(input_shape)),)
