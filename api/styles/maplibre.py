"""Styles as layers of the MapLibre style specification (version 8)."""

from __future__ import annotations

from typing import Any, Final

from api.styles.layer_style import MILLIMETRE_PX, LayerStyle, Width
from supplychain.text import Language

FAR_ZOOM: Final = 6
FULL_ZOOM: Final = 12
NEAR_ZOOM: Final = 16
FAR_SHARE: Final = 0.5
NEAR_SHARE: Final = 1.8
"""Lines and points have their full size at one zoom, and less or more of it farther and nearer."""
POINT_PX: Final = 1.333
"""Pixels of a point of type."""
INK: Final = "#282828"
HALO: Final = "#ffffff"


def to_maplibre(
    style: LayerStyle, source: str, source_layer: str, language: Language, prefix: str | None = None
) -> list[dict[str, Any]]:
    """Return the layers that draw one layer of tiles: areas, lines, points and words, from below upwards.

    Parameters
    ----------
    style
        How it is drawn.
    source, source_layer
        Names of the source in the style and of the layer in its tiles.
    language
        Of the labels.
    prefix
        Of the ids of the layers; the source's name unless given.
    """
    name = source if prefix is None else prefix
    common: dict[str, Any] = {"source": source, "source-layer": source_layer}
    if style.from_zoom:
        common["minzoom"] = style.from_zoom
    condition = _filter(style)
    if condition is not None:
        common["filter"] = condition
    layers = [
        {"id": f"{name}-{kind}", "type": kind, **common, **drawn} for kind, drawn in _symbols(style, _colour(style))
    ]
    if style.label is not None:
        layers.append(_words(style, name, common, language))
    return layers


def _symbols(style: LayerStyle, colour: Any) -> list[tuple[str, dict[str, Any]]]:  # noqa: ANN401 - an expression
    round_line = {"line-cap": "round", "line-join": "round"}
    if style.geometry == "line":
        return [("line", {"layout": round_line, "paint": {"line-color": colour, "line-width": _size(style, 1.0)}})]
    if style.geometry == "polygon":
        outline = {"line-color": colour, "line-width": _size(style, 1.0)}
        return [
            ("fill", {"paint": {"fill-color": colour, "fill-opacity": style.fill_opacity}}),
            ("line", {"layout": round_line, "paint": outline}),
        ]
    paint = {
        "circle-color": colour,
        "circle-radius": _size(style, 0.5),
        "circle-stroke-color": HALO,
        "circle-stroke-width": 1,
    }
    return [("circle", {"paint": paint})]


def _colour(style: LayerStyle) -> Any:  # noqa: ANN401 - an expression
    if not style.attribute:
        return style.other
    value = ["get", style.attribute]
    if style.steps:
        cases: list[Any] = ["case"]
        for step in style.steps:
            if step.up_to is not None:
                cases += [["<=", value, step.up_to], step.colour]
        return [*cases, style.steps[-1].colour]
    if not style.colours:
        return style.other
    pairs = [part for word, colour in style.colours.items() for part in (word, colour)]
    return ["match", value, *pairs, style.other or "rgba(0,0,0,0)"]


def _filter(style: LayerStyle) -> list[Any] | None:
    """Return which features are drawn at all; None for all of them."""
    if style.steps:
        limits: list[Any] = ["all", ["has", style.attribute]]
        last = style.steps[-1].up_to
        return limits if last is None else [*limits, ["<=", ["get", style.attribute], last]]
    if style.other is not None:
        return None
    return ["in", ["get", style.attribute], ["literal", list(style.colours)]]


def _size(style: LayerStyle, share: float) -> list[Any]:
    """Return a width, or with half a share a radius, in pixels by zoom."""
    full = _full_size(style, share)

    def scaled(part: float) -> Any:  # noqa: ANN401 - an expression
        return round(full * part, 3) if isinstance(full, float) else ["*", part, full]

    zooms = (FAR_ZOOM, scaled(FAR_SHARE), FULL_ZOOM, full, NEAR_ZOOM, scaled(NEAR_SHARE))
    return ["interpolate", ["linear"], ["zoom"], *zooms]


def _full_size(style: LayerStyle, share: float) -> Any:  # noqa: ANN401 - a number or an expression
    def px(millimetres: float) -> float:
        return round(millimetres * MILLIMETRE_PX * share, 3)

    width = style.width
    if width is None:
        return px(style.size)
    if isinstance(width, Width):
        root = ["sqrt", ["abs", ["to-number", ["get", width.attribute], 0]]]
        grown = ["+", px(width.least_mm), ["*", round(width.per_root_mm * MILLIMETRE_PX * share, 6), root]]
        return ["min", grown, px(width.most_mm)]
    pairs = [part for word, mm in width.widths_mm.items() for part in (word, px(mm))]
    return ["match", ["get", width.attribute], *pairs, px(width.other_mm)]


def _words(style: LayerStyle, name: str, common: dict[str, Any], language: Language) -> dict[str, Any]:
    label = style.label
    if label is None:
        msg = f"Style {style.layer} has no label."
        raise ValueError(msg)
    columns = dict.fromkeys((*label.columns(language), *label.columns("vi"), *label.columns("en")))
    layout: dict[str, Any] = {
        "text-field": ["coalesce", *(["get", column] for column in columns), ""],
        "text-size": round(label.size_pt * POINT_PX, 1),
        "text-font": ["Noto Sans", "sans-serif"],
    }
    if style.geometry == "line":
        layout["symbol-placement"] = "line"
    else:
        layout |= {"text-anchor": "top", "text-offset": [0, 0.6], "text-optional": True}
    paint = {"text-color": INK, "text-halo-color": HALO, "text-halo-width": 1.2}
    zoom = max(label.from_zoom, style.from_zoom)
    return {"id": f"{name}-label", "type": "symbol", **common, "minzoom": zoom, "layout": layout, "paint": paint}
