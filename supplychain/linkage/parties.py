"""Organisations of the registry as parties to compare: with the park and telephone of their one facility."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Connection

from supplychain.linkage.party import Party
from supplychain.registry.history import read_record, read_table
from supplychain.registry.visibility import Viewer

EVERYTHING: Final = Viewer.everything()
_FROM_FACILITY: Final = (
    "address",
    "ward_code",
    "former_ward_code",
    "phone",
    "email",
    "website",
    "park_id",
    "lat",
    "lon",
)


def read_parties(connection: Connection, viewer: Viewer = EVERYTHING, *, synthetic: bool = False) -> Iterator[Party]:
    """Yield the organisations that a viewer sees; what one does not say of its place is taken from its only facility.

    Parameters
    ----------
    connection
        An open connection; it only reads.
    viewer
        Who looks.
    synthetic
        Whether made-up organisations are wanted.
    """
    parks = {
        record.record_id: str(record.values["name_vi"]) for record in read_table(connection, "parks", viewer=viewer)
    }
    facilities: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for record in read_table(connection, "facilities", viewer=viewer, synthetic=synthetic):
        facilities[record.values["organisation_id"]].append(record.values)
    for record in read_table(connection, "organisations", viewer=viewer, synthetic=synthetic):
        yield _party(record.record_id, record.values, facilities.get(record.record_id, ()), parks)


def read_party(connection: Connection, organisation_id: str) -> Party | None:
    """Return one organisation as it is now, without its facilities; None if there is none."""
    record = read_record(connection, "organisations", organisation_id)
    return None if record is None else Party.of(record.record_id, record.values)


def _party(
    organisation_id: str,
    values: Mapping[str, Any],
    facilities: list[Mapping[str, Any]] | tuple[()],
    parks: Mapping[str, str],
) -> Party:
    filled = dict(values)
    if len(facilities) == 1:
        for name in _FROM_FACILITY:
            if not filled.get(name):
                filled[name] = facilities[0].get(name)
        filled["park"] = parks.get(filled.get("park_id") or "")
    return Party.of(organisation_id, filled)
