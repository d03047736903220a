"""What a plan carries, as tables by path, mode, row of a link and demand that do not depend on the order of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.subject import Subject

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Words = NDArray[np.object_]

NO_MODE: Final = "(handling)"
"""Word for links that move freight by no mode: handling, joining, choosing. A folder may have a mode "handling"."""

CHAIN_JOINT: Final = ">"
INLAND: Final = "inland"
HANDLING_KIND: Final = "transshipment"
TERMINALS: Final = "terminals"
ABOUT_DEMAND: Final = ("commodity_id", "place_id", "market_id", "origin_id", "destination_id", "direction", "form")

PATH_AMOUNTS: Final = (
    "t_per_day",
    "teu_per_day",
    "tkm_per_day",
    "cost_per_day",
    "time_cost_per_day",
    "carbon_cost_per_day",
    "carried_cost_per_day",
    "t_h_per_day",
    "emissions_kg_co2e_per_day",
)
"""What every plan says of a path: tonnes, TEU, tonne-km, money, value of time, carbon, the sum of these three,
tonne-hours and CO2e well to wheel; amounts that not every plan knows follow (``Subject.amounts_per_t``)."""


@dataclass(frozen=True, slots=True, eq=False)
class Flows:
    """A plan's flow in tables whose rows stand in the order of their ids; amounts are per period of the subject.

    Parameters
    ----------
    subject
        The plan they are taken from.
    amounts
        Names of the amounts of paths: ``PATH_AMOUNTS`` and what else the plan knows.
    paths
        One row a path: demand_id, mode_chain, gateway_id, access_mode, what is known of the demand, and the amounts.
    by_mode
        Index mode; the amounts, and inland_tkm_per_day where parts of the way are known.
    by_segment
        Index segment; the amounts. Empty where parts of the way are not known.
    by_row
        Index row_table, row_id, kind, mode; name_vi, name_en, t_per_day, teu_per_day.
    demands
        Index demand_id; what is known of the demand, the amounts, demand_t_per_day, demand_teu_per_day,
        unserved_t_per_day, penalty_cost_per_day, generalised_cost_per_day, is_optional, is_wanted (freight that
        somebody wants moved, not a demand the program made to say what a plant or a supply does).
    """

    subject: Subject
    amounts: tuple[str, ...]
    paths: pd.DataFrame
    by_mode: pd.DataFrame
    by_segment: pd.DataFrame
    by_row: pd.DataFrame
    demands: pd.DataFrame


def flows_of(subject: Subject) -> Flows:
    """Return the flow tables of a plan; equal plans give equal tables to the last bit, however their rows stand."""
    entries = _Entries(subject)
    demands = _about_demands(subject)
    paths = _paths(entries, demands)
    amounts = entries.amounts
    return Flows(
        subject=subject,
        amounts=amounts,
        paths=paths,
        by_mode=_by_mode(entries),
        by_segment=_by_segment(entries),
        by_row=_by_row(entries),
        demands=_demands(subject, demands, paths, amounts),
    )


def ranks(ids: tuple[str, ...]) -> Ints:
    """Return the place of each id among all in the order of the alphabet, int64[n]."""
    order = sorted(range(len(ids)), key=ids.__getitem__)
    found = np.empty(len(ids), dtype=np.int64)
    found[order] = np.arange(len(ids))
    return found


def path_order(subject: Subject) -> Ints:
    """Return the paths in the order of their demands' ids, and of the ids of their links within a demand."""
    plan = subject.plan
    demand_rank, link_rank = ranks(subject.problem.demand_ids), ranks(subject.problem.link_ids)
    by_demand = np.argsort(demand_rank[plan.path_demand], kind="stable")
    found: list[int] = []
    same = demand_rank[plan.path_demand][by_demand]
    for group in np.split(by_demand, np.flatnonzero(np.diff(same)) + 1):
        found += sorted(group.tolist(), key=lambda path: tuple(link_rank[plan.links_of_path(path)].tolist()))
    return np.array(found, dtype=np.int64)


class _Entries:
    """Passes of paths over links, path by path in ``path_order`` and in travel order within each."""

    def __init__(self, subject: Subject) -> None:
        plan, problem = subject.plan, subject.problem
        self.subject = subject
        self.order = path_order(subject)
        counts = np.diff(plan.path_link_start)[self.order]
        first = np.repeat(plan.path_link_start[:-1][self.order] - np.cumsum(counts) + counts, counts)
        self.link: Ints = plan.path_links[first + np.arange(counts.sum())].astype(np.int64)
        self.path: Ints = np.repeat(np.arange(self.order.size), counts)
        self.path_demand: Ints = plan.path_demand[self.order].astype(np.int64)
        self.path_t: Floats = plan.path_t_per_day[self.order]
        self.path_teu: Floats = self.path_t * teu_per_t(subject)[self.path_demand]
        cls = problem.demand_class[self.path_demand][self.path]
        t = self.path_t[self.path]
        money, time = problem.money_per_t[cls, self.link] * t, problem.time_cost_per_t[cls, self.link] * t
        emissions = problem.emissions_kg_per_t[cls, self.link] * t
        carbon = problem.carbon_price_per_kg * emissions
        self.passes: dict[str, Floats] = {
            "t_per_day": t,
            "teu_per_day": self.path_teu[self.path],
            "tkm_per_day": subject.length_km[self.link] * t,
            "cost_per_day": money,
            "time_cost_per_day": time,
            "carbon_cost_per_day": carbon,
            "carried_cost_per_day": money + time + carbon,
            "t_h_per_day": subject.hours[cls, self.link] * t,
            "emissions_kg_co2e_per_day": emissions,
        }
        for name, matrix in subject.amounts_per_t.items():
            self.passes[f"{name}_per_day"] = matrix[cls, self.link] * t
        modes = np.array([*subject.letters, NO_MODE], dtype=object)
        self.mode: Words = modes[subject.letter[self.link]]
        self.moves: NDArray[np.bool_] = subject.letter[self.link] >= 0

    @property
    def amounts(self) -> tuple[str, ...]:
        """Names of the amounts."""
        return tuple(self.passes)

    def once(self, place: Ints, size: int) -> dict[str, Floats]:
        """Return tonnes and TEU of each of ``size`` things at ``place``, a path once for each, float64[size]."""
        pairs, at = np.unique(self.path * size + place, return_index=True)
        where = pairs % size
        return {name: _sum_by(where, self.passes[name][at], size) for name in ("t_per_day", "teu_per_day")}

    def sums(self, place: Ints, size: int) -> dict[str, Floats]:
        """Return the amounts of each of ``size`` things, passes counted at ``place``, float64[size] each."""
        found = {name: _sum_by(place, part, size) for name, part in self.passes.items()}
        return {**found, **self.once(place, size)}


def _sum_by(place: Ints, amounts: Floats, size: int) -> Floats:
    return np.asarray(np.bincount(place, weights=amounts, minlength=size), dtype=np.float64)


def teu_per_t(subject: Subject) -> Floats:
    """Return the TEU of a tonne of each demand; 0 where nobody says, float64[D]."""
    if "teu_per_t" not in subject.demands.columns:
        return np.zeros(len(subject.demands))
    return np.asarray(np.nan_to_num(subject.demands["teu_per_t"].to_numpy(dtype=np.float64)))


def _about_demands(subject: Subject) -> pd.DataFrame:
    """Return what is known of each demand, in the order of the problem, by its id."""
    known = subject.demands
    table = pd.DataFrame(index=pd.Index(subject.problem.demand_ids, name="demand_id", dtype=object))
    for column in ABOUT_DEMAND:
        words = known[column].to_numpy(dtype=object) if column in known.columns else np.full(len(known), "", object)
        table[column] = [word if isinstance(word, str) else "" for word in words]
    for language in ("vi", "en"):
        named = f"name_{language}"
        table[named] = known[named].to_numpy(dtype=object) if named in known.columns else table.index
    table["place_id"] = table["place_id"].where(table["place_id"] != "", table["origin_id"])
    return table


def _paths(entries: _Entries, demands: pd.DataFrame) -> pd.DataFrame:
    size = entries.order.size
    table = demands.iloc[entries.path_demand].reset_index()
    table["mode_chain"] = mode_chains(entries.path[entries.moves], entries.mode[entries.moves], size)
    gateway, access = _gateways(entries)
    table["gateway_id"], table["access_mode"] = gateway, access
    for name, part in entries.passes.items():
        table[name] = _sum_by(entries.path, part, size)
    table["t_per_day"], table["teu_per_day"] = entries.path_t, entries.path_teu
    return table


def mode_chains(path: Ints, mode: Words, paths: int) -> list[str]:
    """Return the modes of each of ``paths`` paths in travel order, neighbours of one mode once; empty without any.

    Parameters
    ----------
    path, mode
        Path (rising) and mode of every pass that moves.
    paths
        Number of paths.
    """
    new = np.ones(path.size, dtype=np.bool_)
    new[1:] = (path[1:] != path[:-1]) | (mode[1:] != mode[:-1])
    chains: list[list[str]] = [[] for _ in range(paths)]
    for at, word in zip(path[new].tolist(), mode[new].tolist(), strict=True):
        chains[at].append(word)
    return [CHAIN_JOINT.join(chain) for chain in chains]


def _gateways(entries: _Entries) -> tuple[Words, Words]:
    """Return the terminal of each path's service to its market and the mode inland beside it; empty without one."""
    subject, size = entries.subject, entries.order.size
    gateway, access = np.full(size, "", dtype=object), np.full(size, "", dtype=object)
    if subject.segment is None:
        return gateway, access
    far = (subject.segment[entries.link] != INLAND) & (subject.link_kind[entries.link] == "service")
    main = np.flatnonzero(far)
    path, first = np.unique(entries.path[main], return_index=True)
    at = main[first]
    begins = subject.problem.link_from[entries.link[at]]
    ends = subject.problem.link_to[entries.link[at]]
    outward = subject.nodes.table[begins] == TERMINALS
    node = np.where(outward, begins, ends)
    known = subject.nodes.table[node] == TERMINALS
    gateway[path[known]] = subject.nodes.row_id[node[known]]
    inland = np.flatnonzero(entries.moves & (subject.segment[entries.link] == INLAND))
    for last, places in ((True, at[outward]), (False, at[~outward])):
        near = np.searchsorted(inland, places) - (1 if last else 0)
        fits = (near >= 0) & (near < inland.size)
        beside = inland[near[fits]]
        same = entries.path[beside] == entries.path[places[fits]]
        access[entries.path[places[fits]][same]] = entries.mode[beside[same]]
    return gateway, access


def _by_mode(entries: _Entries) -> pd.DataFrame:
    modes = (*entries.subject.letters, NO_MODE)
    place = entries.subject.letter[entries.link].astype(np.int64) % len(modes)
    table = pd.DataFrame(entries.sums(place, len(modes)), index=pd.Index(modes, name="mode", dtype=object))
    if entries.subject.segment is not None:
        inland = np.where(entries.subject.segment[entries.link] == INLAND, entries.passes["tkm_per_day"], 0.0)
        table["inland_tkm_per_day"] = _sum_by(place, inland, len(modes))
    return table


def _by_segment(entries: _Entries) -> pd.DataFrame:
    if entries.subject.segment is None:
        return pd.DataFrame(columns=list(entries.amounts), index=pd.Index([], name="segment", dtype=object))
    segments, place = np.unique(entries.subject.segment.astype(str), return_inverse=True)
    sums = entries.sums(place[entries.link], segments.size)
    return pd.DataFrame(sums, index=pd.Index(segments.astype(object), name="segment"))


def _by_row(entries: _Entries) -> pd.DataFrame:
    """Return tonnes and TEU of each row, all its links together; a path that passes a row twice counts once."""
    subject = entries.subject
    words, begins = subject.links, subject.problem.link_from
    ids = np.array(subject.problem.link_ids, dtype=object)
    modes = np.array([*subject.letters, NO_MODE], dtype=object)
    # Handling is told by its terminal: rows of handling are kinds of it, each for many terminals.
    lifts = (subject.link_kind == HANDLING_KIND) & (subject.nodes.table[begins] == TERMINALS)
    row_id = np.where(words.row_id == "", ids, words.row_id)
    table = pd.DataFrame(
        {
            "row_table": np.where(lifts, TERMINALS, words.table),
            "row_id": np.where(lifts, subject.nodes.row_id[begins], row_id),
            "kind": subject.link_kind,
            "mode": modes[subject.letter],
            "name_vi": np.where(lifts, subject.nodes.name_vi[begins], words.name_vi),
            "name_en": np.where(lifts, subject.nodes.name_en[begins], words.name_en),
        }
    ).fillna("")
    keys = ["row_table", "row_id", "kind", "mode"]
    place = table.groupby(keys, sort=True).ngroup().to_numpy()
    rows = table.iloc[np.argsort(ranks(subject.problem.link_ids), kind="stable")].groupby(keys, sort=True)
    found = rows[["name_vi", "name_en"]].first()
    for name, part in entries.once(place[entries.link], len(found)).items():
        found[name] = part
    return found


def _demands(subject: Subject, about: pd.DataFrame, paths: pd.DataFrame, amounts: tuple[str, ...]) -> pd.DataFrame:
    problem, plan = subject.problem, subject.plan
    table = about.copy()
    table["demand_t_per_day"] = problem.demand_t_per_day
    table["demand_teu_per_day"] = problem.demand_t_per_day * teu_per_t(subject)
    table["unserved_t_per_day"] = np.where(problem.optional, 0.0, plan.unserved_t_per_day)
    table["penalty_cost_per_day"] = plan.unserved_t_per_day * problem.penalty_per_t
    table["is_optional"] = problem.optional
    known = subject.demands
    table["is_wanted"] = known["is_wanted"].to_numpy(dtype=bool) if "is_wanted" in known.columns else True
    sums = paths.groupby("demand_id")[list(amounts)].sum().reindex(table.index, fill_value=0.0)
    for name in amounts:
        table[name] = sums[name]
    table["generalised_cost_per_day"] = table["carried_cost_per_day"] + table["penalty_cost_per_day"]
    return table.sort_index()
