"""Figures of documents: frozen values that know nothing of how they are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from supplychain.text import Text

Look = Literal["plain", "signed", "share"]
"""How a number is written: as it is, with its sign, or (0 to 1) in percent."""

NOTHING: Final = Text(en="", vi="")


@dataclass(frozen=True, slots=True)
class BarPart:
    """One part of a bar.

    Parameters
    ----------
    label
        What it is; the same label has the same colour throughout a figure.
    value
        How much; negative only in bars of differences.
    colour
        ``#rrggbb``.
    """

    label: Text
    value: float
    colour: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    Parameters
    ----------
    label
        What it stands for.
    parts
        Its parts, drawn one after another; a difference is one part.
    """

    label: Text
    parts: tuple[BarPart, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """A figure of horizontal bars on one scale.

    Parameters
    ----------
    title
        Heading.
    unit
        Unit of all values.
    bars
        From top to bottom.
    digits
        Decimals of values.
    look
        ``plain``: stacked parts; ``signed``: differences to the left and right of zero; ``share``: parts of 100 %.
    note
        What the reader must know to read it.
    """

    title: Text
    unit: Text
    bars: tuple[Bar, ...]
    digits: int = 0
    look: Look = "plain"
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class MapLine:
    """One line of a map.

    Parameters
    ----------
    points
        (longitude, latitude) of each vertex, degrees.
    kind
        Key of the map's colours.
    weight
        What its width stands for, in the map's unit, at least 0; 0 draws a thin line.
    label
        What it is, shown when a reader rests on it.
    is_marked
        True for a line that is highlighted.
    is_far
        True for a line that may leave the map, such as a service to a far market: the map is not made to hold it.
    """

    points: tuple[tuple[float, float], ...]
    kind: str
    weight: float = 0.0
    label: Text = NOTHING
    is_marked: bool = False
    is_far: bool = False


@dataclass(frozen=True, slots=True)
class MapPoint:
    """One place of a map.

    Parameters
    ----------
    lon, lat
        Where it lies, degrees.
    kind
        Key of the map's colours.
    label
        Its name, shown when a reader rests on it.
    weight
        What decides whose name is shown and how large the mark is, at least 0.
    is_marked
        True for a place that is highlighted.
    short
        Its name on the map, as far as there is room, the heaviest first; the label where nothing is said.
    """

    lon: float
    lat: float
    kind: str
    label: Text = NOTHING
    weight: float = 0.0
    is_marked: bool = False
    short: Text = NOTHING


@dataclass(frozen=True, slots=True)
class Map:
    """A figure of lines and places on the ground.

    Parameters
    ----------
    title
        Heading.
    lines, places
        What is drawn, the first at the bottom.
    colours
        Colour by kind.
    names
        What kinds are called in the legend; a kind without a name is not in it.
    unit
        What widths stand for; empty where they stand for nothing.
    note
        What the reader must know to read it.
    """

    title: Text
    lines: tuple[MapLine, ...]
    places: tuple[MapPoint, ...]
    colours: Mapping[str, str]
    names: Mapping[str, Text]
    unit: Text = NOTHING
    note: Text | None = None
