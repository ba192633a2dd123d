"""What colors look like to whom: contrast, and simulated color blindness."""

import numpy as np
from matplotlib.colors import to_rgb

# Machado, Oliveira and Fernandes (2009), "A physiologically-based model for simulation of color
# vision deficiency", the matrices for complete deficiency (severity 1.0), for linear RGB.
COLOR_VISION = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868],
         [0.114503, 0.786281, 0.099216],
         [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968],
         [0.280085, 0.672501, 0.047413],
         [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779],
         [-0.078411, 0.930809, 0.147602],
         [0.004733, 0.691367, 0.303900]]
    ),
}


def linear(color):
    """Linear RGB of a color: sRGB with its gamma taken out."""
    c = np.asarray(to_rgb(color))
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def contrast(first, second):
    """Contrast of two colors as WCAG 2 defines it, from 1 (equal) to 21 (black and white)."""
    light = sorted(linear(c) @ [0.2126, 0.7152, 0.0722] + 0.05 for c in (first, second))
    return light[1] / light[0]


def lab(rgb):
    """CIE L*a*b* of linear RGB, in which distances are about as large as they look."""
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    x, y, z = to_xyz @ rgb / (0.9505, 1.0, 1.089)
    def f(t):
        return np.cbrt(t) if t > (6 / 29) ** 3 else t / (3 * (6 / 29) ** 2) + 4 / 29
    return np.array([116 * f(y) - 16, 500 * (f(x) - f(y)), 200 * (f(y) - f(z))])


def difference(first, second, vision="normal"):
    """How far apart two colors look to somebody with this color vision; 2.3 is just noticeable."""
    seen = [np.clip(COLOR_VISION[vision] @ linear(c), 0, 1) for c in (first, second)]
    return np.linalg.norm(lab(seen[0]) - lab(seen[1]))
