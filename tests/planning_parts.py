"""A small region in a database, scenarios in it and of people, and jobs that run within the test."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import httpx
import pandas as pd
from planner_pack import planner_pack
from service_parts import somebody
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session
from tiny_pack import frame_of

from api.access.caller import Caller
from api.access.tables import ACCOUNTS
from api.files.store import store_file
from api.jobs.catalogue import JOB_KINDS
from api.jobs.tables import JOB_FILES, JOBS
from api.regions import PACK_MODELS
from supplychain.database import for_writing
from supplychain.pack import Pack, load_pack
from supplychain.registry.writing import now
from supplychain.text import Text

LAN: Final = somebody("planner", name="lan")
MINH: Final = somebody("planner", name="minh")
HOA: Final = somebody("analyst", name="hoa")
CHIEF: Final = somebody("administrator", name="chief")
FIRM: Final = somebody("firm", name="firm", organisation_id="org_1")
PEOPLE: Final = {"lan": LAN, "minh": MINH, "hoa": HOA, "chief": CHIEF, "firm": FIRM}

NO_FILES: Final = {"reports": [], "layers": False, "tables": False}


def scenario_text(scenario_id: str, *changes: str, base: str | None = None, stack: str = "") -> str:
    """Return a scenario file; each change is written as JSON without its reason."""
    lines = [
        "format: 2",
        f"scenario_id: {scenario_id}",
        f"name: {{vi: Tên {scenario_id}, en: Name of {scenario_id}}}",
        "description: {vi: Thử., en: A test.}",
        *([f"base: {base}"] if base else []),
        *([f"stack: [{stack}]"] if stack else []),
        "changes:" if changes else "changes: []",
        *(f"  - {{{change}, reason: {{vi: thử, en: test}}}}" for change in changes),
    ]
    return "\n".join(lines) + "\n"


MORE_FREIGHT: Final = "change: demand, commodities: [furniture], by: 1.25"
LARGER_PORT: Final = "change: table, table: terminals, ids: [city], set: {capacity_teu_per_year: 3000}"


@cache
def region_pack_small() -> Pack:
    """Return the region of ``planner_pack`` as a database takes it, with the scenarios ``base`` and ``larger``."""
    pack = planner_pack()
    tables = dict(pack.tables)
    tables["sources"] = pd.DataFrame(
        [{"source_id": "x", "title": "Tests", "year": 2026, "kind": "own_estimate", "reference": "tests"}]
    )
    for name in ("assumptions", "costs"):
        table = tables[name].copy()
        table["high"] = table[["mid", "high"]].max(axis=1)
        table["low"] = table[["low", "mid"]].min(axis=1)
        tables[name] = table.assign(unit="-") if name == "assumptions" else table
    terminals = tables["terminals"].copy()
    most = terminals["capacity_teu_per_year"]
    terminals["background_teu_per_year"] = terminals["background_teu_per_year"].clip(upper=most)
    tables["terminals"] = terminals
    programme = {"programme_id": "roads", "start_year": 2026, "end_year": 2030}
    action = {"programme_id": "roads", "action_id": "wider", "name_en": "wider", "name_vi": "wider"}
    action |= {"domain": "infrastructure", "status": "planned", "scenario_id": "larger"}
    tables["programmes"] = frame_of("programmes", [programme])
    tables["actions"] = frame_of("actions", [action])
    texts = {"base": scenario_text("base"), "larger": scenario_text("larger", LARGER_PORT)}
    tables["scenarios"] = pd.DataFrame(
        [
            {"scenario_id": name, "name_vi": f"Tên {name}", "name_en": f"Name of {name}", "text": text}
            for name, text in texts.items()
        ]
    )
    return Pack.from_tables(pack.region, tables, PACK_MODELS)


def load_small_region(engine: Engine) -> None:
    """Put the small region in a database."""
    with Session(for_writing(engine)) as session, session.begin():
        load_pack(session, region_pack_small(), PACK_MODELS)


def enter_accounts(engine: Engine, people: Iterable[Caller] = PEOPLE.values()) -> None:
    """Enter the accounts of callers, so that things can be shared with them."""
    rows = [
        {
            "account_id": one.account_id,
            "name": one.name,
            "name_key": one.name,
            "roles": ";".join(sorted(one.roles)),
            "status": "active",
            "created_at": now(),
            "created_by": "tests",
        }
        for one in people
    ]
    with for_writing(engine).begin() as connection:
        connection.execute(insert(ACCOUNTS), rows)


@dataclass
class TestContext:
    """A job that runs here and now: what ``JobContext`` promises, without a worker."""

    __test__ = False

    engine: Engine
    caller: Caller
    job_id: str
    told: list[tuple[str, float | None]] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    parts: int = 0

    @property
    def database(self) -> str:
        """File name or URL of the database."""
        return (
            self.engine.url.render_as_string(hide_password=False) if self._is_server else str(self.engine.url.database)
        )

    @property
    def _is_server(self) -> bool:
        return self.engine.dialect.name != "sqlite"

    def tell(self, text: Text, share: float | None = None) -> None:
        """Keep what is told."""
        self.told.append((text.en, share))

    def step(self, _name: str, make: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """Return what a step gives."""
        return make()

    def spread(self, steps: Mapping[str, Mapping[str, Any]], kind: str) -> Mapping[str, Mapping[str, Any]]:
        """Return what other jobs give, the last first: their order must not matter."""
        found = {}
        for number, (name, request) in enumerate(reversed(list(steps.items()))):
            part = TestContext(self.engine, self.caller, f"{self.job_id}{number}")
            found[name] = json.loads(json.dumps(run_kind(part, kind, json.loads(json.dumps(request)))))
            self.parts += 1
        return found

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """Give a folder."""
        with TemporaryDirectory() as folder:
            yield Path(folder)

    def keep_file(self, path: Path, media_type: str, name: str | None = None) -> str:
        """Keep a file."""
        return self.keep_bytes([path.read_bytes()], media_type, name or path.name)

    def keep_bytes(self, parts: Iterable[bytes], media_type: str, name: str) -> str:
        """Keep bytes as a file of the job."""
        stored = store_file(self.engine, parts, name=name, media_type=media_type, owner=self.caller.account_id)
        self.files[name] = stored.file_id
        row = {name: getattr(stored, name) for name in ("name", "file_id", "media_type", "size", "sha256")}
        with for_writing(self.engine).begin() as connection:
            connection.execute(insert(JOB_FILES).values(job_id=self.job_id, **row))
        return stored.file_id


def run_kind(context: TestContext, kind: str, request: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the function of a kind of job gives."""
    module, _, name = JOB_KINDS[kind].run.partition(":")
    return dict(getattr(import_module(module), name)(context, request))


def run_entered(engine: Engine, job_id: str, caller: Caller) -> tuple[dict[str, Any], TestContext]:
    """Run a job that was entered, as a worker would, and return its result (as JSON) and how it went."""
    with engine.connect() as connection:
        row = connection.execute(select(JOBS).where(JOBS.c.job_id == job_id)).mappings().one()
    context = TestContext(engine, caller, job_id)
    result = run_kind(context, str(row["kind"]), json.loads(row["request"]))
    return json.loads(json.dumps(result, ensure_ascii=False, allow_nan=False)), context


def asked(
    client: httpx.Client, engine: Engine, path: str, body: Mapping[str, Any], who: str = "lan"
) -> tuple[dict[str, Any], TestContext]:
    """Ask the service a question whose work is a job, run the job here, and return its result and how it went."""
    answer = client.post(f"/api/v1/{path}", json=dict(body), headers={"x-test-caller": who})
    assert answer.status_code == 202, answer.text
    return run_entered(engine, answer.json()["job_id"], PEOPLE[who])


def as_who(who: str, **headers: str) -> dict[str, str]:
    """Return the headers of a request of somebody."""
    return {"x-test-caller": who, **headers}
