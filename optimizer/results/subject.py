"""The subject of a region's plan: its nodes, links, capacities and demands in the words and rows of the pack."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.columns import CAPACITY_KINDS, LINK_KINDS, NODE_KINDS, ROW_TABLES, decode
from geodata.impedance.impedance import PRICE_PARTS
from geodata.versions.hashing import content_hash
from optimizer.case import Case
from optimizer.flow.plan import Plan
from optimizer.results.flow_tables import row_labels
from optimizer.results.itineraries import demand_columns
from optimizer.results.legs import SEGMENTS, segment_of_links
from optimizer.results.names import GATEWAY_NAMES, MODE_NAMES, place_table, subject_names
from optimizer.runs.inputs import inputs_sha256
from optimizer.subject import NO_LETTER, Subject, Words
from supplychain.text import LANGUAGES
from supplychain.vocabulary import MODES

HANDLING: Final = "transshipment"
CAPACITY_TABLES: Final = {"terminal": "terminals", "service": "services", "gate": "terminals", "fleet": "vehicles"}
"""Table of the row a capacity came from, by kind; links name their own."""

AMOUNTS: Final = {
    "resource_cost": "resource_cost",
    "ttw_kg_co2e": "ttw_kg",
    "wtt_kg_co2e": "wtt_kg",
    "vehicle_km": "vehicle_km",
}
"""Amounts per tonne beside those of the problem, and the matrix of the impedance that holds each."""

WORKING_DAY: Final = "working day"

Names = NDArray[np.object_]


def subject_of_case(case: Case, plan: Plan) -> Subject:
    """Return a region's plan with the names and rows of the pack.

    Rows of links are those of the pack, or links of the stored network where one was planned on; a handling link names
    its row of ``transshipments`` and stands between two nodes whose row is the terminal.

    Parameters
    ----------
    case, plan
        The two belong together.
    """
    links, impedance = case.network.links, case.impedance
    kind = decode(links.kind, LINK_KINDS)
    region = case.pack.region
    return Subject(
        title=case.scenario.scenario_id,
        problem=case.problem,
        plan=plan,
        nodes=_nodes(case),
        links=_links(case, kind),
        capacities=_capacities(case),
        letters=MODES,
        letter=np.where(kind == HANDLING, NO_LETTER, links.mode).astype(np.int8),
        link_kind=kind,
        length_km=links.length_m / 1000.0,
        hours=impedance.time_h,
        money_parts={part: getattr(impedance, part) for part in PRICE_PARTS},
        demands=_demands(case),
        capacity_kind=_of_capacities(case, decode(case.network.capacities.kind, CAPACITY_KINDS), ""),
        currency=region.currency,
        price_year=region.price_year,
        inputs_sha256=inputs_sha256(case),
        sources=tuple(str(title) for title in case.pack.table("sources")["title"]),
        name=case.scenario.name,
        segment=decode(segment_of_links(case), SEGMENTS),
        amounts_per_t={amount: getattr(impedance, part) for amount, part in AMOUNTS.items()},
        groups=_groups(case),
        names={**subject_names(case.pack), **MODE_NAMES, **GATEWAY_NAMES},
        network="" if case.infrastructure is None else content_hash(case.infrastructure),
        period=WORKING_DAY,
    )


def _groups(case: Case) -> dict[str, str]:
    """Return the reporting group of each terminal that has one."""
    terminals = case.pack.table("terminals")
    grouped = terminals[terminals["gateway_group"].notna() & (terminals["gateway_group"] != "")]
    return dict(zip(grouped["terminal_id"], grouped["gateway_group"], strict=True))


def _nodes(case: Case) -> Words:
    """Return the rows of nodes: places, terminals and markets by their table, junctions as nodes of the network."""
    nodes = case.network.nodes
    kind, row_id = decode(nodes.kind, NODE_KINDS), nodes.subject_id
    tables = {"junction": "nodes" if case.infrastructure is None else "network_nodes", "terminal": "terminals"}
    tables |= {"market": "markets"}
    places = place_table(case.pack)
    of_place = dict(zip(places["place_id"], places["place_kind"] + "s", strict=True))
    table = [of_place.get(row, "") if what == "place" else tables[what] for what, row in zip(kind, row_id, strict=True)]
    named = subject_names(case.pack)
    return Words(
        table=np.array(table, dtype=object),
        row_id=row_id,
        name_vi=np.array([named[row].vi if row in named else row for row in row_id], dtype=object),
        name_en=np.array([named[row].en if row in named else row for row in row_id], dtype=object),
    )


def _links(case: Case, kind: Names) -> Words:
    """Return the rows of links; a handling link is called by its terminal and what it does there."""
    links = case.network.links
    labels = row_labels(case)
    handling = np.flatnonzero(kind == HANDLING)
    before, after = decode(links.from_mode, MODES)[handling], decode(links.mode, MODES)[handling]
    for language in LANGUAGES:
        column = f"name_{language}"
        labels[column] = labels[column].copy()
        labels[column][handling] = [
            f"{at}: {MODE_NAMES[one].of(language)} → {MODE_NAMES[other].of(language)}"
            for at, one, other in zip(labels[column][handling], before, after, strict=True)
        ]
    return Words(
        table=decode(links.row_table, ROW_TABLES),
        row_id=links.row_id,
        name_vi=labels["name_vi"],
        name_en=labels["name_en"],
    )


def _capacities(case: Case) -> Words:
    table, links = case.network.capacities, case.network.links
    first = np.array([members[0] if len(members := table.members(one)) else -1 for one in range(len(table))], dtype=int)
    of_link = np.append(decode(links.row_table, ROW_TABLES), "")[first]
    kinds = decode(table.kind, CAPACITY_KINDS)
    tables = [CAPACITY_TABLES.get(kind, link) for kind, link in zip(kinds, of_link, strict=True)]
    ids = np.array(case.problem.capacity_ids, dtype=object)
    return Words(
        table=_of_capacities(case, np.array(tables, dtype=object), ""),
        row_id=_of_capacities(case, table.row_id, ""),
        name_vi=_of_capacities(case, table.name_vi, ids),
        name_en=_of_capacities(case, table.name_en, ids),
    )


def _of_capacities(case: Case, values: Names, otherwise: Names | str) -> Names:
    """Return values of the network's capacities in the order of the problem's; of a capacity it lacks, another."""
    place = pd.Index(case.network.capacities.capacity_id).get_indexer(pd.Index(case.problem.capacity_ids))
    found: Names = np.where(place < 0, otherwise, np.append(values, "")[place])
    return found


def _demands(case: Case) -> pd.DataFrame:
    """Return the columns of the demand with its class, trade row and assumptions."""
    demand = case.demand
    table = demand_columns(case)
    class_ids = np.array([one.class_id for one in demand.classes], dtype=object)
    return table.assign(
        class_id=class_ids[demand.class_index],
        trade_id=demand.trade_id.astype(object),
        mix_id=demand.mix_id.astype(object),
        assumption_ids=demand.assumption_ids.astype(object),
    )
