"""What the registry holds and what earlier rows of the file brought: ids, identifiers and names to find them by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Connection, or_, select

from supplychain.intake.park_names import ParkNames
from supplychain.intake.targets import TABLES
from supplychain.intake.values.positions import Bounds
from supplychain.models.base import METADATA
from supplychain.registry.redirects import last_own_state, redirects
from supplychain.registry.states import State, current_states
from supplychain.registry.tables import is_in
from supplychain.text import fold

NAME_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "organisations": ("name_vi", "name_en", "short_name"),
        "facilities": ("name_vi", "name_en", "short_name"),
        "articles": ("name_vi", "name_en"),
        "commodities": ("name_vi", "name_en"),
        "plots": ("label",),
        "parks": ("name_vi", "name_en"),
        "terminals": ("name_vi", "name_en"),
    }
)
"""Columns by whose text a record can be referred to; only where exactly one record goes by it."""

KEYS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **{name: declared.key for name, declared in TABLES.items()},
        "assumptions": "assumption_id",
        "commodities": "commodity_id",
        "nodes": "node_id",
        "industry_mixes": "mix_id",
    }
)
"""Column that names a row of each table that records stand in or refer to."""
MARGIN: Final = 0.5
"""Degrees that a position may lie outside the frame of the parks."""

IDENTIFIERS: Final = ("tax_code", "lei")
"""Columns of an organisation that no two organisations share."""


class Known:
    """The registry as one import sees it; what is asked for is read once, in portions.

    Parameters
    ----------
    connection
        An open connection; it only reads. Whoever writes between questions gives another one (``use``), so that no
        reader keeps a writer waiting.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._ids: dict[str, dict[str, bool]] = defaultdict(dict)
        self._brought: dict[str, set[str]] = defaultdict(set)
        self._names: dict[str, dict[str, set[str]]] = {}
        self._brought_names: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._holders: dict[tuple[str, str], set[str]] = {}
        self._brought_holders: dict[tuple[str, str], str] = {}
        self._run_by: dict[str, set[str]] = {}
        self._brought_run_by: dict[str, set[str]] = defaultdict(set)
        self._redirects: dict[tuple[str, str], str] = {}
        self._parks: ParkNames | None = None

    def use(self, connection: Connection) -> None:
        """Read through another connection from now on."""
        self._connection = connection

    def read_ids(self, table: str, ids: Iterable[str]) -> None:
        """Read which of these ids the table has, so that ``has`` answers at once."""
        seen = self._ids[table]
        wanted = {one for one in ids if one not in seen}
        if table not in METADATA.tables:
            seen.update(dict.fromkeys(wanted, True))  # a table of a room to the right, which is not loaded here
            return
        if not wanted:
            return
        column = METADATA.tables[table].c[KEYS[table]]
        found = set(self._connection.execute(select(column).where(is_in(self._connection, column, wanted))).scalars())
        seen.update((one, one in found) for one in wanted)
        moved = wanted - found
        if moved:
            into = redirects(self._connection, table, moved)
            self._redirects.update(((table, record_id), into_id) for record_id, into_id in into.items())

    def has(self, table: str, record_id: str) -> bool:
        """Return whether the registry or an earlier row has this id; merged ids do not count."""
        if record_id in self._brought[table]:
            return True
        if record_id not in self._ids[table]:
            self.read_ids(table, (record_id,))
        return self._ids[table].get(record_id, False)

    def survivor(self, table: str, record_id: str) -> str | None:
        """Return the record that stands for an id that was merged away; None for any other id."""
        if record_id not in self._ids[table]:
            self.read_ids(table, (record_id,))
        return self._redirects.get((table, record_id))

    def last_own_values(self, table: str, record_id: str) -> Mapping[str, Any]:
        """Return the values that a record had before it was merged into another."""
        state = last_own_state(self._connection, table, record_id)
        return (state.values if state else None) or {}

    def states(self, table: str, ids: Iterable[str]) -> dict[str, State]:
        """Return the present states of those of these records that the registry holds."""
        wanted = [one for one in ids if self._ids[table].get(one, True)]
        return current_states(self._connection, table, wanted) if wanted else {}

    def read_holders(self, column: str, values: Iterable[str]) -> None:
        """Read which organisations hold these identifiers, so that ``holders`` answers at once."""
        wanted = {value for value in values if (column, value) not in self._holders}
        if not wanted:
            return
        self._holders.update({(column, value): set() for value in wanted})
        table = METADATA.tables["organisations"]
        query = select(table.c[column], table.c.organisation_id).where(is_in(self._connection, table.c[column], wanted))
        for value, organisation_id in self._connection.execute(query):
            self._holders[column, value].add(organisation_id)

    def holders(self, column: str, value: str) -> set[str]:
        """Return the organisations that hold an identifier, in the registry or by an earlier row."""
        self.read_holders(column, (value,))
        brought = self._brought_holders.get((column, value))
        return self._holders[column, value] | ({brought} if brought else set())

    def named(self, table: str, name: str) -> set[str]:
        """Return the records that go by a name, case and Vietnamese marks apart."""
        if table not in NAME_COLUMNS:
            return set()
        if table not in self._names:
            self._names[table] = self._read_names(table)
        names = self._names[table]
        for brought, record_id in self._brought_names.pop(table, ()):
            names.setdefault(_name_key(brought), set()).add(record_id)
        return names.get(_name_key(name), set())

    def _read_names(self, table: str) -> dict[str, set[str]]:
        names: dict[str, set[str]] = defaultdict(set)
        source = METADATA.tables[table]
        columns = [source.c[name] for name in NAME_COLUMNS[table]]
        query = select(source.c[KEYS[table]], *columns).where(or_(*(column.is_not(None) for column in columns)))
        for record_id, *given in self._connection.execute(query.execution_options(yield_per=5000)):
            for name in given:
                if name:
                    names[_name_key(name)].add(record_id)
        return names

    def facilities_of(self, organisation_id: str) -> set[str]:
        """Return the facilities that an organisation runs."""
        if organisation_id not in self._run_by:
            table = METADATA.tables["facilities"]
            query = select(table.c.facility_id).where(table.c.organisation_id == organisation_id)
            self._run_by[organisation_id] = set(self._connection.execute(query).scalars())
        return self._run_by[organisation_id] | self._brought_run_by.get(organisation_id, set())

    def parks(self) -> ParkNames:
        """Return the parks by the names people write."""
        if self._parks is None:
            table = METADATA.tables["parks"]
            query = select(table.c.park_id, table.c.name_vi, table.c.name_en)
            self._parks = ParkNames(tuple(row) for row in self._connection.execute(query))
        return self._parks

    def bounds(self) -> Bounds | None:
        """Return the frame that positions should lie in: that of the parks, widened; None without parks."""
        table = METADATA.tables["parks"]
        points = list(self._connection.scalars(select(table.c.geometry).where(table.c.geometry.is_not(None))))
        if not points:
            return None
        lons, lats = [point.x for point in points], [point.y for point in points]
        return (min(lons) - MARGIN, min(lats) - MARGIN, max(lons) + MARGIN, max(lats) + MARGIN)

    def bring(self, table: str, record_id: str, values: Mapping[str, Any]) -> None:
        """Note a record that a row of the file brings, so that later rows can refer to it."""
        self._brought[table].add(record_id)
        for column in NAME_COLUMNS.get(table, ()):
            if values.get(column):
                self._brought_names[table].append((values[column], record_id))
        if table == "organisations":
            for column in IDENTIFIERS:
                if values.get(column):
                    self._brought_holders[column, values[column]] = record_id
        elif table == "facilities" and values.get("organisation_id"):
            self._brought_run_by[values["organisation_id"]].add(record_id)
        elif table == "parks" and values.get("name_vi"):
            self.parks().add(record_id, values["name_vi"], values.get("name_en"))


def _name_key(name: str) -> str:
    return " ".join(fold(name).split())
