"""Memory of a process with many threads: a few heaps for all of them, in place of one for each."""

from __future__ import annotations

import ctypes
import sys
from typing import Final

M_ARENA_MAX: Final = -8
"""As ``malloc.h`` of the GNU C library has it."""

HEAPS: Final = 2


def share_heaps() -> bool:
    """Let the threads made from now on share a few heaps, and return whether the system can.

    The GNU C library gives each thread a heap of its own, up to eight for each core, and keeps in each what was freed
    there: a service would grow by what its largest answers took, times its threads. Other libraries do not.
    """
    if sys.platform != "linux":
        return False
    library = ctypes.CDLL(None)
    if not hasattr(library, "gnu_get_libc_version"):
        return False
    return bool(library.mallopt(M_ARENA_MAX, HEAPS))
