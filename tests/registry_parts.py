"""Records for tests of the registry: short edits that are right in every cell, and a database emptied afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from sqlalchemy import Engine, text

from supplychain.errors import FindingsError
from supplychain.registry.changes import make_change
from supplychain.registry.values import Change, Edit

SOURCE: Final = "tenant_list"

_BASE: Final[dict[str, Any]] = {"source": SOURCE, "confidence": "high"}


def source(source_id: str = SOURCE, **values: Any) -> Edit:  # noqa: ANN401 - values of a record
    """Return a source with a licence and a publisher."""
    said = {"title": "Danh sách", "kind": "official", "reference": "r", "licence": "CC BY 4.0", "publisher": "Sở"}
    return Edit("sources", source_id, {**said, **values})


def organisation(organisation_id: str, **values: Any) -> Edit:  # noqa: ANN401
    """Return an enterprise."""
    said = {"name_vi": f"Công ty {organisation_id}", "kind": "enterprise", "synthetic": False, **_BASE}
    return Edit("organisations", organisation_id, {**said, **values})


def facility(facility_id: str, organisation_id: str, **values: Any) -> Edit:  # noqa: ANN401
    """Return a factory of an organisation, without a position."""
    said = {"organisation_id": organisation_id, "name_vi": f"Nhà máy {facility_id}", "kind": "factory"}
    return Edit("facilities", facility_id, {**said, "synthetic": False, **_BASE, **values})


def offer(offer_id: str, facility_id: str, **values: Any) -> Edit:  # noqa: ANN401
    """Return an offer of a facility."""
    said = {"facility_id": facility_id, "article_vi": "Bảng mạch", "synthetic": False, **_BASE}
    return Edit("offers", offer_id, {**said, **values})


def offer_month(row_id: str, offer_id: str, month: str, **values: Any) -> Edit:  # noqa: ANN401
    """Return the capacity of an offer in a month."""
    said = {"offer_id": offer_id, "month": month, "capacity": 100.0, "free_capacity": 40.0, "synthetic": False}
    return Edit("offer_months", row_id, {**said, **_BASE, **values})


def partnership(row_id: str, one: str, other: str, **values: Any) -> Edit:  # noqa: ANN401
    """Return a partnership of two organisations."""
    said = {"organisation_a_id": one, "organisation_b_id": other, "kind": "đào tạo", "synthetic": False}
    return Edit("partnerships", row_id, {**said, **_BASE, **values})


def relation(row_id: str, supplier: str, customer: str, **values: Any) -> Edit:  # noqa: ANN401
    """Return a supply relation of two facilities."""
    said = {"supplier_facility_id": supplier, "customer_facility_id": customer, "synthetic": False}
    return Edit("supply_relations", row_id, {**said, **_BASE, **values})


def write(engine: Engine, *edits: Edit, **described: Any) -> Change:  # noqa: ANN401 - parts of a change
    """Make edits as one change."""
    said = {"kind": "edit", "author": "Lan", "source_id": SOURCE, **described}
    return make_change(engine, edits, **said)


def set_values(table: str, record_id: str, **values: Any) -> Edit:  # noqa: ANN401
    """Return an edit of some fields."""
    return Edit(table, record_id, values)


@contextmanager
def refusal(match: str) -> Iterator[None]:
    """Expect everything wrong to be told at once, and one of its sentences to match."""
    with pytest.raises(FindingsError) as caught:
        yield
    told = caught.value.sentence("en")
    assert re.search(match, told), told


@contextmanager
def emptied(engine: Engine) -> Iterator[Engine]:
    """Yield a PostGIS database for tests that commit, and empty registry, history and pack afterwards."""
    yield engine
    with engine.begin() as connection:
        found = connection.execute(
            text(
                "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename <> 'alembic_version'"
            )
        )
        names = [row[0] for row in found]
        for name in names:
            if name.startswith("registry_staged_"):
                connection.execute(text(f"DROP TABLE {name}"))
        kept = [name for name in names if not name.startswith(("registry_staged_", "network_"))]
        # What never changes is held by triggers; tests begin anew all the same.
        triggers = text(
            "SELECT DISTINCT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace"
        )
        frozen = [name for name in connection.scalars(triggers) if name in kept]
        for name in frozen:
            connection.execute(text(f"ALTER TABLE {name} DISABLE TRIGGER USER"))
        connection.execute(text(f"TRUNCATE {', '.join(kept)} RESTART IDENTITY CASCADE"))
        for name in frozen:
            connection.execute(text(f"ALTER TABLE {name} ENABLE TRIGGER USER"))
