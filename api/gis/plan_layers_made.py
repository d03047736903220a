"""The layers of one recorded run, made from its record and its flow without solving again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from api.gis.kept_layers import Made, folder_of, kept_layer
from api.gis.plan_layers_fields import capacity_fields, flow_fields, table_of
from api.regions import PACK_MODELS
from api.runs_read import unpacked_contents
from geodata.columns import NO_CODE
from geodata.features.source import Origin
from geodata.features.table import FeatureTable, Shapes
from geodata.versions.read import read_stored
from geodata.versions.store import list_versions
from optimizer.case import build_case
from optimizer.results.flow_tables import UNNAMED, capacity_table, link_table
from optimizer.runs.contents import RecordError, content_of, read_flow
from optimizer.runs.kept_plan import KeptPlan, kept_plan
from optimizer.runs.record import RunRecord
from optimizer.runs.replay import FLOW, pack_of_record
from optimizer.scenarios.resolve import parse_scenario
from supplychain.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sqlalchemy import Engine

    from api.gis.collections import Asking
    from api.gis.plan_layers_runs import ChosenRun
    from geodata.infrastructure.infrastructure import Infrastructure
    from geodata.network import Network
    from optimizer.case import Case
    from optimizer.runs.contents import Flow

FLOWS: Final = "plan_flows"
CAPACITIES: Final = "plan_capacities"
LINK_TABLES: Final = ("links", "network_links")
SERVICES: Final = "services"
WAYS: Final = (*LINK_TABLES, SERVICES)
SMALLEST_USE: Final = 1e-6
"""Units a day up to which a capacity counts as unused."""

NETWORK_GONE: Final = Text(
    en="The run was planned on the stored network {name} ({version}), which this database no longer has. Import the "
    "network again, then ask again.",
    vi="Lần chạy dùng mạng lưới đã lưu {name} ({version}), nay cơ sở dữ liệu không còn. Hãy nhập lại mạng lưới rồi "
    "thử lại.",
)
SOURCE: Final = Text(
    en="Hinterland plan of scenario “{name}”, run {run} (an optimum under stated costs, not a forecast){network}",
    vi="Phương án Hinterland của kịch bản “{name}”, lần chạy {run} (tối ưu theo chi phí đã nêu, không phải dự báo)"
    "{network}",
)
ON_NETWORK: Final = Text(en=", on network {name}", vi=", trên mạng lưới {name}")
NO_NETWORK: Final = Text(en="", vi="")


def made_plan_layers(asking: Asking, run: ChosenRun) -> dict[str, Made]:
    """Return the layers ``plan_flows`` and ``plan_capacities`` of a run.

    Raises
    ------
    RecordError
        If what the run was made from was not kept, is damaged, or rests on a network that is gone.
    """
    record = RunRecord.from_text(run.record)
    with asking.engine.connect() as connection:
        contents = unpacked_contents(connection, record)
    infrastructure = _infrastructure(asking, record)
    scenario = parse_scenario(json.dumps(dict(record.scenario), ensure_ascii=False), "record")
    case = build_case(pack_of_record(record, contents, PACK_MODELS), scenario, infrastructure)
    return plan_layers_of(run, case, read_flow(content_of(contents, record.flow, FLOW), FLOW))


def plan_layers_of(run: ChosenRun, case: Case, flow: Flow) -> dict[str, Made]:
    """Return the layers of a run whose case and flow are at hand.

    Raises
    ------
    RecordError
        If the case lacks a demand, link or capacity that the run used.
    """
    kept = kept_plan(case.problem, flow, run.document.get("bottlenecks"))
    origin, currency = _origin(run, case), case.pack.region.currency
    return {
        FLOWS: Made(flow_features(case, kept, currency), origin),
        CAPACITIES: Made(capacity_features(case, kept, currency), origin),
    }


def keep_plan_layers(engine: Engine, run: ChosenRun, case: Case, flow: Flow) -> None:
    """Keep the layers of a run that was just recorded: on a large network they take long to be made again."""
    kept_layer(folder_of(engine), run.key, FLOWS, lambda: plan_layers_of(run, case, flow))


def flow_features(case: Case, kept: KeptPlan, currency: str) -> FeatureTable:
    """Return links and services of the region that carry something, one feature a row, both directions together."""
    directed = link_table(case, kept)
    directed = directed[directed["row_table"].isin(WAYS)]
    links = case.network.links
    at = pd.Index(links.link_id).get_indexer(pd.Index(directed["link_id"]))
    prices = pd.Series(kept.shadow_price, index=list(case.problem.capacity_ids))
    directed = directed.assign(
        at=at,
        backward=np.where(links.reversed[at], directed["t_per_day"], 0.0),
        link_class=links.to_columns()["link_class"][at],
        shadow_price=directed["capacity_id"].map(prices),
    )[~_is_overseas(case)[at]]
    rows = _by_row(directed)
    names = _names(case)
    known = rows.index.to_frame(index=False).merge(names, on=["row_table", "row_id"], how="left").fillna("")
    columns: dict[str, Any] = {name: rows[name].to_numpy() for name in rows.columns if name != "at"}
    columns |= {name: known[name].to_numpy() for name in known.columns}
    largest = max(columns["t_per_day"].max(initial=0.0), SMALLEST_USE)
    columns["t_per_day_forward"] = columns["t_per_day"] - columns["t_per_day_backward"]
    columns["width"] = columns["t_per_day"] / largest
    ids = [row if table in LINK_TABLES else f"service:{row}" for table, row in rows.index]
    return table_of(flow_fields(currency), ids, columns, _lines(case.network, rows["at"].to_numpy(dtype=np.int64)))


def capacity_features(case: Case, kept: KeptPlan, currency: str) -> FeatureTable:
    """Return the capacities that the plan uses or that bind, as points: of a link its middle, else its terminal."""
    network = case.network
    table = capacity_table(case, kept).rename(columns={"full": "is_full", "penalty_driven": "is_penalty_driven"})
    table["mode"] = network.capacities.to_columns()["mode"]
    priced = table["shadow_price"].notna()
    table["is_penalty_driven"] = table["is_penalty_driven"].astype(object).where(priced, None)
    shown = np.flatnonzero(((table["used_per_day"] > SMALLEST_USE) | (table["shadow_price"] > 0)).to_numpy())
    table, points = table.iloc[shown], _capacity_points(network, shown)
    columns = {name: table[name].to_numpy() for name in table.columns}
    shapes = Shapes("Point", points)
    return table_of(capacity_fields(currency), table["capacity_id"].tolist(), columns, shapes)


def _by_row(directed: pd.DataFrame) -> pd.DataFrame:
    """Return one row a link or service: amounts summed over directions, the rest of its fullest direction."""
    keys = ["row_table", "row_id"]
    amounts = ["t_per_day", "backward", "teu_per_day", "vehicles_per_day"]
    sums = directed.groupby(keys, sort=False)[amounts].sum().rename(columns={"backward": "t_per_day_backward"})
    others = ["at", "mode", "link_class", "capacity_id", "capacity_per_day", "capacity_unit", "background_per_day"]
    fullest = directed.sort_values("utilisation", ascending=False, na_position="last", kind="stable")
    first = fullest.drop_duplicates(keys).set_index(keys)[[*others, "utilisation", "shadow_price"]]
    return sums.join(first)


def _names(case: Case) -> pd.DataFrame:
    """Return road number and names of the rows that carry freight: row_table, row_id, road, name_vi, name_en."""
    parts = []
    if case.infrastructure is None:
        table = case.pack.table("links")[["link_id", "road", "name_vi"]].fillna("")
        name = table["name_vi"].where(table["name_vi"] != "", table["road"])
        parts.append(
            pd.DataFrame({"row_id": table["link_id"], "road": table["road"], "name_vi": name, "name_en": name})
        )
        parts[-1]["row_table"] = LINK_TABLES[0]
    else:
        links = case.infrastructure.links
        name = np.where(links.name != "", links.name, links.ref)
        words = {f"name_{one}": np.where(name != "", name, UNNAMED.of(one)) for one in ("vi", "en")}
        parts.append(pd.DataFrame({"row_id": links.link_id, "road": links.ref, **words, "row_table": LINK_TABLES[1]}))
    services = case.pack.table(SERVICES)[["service_id", "name_vi", "name_en"]].rename(columns={"service_id": "row_id"})
    parts.append(services.assign(road="", row_table=SERVICES))
    return pd.concat(parts, ignore_index=True)


def _is_overseas(case: Case) -> NDArray[np.bool_]:
    """Return which links lead overseas, bool[L]: straight lines across oceans say nothing of where ships go."""
    markets = case.pack.table("markets")
    overseas = set(markets.loc[markets["kind"] == "overseas", "market_id"])
    nodes, links = case.network.nodes, case.network.links
    far = np.fromiter((subject in overseas for subject in nodes.subject_id), dtype=np.bool_, count=len(nodes))
    return np.asarray(far[links.from_index] | far[links.to_index])


def _lines(network: Network, at: NDArray[np.int64]) -> Shapes:
    """Return the lines of some links as they are drawn, a straight one from end to end where none is."""
    links, nodes, drawn = network.links, network.nodes, network.geometries
    place = links.geometry[at].astype(np.int64)
    is_drawn = place != NO_CODE
    ends = np.column_stack([nodes.lon, nodes.lat])[np.stack([links.from_index[at], links.to_index[at]], axis=1)]
    counts = np.where(is_drawn, np.diff(drawn.offsets)[np.where(is_drawn, place, 0)] if len(drawn) else 0, 2)
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    coordinates = np.empty((offsets[-1], 2))
    for row in range(len(at)):
        coordinates[offsets[row] : offsets[row + 1]] = drawn.points(place[row]) if is_drawn[row] else ends[row]
    return Shapes("LineString", coordinates, (offsets,))


def _capacity_points(network: Network, shown: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return where some capacities are, float64[N, 2]; NaN for fleets, which are everywhere."""
    capacities, links, nodes = network.capacities, network.links, network.nodes
    kinds = capacities.to_columns()["kind"]
    points = np.full((len(shown), 2), np.nan)
    terminals = {
        str(subject): (lon, lat)
        for subject, lon, lat, kind in zip(
            nodes.subject_id, nodes.lon, nodes.lat, nodes.to_columns()["kind"], strict=True
        )
        if kind == "terminal"
    }
    for row, capacity in enumerate(shown.tolist()):
        members = capacities.members(capacity)
        if kinds[capacity] == "fleet" or not len(members):
            continue
        member = int(members[0])
        if kinds[capacity] == "link":
            points[row] = _middle(network, member)
        else:
            terminal = str(links.terminal_id[member]) or str(capacities.row_id[capacity])
            start = links.from_index[member]
            points[row] = terminals.get(terminal, (nodes.lon[start], nodes.lat[start]))
    return points


def _middle(network: Network, link: int) -> NDArray[np.float64]:
    """Return the point half way along a link."""
    line = _lines(network, np.array([link])).coordinates
    steps = np.hypot(*np.diff(line, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    half = along[-1] / 2
    return np.array([np.interp(half, along, line[:, 0]), np.interp(half, along, line[:, 1])])


def _infrastructure(asking: Asking, record: RunRecord) -> Infrastructure | None:
    """Return the network a run was planned on, by its content: it may stand under another number now."""
    used = record.network
    if used is None:
        return None
    for stored in list_versions(asking.engine):
        if stored.content_hash == used.sha256:
            return read_stored(asking.engine, stored, folder_of(asking.engine, asking.cache_folder).parent)
    raise RecordError(NETWORK_GONE.format(name=used.name, version=used.version))


def _origin(run: ChosenRun, case: Case) -> Origin:
    used = RunRecord.from_text(run.record).network
    network = NO_NETWORK if used is None else ON_NETWORK.format(name=used.name)
    sources = () if case.infrastructure is None else case.infrastructure.sources
    licences = dict.fromkeys([case.pack.region.licence, *(one.licence for one in sources)])
    named = dict.fromkeys(one.attribution for one in sources)
    return Origin(
        SOURCE.format(name=run.name, run=run.run_id, network=network),
        "; ".join(one for one in licences if one),
        "; ".join(one for one in named if one),
        run.started_at,
    )
