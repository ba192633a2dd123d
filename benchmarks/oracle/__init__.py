"""Does the library compute what PyTorch computes? In float64, down to rounding.

``python -m benchmarks.oracle`` prints a table. What our layers are in PyTorch stands in
`benchmarks.oracle.reference`, as plain as PyTorch allows; no gradient is written there, they come
from PyTorch's automatic differentiation.
"""

from benchmarks.oracle import layers, losses, networks, steps
from benchmarks.oracle.compare import LIMIT, largest_difference

# By name ("kind: case") a function without arguments that gives pairs of arrays, ours and
# PyTorch's.
COMPARISONS = (
    layers.COMPARISONS | losses.COMPARISONS | steps.COMPARISONS | networks.COMPARISONS
)

__all__ = ["COMPARISONS", "LIMIT", "largest_difference"]
