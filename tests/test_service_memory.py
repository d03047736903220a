"""Threads of a web process share a few heaps: what one has freed, another takes, and large pieces go back."""

from __future__ import annotations

import subprocess
import sys

import pytest

BEGIN = """
import ctypes, sys, threading
from api.service.memory import share_heaps
if sys.argv[1] == "shared":
    assert share_heaps()
library = ctypes.CDLL(None)
library.malloc.restype = ctypes.c_void_p
library.malloc.argtypes = [ctypes.c_size_t]
library.free.argtypes = [ctypes.c_void_p]
"""
THREADS = """
gate = threading.Barrier(12)
def work():
    gate.wait()
    pieces = [library.malloc(40_000) for _ in range(20)]
    gate.wait()
    for piece in pieces:
        library.free(piece)
threads = [threading.Thread(target=work) for _ in range(12)]
for one in threads:
    one.start()
for one in threads:
    one.join()
with open("/proc/self/maps") as maps:
    # A heap of a thread begins at a multiple of 64 MiB.
    print(sum(int(line.split("-")[0], 16) % (64 << 20) == 0 and "[heap]" not in line for line in maps))
"""


def printed_by(program: str) -> dict[str, int]:
    """Run a program with shared heaps and with one for each thread, and return the number that it prints."""
    command = [sys.executable, "-c", BEGIN + program]
    return {how: int(subprocess.check_output([*command, how], text=True)) for how in ("shared", "each")}


@pytest.mark.skipif(sys.platform != "linux", reason="The heaps are those of the GNU C library.")
def test_many_threads_take_few_heaps() -> None:
    counts = printed_by(THREADS)
    assert counts["shared"] <= 3
    assert counts["each"] > counts["shared"]


LARGE = """
def anonymous_kb():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("RssAnon"))
library.free(library.malloc(24 << 20))
before = anonymous_kb()
pieces = []
for _ in range(4):
    pieces.append(library.malloc(8 << 20))
    ctypes.memset(pieces[-1], 1, 8 << 20)
    library.malloc(100_000)
for piece in pieces:
    library.free(piece)
print(anonymous_kb() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="The heaps are those of the GNU C library.")
def test_large_pieces_go_back_to_the_system_though_small_ones_lie_behind_them() -> None:
    """Four pieces of 8 MiB, a small one behind each: a heap left alone keeps 32 MiB."""
    kept_kb = printed_by(LARGE)
    assert kept_kb["shared"] < 4096
    assert kept_kb["each"] > 24 * 1024
