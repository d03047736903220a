"""Memory of a process of many threads that runs for months: few heaps, large pieces given back, short collections."""

from __future__ import annotations

import ctypes
import gc
import sys
from typing import Final

M_TRIM_THRESHOLD: Final = -1
M_MMAP_THRESHOLD: Final = -3
M_ARENA_MAX: Final = -8
"""As ``malloc.h`` of the GNU C library has them."""

HEAPS: Final = 2
LARGE_BYTES: Final = 1 << 20
KEPT_BYTES: Final = 4 << 20


def share_heaps() -> bool:
    """Let the threads made from now on share a few heaps that keep no large pieces; return whether the system can.

    The GNU C library gives each thread a heap of its own, up to eight for each core, and keeps in each what was freed
    there: a service would grow by what its largest answers took, times its threads. After the first large piece that
    is freed it takes all of that size from the heaps too, which one small piece behind them then keeps as they are.
    Here pieces of ``LARGE_BYTES`` come from the system and go back to it. Other libraries do neither.
    """
    if sys.platform != "linux":
        return False
    library = ctypes.CDLL(None)
    if not hasattr(library, "gnu_get_libc_version"):
        return False
    wanted = ((M_ARENA_MAX, HEAPS), (M_MMAP_THRESHOLD, LARGE_BYTES), (M_TRIM_THRESHOLD, KEPT_BYTES))
    return all(library.mallopt(name, value) for name, value in wanted)


def keep_for_good() -> None:
    """Let no later collection look at what there is now: the program itself, which lasts as long as its process.

    A full collection looked at all of it, some 350,000 objects in a fifth of a second, while every request waited.
    """
    gc.collect()
    gc.freeze()
