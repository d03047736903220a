"""Mode chains of freight: the best path of each, cut into legs with money, time and CO2e of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from geodata.answers.mode_chains import MOST_LEGS, NO_LETTER, ChainGraph, ChainPath, best_path_by_chain
from geodata.columns import ARRIVAL_SUFFIX, LINK_KINDS, NODE_KINDS, Floats, Indices
from geodata.impedance.components import ClassCosts
from geodata.impedance.impedance import Impedance
from geodata.network import Network
from geodata.paths import LinkEnds
from supplychain.errors import HinterlandError
from supplychain.text import Text
from supplychain.vocabulary import MODES

ChainObjective = Literal["generalised", "cost", "time", "co2e"]
CHAIN_OBJECTIVES: Final[tuple[ChainObjective, ...]] = ("generalised", "cost", "time", "co2e")

HAUL: Final = "haul"
HANDLING: Final = "handling"
SERVICE: Final = "service"
CHAIN_SIGN: Final = ">"

_HANDLING_LINK: Final = LINK_KINDS.index("transshipment")
_SERVICE_LINK: Final = LINK_KINDS.index("service")
_TERMINAL_NODE: Final = NODE_KINDS.index("terminal")

NO_END: Final = Text(
    en="There is no park, zone, terminal or market {place} in the network. Known ids that look like it: {known}.",
    vi="Không có khu, vùng, bến hoặc thị trường {place} trong mạng lưới. Các mã gần giống: {known}.",
)
NOT_HANDED: Final = Text(
    en="{place} does not hand freight over to or from {mode}; it serves: {known}.",
    vi="{place} không giao nhận hàng với {mode}; bến này phục vụ: {known}.",
)


@dataclass(frozen=True, slots=True)
class ChainLeg:
    """One leg of a path: haulage by one mode, handling at a terminal, or one service.

    Money in pack money per tonne, times in hours, CO2e in kg per tonne; ``carrier_account`` marks a service that the
    sea carrier pays, whose price is 0 to the shipper.
    """

    kind: str
    mode: str
    from_mode: str
    from_id: str
    to_id: str
    terminal_id: str
    service_id: str
    distance_km: float
    moving_time_h: float
    waiting_time_h: float
    price_per_t: float
    time_cost_per_t: float
    carbon_cost_per_t: float
    ttw_kg_per_t: float
    wtt_kg_per_t: float
    carrier_account: bool
    links: Indices

    @property
    def time_h(self) -> float:
        """Moving and waiting time, hours."""
        return self.moving_time_h + self.waiting_time_h

    @property
    def emissions_kg_per_t(self) -> float:
        """CO2e well to wheel, kg per tonne."""
        return self.ttw_kg_per_t + self.wtt_kg_per_t

    @property
    def generalised_cost_per_t(self) -> float:
        """Price, value of time and carbon price, pack money per tonne."""
        return self.price_per_t + self.time_cost_per_t + self.carbon_cost_per_t


@dataclass(frozen=True, slots=True)
class ModeChain:
    """The best path of one chain of modes.

    Parameters
    ----------
    modes
        Modes in the order of travel, neighbours of one mode once.
    impedance
        What was minimised, per tonne (hours where time was).
    legs
        Its legs.
    """

    modes: tuple[str, ...]
    impedance: float
    legs: tuple[ChainLeg, ...]

    @property
    def name(self) -> str:
        """The modes in one word, such as ``road>inland_waterway>sea``."""
        return CHAIN_SIGN.join(self.modes)

    @property
    def terminals(self) -> tuple[str, ...]:
        """Terminals where freight is handled, in the order of travel."""
        return tuple(leg.terminal_id for leg in self.legs if leg.kind == HANDLING)

    def total(self, name: str) -> float:
        """Return the sum of a number of the legs, such as ``price_per_t``."""
        return float(sum(getattr(leg, name) for leg in self.legs))


@dataclass(frozen=True, slots=True)
class ChainQuestion:
    """What is asked of mode chains.

    Parameters
    ----------
    origin_id, destination_id
        A place, terminal or market of the network, or a junction.
    class_id
        Freight class, one of the impedance's.
    objective
        What the best path of a chain minimises: generalised cost, cost (price), time or co2e.
    most_legs
        Most modes in a row.
    carbon_price_per_kg
        Pack money per kg CO2e.
    landed_by, handed_to
        At a terminal: mode by which freight came to the origin, or leaves the destination by, so that the handling
        from or to that mode is part of the path. Empty: the path begins or ends at the terminal's edge, unhandled.
    """

    origin_id: str
    destination_id: str
    class_id: str
    objective: ChainObjective = "generalised"
    most_legs: int = MOST_LEGS
    carbon_price_per_kg: float = 0.0
    landed_by: str = ""
    handed_to: str = ""


def mode_chains(network: Network, impedance: Impedance, question: ChainQuestion) -> tuple[ModeChain, ...]:
    """Return the best path of each feasible chain of modes, by rising generalised cost.

    Parameters
    ----------
    network
        The multimodal network.
    impedance
        Money, time and CO2e of its links by class.
    question
        What is asked.

    Raises
    ------
    HinterlandError
        If an end is not in the network, or a terminal does not serve the mode named.
    KeyError
        If there is no such class.
    ValueError
        If the objective is unknown or ``most_legs`` is below 1.
    """
    if question.class_id not in impedance.class_ids:
        msg = f"There is no class {question.class_id!r}; known: {', '.join(impedance.class_ids)}."
        raise KeyError(msg)
    costs = impedance.class_costs(impedance.class_ids.index(question.class_id))
    values = _LinkValues(costs, _value_of_time(impedance, question.class_id), question.carbon_price_per_kg)
    letter = np.where(network.links.kind == _HANDLING_LINK, NO_LETTER, network.links.mode).astype(np.int8)
    graph = ChainGraph(LinkEnds.of_network(network), letter, values.objective(question.objective), costs.allowed)
    origins = dict.fromkeys(_origins(network, question.origin_id, question.landed_by), 0.0)
    targets = _targets(network, question.destination_id, question.handed_to)
    paths = best_path_by_chain(graph, origins, targets, question.most_legs)
    chains = [_chain(network, path, values) for path in paths]
    return tuple(sorted(chains, key=lambda chain: chain.total("generalised_cost_per_t")))


def chain_along(network: Network, impedance: Impedance, question: ChainQuestion, links: Indices) -> ModeChain:
    """Return a path that is already known as a chain of legs, such as one that a plan takes.

    Parameters
    ----------
    network, impedance, question
        As for ``mode_chains``; the ends of the question do not matter.
    links
        Link indices in the order of travel, int32; at least one.

    Raises
    ------
    KeyError
        If there is no such class.
    """
    if question.class_id not in impedance.class_ids:
        msg = f"There is no class {question.class_id!r}; known: {', '.join(impedance.class_ids)}."
        raise KeyError(msg)
    costs = impedance.class_costs(impedance.class_ids.index(question.class_id))
    values = _LinkValues(costs, _value_of_time(impedance, question.class_id), question.carbon_price_per_kg)
    moves = network.links.mode[links][network.links.kind[links] != _HANDLING_LINK]
    new = np.append([True], moves[1:] != moves[:-1])[: len(moves)]
    word = tuple(int(letter) for letter in moves[new])
    return _chain(network, ChainPath(word, float(values.objective(question.objective)[links].sum()), links), values)


def _value_of_time(impedance: Impedance, class_id: str) -> float:
    return float(impedance.classes[impedance.class_ids.index(class_id)].value_of_time_vnd_per_t_h)


class _LinkValues:
    """Values of every link for one tonne of the class, float64[L] each."""

    def __init__(self, costs: ClassCosts, value_of_time: float, carbon_price_per_kg: float) -> None:
        self.price = costs.part("price")
        self.moving = costs.part("moving_time_h")
        self.waiting = costs.part("waiting_time_h")
        self.ttw, self.wtt = costs.part("ttw_kg"), costs.part("wtt_kg")
        self.time_cost = value_of_time * (self.moving + self.waiting)
        self.carbon_cost = carbon_price_per_kg * (self.ttw + self.wtt)

    def objective(self, name: ChainObjective) -> Floats:
        """Return what a path minimises."""
        if name == "generalised":
            return self.price + self.time_cost + self.carbon_cost
        if name == "cost":
            return self.price
        if name == "time":
            return self.moving + self.waiting
        if name == "co2e":
            return self.ttw + self.wtt
        msg = f"objective must be one of {', '.join(CHAIN_OBJECTIVES)}, got {name!r}."
        raise ValueError(msg)


def _sides(network: Network, terminal_id: str) -> dict[str, int]:
    """Return the departing node of each mode of a terminal; empty when it is none."""
    nodes = network.nodes
    mine = np.flatnonzero((nodes.subject_id == terminal_id) & (nodes.kind == _TERMINAL_NODE))
    return {
        MODES[int(nodes.mode[node])]: int(node)
        for node in mine.tolist()
        if not str(nodes.node_id[node]).endswith(ARRIVAL_SUFFIX)
    }


def _origins(network: Network, place_id: str, landed_by: str) -> Sequence[int]:
    sides = _sides(network, place_id)
    if not sides:
        return [_end(network, place_id, landed_by, network.origin_index)]
    if not landed_by:
        return list(sides.values())
    _check_side(sides, place_id, landed_by)
    return [network.destination_index(f"{place_id}:{landed_by}")]


def _targets(network: Network, place_id: str, handed_to: str) -> Sequence[int]:
    sides = _sides(network, place_id)
    if not sides:
        return [_end(network, place_id, handed_to, network.destination_index)]
    if not handed_to:
        return [network.destination_index(f"{place_id}:{mode}") for mode in sides]
    _check_side(sides, place_id, handed_to)
    return [sides[handed_to]]


def _end(network: Network, place_id: str, mode: str, find: Callable[[str], int]) -> int:
    try:
        node = find(place_id)
    except KeyError:
        known = _look_alikes(network, place_id)
        raise HinterlandError(NO_END.format(place=place_id, known=", ".join(known) or "–")) from None
    if mode:
        raise HinterlandError(NOT_HANDED.format(place=place_id, mode=mode, known="–"))
    return node


def _check_side(sides: dict[str, int], place_id: str, mode: str) -> None:
    if mode not in sides:
        raise HinterlandError(NOT_HANDED.format(place=place_id, mode=mode, known=", ".join(sides)))


def _look_alikes(network: Network, place_id: str) -> list[str]:
    subjects = sorted({str(subject) for subject in network.nodes.subject_id})
    return get_close_matches(place_id, subjects, n=5, cutoff=0.5)


def _chain(network: Network, path: ChainPath, values: _LinkValues) -> ModeChain:
    links, link = network.links, path.links
    kind, mode = links.kind[link], links.mode[link]
    starts = np.ones(len(link), dtype=np.bool_)
    hauled = ~np.isin(kind, (_HANDLING_LINK, _SERVICE_LINK))
    starts[1:] = ~(hauled[1:] & hauled[:-1] & (mode[1:] == mode[:-1]))
    parts = np.split(link, np.flatnonzero(starts)[1:])
    legs = tuple(_leg(network, part, values) for part in parts)
    return ModeChain(tuple(MODES[letter] for letter in path.word), path.impedance, legs)


def _leg(network: Network, link: NDArray[np.int32], values: _LinkValues) -> ChainLeg:
    links, nodes = network.links, network.nodes
    first, last = int(link[0]), int(link[-1])
    kind = {_HANDLING_LINK: HANDLING, _SERVICE_LINK: SERVICE}.get(int(links.kind[first]), HAUL)

    def total(of: Floats) -> float:
        return float(of[link].sum())

    return ChainLeg(
        kind=kind,
        mode=MODES[int(links.mode[first])],
        from_mode=MODES[int(links.from_mode[first])],
        from_id=str(nodes.node_id[links.from_index[first]]).removesuffix(ARRIVAL_SUFFIX),
        to_id=str(nodes.node_id[links.to_index[last]]).removesuffix(ARRIVAL_SUFFIX),
        terminal_id="" if kind == HAUL else str(links.terminal_id[first]),
        service_id=str(links.row_id[first]) if kind == SERVICE else "",
        distance_km=total(links.length_m) / 1000.0,
        moving_time_h=total(values.moving),
        waiting_time_h=total(values.waiting),
        price_per_t=total(values.price),
        time_cost_per_t=total(values.time_cost),
        carbon_cost_per_t=total(values.carbon_cost),
        ttw_kg_per_t=total(values.ttw),
        wtt_kg_per_t=total(values.wtt),
        carrier_account=bool(links.carrier_account[first]),
        links=link,
    )
