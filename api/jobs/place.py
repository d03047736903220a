"""Where a worker runs, so that others on the same machine see at once that it is gone."""

from __future__ import annotations

from pathlib import Path
from typing import Final

SEPARATOR: Final = ":"
PROC: Final = Path("/proc")


def place_of(pid: int) -> str:
    """Return the place of a process: start of the machine, name space of its numbers, number, its own start.

    The start is counted by the kernel from the start of the machine, so that neither a number used again nor a clock
    that was set deceives. Where the system tells nothing of this, the parts are empty and nobody concludes anything.
    """
    return SEPARATOR.join((_machine(), str(pid), _start(pid)))


def is_gone(place: str) -> bool:
    """Return whether the process of a place has certainly ended; False where that cannot be known from here."""
    machine, _, process = place.rpartition(SEPARATOR)[0].rpartition(SEPARATOR)
    start = place.rpartition(SEPARATOR)[2]
    if not start or not process.isdigit() or machine != _machine():
        return False
    return _start(int(process)) != start


def _machine() -> str:
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}{SEPARATOR}{(PROC / 'self/ns/pid').stat().st_ino}"
    except OSError:
        return ""


def _start(pid: int) -> str:
    """Return when a process started, in ticks since the machine did; empty where it is gone, its name left or not."""
    try:
        fields = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    # After the name come the state and then, as the twentieth, the start (proc_pid_stat(5)).
    return "" if fields[0] in {"Z", "X"} else fields[19]
