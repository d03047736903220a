"""Where each value of a record comes from: source, publisher, licence and time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from supplychain.registry.redirects import last_own_state
from supplychain.registry.states import State, current_states
from supplychain.registry.values import Record


@dataclass(frozen=True, slots=True)
class FieldOrigin:
    """One value and where it comes from.

    Parameters
    ----------
    column, value
        The field.
    source_id
        Row of ``sources``.
    title, publisher, licence
        What that row says; None where it says nothing. A source that is no more is told as it last was.
    at
        When the registry took the value over, ISO 8601 UTC; empty where nobody recorded it.
    """

    column: str
    value: Any
    source_id: str
    title: str | None
    publisher: str | None
    licence: str | None
    at: str


def field_origins(connection: Connection, record: Record) -> tuple[FieldOrigin, ...]:
    """Return the origin of every field of a record that has a value, in the order of the columns."""
    named = {origin.source_id for origin in record.origins.values()}
    states: dict[str, State | None] = dict(current_states(connection, "sources", named))
    for source_id in named - states.keys():
        states[source_id] = last_own_state(connection, "sources", source_id)
    found = []
    for column, value in record.values.items():
        origin = record.origins.get(column)
        if value is None or origin is None:
            continue
        state = states.get(origin.source_id)
        said = {name: None if state is None else state.value(name) for name in ("title", "publisher", "licence")}
        found.append(FieldOrigin(column=column, value=value, source_id=origin.source_id, at=origin.at, **said))
    return tuple(found)
