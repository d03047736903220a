"""What every answer on supply risk begins and ends with: the registry as a viewer sees it; told, mapped, written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from api.registry.reading import open_registry, viewer_named
from api.routes.answer import Answer, records, write_answer
from api.routes.provenance import provenance
from api.routes.tell import tell_written, warn
from supplychain.errors import HinterlandError
from supplychain.risk.build import TABLES, Level, SupplyFacts, build_supply
from supplychain.sourcing.read import Look, read_rows
from supplychain.text import Text

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from api.console import Talk

NO_FACILITY: Final = Text(
    en="There is no facility {name} that {viewer} may see; made-up ones need --synthetic. `hinterland search` finds "
    "ids.",
    vi="Không có cơ sở {name} mà {viewer} được xem; cơ sở giả lập cần --synthetic. `hinterland search` tìm mã.",
)
NO_DATE: Final = Text(
    en="{text} is no day; write it like 2026-11-23.", vi="{text} không phải ngày; hãy ghi như 2026-11-23."
)
NO_RELATIONS: Final = Text(
    en="No supply relation is on record for {viewer}; made-up ones need --synthetic.",
    vi="Chưa có quan hệ cung ứng nào {viewer} được xem; dữ liệu giả lập cần --synthetic.",
)
LEFT_OUT: Final = Text(
    en="Left out: {ended} relations not in force on {on}, {orphans} that name a facility not shown; needs without a "
    "quantity in tonnes: {uncounted}.",
    vi="Không tính: {ended} quan hệ không có hiệu lực ngày {on}, {orphans} quan hệ có cơ sở không được xem; nhu cầu "
    "chưa rõ số tấn: {uncounted}.",
)


CUSTOMER: Final = Text(en="Customer", vi="Bên mua")
FACILITY: Final = Text(en="Facility", vi="Cơ sở")
NAME: Final = Text(en="Name", vi="Tên")
ITEM: Final = Text(en="Item", vi="Mặt hàng")
MASS: Final = Text(en="t/month", vi="tấn/tháng")
AGAIN: Final = Text(en="In an earlier tier", vi="Đã ở tầng trước")


@dataclass(frozen=True, slots=True)
class RiskRequest:
    """What every question of risk is asked with.

    Parameters
    ----------
    database
        The database.
    viewer
        public, everything, or an organisation.
    synthetic
        Whether made-up records count.
    on
        Day looked at as written; empty for today.
    show
        Most rows printed.
    out, crs
        Where to write, and the coordinate reference system of layers.
    """

    database: str
    viewer: str = "public"
    synthetic: bool = False
    on: str = ""
    show: int = 20
    out: Path | None = None
    crs: str = "EPSG:4326"

    @property
    def day(self) -> date:
        """Day looked at.

        Raises
        ------
        HinterlandError
            If the text is none.
        """
        if not self.on:
            return date.today()  # noqa: DTZ011 - the user's own calendar day
        try:
            return date.fromisoformat(self.on)
        except ValueError as error:
            raise HinterlandError(NO_DATE.format(text=self.on)) from error


@dataclass(frozen=True, slots=True)
class Told:
    """How an answer is printed.

    Parameters
    ----------
    title
        Above the table.
    headings
        One a column shown.
    cells
        Makes the cells of a row of the main table.
    """

    title: Text
    headings: Sequence[Text]
    cells: Callable[[Mapping[str, Any]], Sequence[Text]]


def read_supply(
    request: RiskRequest, gates: Mapping[str, tuple[float, float]] | None = None, level: Level = "article"
) -> SupplyFacts:
    """Return what the registry says of supply, as the viewer sees it.

    Raises
    ------
    HinterlandError
        If the database cannot be used, the viewer is nobody, or the day is none.
    """
    day = request.day
    with open_registry(request.database) as connection:
        viewer = viewer_named(connection, request.viewer)
        rows = read_rows(connection, TABLES, Look(viewer, day, request.synthetic))
    return build_supply(rows, day, gates, level)


def require_facilities(facts: SupplyFacts, facilities: Sequence[str], request: RiskRequest) -> None:
    """Raise unless the viewer sees every facility; a hidden one and one that is not there get the same answer.

    Raises
    ------
    HinterlandError
        Naming the first that is not there.
    """
    for name in facilities:
        if name not in facts.catalogue.parties:
            raise HinterlandError(NO_FACILITY.format(name=name, viewer=request.viewer))


def finish(
    question: str,
    request: RiskRequest,
    facts: SupplyFacts,
    tables: Mapping[str, pd.DataFrame],
    told: Told,
    talk: Talk,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Print, write and answer."""
    if not facts.graph.relation_ids:
        warn(NO_RELATIONS.format(viewer=request.viewer), talk)
    main = next(iter(tables.values()))
    language = talk.language
    rows = [[cell.of(language) for cell in told.cells(row)] for row in records(main.head(request.show))]
    talk.table(told.title, told.headings, rows)
    if facts.ended or facts.orphans or facts.uncounted_needs:
        talk.say(
            LEFT_OUT.format(
                ended=len(facts.ended), on=request.day, orphans=len(facts.orphans), uncounted=len(facts.uncounted_needs)
            )
        )
    kept = {"viewer": request.viewer, "synthetic": str(request.synthetic), "on": request.day.isoformat()}
    source = provenance(question, "", **kept)
    left_out = {
        "ended_relations": list(facts.ended),
        "relations_not_shown": len(facts.orphans),
        "needs_without_tonnes": list(facts.uncounted_needs),
    }
    document = {**source, **{name: records(table) for name, table in tables.items()}, **(more or {}), **left_out}
    answer = Answer(tables, lambda: _layers(tables, facts), document, source)
    if request.out is not None:
        tell_written(write_answer(answer, request.out, request.crs), talk)
    talk.answer(document)


def _layers(tables: Mapping[str, pd.DataFrame], facts: SupplyFacts) -> dict[str, gpd.GeoDataFrame]:
    """Return the rows that name a facility as points, and the supply relations as straight lines, where both stand."""
    import shapely  # noqa: PLC0415 - only when a map is written

    from geodata.answers.frames import to_layer  # noqa: PLC0415

    found = {}
    for name, table in tables.items():
        column = next((one for one in ("customer_id", "facility_id", "subject") if one in table.columns), None)
        if column is None:
            continue
        spots = [facts.spot(str(one)) for one in table[column]]
        placed = table[[spot is not None for spot in spots]]
        if len(placed):
            found[name] = to_layer(placed, [shapely.Point(spot.lon, spot.lat) for spot in spots if spot is not None])
    lines = relation_lines(facts)
    if lines is not None:
        found["supply_relations"] = lines
    return found


def relation_lines(facts: SupplyFacts) -> gpd.GeoDataFrame | None:
    """Return the relations whose two ends have a position as straight lines; None where there is none."""
    import shapely  # noqa: PLC0415 - only when a map is written

    from geodata.answers.frames import to_layer  # noqa: PLC0415

    graph = facts.graph
    rows, lines = [], []
    for flow, relation in enumerate(graph.relation_ids):
        ends = [graph.facility_ids[int(side[flow])] for side in (graph.supplier, graph.customer)]
        spots = [facts.spot(end) for end in ends]
        if spots[0] is None or spots[1] is None:
            continue
        rows.append((relation, *ends, graph.items[int(graph.item[flow])], float(graph.mass_t[flow])))
        lines.append(shapely.LineString([(spots[0].lon, spots[0].lat), (spots[1].lon, spots[1].lat)]))
    if not rows:
        return None
    columns = ("relation_id", "supplier_id", "customer_id", "item", "mass_t_per_month")
    return to_layer(table_of([dict(zip(columns, row, strict=True)) for row in rows], columns), lines)


def table_of(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Return rows as a table with these columns, also where there is no row."""
    import pandas as pd  # noqa: PLC0415 - keeps `--help` quick

    return pd.DataFrame([[row[name] for name in columns] for row in rows], columns=list(columns))


def plain(value: object) -> Text:
    """Return a name or code as it is in both languages."""
    return Text(en=str(value), vi=str(value))
