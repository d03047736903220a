"""`hinterland chains`: the best path of each chain of modes between two places of a region."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from api.database import read_region
from api.numbers import number, percent
from api.routes.answer import Answer, check_output, records, write_answer
from api.routes.provenance import attribution_of, provenance, tell_sources
from api.routes.tell import tell_written
from api.styles import MODE_COLOURS, MODE_NAMES, LayerStyle
from geodata.answers.chain_legs import HANDLING, ChainObjective, ChainQuestion, ModeChain, mode_chains
from geodata.answers.chain_tables import chain_table, leg_table
from geodata.answers.frames import to_layer
from geodata.answers.places import Place, find_place, registry_places
from geodata.assembly.network import build_network
from geodata.columns import NODE_KINDS
from geodata.impedance.impedance import build_impedance
from geodata.tables import numbers, texts
from supplychain.assumptions import apply_assumptions
from supplychain.demand import build_demand
from supplychain.errors import HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    from api.console import Talk
    from api.listening import Listener
    from geodata.infrastructure.infrastructure import Source
    from geodata.network import Network
    from supplychain.demand import Demand
    from supplychain.pack import Pack

WGS84: Final = "EPSG:4326"
CARRIER: Final = Text(en="sea carrier pays", vi="hãng tàu trả")
GATEWAY_MODES: Final = {"seaport": "sea", "airport": "air"}
"""Mode by which freight leaves a terminal of a kind or came to it, unless something else is asked."""
NO_HAND_OVER: Final = "none"
KG_PER_T: Final = 1000.0
LEG_KINDS: Final = {
    "haul": Text(en="haul", vi="vận chuyển"),
    "handling": Text(en="handling", vi="xếp dỡ"),
    "service": Text(en="service", vi="dịch vụ"),
}
STYLES: Final = (
    LayerStyle("chain_legs", "line", "mode", MODE_COLOURS, MODE_NAMES, 0.8),
    LayerStyle("chain_terminals", "point", "mode", MODE_COLOURS, MODE_NAMES, 3.0),
)

NO_CLASS: Final = Text(
    en="There is no freight class {name}. There are: {known}.", vi="Không có loại hàng {name}. Hiện có: {known}."
)
NO_CHAIN: Final = Text(
    en="No chain of at most {legs} modes carries {freight} from {origin} to {destination}; try --legs {more}, or "
    "another class.",
    vi="Không có chuỗi nào tối đa {legs} phương thức chở {freight} từ {origin} đến {destination}; hãy thử "
    "--legs {more} hoặc loại hàng khác.",
)
SAME_PLACE: Final = Text(
    en="{place} is both origin and destination; name two places.",
    vi="{place} vừa là nơi đi vừa là nơi đến; hãy ghi hai nơi.",
)
CHOSEN_CLASS: Final = Text(
    en="Freight class: {name}, the largest of {place}; --class names another.",
    vi="Loại hàng: {name}, nhiều nhất tại {place}; --class để chọn loại khác.",
)
WHOLE_REGION: Final = Text(en="the region", vi="cả vùng")
TITLE: Final = Text(
    en="{origin} to {destination}: {freight}, the best path of each chain of modes",
    vi="{origin} đến {destination}: {freight}, đường đi tốt nhất của mỗi chuỗi phương thức",
)
LEGS_TITLE: Final = Text(en="{chain}, leg by leg", vi="{chain}, theo từng chặng")
NOT_SHOWN: Final = Text(
    en="{count} more chains are feasible; --show {all} prints them, --out keeps them all.",
    vi="Còn {count} chuỗi khả thi; --show {all} để in, --out để lưu tất cả.",
)
STEP: Final = Text(en="Building the multimodal network", vi="Dựng mạng đa phương thức")


@dataclass(frozen=True, slots=True)
class ChainRequest:
    """What the command was asked.

    Parameters
    ----------
    origin, destination
        Ids or names of parks, zones, terminals or markets.
    class_id
        Freight class; empty for the largest of the origin.
    objective, legs, show
        What is minimised, most modes in a row, most rows printed.
    carbon_price_per_t
        Pack money per tonne CO2e.
    network
        Stored network joined with the pack's corridors; empty for these alone.
    hand_over
        Mode by which freight leaves a terminal asked for (or came to it); empty: sea at seaports and air at airports;
        ``none``: it ends at the terminal's edge.
    out, crs
        Where to write, and in which coordinate reference system.
    """

    origin: str
    destination: str
    class_id: str = ""
    objective: ChainObjective = "generalised"
    legs: int = 4
    show: int = 8
    carbon_price_per_t: float = 0.0
    hand_over: str = ""
    network: str = ""
    out: Path | None = None
    crs: str = WGS84


STEPS: Final = 1
"""Steps that answering takes."""


@dataclass(frozen=True, slots=True)
class FoundChains:
    """The answer, and what it is told from.

    Parameters
    ----------
    answer
        Tables, layers and document; its notes say which freight class was chosen, where none was named.
    ends
        Origin and destination.
    question
        What was asked of the network.
    chains
        The best first.
    """

    answer: Answer
    ends: tuple[Place, Place]
    question: ChainQuestion
    chains: Sequence[ModeChain]


def find_chains(request: ChainRequest, database: str, listener: Listener) -> FoundChains:
    """Return the best path of each chain of modes.

    Raises
    ------
    HinterlandError
        If there is no region, a place or freight class is not known, or no chain leads there.
    """
    pack = read_region(database)
    listener.begin(STEP)
    ready = apply_assumptions(pack)
    network, ground = _network(request, ready, database)
    demand = build_demand(ready)
    places = _places(ready)
    origin, destination = find_place(request.origin, places), find_place(request.destination, places)
    if origin == destination:
        raise HinterlandError(SAME_PLACE.format(place=origin.label))
    class_id, notes = _class_of(request, demand, origin)
    impedance = build_impedance(ready, network, demand.classes)
    question = ChainQuestion(
        origin.place_id,
        destination.place_id,
        class_id,
        request.objective,
        request.legs,
        request.carbon_price_per_t / KG_PER_T,
        landed_by=_hand_over(request, origin),
        handed_to=_hand_over(request, destination),
    )
    chains = mode_chains(network, impedance, question)
    if not chains:
        told = {"freight": class_id, "origin": origin.label, "destination": destination.label}
        raise HinterlandError(NO_CHAIN.format(legs=request.legs, more=request.legs + 1, **told))
    freight = next(item for item in demand.classes if item.class_id == class_id)
    per_teu = np.nan if freight.t_per_teu is None else freight.t_per_teu
    answer = replace(_answer((pack, ground), network, question, chains, per_teu), notes=notes)
    return FoundChains(answer, (origin, destination), question, chains)


def run_chains(request: ChainRequest, database: str, talk: Talk) -> None:
    """Find, tell and write the best path of each chain of modes."""
    check_output(request.out, request.crs)
    with talk.steps(STEPS) as steps:
        found = find_chains(request, database, steps)
    answer = found.answer
    for note in answer.notes:
        talk.say(note)
    _tell(request, found.ends, found.question, found.chains, answer, talk)
    if request.out is not None:
        tell_written(write_answer(answer, request.out, request.crs), talk)
    tell_sources(answer.provenance["attribution"], talk)
    talk.answer(answer.document)


def _places(pack: Pack) -> tuple[Place, ...]:
    markets = pack.table("markets")
    columns = (texts(markets, "market_id"), numbers(markets, "lon"), numbers(markets, "lat"), texts(markets, "name_vi"))
    return (
        *(place for table in ("parks", "zones", "terminals") for place in registry_places(pack, table)),
        *(
            Place(str(key), float(lon), float(lat), str(name), "market")
            for key, lon, lat, name in zip(*columns, strict=True)
        ),
    )


def _class_of(request: ChainRequest, demand: Demand, origin: Place) -> tuple[str, tuple[Text, ...]]:
    """Return the freight class, and the sentence that it was chosen where none was named."""
    known = [item.class_id for item in demand.classes]
    if request.class_id:
        if request.class_id not in known:
            raise HinterlandError(NO_CLASS.format(name=request.class_id, known=", ".join(known)))
        return request.class_id, ()
    own = np.flatnonzero((demand.origin_id == origin.place_id) | (demand.destination_id == origin.place_id))
    rows = own if own.size else np.arange(len(demand.mass_t_per_day))
    if not rows.size:
        return known[0], ()
    mass = np.bincount(demand.class_index[rows], weights=demand.mass_t_per_day[rows], minlength=len(known))
    chosen = known[int(np.argmax(mass))]
    where = Text(en=origin.label, vi=origin.label) if own.size else WHOLE_REGION
    english = CHOSEN_CLASS.en.format(name=chosen, place=where.en)
    note = Text(en=english, vi=CHOSEN_CLASS.vi.format(name=chosen, place=where.vi))
    return chosen, (note,)


def _hand_over(request: ChainRequest, place: Place) -> str:
    mode = GATEWAY_MODES.get(place.kind, "")
    if request.hand_over == NO_HAND_OVER:
        return ""
    return request.hand_over if mode and request.hand_over else mode


@dataclass(frozen=True, slots=True)
class _Ground:
    """The stored network the planner's one was built from: its name, hash and sources; empty for none."""

    name: str = ""
    content_hash: str = ""
    sources: tuple[Source, ...] = ()


def _network(request: ChainRequest, pack: Pack, database: str) -> tuple[Network, _Ground]:
    if not request.network:
        return build_network(pack), _Ground()
    from api.network.stored import read_stored_network  # noqa: PLC0415 - only where one is asked for

    stored, infrastructure = read_stored_network(database, request.network)
    network = build_network(pack, infrastructure)
    return network, _Ground(stored.name, stored.content_hash, infrastructure.sources)


def _answer(
    sources: tuple[Pack, _Ground],
    network: Network,
    question: ChainQuestion,
    chains: Sequence[ModeChain],
    t_per_teu: float,
) -> Answer:
    pack, ground = sources
    table, legs = chain_table(chains, t_per_teu), leg_table(chains)
    region = pack.region
    facts = {
        "origin_id": question.origin_id,
        "destination_id": question.destination_id,
        "freight_class": question.class_id,
        "objective": question.objective,
        "most_legs": str(question.most_legs),
        "carbon_price_per_t": f"{question.carbon_price_per_kg * KG_PER_T:g}",
        "landed_by": question.landed_by,
        "handed_to": question.handed_to,
        "currency": region.currency,
        "price_year": str(region.price_year),
        "region": region.region_id,
        "inputs_sha256": pack.sha256,
        "network": ground.name,
        "network_sha256": ground.content_hash,
    }
    told = provenance("chains", attribution_of(ground.sources, pack), **facts)
    document = {**told, "chains": records(table), "legs": records(legs)}

    def layers() -> dict[str, Any]:
        return {"chain_legs": _leg_layer(network, chains, legs), "chain_terminals": _terminal_layer(network, chains)}

    return Answer({"chains": table, "legs": legs}, layers, document, told, STYLES)


def _leg_layer(network: Network, chains: Sequence[ModeChain], legs: pd.DataFrame) -> Any:  # noqa: ANN401 - a GeoDataFrame, which carries no types
    """Return legs as lines; handling has none, and services of markets would draw the whole globe."""
    kept, lines = [], []
    market = NODE_KINDS.index("market")
    every = [leg for chain in chains for leg in chain.legs]
    for row, leg in enumerate(every):
        ends = (network.links.from_index[leg.links[0]], network.links.to_index[leg.links[-1]])
        parts = [network.link_points(int(link)) for link in leg.links]
        points = np.vstack([part for part in parts if len(part)] or [np.empty((0, 2))])
        if leg.kind != HANDLING and len(points) > 1 and market not in network.nodes.kind[list(ends)]:
            kept.append(row)
            lines.append(shapely.LineString(points))
    return to_layer(legs.iloc[kept].reset_index(drop=True), lines)


def _terminal_layer(network: Network, chains: Sequence[ModeChain]) -> Any:  # noqa: ANN401 - a GeoDataFrame, which carries no types
    rows: list[dict[str, Any]] = []
    points = []
    for rank, chain in enumerate(chains, start=1):
        for leg in chain.legs:
            if leg.kind == HANDLING:
                node = network.links.from_index[leg.links[0]]
                points.append(shapely.Point(network.nodes.lon[node], network.nodes.lat[node]))
                rows.append(
                    {"rank": rank, "mode_chain": chain.name, "terminal_id": leg.terminal_id, "from_mode": leg.from_mode}
                    | {"mode": leg.mode, "time_h": leg.time_h, "price_per_t": leg.price_per_t}
                )
    columns = ["rank", "mode_chain", "terminal_id", "from_mode", "mode", "time_h", "price_per_t"]
    return to_layer(pd.DataFrame(rows, columns=columns), points)


def _tell(
    request: ChainRequest,
    ends: tuple[Place, Place],
    question: ChainQuestion,
    chains: Sequence[ModeChain],
    answer: Answer,
    talk: Talk,
) -> None:
    language, currency = talk.language, answer.provenance["currency"]
    headings = (
        Text(en="Modes", vi="Phương thức"),
        Text(en="Change at", vi="Đổi tại"),
        Text(en="km", vi="km"),
        Text(en="h", vi="giờ"),
        Text(en=f"price, {currency}/t", vi=f"giá, {currency}/tấn"),
        Text(en=f"generalised, {currency}/t", vi=f"tổng quát, {currency}/tấn"),
        Text(en="more", vi="hơn"),
        Text(en="kg CO2e/t", vi="kg CO2e/tấn"),
    )
    table = next(iter(answer.tables.values()))
    rows = [
        (
            _chain_name(chain, talk),
            ", ".join(chain.terminals) or "–",
            number(row["distance_km"], 1).of(language),
            number(row["time_h"], 1).of(language),
            number(row["price_per_t"]).of(language),
            number(row["generalised_cost_per_t"]).of(language),
            percent(row["more_percent"] / 100.0).of(language),
            number(row["emissions_kg_per_t"], 1).of(language),
        )
        for chain, row in zip(chains, table.to_dict("records"), strict=True)
    ]
    title = TITLE.format(origin=ends[0].label, destination=ends[1].label, freight=question.class_id)
    talk.table(title, headings, rows[: request.show])
    if len(rows) > request.show:
        talk.say(NOT_SHOWN.format(count=len(rows) - request.show, all=len(rows)))
    _tell_legs(chains[0], currency, talk)


def _chain_name(chain: ModeChain, talk: Talk) -> str:
    return " > ".join(MODE_NAMES[mode].of(talk.language) for mode in chain.modes)


def _tell_legs(chain: ModeChain, currency: str, talk: Talk) -> None:
    language = talk.language
    headings = (
        Text(en="Leg", vi="Chặng"),
        Text(en="Mode", vi="Phương thức"),
        Text(en="From", vi="Từ"),
        Text(en="To", vi="Đến"),
        Text(en="km", vi="km"),
        Text(en="h", vi="giờ"),
        Text(en="of which waiting", vi="trong đó chờ"),
        Text(en=f"price, {currency}/t", vi=f"giá, {currency}/tấn"),
        Text(en="kg CO2e/t", vi="kg CO2e/tấn"),
    )
    rows = [
        (
            f"{place}. {LEG_KINDS[leg.kind].of(language)}",
            MODE_NAMES[leg.mode].of(language),
            leg.from_id.partition(":")[0],
            leg.to_id.partition(":")[0],
            number(leg.distance_km, 1).of(language),
            number(leg.time_h, 1).of(language),
            number(leg.waiting_time_h, 1).of(language),
            CARRIER.of(language) if leg.carrier_account else number(leg.price_per_t).of(language),
            number(leg.emissions_kg_per_t, 1).of(language),
        )
        for place, leg in enumerate(chain.legs, start=1)
    ]
    talk.table(LEGS_TITLE.format(chain=_chain_name(chain, talk)), headings, rows)
