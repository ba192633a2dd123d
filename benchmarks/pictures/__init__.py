"""Pictures of handwritten digits as people would take them: many styles, drawn at random by seed.

Each style is a function of a random generator and a digit (28 x 28, ink is 255). The digit is drawn
anew as strokes of ink on a larger sheet; then come the sheet's color and rules, the light, and the
camera or the file format. ``python -m benchmarks.pictures`` counts how many are read.
"""

from benchmarks.pictures import sheets, rooms  # noqa: F401, I001  they add their styles
from benchmarks.pictures.register import STYLES, draw_picture

__all__ = ["STYLES", "draw_picture"]
