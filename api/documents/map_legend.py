"""What colours and widths of a map mean."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from api.documents.map_picture import GROUND_COLOUR, MARK_COLOUR, largest_weight
from api.documents.words import WORDS
from api.drawing import line_width_px
from api.numbers import number
from supplychain.text import Text

if TYPE_CHECKING:
    from api.documents.model import Map


def kinds_of(figure: Map) -> list[tuple[str, str, Text]]:
    """Return shape (``line`` or ``disc``), colour and name of every kind that a map shows."""
    drawn = {line.kind for line in figure.lines if line.weight > 0 or line.is_marked}
    shown = {place.kind for place in figure.places}
    entries = [
        (shape, figure.colours[kind], name)
        for shape, present in (("line", drawn), ("disc", shown))
        for kind, name in figure.names.items()
        if kind in present and kind in figure.colours
    ]
    if any(line.is_marked for line in figure.lines):
        entries.append(("line", MARK_COLOUR, WORDS["marked"]))
    if any(line.weight <= 0 and not line.is_marked for line in figure.lines):
        entries.append(("thin", GROUND_COLOUR, WORDS["nothing_on_it"]))
    return entries


def widths_of(figure: Map) -> list[tuple[float, Text]]:
    """Return width and weight of a few lines, the widest first; nothing where widths mean nothing."""
    largest = largest_weight(figure)
    if not figure.unit.en or largest <= 1:
        return []
    power = 10.0 ** math.floor(math.log10(largest))
    top = next(step * power for step in (5, 2, 1) if step * power <= largest)
    return [(line_width_px(load, largest), number(load)) for load in (top, top / 5, top / 50) if load >= 1]
