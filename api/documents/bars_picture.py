"""Bars of a document as shapes: stacked parts, parts of a whole, or differences to the left and right of zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from api.documents.cells import number_text
from api.documents.map_picture import shortened
from api.documents.model import Bar, BarPart
from api.documents.shapes import Box, Picture, Shape, Stroke, Word
from supplychain.text import Text

if TYPE_CHECKING:
    from api.documents.model import Bars

WIDTH: Final = 900.0
LABEL_ROOM: Final = 250.0
VALUE_ROOM: Final = 100.0
SHARE_ROOM: Final = 20.0
ROW: Final = 28.0
THICK: Final = 18.0
TOP: Final = 8.0
LETTER: Final = 6.6
"""Width of a letter at the size parts are written in."""


def bars_picture(figure: Bars) -> Picture | None:
    """Return the shapes of bars; None where there is none."""
    if not figure.bars:
        return None
    least, most = _range(figure)
    room = WIDTH - LABEL_ROOM - (SHARE_ROOM if figure.look == "share" else VALUE_ROOM)
    left = VALUE_ROOM if least < 0 else 0.0
    scale = (room - left) / ((most - least) or 1.0)
    zero = LABEL_ROOM + left - least * scale
    shapes: list[Shape] = []
    for number, bar in enumerate(figure.bars):
        shapes += _bar(figure, bar, TOP + number * ROW, zero, scale)
    height = 2 * TOP + ROW * len(figure.bars)
    shapes.append(Stroke(((zero, TOP / 2), (zero, height - TOP / 2)), "#7b857f", 1.0))
    return Picture(WIDTH, height, tuple(shapes))


def _range(figure: Bars) -> tuple[float, float]:
    """Return where the scale begins and ends."""
    if figure.look == "share":
        return 0.0, 1.0
    sums = [sum(part.value for part in bar.parts) for bar in figure.bars]
    return min(0.0, *sums), max(0.0, *sums)


def _bar(figure: Bars, bar: Bar, y: float, zero: float, scale: float) -> list[Shape]:
    middle = y + ROW / 2
    name = Text(en=shortened(bar.label.en), vi=shortened(bar.label.vi))
    shapes: list[Shape] = [Word(LABEL_ROOM - 10, middle + 4, name, "end", 13.0)]
    x, total = zero, sum(part.value for part in bar.parts)
    for part in bar.parts:
        width = abs(part.value) * scale
        start = x - width if part.value < 0 else x
        written = number_text(part.value, figure.look, figure.digits)
        shapes.append(Box(start, y + (ROW - THICK) / 2, width, THICK, part.colour, part_title(part, written, figure)))
        inside = _inside(part, written, figure, width)
        if inside is not None:
            shapes.append(Word(start + 6, middle + 4, inside, "start", 12.0, "#ffffff"))
        x = start if part.value < 0 else x + width
    if figure.look != "share":
        written = number_text(total, figure.look, figure.digits)
        shapes.append(
            Word(x - 6, middle + 4, written, "end", 12.0) if total < 0 else Word(x + 6, middle + 4, written, size=12.0)
        )
    return shapes


def part_title(part: BarPart, written: Text, figure: Bars) -> Text:
    """Return what a reader sees who rests on a part of a bar."""
    unit = Text(en="", vi="") if figure.look == "share" else figure.unit
    return Text(
        en=f"{part.label.en}: {written.en} {unit.en}".strip().removeprefix(": "),
        vi=f"{part.label.vi}: {written.vi} {unit.vi}".strip().removeprefix(": "),
    )


def _inside(part: BarPart, written: Text, figure: Bars, width: float) -> Text | None:
    """Return what is written on a part of several, where it has room."""
    if figure.look == "signed" or not part.label.en:
        return None
    text = Text(en=f"{part.label.en} {written.en}", vi=f"{part.label.vi} {written.vi}")
    for candidate in (text, written) if figure.look == "share" else (part.label,):
        if LETTER * max(len(candidate.en), len(candidate.vi)) + 12 <= width:
            return candidate
    return None


def legend_of(figure: Bars) -> tuple[tuple[str, Text], ...]:
    """Return colour and name of the parts, each once; nothing where bars have one part each."""
    if all(len(bar.parts) <= 1 for bar in figure.bars):
        return ()
    found = {part.label: part.colour for bar in figure.bars for part in bar.parts if part.value}
    return tuple((colour, label) for label, colour in found.items())
