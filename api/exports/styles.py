"""How the layers of every answer are drawn: one place for all of them.

A layer is named by its kind, or by its kind and what it is about: ``differences`` or ``differences__ring_road_4``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from api.styles import (
    CAPACITY_COLOURS,
    CAPACITY_NAMES,
    CHANGE_COLOURS,
    CHANGE_NAMES,
    GATEWAY_COLOURS,
    GATEWAY_NAMES,
    MODE_COLOURS,
    MODE_NAMES,
    MORE_COLOUR,
    OTHER_COLOUR,
    PLACE_COLOURS,
    PLACE_NAMES,
    LayerStyle,
)
from supplychain.text import Text

ABOUT: Final = "__"
"""What parts a layer's kind from what it is about."""

WIDTH_BY_LOAD: Final = 'coalesce(0.2 + 0.045 * sqrt("t_per_day"), 0.2)'
WIDTH_BY_DIFFERENCE: Final = 'coalesce(0.2 + 0.06 * sqrt(abs("difference_t_per_day")), 0.2)'
GAIN_COLOURS: Final = {"gains": "#2f7d4f", "loses": MORE_COLOUR, "same": "#bdbdbd"}
GAIN_NAMES: Final = {
    "gains": Text(en="Gains", vi="Được lợi"),
    "loses": Text(en="Loses", vi="Bị thiệt"),
    "same": Text(en="Neither", vi="Không đổi"),
}
RANK_COLOURS: Final = {"best": "#2f7d4f", "other": "#c58a00"}
RANK_NAMES: Final = {
    "best": Text(en="Route of the plan", vi="Tuyến của phương án"),
    "other": Text(en="Alternative", vi="Tuyến thay thế"),
}
VERDICT_COLOURS: Final = {"saves": "#2f7d4f", "costs": MORE_COLOUR, "same": "#8a8a8a", "not_modelled": "#c9a4de"}
VERDICT_NAMES: Final = {
    "saves": Text(en="Lowers the generalised cost", vi="Giảm chi phí tổng quát"),
    "costs": Text(en="Raises the generalised cost", vi="Tăng chi phí tổng quát"),
    "same": Text(en="Changes nothing", vi="Không thay đổi"),
    "not_modelled": Text(en="Not in the model", vi="Chưa mô hình hóa"),
}
LEG_COLOURS: Final = {**MODE_COLOURS, "handling": "#e0ae3c"}
AGREEMENT_COLOURS: Final = {"within": "#2f7d4f", "outside": MORE_COLOUR, "unknown": "#8a8a8a"}
AGREEMENT_NAMES: Final = {
    "within": Text(en="Within the stated range", vi="Trong khoảng đã nêu"),
    "outside": Text(en="Outside the stated range", vi="Ngoài khoảng đã nêu"),
    "unknown": Text(en="Nothing to compare with", vi="Không có số liệu đối chiếu"),
}

ANSWER_STYLES: Final = {
    style.layer: replace(style, other=OTHER_COLOUR)
    for style in (
        LayerStyle("links", "line", "mode", MODE_COLOURS, MODE_NAMES, 0.5, WIDTH_BY_LOAD),
        LayerStyle("places", "point", "place_kind", PLACE_COLOURS, PLACE_NAMES, 2.4),
        LayerStyle("terminals", "point", "kind", PLACE_COLOURS, PLACE_NAMES, 3.2),
        LayerStyle("routes", "line", "mode", MODE_COLOURS, MODE_NAMES, 1.0, WIDTH_BY_LOAD),
        LayerStyle("alternatives", "line", "rank", RANK_COLOURS, RANK_NAMES, 0.7),
        LayerStyle("traced", "line", "mode", MODE_COLOURS, MODE_NAMES, 0.7, WIDTH_BY_LOAD),
        LayerStyle("differences", "line", "change", CHANGE_COLOURS, CHANGE_NAMES, 0.6, WIDTH_BY_DIFFERENCE),
        LayerStyle("gains", "point", "gain", GAIN_COLOURS, GAIN_NAMES, 3.2),
        LayerStyle("actions", "line", "verdict", VERDICT_COLOURS, VERDICT_NAMES, 1.2),
        LayerStyle("action_points", "point", "verdict", VERDICT_COLOURS, VERDICT_NAMES, 3.6),
        LayerStyle("legs", "line", "mode", LEG_COLOURS, MODE_NAMES, 1.0),
        LayerStyle("leg_points", "point", "mode", LEG_COLOURS, MODE_NAMES, 3.2),
        LayerStyle("screenlines", "line", "agreement", AGREEMENT_COLOURS, AGREEMENT_NAMES, 1.0),
        LayerStyle("binding_lines", "line", "kind", CAPACITY_COLOURS, CAPACITY_NAMES, 1.2),
        LayerStyle("binding_points", "point", "kind", CAPACITY_COLOURS, CAPACITY_NAMES, 3.4),
        LayerStyle("desire_lines", "line", "gateway_group", GATEWAY_COLOURS, GATEWAY_NAMES, 0.4),
    )
}
"""Style of each kind of layer; its ``attribute`` is the column whose words choose the colour."""


def styles_of(layers: Iterable[str]) -> tuple[LayerStyle, ...]:
    """Return the style of each layer by its kind.

    Raises
    ------
    KeyError
        If a layer's kind has no style.
    """
    found = []
    for name in layers:
        kind = name.split(ABOUT, 1)[0]
        if kind not in ANSWER_STYLES:
            msg = f"no style for layer {name!r}; kinds are {', '.join(ANSWER_STYLES)}."
            raise KeyError(msg)
        found.append(replace(ANSWER_STYLES[kind], layer=name))
    return tuple(found)
