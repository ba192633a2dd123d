"""Keep memory that was used once, instead of asking the operating system for it again and again.

A layer makes large arrays and drops them a moment later. The C library of Linux gives such memory
back to the system at once, and the system hands it out again page by page, each page first filled
with zeros. For arrays of a few megabytes that takes longer than the arithmetic: a training step was
measured to become two to four times faster without it (``benchmarks/``).
"""

import ctypes

# From malloc.h of the GNU C library.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
_LARGEST_MMAP_THRESHOLD = 32 * 2**20  # bytes; the library takes no more
_KEPT = 2**30  # bytes


def keep_freed_memory():
    """Tell the C library to keep up to 1 GiB of freed memory for this process.

    Changes speed only. Lasts until the process ends, and may be called any number of times. Does
    nothing where the C library is another one (macOS, Windows, musl), whose own ways differ.

    Returns
    -------
    bool
        Whether the C library took the wish.

    Examples
    --------
    >>> keep_freed_memory() in (True, False)
    True
    """
    try:
        mallopt = ctypes.CDLL("libc.so.6").mallopt
    except (OSError, AttributeError):
        return False
    wishes = ((_MMAP_THRESHOLD, _LARGEST_MMAP_THRESHOLD), (_TRIM_THRESHOLD, _KEPT), (_ARENA_MAX, 1))
    taken = [mallopt(which, size) == 1 for which, size in wishes]
    return all(taken)
