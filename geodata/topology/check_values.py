"""Checks of what links and nodes say: speeds, limits, access."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from geodata.columns import Flags, Floats, decode
from geodata.infrastructure.columns import ROAD_KINDS, TRAIN_KINDS, VESSEL_KINDS
from geodata.models import LINK_CLASSES
from geodata.topology.issues import Issue
from geodata.topology.options import CheckOptions
from geodata.topology.plane import Shape
from geodata.topology.texts import MODE_WORDS, vehicles_text
from supplychain.vocabulary import NETWORK_MODES

MODE_KINDS: Final = (ROAD_KINDS, TRAIN_KINDS, VESSEL_KINDS)
"""Vehicle kinds that run on each mode, in the order of ``NETWORK_MODES``."""

LEAST_KMH: Final = 3.0
FASTER_SHARE: Final = 0.1
"""Part by which an observed speed may exceed the allowed one: averages of vehicles that drive faster."""


class Bounds(NamedTuple):
    """What a limit may sensibly be, and by what to divide one that was written in a smaller unit."""

    least: float
    most: float
    smaller_unit: float


LIMITS: Final[dict[str, Bounds]] = {
    "max_height_m": Bounds(1.5, 90.0, 100.0),
    "max_width_m": Bounds(1.5, 100.0, 100.0),
    "max_length_m": Bounds(3.0, 500.0, 100.0),
    "max_weight_t": Bounds(0.5, 400.0, 1000.0),
    "max_axle_load_t": Bounds(0.5, 60.0, 1000.0),
    "max_draught_m": Bounds(0.3, 30.0, 100.0),
    "max_vessel_t": Bounds(5.0, 50_000.0, 1000.0),
}


def shown(value: float) -> str:
    """Return a number as shown in a sentence: no digits it has not."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def speeds(shape: Shape, options: CheckOptions) -> Iterator[Issue]:
    """Yield speeds of 0, below walking, above what the class allows, and observed ones above the allowed."""
    links = shape.infrastructure.links
    most = np.array([options.most_kmh.get(name, np.inf) for name in LINK_CLASSES] + [np.inf])[links.link_class]
    for column in ("speed_kmh", "speed_hgv_kmh", "observed_kmh"):
        speed = getattr(links, column)
        yield from _speeds(shape, "speed_zero", column, speed == 0, most)
        yield from _speeds(shape, "speed_low", column, (speed > 0) & (speed < LEAST_KMH), most)
        yield from _speeds(shape, "speed_high", column, speed > most, most)
    allowed = np.fmin(links.speed_kmh, links.speed_hgv_kmh)
    fast = (links.observed_kmh > allowed * (1 + FASTER_SHARE)) & (allowed > 0)
    yield from _speeds(shape, "speed_observed", "observed_kmh", fast, allowed)


def _speeds(shape: Shape, reason: str, column: str, wrong: Flags, most: Floats) -> Iterator[Issue]:
    links = shape.infrastructure.links
    values = getattr(links, column)
    for link in np.flatnonzero(wrong).tolist():
        name = shape.link_id(link)
        yield Issue(
            reason,
            *shape.middle(link),
            (name,),
            values={
                "link": name,
                "link_class": decode(links.link_class[link : link + 1], LINK_CLASSES)[0],
                "column": column,
                "value": shown(values[link]),
                "most": shown(most[link]),
            },
            repair={"action": "set", "link": name, "column": column, "value": None},
            line=shape.infrastructure.lines.points(link),
        )


def limits(shape: Shape, options: CheckOptions) -> Iterator[Issue]:
    """Yield limits of links and nodes that stop everything, or that look like another unit."""
    del options
    for what, table in (("link", shape.infrastructure.links), ("node", shape.infrastructure.nodes)):
        for column, bounds in LIMITS.items():
            values = getattr(table, column, None)
            if values is None:
                continue
            for row in np.flatnonzero((values < bounds.least) | (values > bounds.most)).tolist():
                yield _limit(shape, what, row, column, float(values[row]))


def _limit(shape: Shape, what: str, row: int, column: str, value: float) -> Issue:
    bounds = LIMITS[column]
    subject = shape.link_id(row) if what == "link" else shape.node_id(row)
    reason = "limit_zero" if value <= 0 else "limit_low" if value < bounds.least else "limit_high"
    better = value / bounds.smaller_unit
    likely = reason == "limit_high" and bounds.least <= better <= bounds.most
    return Issue(
        reason,
        *(shape.middle(row) if what == "link" else shape.place(row)),
        (subject,) if what == "link" else (),
        (subject,) if what == "node" else (),
        {
            "subject": subject,
            "column": column,
            "value": shown(value),
            "least": shown(bounds.least),
            "most": shown(bounds.most),
            "better": shown(better) if likely else "–",
        },
        repair={"action": "set", what: subject, "column": column, "value": better if likely else None},
    )


def access(shape: Shape, options: CheckOptions) -> Iterator[Issue]:
    """Yield links that nobody may use, that are open to vehicles of another mode, or open only against their way."""
    del options
    links = shape.infrastructure.links
    open_to = links.access_forward | links.access_backward
    opened = np.zeros(len(links), dtype=np.bool_)
    conditions = shape.infrastructure.conditions
    opened[conditions.link_index[conditions.is_open & np.isnan(conditions.speed_kmh)]] = True
    for link in np.flatnonzero((open_to == 0) & ~opened).tolist():
        name = shape.link_id(link)
        line = shape.infrastructure.lines.points(link)
        yield Issue("closed_link", *shape.middle(link), (name,), values={"link": name}, line=line)
    fitting = np.array([*MODE_KINDS, 255], dtype=np.uint8)[links.mode]
    for link in np.flatnonzero(open_to & ~fitting).tolist():
        name, wrong = shape.link_id(link), int(open_to[link] & ~fitting[link])
        mode = MODE_WORDS[NETWORK_MODES[links.mode[link]]]
        values = {"link": name, "mode": mode, "vehicles": vehicles_text(wrong)}
        keep = {"action": "restrict_access", "link": name, "kinds": int(fitting[link])}
        yield Issue("wrong_mode", *shape.middle(link), (name,), values=values, repair=keep)
    against = links.oneway & (links.access_forward == 0) & (links.access_backward != 0)
    for link in np.flatnonzero(against).tolist():
        name = shape.link_id(link)
        yield Issue("oneway_closed", *shape.middle(link), (name,), values={"link": name})
