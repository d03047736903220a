"""The best path of each mode chain: by hand on the tiny region, against enumeration, laws, and refusals."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_pack import FURNITURE, tiny_pack

from geodata.answers.chain_legs import ChainObjective, ChainQuestion, mode_chains
from geodata.answers.mode_chains import NO_LETTER, ChainGraph, best_path_by_chain
from geodata.assembly.network import build_network
from geodata.impedance.impedance import Impedance, build_impedance
from geodata.network import Network
from geodata.paths import LinkEnds, path_trees
from supplychain.assumptions import apply_assumptions
from supplychain.demand import build_demand
from supplychain.errors import HinterlandError
from supplychain.pack import Pack

ROAD, RAIL, WATER = 0, 1, 2


def graph_of(rows: list[tuple[int, int, int, float]], nodes: int) -> ChainGraph:
    """Return a graph from rows of (from, to, letter, impedance)."""
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    ends = LinkEnds(
        [f"l{row}" for row in range(len(rows))], table[:, 0].astype(np.int32), table[:, 1].astype(np.int32), nodes
    )
    return ChainGraph(ends, table[:, 2].astype(np.int8), table[:, 3], np.ones(len(rows), dtype=np.bool_))


def enumerate_chains(
    rows: list[tuple[int, int, int, float]], origin: int, target: int, most_legs: int, most_links: int
) -> dict[tuple[int, ...], float]:
    """Return the cheapest walk of each word among all walks of at most ``most_links`` links, by plain enumeration."""
    best: dict[tuple[int, ...], float] = {}
    after: dict[int, list[tuple[int, int, float]]] = defaultdict(list)
    for start, end, letter, cost in rows:
        after[start].append((end, letter, cost))
    stack: list[tuple[int, tuple[int, ...], float, int]] = [(origin, (), 0.0, 0)]
    while stack:
        node, word, cost, used = stack.pop()
        if node == target and word:
            best[word] = min(best.get(word, np.inf), cost)
        if used == most_links:
            continue
        for end, letter, more in after[node]:
            longer = word if letter == NO_LETTER or word[-1:] == (letter,) else (*word, letter)
            if len(longer) <= most_legs:
                stack.append((end, longer, cost + more, used + 1))
    return best


def test_each_chain_gets_its_own_best_path() -> None:
    """0 -road 10- 3 direct; 0 -road 1- 1 =handling 2= 2 -water 3- 3; by rail 1 -5- 3 after the same road.

    road 10; road>water 1 + 2 + 3 = 6; road>rail 1 + 5 = 6. The second road link 1 -> 3 of 20 is never best.
    """
    graph = graph_of(
        [
            (0, 3, ROAD, 10.0),
            (0, 1, ROAD, 1.0),
            (1, 2, NO_LETTER, 2.0),
            (2, 3, WATER, 3.0),
            (1, 3, RAIL, 5.0),
            (1, 3, ROAD, 20.0),
        ],
        4,
    )
    found = best_path_by_chain(graph, {0: 0.0}, [3])
    assert [(path.word, path.impedance, path.links.tolist()) for path in found] == [
        ((ROAD, RAIL), 6.0, [1, 4]),
        ((ROAD, WATER), 6.0, [1, 2, 3]),
        ((ROAD,), 10.0, [0]),
    ]


def test_fewer_legs_leave_the_longer_chains_out() -> None:
    graph = graph_of([(0, 1, ROAD, 1.0), (1, 2, WATER, 1.0), (2, 3, ROAD, 1.0), (0, 3, ROAD, 9.0)], 4)
    words = [{path.word for path in best_path_by_chain(graph, {0: 0.0}, [3], legs)} for legs in (1, 2, 3)]
    assert words == [{(ROAD,)}, {(ROAD,)}, {(ROAD,), (ROAD, WATER, ROAD)}]


def test_a_start_that_costs_something_counts() -> None:
    graph = graph_of([(0, 2, ROAD, 5.0), (1, 2, ROAD, 1.0)], 3)
    (path,) = best_path_by_chain(graph, {0: 0.0, 1: 4.5}, [2])
    assert path.impedance == 5.0
    (path,) = best_path_by_chain(graph, {0: 0.0, 1: 3.5}, [2])
    assert (path.impedance, path.links.tolist()) == (4.5, [1])


def test_nothing_leads_there_or_nothing_is_asked() -> None:
    graph = graph_of([(0, 1, ROAD, 1.0)], 3)
    assert best_path_by_chain(graph, {0: 0.0}, [2]) == ()
    assert best_path_by_chain(graph, {}, [2]) == ()
    assert best_path_by_chain(graph, {0: 0.0}, []) == ()
    assert best_path_by_chain(graph, {0: 0.0}, [0]) == ()


def test_refusals_of_the_search() -> None:
    graph = graph_of([(0, 1, ROAD, 1.0)], 2)
    with pytest.raises(ValueError, match="most_legs must be at least 1, got 0"):
        best_path_by_chain(graph, {0: 0.0}, [1], 0)
    with pytest.raises(ValueError, match="Impedance of link 'l0' must be at least 0, got -1"):
        graph_of([(0, 1, ROAD, -1.0)], 2)


link_rows = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4), st.sampled_from([ROAD, RAIL, WATER, NO_LETTER]), st.integers(0, 9)),
    min_size=1,
    max_size=9,
)


@settings(max_examples=150, deadline=None)
@given(rows=link_rows, most_legs=st.integers(1, 3))
def test_the_search_equals_enumeration(rows: list[tuple[int, int, int, int]], most_legs: int) -> None:
    """Cheapest walks of at most 7 links of 5 nodes; a chain the walks do not reach may only need more links."""
    exact = [(start, end, letter, float(cost)) for start, end, letter, cost in rows]
    found = {path.word: path for path in best_path_by_chain(graph_of(exact, 5), {0: 0.0}, [4], most_legs)}
    walked = enumerate_chains(exact, 0, 4, most_legs, 7)
    assert set(walked) <= set(found)
    for word, path in found.items():
        cost, node = 0.0, 0
        spelled: list[int] = []
        for link in path.links.tolist():
            start, end, letter, more = exact[link]
            assert start == node
            node, cost = end, cost + more
            if letter != NO_LETTER and spelled[-1:] != [letter]:
                spelled.append(letter)
        assert (node, tuple(spelled), cost) == (4, word, path.impedance)
        assert path.impedance <= walked.get(word, np.inf)
        if len(path.links) <= 7:
            assert path.impedance == walked[word]


def tiny() -> tuple[Network, Impedance]:
    """Return the network of the tiny region and its impedance for boxes of furniture."""
    pack = tiny_pack()
    network = build_network(pack)
    return network, build_impedance(pack, network, (FURNITURE,))


def test_chains_of_the_tiny_region_by_hand() -> None:
    """Road all the way is 70 km: 20 km at 40 km/h and 50 km at 50 km/h are 1.5 h. By barge 20 km of road, 60 of river.

    The barge sails at 12 km/h: 5 h; the road before it takes 0.5 h.
    """
    network, impedance = tiny()
    question = ChainQuestion("park_a", "port", FURNITURE.class_id)
    found = {chain.name: chain for chain in mode_chains(network, impedance, question)}
    assert set(found) >= {"road", "road>inland_waterway"}
    road, barge = found["road"], found["road>inland_waterway"]
    assert [leg.kind for leg in road.legs] == ["haul"]
    assert road.total("distance_km") == pytest.approx(70.0)
    assert road.total("moving_time_h") == pytest.approx(1.5)
    assert road.terminals == ()
    assert [(leg.kind, leg.mode) for leg in barge.legs] == [
        ("haul", "road"),
        ("handling", "inland_waterway"),
        ("haul", "inland_waterway"),
    ]
    assert [leg.distance_km for leg in barge.legs] == pytest.approx([20.0, 0.0, 60.0])
    assert barge.legs[0].moving_time_h == pytest.approx(0.5)
    assert barge.legs[2].moving_time_h == pytest.approx(5.0)
    assert barge.terminals == ("river",)


def test_what_is_summed_by_leg_is_what_the_links_cost() -> None:
    network, impedance = tiny()
    prices = impedance.row("price", 0)
    times = impedance.row("moving_time_h", 0) + impedance.row("waiting_time_h", 0)
    carbon = impedance.row("ttw_kg", 0) + impedance.row("wtt_kg", 0)
    question = ChainQuestion("park_a", "overseas", FURNITURE.class_id, carbon_price_per_kg=50.0)
    chains = mode_chains(network, impedance, question)
    assert chains
    for chain in chains:
        links = np.concatenate([leg.links for leg in chain.legs])
        assert chain.total("price_per_t") == pytest.approx(prices[links].sum())
        assert chain.total("time_h") == pytest.approx(times[links].sum())
        assert chain.total("emissions_kg_per_t") == pytest.approx(carbon[links].sum())
        whole = prices[links].sum() + 1000.0 * times[links].sum() + 50.0 * carbon[links].sum()
        assert chain.total("generalised_cost_per_t") == pytest.approx(whole)
        assert chain.impedance == pytest.approx(whole)


@pytest.mark.parametrize(
    ("objective", "total"), [("cost", "price_per_t"), ("time", "time_h"), ("co2e", "emissions_kg_per_t")]
)
def test_each_objective_is_least_among_all(objective: ChainObjective, total: str) -> None:
    network, impedance = tiny()
    own = mode_chains(network, impedance, ChainQuestion("park_a", "overseas", FURNITURE.class_id, objective))
    best = mode_chains(network, impedance, ChainQuestion("park_a", "overseas", FURNITURE.class_id))
    least = {chain.name: chain.total(total) for chain in own}
    for chain in best:
        assert least[chain.name] <= chain.total(total) + 1e-9


def test_refusals_of_the_question() -> None:
    network, impedance = tiny()
    with pytest.raises(HinterlandError, match=r"no park, zone, terminal or market park_b .* park_a"):
        mode_chains(network, impedance, ChainQuestion("park_b", "port", FURNITURE.class_id))
    with pytest.raises(HinterlandError, match=r"port does not hand freight over to or from air; it serves: .*sea"):
        mode_chains(network, impedance, ChainQuestion("park_a", "port", FURNITURE.class_id, handed_to="air"))
    with pytest.raises(HinterlandError, match="overseas does not hand freight"):
        mode_chains(network, impedance, ChainQuestion("park_a", "overseas", FURNITURE.class_id, handed_to="sea"))
    with pytest.raises(KeyError, match="no class 'gold'"):
        mode_chains(network, impedance, ChainQuestion("park_a", "port", "gold"))
    with pytest.raises(ValueError, match="objective must be one of generalised, cost, time, co2e"):
        mode_chains(network, impedance, ChainQuestion("park_a", "port", FURNITURE.class_id, "beauty"))  # type: ignore[arg-type]


def test_chains_of_the_shipped_region(region_pack: Pack) -> None:
    """VSIP I to the ship: barges win to Cái Mép (75 km by road), lorries to Cát Lái (28 km), as in what moves today.

    The least path over all chains is the least path of the planner's own search.
    """
    pack = apply_assumptions(region_pack)
    network = build_network(pack)
    impedance = build_impedance(pack, network, build_demand(pack).classes)

    def asked(terminal: str) -> dict[str, float]:
        question = ChainQuestion("vsip_1", terminal, "furniture:container", handed_to="sea")
        found = mode_chains(network, impedance, question)
        return {chain.name: chain.total("generalised_cost_per_t") for chain in found}

    cai_mep, cat_lai = asked("tcit"), asked("cat_lai")
    assert next(iter(cai_mep)) == "road>inland_waterway"
    assert next(iter(cat_lai)) == "road"
    assert {"road", "road>inland_waterway", "road>rail>road"} <= set(cai_mep) & set(cat_lai)
    question = ChainQuestion("vsip_1", "us_west", "furniture:container")
    chains = mode_chains(network, impedance, question)
    place = impedance.class_ids.index("furniture:container")
    costs = impedance.class_costs(place)
    value = impedance.classes[place].value_of_time_vnd_per_t_h
    whole = costs.part("price") + value * (costs.part("moving_time_h") + costs.part("waiting_time_h"))
    trees = path_trees(LinkEnds.of_network(network), whole, [network.origin_index("vsip_1")], costs.allowed)
    assert chains[0].impedance == pytest.approx(trees.impedance[0, network.destination_index("us_west")])
