"""How every collection is drawn: one style each, by the name of the collection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from api.styles.layer_style import Detail, Label, LayerStyle, Width, WordWidth
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

WITHIN: Final = Text(en="Within {value} min", vi="Trong {value} phút")
TONNES_A_DAY: Final = Text(en="t a day", vi="tấn/ngày")
HECTARES: Final = Text(en="ha", vi="ha")
TERMINAL_COLOURS: Final[Mapping[str, str]] = MappingProxyType(
    {kind: colour for kind, colour in PLACE_COLOURS.items() if kind not in {"park", "zone"}}
)

_SERVICES: Final = ("row_table", "services")
"""Column and value of flows that are drawn straight from end to end: where they go, not by what way."""
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
                width=Width("t_per_day", 0.3, 0.018, 4.5, TONNES_A_DAY), shown=_FLOW_COLUMNS, dashed=_SERVICES,
            ),
            LayerStyle(
                "plan_capacities", "point", "kind", CAPACITY_COLOURS, CAPACITY_NAMES, 3.0, other=OTHER_COLOUR,
                shown=("name_vi", "name_en", "capacity_per_day", "used_per_day", "utilisation", "shadow_price"),
            ),
            LayerStyle(
                "plan_differences", "line", "change", CHANGE_COLOURS, CHANGE_NAMES, 0.6, other=OTHER_COLOUR,
                width=Width("difference_t_per_day", 0.2, 0.06, 4.0, TONNES_A_DAY),
                shown=("row_table", "name_vi", "name_en", "a_t_per_day", "b_t_per_day"), dashed=_SERVICES,
            ),
            LayerStyle(
                "isochrones", "polygon", "band", {}, {}, 0.3, other=TIME_RAMP[0], fill_opacity=0.35,
                ramp=TIME_RAMP, value_name=WITHIN, shown=("limit_min", "place", "area_km2"),
            ),
            LayerStyle(
                "catchments", "polygon", "gateway_id", {}, {}, 0.3, other=SERIES[0], fill_opacity=0.35,
                label=Label(("name",), 8), shown=("area_km2", "places"),
            ),
            LayerStyle(
                "unmet_needs", "point", "kind", OFFER_COLOURS, OFFER_NAMES, 2.6, other=OTHER_COLOUR,
                shown=("name_vi", "name_en", "quantity_t_per_month"),
            ),
            LayerStyle(
                "closures", "line", "cause", CAUSE_COLOURS, CAUSE_NAMES, 1.2, other=CAUSE_COLOURS["other"],
                shown=("title", "state", "starts_at", "ends_at"),
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
        Value and what it is called, in the order in which colours of a series are given; beyond those there are they
        repeat.
    """
    names = dict(values)
    if style.value_name is not None:
        names = {value: style.value_name.format(value=value) for value in names}
    if not style.ramp:
        colours = {value: SERIES[place % len(SERIES)] for place, value in enumerate(names)}
    else:
        last = max(len(names) - 1, 1)
        ordered = sorted(names, key=_number)
        colours = {value: style.ramp[round(at * (len(style.ramp) - 1) / last)] for at, value in enumerate(ordered)}
    return replace(style, colours=colours, names=names, other=None if names else style.other)


def _number(value: str) -> tuple[float, str]:
    """Return what values are put in order by: numbers by their size, words after them."""
    try:
        return float(value), value
    except ValueError:
        return float("inf"), value


def unknown_classes() -> set[str]:
    """Return the classes of links named here that no link can have: none, as a test holds."""
    return (set(LINK_DETAIL.zooms) | set(CLASS_WIDTHS)) - set(LINK_CLASSES)
