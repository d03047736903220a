"""How one layer is drawn, said once: documents for QGIS, OGC tools and MapLibre, and legends, are made from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from supplychain.text import Language, Text

OTHER_NAME: Final = Text(en="Other", vi="Khác")
OTHER_VALUES: Final = f"{OTHER_NAME.vi} / {OTHER_NAME.en}"
MILLIMETRE_PX: Final = 3.78
"""Pixels of a millimetre on a screen of 96 dots an inch."""
FILL_OPACITY: Final = 0.45
SCALE_AT_ZOOM_0: Final = 559_082_264.0287178
"""Scale denominator of zoom 0 (OGC 17-083r4, WebMercatorQuad)."""


@dataclass(frozen=True, slots=True)
class Width:
    """A line width, or diameter of points, that grows with the square root of an amount.

    Parameters
    ----------
    attribute
        Column of numbers; its sign does not count, and what is not known is drawn thinnest.
    least_mm, most_mm
        Thinnest and thickest.
    per_root_mm
        What each unit of the square root adds.
    unit
        Unit of the amount, as legends write it after a number; None writes the attribute before it.
    """

    attribute: str
    least_mm: float
    per_root_mm: float
    most_mm: float
    unit: Text | None = None

    def __post_init__(self) -> None:
        if not 0 < self.least_mm < self.most_mm or not self.per_root_mm > 0:
            msg = f"A width must grow from above 0 to a greatest, got {self}."
            raise ValueError(msg)

    def of(self, amount: float) -> float:
        """Return the width of an amount in millimetres."""
        return float(min(self.least_mm + self.per_root_mm * abs(amount) ** 0.5, self.most_mm))

    def amount_of(self, width_mm: float) -> float:
        """Return the amount that has a width."""
        return float(((width_mm - self.least_mm) / self.per_root_mm) ** 2)


@dataclass(frozen=True, slots=True)
class WordWidth:
    """A line width, or diameter of points, by the word in a column.

    Parameters
    ----------
    attribute
        Column of words.
    widths_mm
        Width by word.
    other_mm
        Width of all other words.
    """

    attribute: str
    widths_mm: Mapping[str, float]
    other_mm: float


@dataclass(frozen=True, slots=True)
class Detail:
    """From which zoom of a web map each kind of feature is drawn: what tiles leave out farther away.

    Parameters
    ----------
    attribute
        Column of words.
    zooms
        First zoom by word.
    other
        First zoom of all other words.
    """

    attribute: str
    zooms: Mapping[str, int]
    other: int


@dataclass(frozen=True, slots=True)
class Step:
    """One class of a column of numbers.

    Parameters
    ----------
    up_to
        Greatest number of the class; None for no end.
    colour
        Its colour.
    name
        What it is called.
    """

    up_to: float | None
    colour: str
    name: Text


@dataclass(frozen=True, slots=True)
class Label:
    """Words beside a feature.

    Parameters
    ----------
    attributes
        Columns, of which the first that says something is written; ``{language}`` in one stands for the language.
    from_zoom
        First zoom at which it is written.
    size_pt
        Size of its letters.
    """

    attributes: tuple[str, ...]
    from_zoom: int = 10
    size_pt: float = 8.0

    def columns(self, language: Language) -> tuple[str, ...]:
        """Return the columns in one language."""
        return tuple(name.replace("{language}", language) for name in self.attributes)


@dataclass(frozen=True, slots=True)
class LayerStyle:
    """How one layer is drawn.

    Parameters
    ----------
    layer
        Layer (table) name in the GeoPackage, or name of the collection.
    geometry
        ``"point"``, ``"line"`` or ``"polygon"``.
    attribute
        Column whose value chooses the colour; empty where all features have the colour ``other``.
    colours
        Colour (``#rrggbb``) by value of ``attribute``.
    names
        What each value is called; values without a name show as they are.
    size
        Point diameter or line width in millimetres; of a polygon the width of its outline.
    width_expression
        QGIS expression for the line width in millimetres, which only QGIS draws; None for ``width`` or ``size``.
    other
        Colour of all other values; None leaves them undrawn.
    width
        What makes lines wider, or points larger, in every program; None for the fixed ``size``.
    steps
        Classes of ``attribute`` where it holds numbers, ascending; ``colours`` is empty then.
    label
        Words beside the features; None for none.
    from_zoom
        First zoom of a web map that draws the layer; QGIS and SLD hide it at the scales farther away.
    detail
        Which features appear only nearer; None draws all of them from ``from_zoom`` on.
    shown
        Columns, besides those that are drawn, that readers of the map are told of a feature.
    fill_opacity
        How much of what is below an area hides, from 0 to 1.
    ramp
        Colours over which values that nobody knows before are spread, the least number first; empty for a series of
        colours in the order of the values.
    value_name
        What such a value is called, ``{value}`` in it; None for the name that the features tell.
    dashed
        Column, and its value on lines that QGIS draws dashed; None for none. The page at ``/`` dashes by itself.
    """

    layer: str
    geometry: Literal["point", "line", "polygon"]
    attribute: str
    colours: Mapping[str, str]
    names: Mapping[str, Text]
    size: float
    width_expression: str | None = None
    other: str | None = None
    width: Width | WordWidth | None = None
    steps: tuple[Step, ...] = field(default=())
    label: Label | None = None
    from_zoom: int = 0
    detail: Detail | None = None
    shown: tuple[str, ...] = field(default=())
    fill_opacity: float = FILL_OPACITY
    ramp: tuple[str, ...] = field(default=())
    value_name: Text | None = None
    dashed: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        if not self.attribute and self.other is None:
            msg = f"Style {self.layer} needs an attribute or the one colour of all features (other)."
            raise ValueError(msg)
        if self.steps and (self.colours or not self.attribute):
            msg = f"Style {self.layer} has steps, so it needs an attribute and takes no colours by value."
            raise ValueError(msg)
        ends = [step.up_to for step in self.steps[:-1]]
        if any(end is None for end in ends) or ends != sorted(ends, key=lambda end: end or 0.0):
            msg = f"Steps of style {self.layer} must ascend, and only the last may be without an end."
            raise ValueError(msg)

    def label_of(self, value: str, language: Language | None = None) -> str:
        """Return the legend entry of one value, in one language or, without one, in both."""
        name = self.names.get(value)
        return value if name is None else in_languages(name, language)

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that the style reads, each once; those of labels in both languages."""
        named = [self.attribute, *(() if self.detail is None else (self.detail.attribute,)), *self.shown]
        if self.width is not None:
            named.append(self.width.attribute)
        if self.label is not None:
            named += [*self.label.columns("vi"), *self.label.columns("en")]
        return tuple(dict.fromkeys(name for name in named if name))


def in_languages(text: Text, language: Language | None) -> str:
    """Return a text in one language or, without one, in both."""
    return f"{text.vi} / {text.en}" if language is None else text.of(language)


def scale_of_zoom(zoom: int) -> float:
    """Return the scale denominator of a zoom of web maps."""
    return SCALE_AT_ZOOM_0 / 2.0**zoom
