"""A database as an office has it, and accounts with keys: what the benchmarks of the service begin with."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine

from api.access.accounts import NewAccount, create_account
from api.access.keys import NewKey, make_key
from api.access.rights import Role
from api.database import create_database, load_region
from api.regions import region_folder
from supplychain.database import for_writing, open_database
from supplychain.registry.changes import begin_change, commit_change, stage_edits
from supplychain.registry.values import Edit

REGION = "binh_duong"
SOURCE = "load_test"
AUTHOR = "benchmark"
GOODS = ("bo mạch in", "khuôn ép nhựa", "thùng carton", "cáp điện đồng", "thép tấm", "gia công cơ khí", "gỗ nội thất")


def organisation(organisation_id: str, name: str) -> Edit:
    """Return a made-up enterprise."""
    said = {"kind": "enterprise", "synthetic": True, "source": SOURCE, "confidence": "assumption"}
    return Edit("organisations", organisation_id, {"name_vi": name, **said})


def prepare(database: str, firms: int) -> list[str]:
    """Make a database with the region and as many made-up firms with a factory and an offer each; return their ids."""
    create_database(database)
    load_region(database, region_folder(REGION))
    engine = open_database(database)
    try:
        source = {"title": "Firms of the benchmark", "kind": "own_estimate", "reference": "made up"}
        change = begin_change(engine, kind="import", author=AUTHOR, source_id=SOURCE, note="made up")
        stage_edits(engine, change, [Edit("sources", SOURCE, source), *_firms(firms)])
        commit_change(engine, change)
    finally:
        engine.dispose()
    return [f"bench_{number}" for number in range(firms)]


def _firms(count: int) -> list[Edit]:
    edits: list[Edit] = []
    made = {"synthetic": True, "source": SOURCE, "confidence": "assumption"}
    for number in range(count):
        goods = GOODS[number % len(GOODS)]
        edits.append(organisation(f"bench_{number}", f"Công ty TNHH {goods} {number}"))
        place = {"lat": 10.9 + number % 97 / 200, "lon": 106.5 + number % 89 / 200, "position_accuracy_m": 500.0}
        facility = {"organisation_id": f"bench_{number}", "name_vi": f"Nhà máy {goods} {number}", "kind": "factory"}
        edits.append(Edit("facilities", f"bench_f{number}", {**facility, **place, **made}))
        offer = {"facility_id": f"bench_f{number}", "article_vi": goods, "capacity_t_per_month": 10.0 + number % 50}
        edits.append(Edit("offers", f"bench_o{number}", {**offer, **made}))
    return edits


def make_keys(database: str, count: int, roles: Sequence[Role]) -> list[str]:
    """Return the API keys of as many new accounts with these roles."""
    engine = open_database(database)
    try:
        return [_key(engine, f"bench-{'-'.join(roles)}-{number}", frozenset(roles)) for number in range(count)]
    finally:
        engine.dispose()


def _key(engine: Engine, name: str, roles: frozenset[Role]) -> str:
    with for_writing(engine).begin() as connection:
        account = create_account(connection, NewAccount(name=name, full_name=name, roles=roles), AUTHOR)
        return make_key(connection, account, NewKey(title="benchmark"), AUTHOR)[1]
