"""How every collection is drawn: one style each, by the name of the collection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from api.styles.layer_style import Detail, Label, LayerStyle, Step, Width, WordWidth
from api.styles.palette import (
    CAPACITY_COLOURS,
    CAPACITY_NAMES,
    CAUSE_COLOURS,
    CAUSE_NAMES,
    CHANGE_COLOURS,
    CHANGE_NAMES,
    FACILITY_COLOURS,
    FACILITY_NAMES,
    MODE_COLOURS,
    MODE_NAMES,
    OFFER_COLOURS,
    OFFER_NAMES,
    OTHER_COLOUR,
    PLACE_COLOURS,
    PLACE_NAMES,
    SERIES,
    SEVERITY_COLOURS,
    SEVERITY_NAMES,
    STATUS_COLOURS,
    STATUS_NAMES,
    TIME_RAMP,
)
from geodata.models import LINK_CLASSES
from supplychain.text import Text

NAMES: Final = ("name_{language}",)
"""Columns of names, in the language."""

CLASS_WIDTHS: Final[Mapping[str, float]] = MappingProxyType(
    {
        "motorway": 0.9,
        "expressway": 0.9,
        "trunk": 0.75,
        "primary": 0.6,
        "secondary": 0.45,
        "rail_main": 0.6,
        "rail_branch": 0.45,
        "waterway_special": 0.8,
        "waterway_I": 0.8,
        "waterway_II": 0.7,
        "waterway_III": 0.6,
    }
)

_FAR: Final = {
    0: ("motorway", "expressway", "trunk", "rail_main", "waterway_special", "waterway_I", "waterway_II"),
    8: ("motorway_link", "trunk_link", "primary", "rail_branch", "waterway_III", "ferry"),
    10: ("primary_link", "secondary", "waterway_IV", "waterway_V"),
    11: ("secondary_link", "tertiary", "waterway_VI", "waterway"),
}
LINK_DETAIL: Final = Detail("link_class", {name: zoom for zoom, names in _FAR.items() for name in names}, 12)
"""Which links appear from which zoom on; all others from 12."""

BAND_MINUTES: Final = (15, 30, 45, 60, 90)


def _bands() -> tuple[Step, ...]:
    upper = [
        Step(float(minutes), colour, Text(en=f"Within {minutes} min", vi=f"Trong {minutes} phút"))
        for minutes, colour in zip(BAND_MINUTES, TIME_RAMP, strict=False)
    ]
    last = BAND_MINUTES[-1]
    return (*upper, Step(None, TIME_RAMP[-1], Text(en=f"More than {last} min", vi=f"Trên {last} phút")))


TONNES_A_DAY: Final = Text(en="t a day", vi="tấn/ngày")
HECTARES: Final = Text(en="ha", vi="ha")
TERMINAL_COLOURS: Final[Mapping[str, str]] = MappingProxyType(
    {kind: colour for kind, colour in PLACE_COLOURS.items() if kind not in {"park", "zone"}}
)

_FLOW_COLUMNS: Final = (
    "row_table", "name_vi", "name_en", "t_per_day", "teu_per_day", "capacity_per_day", "utilisation", "shadow_price",
)  # fmt: skip

STYLES: Final[Mapping[str, LayerStyle]] = MappingProxyType(
    {
        style.layer: style
        for style in (
            LayerStyle(
                "parks", "point", "status", STATUS_COLOURS, STATUS_NAMES, 3.0, other=PLACE_COLOURS["park"],
                width=Width("area_ha", 2.0, 0.06, 5.0, HECTARES), label=Label(NAMES, 10), shown=("leased_pct",),
            ),
            LayerStyle(
                "facilities", "point", "kind", FACILITY_COLOURS, FACILITY_NAMES, 1.8, other=OTHER_COLOUR,
                label=Label(NAMES, 14, 7.0),
            ),
            LayerStyle(
                "terminals", "point", "kind", TERMINAL_COLOURS, PLACE_NAMES, 3.2, other=OTHER_COLOUR,
                label=Label(NAMES, 9),
            ),
            LayerStyle(
                "zones", "point", "", {}, {}, 2.4, other=PLACE_COLOURS["zone"], label=Label(NAMES, 11),
            ),
            LayerStyle(
                "network_links", "line", "mode", MODE_COLOURS, MODE_NAMES, 0.25, other=OTHER_COLOUR,
                width=WordWidth("link_class", CLASS_WIDTHS, 0.25), label=Label(("ref", "name"), 13, 7.0),
                detail=LINK_DETAIL,
            ),
            LayerStyle(
                "network_nodes", "point", "", {}, {}, 1.0, other=OTHER_COLOUR, from_zoom=12, shown=("feature",),
            ),
            LayerStyle(
                "topology_findings", "point", "severity", SEVERITY_COLOURS, SEVERITY_NAMES, 2.6, other=OTHER_COLOUR,
                shown=("kind",),
            ),
            LayerStyle(
                "plan_flows", "line", "mode", MODE_COLOURS, MODE_NAMES, 0.5, other=OTHER_COLOUR,
                width=Width("t_per_day", 0.3, 0.018, 4.5, TONNES_A_DAY), shown=_FLOW_COLUMNS,
            ),
            LayerStyle(
                "plan_capacities", "point", "kind", CAPACITY_COLOURS, CAPACITY_NAMES, 3.0, other=OTHER_COLOUR,
                shown=("name_vi", "name_en", "capacity_per_day", "used_per_day", "utilisation", "shadow_price"),
            ),
            LayerStyle(
                "plan_differences", "line", "change", CHANGE_COLOURS, CHANGE_NAMES, 0.6, other=OTHER_COLOUR,
                width=Width("difference_t_per_day", 0.2, 0.06, 4.0, TONNES_A_DAY),
                shown=("row_table", "name_vi", "name_en", "a_t_per_day", "b_t_per_day"),
            ),
            LayerStyle(
                "isochrones", "polygon", "limit_min", {}, {}, 0.3, steps=_bands(), fill_opacity=0.35,
            ),
            LayerStyle(
                "catchments", "polygon", "gateway_id", {}, {}, 0.3, other=SERIES[0], fill_opacity=0.35,
                label=Label(NAMES, 8),
            ),
            LayerStyle(
                "unmet_needs", "point", "kind", OFFER_COLOURS, OFFER_NAMES, 2.6, other=OTHER_COLOUR,
            ),
            LayerStyle(
                "closures", "line", "cause", CAUSE_COLOURS, CAUSE_NAMES, 1.2, other=CAUSE_COLOURS["other"],
            ),
        )
    }
)  # fmt: skip
"""Style by name of the collection."""


def with_values(style: LayerStyle, values: Iterable[tuple[str, Text]]) -> LayerStyle:
    """Return a style that gives each of some values a colour of its own, for layers whose values nobody knows before.

    Parameters
    ----------
    style
        A style with an attribute and without colours, such as that of catchments.
    values
        Value and what it is called, in the order in which colours are given; beyond the colours there are they repeat.
    """
    listed = list(dict(values).items())
    colours = {value: SERIES[place % len(SERIES)] for place, (value, _) in enumerate(listed)}
    return replace(style, colours=colours, names=dict(listed), other=None if listed else style.other)


def unknown_classes() -> set[str]:
    """Return the classes of links named here that no link can have: none, as a test holds."""
    return (set(LINK_DETAIL.zooms) | set(CLASS_WIDTHS)) - set(LINK_CLASSES)
