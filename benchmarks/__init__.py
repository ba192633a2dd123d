"""Beside named peers: how fast the library is, and whether it computes the same (`oracle`)."""
