"""Documents of emission statements: by element, by what people ask for, with factors and what is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from api.documents.frames import frame_table, number_column, text_column
from api.documents.model import Document, Section, Table
from api.documents.units import CO2E_KG, KM
from api.numbers import number
from api.quote import words
from api.styles import MODE_NAMES
from optimizer.emissions.statement import BASIS_NAMES, LEFT_OUT
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.documents.model import Cell, Column, Stand
    from optimizer.emissions.statement import EmissionStatement

OPEN_ROWS: Final = 12
GROUPS: Final = (
    (("mode",), words.BY_MODE),
    (("leg_kind", "mode"), words.BY_LEG),
    (("segment",), words.BY_SEGMENT),
    (("place_id",), words.BY_PARK),
    (("commodity_id",), words.BY_COMMODITY),
    (("data_class",), words.BY_DATA),
)
"""What a statement of a plan is told by, and the title."""
KEY_NAMES: Final = {
    **MODE_NAMES,
    **words.LEG_NAMES,
    **words.DATA_NAMES,
    **words.SEGMENT_NAMES,
    **words.ELEMENT_NAMES,
}
KEY_LABELS: Final = {
    "mode": words.MODE,
    "leg_kind": words.LEG,
    "segment": words.BY_SEGMENT,
    "place_id": words.BY_PARK,
    "commodity_id": words.BY_COMMODITY,
    "data_class": words.DATA,
}


def emissions_document(statement: EmissionStatement, what: Text, stand: Stand, names: Mapping[str, Text]) -> Document:
    """Return the document of a plan's statement.

    Parameters
    ----------
    statement
        Of a plan or a part of it.
    what
        What it is about.
    stand
        What the figures are.
    names
        Names of places, terminals, markets and commodities by id.
    """
    groups = tuple(Section(title, tables=(group_table(statement, columns, title, names),)) for columns, title in GROUPS)
    factors = Section(words.FACTORS_TITLE, tables=(factor_table_of(statement),))
    return Document(
        title=words.EMISSIONS_TITLE.format(what=what),
        stand=stand,
        summary=(*summary(statement), method(statement)),
        sections=(*groups, factors, left_out()),
    )


def summary(statement: EmissionStatement) -> tuple[Text, ...]:
    """Return the figures of a statement in sentences."""
    tonnes = float(statement.elements.groupby("chain_id")["t"].first().sum())
    found = [
        words.CLIMATE_SUMMARY.format(
            kg=number(statement.total_kg),
            tonnes=number(tonnes, 1),
            ttw=number(statement.ttw_kg),
            wtt=number(statement.wtt_kg),
            intensity=number(statement.g_per_tkm, 1),
        )
    ]
    if len(statement.shared):
        found.append(
            words.TWICE.format(
                twice=number(statement.counted_twice_kg),
                km=number(float(statement.shared["shared_vehicle_km"].sum())),
                once=number(statement.once_kg),
            )
        )
    return tuple(found)


def method(statement: EmissionStatement) -> Text:
    """Return how a statement counts."""
    return words.METHOD.format(basis=BASIS_NAMES[statement.basis], factor=number(statement.distance_adjustment, 3))


def left_out() -> Section:
    """Return what no statement holds."""
    return Section(words.LEFT_OUT_TITLE, LEFT_OUT)


def group_table(
    statement: EmissionStatement, columns: tuple[str, ...], title: Text, names: Mapping[str, Text]
) -> Table:
    """Return a statement summed by some columns."""
    frame = statement.by(*columns)
    shown = (
        *(text_column(key, KEY_LABELS[key]) for key in columns),
        number_column("tkm", words.ACTIVITY, words.TKM),
        *amounts(),
        number_column("g_per_tkm", words.INTENSITY, words.G_PER_TKM, 1),
        number_column("share", words.SHARE, digits=1, look="share"),
    )
    note = words.HUBS_WITHIN if columns == ("mode",) else None
    return frame_table(title, frame, shown, note=note, names={**names, **KEY_NAMES}, open_rows=OPEN_ROWS)


def amounts() -> tuple[Column, ...]:
    """Return the columns of operation, energy provision and total."""
    return (
        number_column("ttw_kg_co2e", words.TTW, CO2E_KG, 1),
        number_column("wtt_kg_co2e", words.WTT, CO2E_KG, 1),
        number_column("emissions_kg_co2e", words.WTW, CO2E_KG, 1),
    )


def statement_table(statement: EmissionStatement, names: Mapping[str, Text]) -> Table:
    """Return a statement of one chain element by element, with its total."""
    columns = (
        text_column("element", words.ELEMENT),
        text_column("mode", words.MODE),
        text_column("from", words.FROM),
        text_column("to", words.TO),
        number_column("distance_km", words.ACTUAL, KM, 1),
        number_column("shortest_km", words.SHORTEST, KM, 1),
        number_column("great_circle_km", words.GREAT_CIRCLE, KM, 1),
        number_column("tkm", words.ACTIVITY, words.TKM, 1),
        *amounts(),
        number_column("g_per_tkm", words.INTENSITY, words.G_PER_TKM, 1),
        text_column("allocation", words.ALLOCATION),
        text_column("data_class", words.DATA),
    )
    rows: list[tuple[Cell, ...]] = []
    for row in statement.elements.itertuples():
        ends = [names.get(end.partition(":")[0], end.partition(":")[0]) for end in (str(row.from_id), str(row.to_id))]
        rows.append(
            (
                words.ELEMENT_NAMES[str(row.element_kind)],
                MODE_NAMES[str(row.mode)],
                *ends,
                row.distance_km,
                row.shortest_km,
                row.great_circle_km,
                row.tkm,
                row.ttw_kg_co2e,
                row.wtt_kg_co2e,
                row.emissions_kg_co2e,
                row.g_per_tkm,
                words.ALLOCATION_NAMES[str(row.allocation)],
                words.DATA_NAMES[str(row.data_class)],
            )
        )
    sums = [float(statement.elements[name].sum()) for name in ("distance_km", "shortest_km", "great_circle_km", "tkm")]
    total = (statement.ttw_kg, statement.wtt_kg, statement.total_kg, statement.g_per_tkm)
    rows.append((words.TOTAL, None, None, None, *sums, *total, None, None))
    return Table(words.LEGS_TITLE, columns, tuple(rows), strong=frozenset({len(rows) - 1}), sheet=words.CO2E)


def factor_table_of(statement: EmissionStatement) -> Table:
    """Return the factors of a statement with their rows and sources."""
    columns = (
        text_column("name", words.ROW),
        text_column("what", words.FACTOR),
        number_column("value", words.VALUE, digits=3),
        text_column("unit", words.UNIT),
        number_column("emissions_kg_co2e", words.EMISSIONS_RESTING, CO2E_KG, 1),
        text_column("confidence", words.CONFIDENCE),
        text_column("source_title", words.SOURCE),
    )
    names = dict(words.CONFIDENCE_NAMES)
    return frame_table(words.FACTORS_TITLE, statement.factors, columns, names=names, open_rows=OPEN_ROWS)
