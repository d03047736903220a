"""Many clients of one service, each sending a request at its times, however late the one before was answered."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle
from random import Random
from typing import Any

from benchmarks.load_connection import Answer, Connection

API = "/api/v1"
WORDS = (
    "bo mạch in",
    "khuôn ép nhựa",
    "thùng carton",
    "cáp điện",
    "thép",
    "gia công cơ khí",
    "logistics",
    "go noi that",
)
EXPECTED = frozenset((200, 201, 202, 204, 304))
LOST_UPDATE = 412


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked of the service.

    Parameters
    ----------
    base_url
        Its address.
    keys
        API keys; a client has one each.
    clients, requests_per_s, seconds
        How many clients send how many requests together for how long.
    organisations
        Ids that can be read and written.
    seed
        Of what is asked when.
    """

    base_url: str
    keys: Sequence[str]
    clients: int
    requests_per_s: float
    seconds: float
    organisations: Sequence[str]
    seed: int


@dataclass(slots=True)
class Outcome:
    """What came of it: seconds from when a request should have been sent to its answer, and whatever went wrong."""

    latency_s: list[float] = field(default_factory=list)
    by_kind: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    written: int = 0
    lost_updates_refused: int = 0


@dataclass(slots=True)
class Client:
    """One client: what it asks next is drawn from its own random numbers.

    Parameters
    ----------
    number
        Of the client.
    load, outcome
        What it asks and where it notes the answers.
    connection
        Its connection.
    """

    number: int
    load: Load
    outcome: Outcome
    connection: Connection

    async def run(self, began: float) -> None:
        """Send requests at their times until the end."""
        random = Random(f"{self.load.seed} {self.number}")  # noqa: S311 - what is asked, no secret
        every_s = self.load.clients / self.load.requests_per_s
        at = began + every_s * self.number / self.load.clients
        while at < began + self.load.seconds:
            await asyncio.sleep(max(0.0, at - time.monotonic()))
            await self._ask(random, at)
            at += every_s

    async def _ask(self, random: Random, due: float) -> None:
        kinds = ("read", "search", "list", "facilities", "edit", "add", "networks", "jobs")
        kind = random.choices(kinds, weights=(35, 15, 15, 10, 10, 5, 5, 5))[0]
        chosen = random.choice(self.load.organisations)
        self.outcome.by_kind[kind] += 1
        if kind == "edit":
            await self._edit(chosen, due)
            return
        if kind == "add":
            await self._send("POST", "/organisations", due, document=self._new(random))
            return
        path = {
            "read": f"/organisations/{chosen}",
            "search": "/search",
            "list": "/organisations",
            "facilities": "/facilities",
            "networks": "/networks",
            "jobs": "/jobs",
        }[kind]
        queries: dict[str, dict[str, Any]] = {"search": {"q": random.choice(WORDS)}, "list": {"limit": 50}}
        query = queries.get(kind, {})
        await self._send("GET", path, due, params=query)

    def _new(self, random: Random) -> dict[str, Any]:
        name = f"Công ty đo tải {self.number}-{random.getrandbits(32):08x}"
        said = {"kind": "enterprise", "synthetic": True, "source": "load_test", "confidence": "assumption"}
        return {"name_vi": name, **said}

    async def _edit(self, chosen: str, due: float) -> None:
        """Change a record as a person does: read it, then write on the state that was read."""
        read = await self._send("GET", f"/organisations/{chosen}", due)
        if read is None:
            return
        began = time.monotonic()
        written = await self._send(
            "PATCH",
            f"/organisations/{chosen}",
            began,
            document={"role": f"đo tải {self.number} {began:.3f}"},
            headers={"If-Match": read.headers["etag"]},
            also=(LOST_UPDATE,),
        )
        if written is not None and written.status == LOST_UPDATE:
            self.outcome.lost_updates_refused += 1
        elif written is not None:
            self.outcome.written += 1

    async def _send(
        self,
        method: str,
        path: str,
        due: float,
        *,
        also: Sequence[int] = (),
        **given: Any,  # noqa: ANN401 - as the connection takes them
    ) -> Answer | None:
        try:
            answer = await self.connection.request(method, API + path, **given)
        except (OSError, ValueError) as error:
            self.outcome.errors[f"{method} {path.split('/')[1]}: {type(error).__name__}"] += 1
            return None
        self.outcome.latency_s.append(time.monotonic() - due)
        if answer.status in EXPECTED or answer.status in also:
            return answer
        told = answer.body.decode(errors="replace")[:200]
        self.outcome.errors[f"{method} {path.split('/')[1]}: {answer.status} {told}"] += 1
        return None


async def drive(load: Load, began: float) -> Outcome:
    """Send the load and return what came of it."""
    outcome = Outcome()
    keys = zip(range(load.clients), cycle(load.keys), strict=False)
    connections = [Connection(load.base_url, key) for _number, key in keys]
    try:
        clients = [Client(number, load, outcome, one) for number, one in enumerate(connections)]
        await asyncio.gather(*(client.run(began) for client in clients))
    finally:
        for one in connections:
            one.close()
    return outcome
