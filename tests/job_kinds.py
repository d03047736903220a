"""Kinds of jobs for tests, run by real workers: ``--kinds job_kinds:KINDS``."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from pathlib import Path
from time import sleep
from types import MappingProxyType
from typing import Any, Final

from api.jobs.kinds import JobContext, JobKind
from supplychain.errors import Finding, FindingsError, HinterlandError
from supplychain.text import Text

Request = Mapping[str, Any]


def empty(_context: JobContext, request: Request) -> Request:
    """Give back what was asked."""
    return {"asked": dict(request)}


def slow(context: JobContext, request: Request) -> Request:
    """Take a time in steps of 50 ms, each told; with ``steps`` each is kept."""
    for number in range(int(request["rounds"])):
        context.tell(Text(en=f"Round {number}", vi=f"Vòng {number}"), number / int(request["rounds"]))
        sleep(0.05)
    return {"rounds": request["rounds"], "process": os.getpid()}


def held(context: JobContext, request: Request) -> Request:
    """Go on, telling, until a file is there."""
    opened = Path(request["opened"])
    while not opened.exists():
        context.tell(Text(en="Held", vi="Đang giữ"))
        sleep(0.05)
    return {"process": os.getpid()}


def stubborn(_context: JobContext, request: Request) -> Request:
    """Hear no signal and tell nothing, as a library that never gives back does."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    Path(request["mark"]).write_text(str(os.getpid()), encoding="ascii")
    sleep(float(request["seconds"]))
    return {}


def steps(context: JobContext, request: Request) -> Request:
    """Add a line to a file in each step: a step that was kept is not run again."""
    log = Path(request["log"])
    found = []
    for number in range(int(request["steps"])):

        def make(number: int = number) -> Request:
            with log.open("a", encoding="ascii") as file:
                file.write(f"{number}\n")
            sleep(float(request["seconds"]))
            return {"number": number}

        found.append(context.step(f"step {number}", make)["number"])
    return {"found": found}


def files(context: JobContext, request: Request) -> Request:
    """Keep files; with ``die`` the first attempt ends between them."""
    first = context.keep_bytes([b"one"], "text/plain", "first.txt")
    mark = Path(request["mark"])
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    with context.folder() as folder:
        (folder / "second.txt").write_text("two", encoding="ascii")
        second = context.keep_file(folder / "second.txt", "text/plain")
    return {"files": [first, second]}


def square(context: JobContext, request: Request) -> Request:
    """Square a number, slowly."""
    sleep(float(request.get("seconds", 0)))
    if request["number"] < 0:
        raise HinterlandError(Text(en="The number is below 0.", vi="Số nhỏ hơn 0."))
    return {"square": request["number"] ** 2, "by": context.caller.name}


def sweep(context: JobContext, request: Request) -> Request:
    """Square many numbers on all workers."""
    asked = {str(number): {"number": number, "seconds": request.get("seconds", 0)} for number in request["numbers"]}
    return {"squares": {name: found["square"] for name, found in context.spread(asked, "square").items()}}


def nested(context: JobContext, request: Request) -> Request:
    """Spread what spreads itself, which is refused."""
    return dict(context.spread({"whole": {"numbers": request["numbers"]}}, "sweep"))


def wrong(_context: JobContext, request: Request) -> Request:
    """End in one of the ways a job can fail."""
    if request["how"] == "refused":
        raise HinterlandError(Text(en="No such thing.", vi="Không có thứ đó."))
    if request["how"] == "findings":
        place = Finding("orders.csv", 3, "mass_t", Text(en="Below 0.", vi="Nhỏ hơn 0."))
        raise FindingsError(Text(en="1 mistake.", vi="1 chỗ sai."), [place])
    if request["how"] == "died":
        os.kill(os.getpid(), signal.SIGKILL)
    if request["how"] == "memory":
        raise MemoryError
    if request["how"] == "not JSON":
        return {"number": float("nan")}
    return {"number": 1 / 0}


def _kind(name: str, retries: int = 30) -> JobKind:
    return JobKind(name, Text(en=name, vi=name), "jobs:own", f"job_kinds:{name}", retries=retries)


KINDS: Final[Mapping[str, JobKind]] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            _kind("empty"),
            _kind("slow"),
            _kind("held"),
            _kind("stubborn"),
            _kind("steps"),
            _kind("files"),
            _kind("square"),
            _kind("sweep"),
            _kind("nested"),
            _kind("wrong", retries=1),
        )
    }
)
"""All of them."""
