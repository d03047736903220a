"""People and programs that go on working while processes of the service are killed, and remember what was promised."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from benchmarks.load_clients import API
from benchmarks.service_setup import SOURCE

PATIENCE_S = 240.0
"""Seconds after which a client calls a service gone."""

IMPORT_ROWS = 400
ENDED = frozenset(("done", "failed", "cancelled"))


class ServiceGoneError(Exception):
    """The service did not come back."""


@dataclass(slots=True)
class Promises:
    """What the service has acknowledged.

    Parameters
    ----------
    added
        Names of organisations whose making was acknowledged.
    tried
        Names whose making was asked for, acknowledged or not.
    edited
        The last acknowledged edit of each organisation, and the last one asked for.
    jobs
        Every job that was accepted, with its kind.
    imports
        The prefix of the firms of each import, by job.
    refused
        Answers nobody expects.
    """

    added: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    edited: dict[str, tuple[int, int]] = field(default_factory=dict)
    jobs: dict[str, str] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


@dataclass(slots=True)
class CrashClient:
    """One client, which sends again what got no answer, under the same idempotency key.

    Parameters
    ----------
    number
        Of the client.
    base_url, key
        The service.
    promises
        Where it notes what was acknowledged; every client has its own.
    stop
        Set when nothing new is to be begun.
    """

    number: int
    base_url: str
    key: str
    stop: threading.Event
    promises: Promises = field(default_factory=Promises)

    def edit(self) -> None:
        """Add organisations and change one of its own, in turn."""
        with self._http() as http:
            mine = f"crash_{self.number}"
            self._add(http, mine, mine)
            count = 0
            while not self.stop.is_set():
                count += 1
                self._change(http, mine, count)
                self._add(http, f"{mine}_{count}", f"{mine}_{count}")

    def bring_in(self) -> None:
        """Import files of firms, one after another."""
        with self._http() as http:
            count = 0
            while not self.stop.is_set():
                count += 1
                prefix = f"imp{self.number}x{count}x"
                rows = "".join(
                    f"{prefix}{row},Công ty {prefix}{row},enterprise,no,{SOURCE},high\n" for row in range(IMPORT_ROWS)
                )
                text = "organisation_id,name_vi,kind,synthetic,source,confidence\n" + rows
                job = self._import(http, prefix, text.encode())
                if job is not None:
                    self._wait(http, job)

    def plan(self) -> None:
        """Ask for plans, one after another."""
        with self._http() as http:
            while not self.stop.is_set():
                answer = self._send(lambda key: http.post("/runs", json={"scenario": "base"}, headers=key))
                if self._accepted(answer, "plan"):
                    self._wait(http, answer.json()["job_id"])

    def _http(self) -> httpx.Client:
        return httpx.Client(
            base_url=self.base_url + API,
            headers={"Authorization": f"Bearer {self.key}", "Accept-Language": "en"},
            timeout=httpx.Timeout(60.0, connect=5.0),
            trust_env=False,
        )

    def _send(self, ask: Callable[[dict[str, str]], httpx.Response], **headers: str) -> httpx.Response:
        """Send a request until it is answered by other than “not available just now”.

        Raises
        ------
        ServiceGoneError
            If it never is.
        """
        said = {"Idempotency-Key": uuid4().hex, **headers}
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            try:
                answer = ask(said)
            except httpx.TransportError:
                time.sleep(0.1)
                continue
            if answer.status_code not in (429, 503):
                return answer
            time.sleep(0.2)
        msg = f"client {self.number} got no answer for {PATIENCE_S:.0f} s."
        raise ServiceGoneError(msg)

    def _add(self, http: httpx.Client, organisation_id: str, name: str) -> None:
        said = {"kind": "enterprise", "synthetic": True, "source": SOURCE, "confidence": "assumption"}
        body: dict[str, Any] = {"organisation_id": organisation_id, "name_vi": name, **said}
        self.promises.tried.append(organisation_id)
        answer = self._send(lambda headers: http.post("/organisations", json=body, headers=headers))
        if answer.status_code == httpx.codes.CREATED:
            self.promises.added.append(organisation_id)
        else:
            self.promises.refused.append(f"add: {answer.status_code} {answer.text[:200]}")

    def _change(self, http: httpx.Client, organisation_id: str, count: int) -> None:
        path = f"/organisations/{organisation_id}"
        read = self._send(lambda _key: http.get(path))
        if read.status_code != httpx.codes.OK:
            self.promises.refused.append(f"read: {read.status_code} {read.text[:200]}")
            return
        acknowledged = self.promises.edited.get(organisation_id, (0, 0))[0]
        self.promises.edited[organisation_id] = (acknowledged, count)
        body = {"role": str(count)}
        answer = self._send(
            lambda headers: http.patch(path, json=body, headers=headers), **{"If-Match": read.headers["ETag"]}
        )
        if answer.status_code == httpx.codes.OK:
            self.promises.edited[organisation_id] = (count, count)
        else:
            self.promises.refused.append(f"change: {answer.status_code} {answer.text[:200]}")

    def _import(self, http: httpx.Client, prefix: str, content: bytes) -> str | None:
        """Upload a file and ask for its import; return the job."""
        stored = self._send(
            lambda headers: http.post(
                "/files",
                params={"name": f"{prefix}.csv"},
                content=content,
                headers={**headers, "Content-Type": "text/csv"},
            )
        )
        if stored.status_code != httpx.codes.CREATED:
            self.promises.refused.append(f"upload: {stored.status_code} {stored.text[:200]}")
            return None
        body = {"file_id": stored.json()["file_id"], "table": "organisations", "source_id": SOURCE}
        begun = self._send(lambda headers: http.post("/imports", json=body, headers=headers))
        if begun.status_code != httpx.codes.CREATED:
            self.promises.refused.append(f"begin import: {begun.status_code} {begun.text[:200]}")
            return None
        path = f"/imports/{begun.json()['import_id']}/commit"
        answer = self._send(lambda headers: http.post(path, json={"confirm_mapping": True}, headers=headers))
        if not self._accepted(answer, "import"):
            return None
        job = str(answer.json()["job_id"])
        self.promises.imports[job] = prefix
        return job

    def _accepted(self, answer: httpx.Response, kind: str) -> bool:
        if answer.status_code == httpx.codes.ACCEPTED:
            self.promises.jobs[str(answer.json()["job_id"])] = kind
            return True
        self.promises.refused.append(f"{kind}: {answer.status_code} {answer.text[:200]}")
        return False

    def _wait(self, http: httpx.Client, job: str) -> None:
        while not self.stop.is_set():
            answer = self._send(lambda _key: http.get(f"/jobs/{job}"))
            if answer.status_code != httpx.codes.OK or answer.json()["state"] in ENDED:
                return
            self.stop.wait(0.3)
