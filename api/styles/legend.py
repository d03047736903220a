"""Legends from styles: what each colour and width of a layer means, in one language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from api.numbers import number
from api.styles.layer_style import MILLIMETRE_PX, OTHER_NAME, LayerStyle, Width
from supplychain.text import Language, Text

WIDTH_SAMPLES: Final = (0.25, 0.6, 1.0)
"""Widths a legend shows, as parts of the way from the thinnest to the thickest."""
WIDTH_COLOUR: Final = "#6b6b6b"


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One line of a legend.

    Parameters
    ----------
    label
        What it means.
    colour
        Colour of the sample.
    geometry
        What the sample looks like.
    size_px
        Width or diameter of the sample.
    value
        Value of the attribute it stands for; None where it is about all others, a class of numbers or a width.
    """

    label: str
    colour: str
    geometry: Literal["point", "line", "polygon"]
    size_px: float
    value: str | None = None


def legend_of(style: LayerStyle, title: Text, language: Language) -> tuple[LegendEntry, ...]:
    """Return the legend of a layer: its colours, then samples of its widths.

    Parameters
    ----------
    style
        How it is drawn.
    title
        What the layer is called: the entry where all features look alike.
    language
        Of the entries.
    """
    return (*_colours(style, title, language), *_widths(style, language))


def _colours(style: LayerStyle, title: Text, language: Language) -> Iterator[LegendEntry]:
    size = round(style.size * MILLIMETRE_PX, 2)
    for value, colour in style.colours.items():
        yield LegendEntry(style.label_of(value, language), colour, style.geometry, size, value)
    for step in style.steps:
        yield LegendEntry(step.name.of(language), step.colour, style.geometry, size)
    if style.other is not None and not style.steps and "other" not in style.colours:
        label = OTHER_NAME if style.attribute else title
        yield LegendEntry(label.of(language), style.other, style.geometry, size)


def _widths(style: LayerStyle, language: Language) -> Iterator[LegendEntry]:
    width = style.width
    if not isinstance(width, Width):
        return
    for share in WIDTH_SAMPLES:
        shown = width.least_mm + share * (width.most_mm - width.least_mm)
        amount = width.amount_of(shown)
        digits = 10 ** max(len(str(int(amount))) - 2, 0)
        told = max(round(amount / digits) * digits, 1)
        drawn = round(width.of(told) * MILLIMETRE_PX, 2)
        amount_told = number(told).of(language)
        label = (
            f"{width.attribute}: {amount_told}" if width.unit is None else f"{amount_told} {width.unit.of(language)}"
        )
        yield LegendEntry(label, WIDTH_COLOUR, style.geometry, drawn)
