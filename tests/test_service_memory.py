"""Threads of a web process share a few heaps: what one has freed, another takes."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import ctypes, resource, sys, threading
from api.service.memory import share_heaps
if sys.argv[1] == "shared":
    assert share_heaps()
library = ctypes.CDLL(None)
library.malloc.restype = ctypes.c_void_p
library.malloc.argtypes = [ctypes.c_size_t]
library.free.argtypes = [ctypes.c_void_p]
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


@pytest.mark.skipif(sys.platform != "linux", reason="The heaps are those of the GNU C library.")
def test_many_threads_take_few_heaps() -> None:
    counts = {}
    for how in ("shared", "each"):
        done = subprocess.run([sys.executable, "-c", PROGRAM, how], capture_output=True, text=True, check=True)
        counts[how] = int(done.stdout)
    assert counts["shared"] <= 3
    assert counts["each"] > counts["shared"]
