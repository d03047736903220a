"""How long tests wait for what must come about: so long that only what never comes fails, however busy the machine."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, sleep
from typing import Any, Final

import httpx

PATIENCE_S: Final = 150.0
"""Half of what a test may take (``timeout`` in ``pyproject.toml``), so that it says itself what it waited for."""

LOOK_S: Final = 0.02
MOST_TRIES: Final = 5


def wait_until(is_so: Callable[[], object], what: str, seconds: float = PATIENCE_S) -> None:
    """Wait until something is so; fails saying what did not come about."""
    end = monotonic() + seconds
    while not is_so():
        assert monotonic() < end, f"not so within {seconds:g} s: {what}"
        sleep(LOOK_S)


def browser(address: str, **given: Any) -> httpx.Client:  # noqa: ANN401 - settings of the client
    """Return a client of a service on this machine that waits patiently for its answers."""
    return httpx.Client(base_url=address, trust_env=False, timeout=PATIENCE_S, **given)


def hold_within(take: Callable[[], float], most_s: float) -> None:
    """Hold that something can be done within some seconds.

    Other work on the machine may get in the way of one try; it is tried again, and what is slow itself is slow each
    time.
    """
    taken: list[float] = []
    while len(taken) < MOST_TRIES and not any(one < most_s for one in taken):
        taken.append(take())
    assert min(taken) < most_s, taken
