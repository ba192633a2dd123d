"""As in the package `tqdm`."""

from tqdm import tqdm

__all__ = ["tqdm"]
