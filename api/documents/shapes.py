"""Pictures of documents as plain shapes, written as SVG with their words in one language or in both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, Literal

from api.documents.cells import is_same, shown
from api.documents.model import NOTHING
from supplychain.text import Language, Text

INK: Final = "#22302a"
PAPER: Final = "#ffffff"
FONT: Final = "'Segoe UI','Noto Sans',Roboto,Arial,sans-serif"


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line; positions and width in units of the picture.

    Parameters
    ----------
    points
        (x, y) of each vertex.
    colour, width
        How it is drawn.
    title
        What a reader sees who rests on it.
    is_dashed
        True for a broken line.
    """

    points: tuple[tuple[float, float], ...]
    colour: str
    width: float
    title: Text = NOTHING
    is_dashed: bool = False


@dataclass(frozen=True, slots=True)
class Disc:
    """A round mark with a thin rim."""

    x: float
    y: float
    radius: float
    colour: str
    title: Text = NOTHING
    rim: str = PAPER


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    title: Text = NOTHING


@dataclass(frozen=True, slots=True)
class Word:
    """A short text; ``y`` is its base line."""

    x: float
    y: float
    text: Text
    anchor: Literal["start", "middle", "end"] = "start"
    size: float = 13.0
    colour: str = INK
    has_halo: bool = False


Shape = Stroke | Disc | Box | Word


@dataclass(frozen=True, slots=True)
class Picture:
    """Shapes on a sheet, the first at the bottom.

    Parameters
    ----------
    width, height
        Size in its own units.
    shapes
        What is drawn.
    background
        Colour of the sheet.
    """

    width: float
    height: float
    shapes: tuple[Shape, ...]
    background: str = PAPER


def to_svg(picture: Picture, title: Text, languages: Sequence[Language]) -> str:
    """Return a picture as SVG.

    Parameters
    ----------
    picture
        What is drawn.
    title
        What it shows, for those who cannot see it.
    languages
        Languages of its words; where there are several, each word carries its language as its class.
    """
    size = f"{picture.width:.0f} {picture.height:.0f}"
    body = "".join(_shape(shape, languages) for shape in picture.shapes)
    label = escape(" · ".join(dict.fromkeys(shown(title).of(language) for language in languages)), quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" role="img" overflow="hidden" '
        f'aria-label="{label}" font-family="{FONT}"><rect width="{picture.width:.0f}" height="{picture.height:.0f}" '
        f'fill="{picture.background}"/>{body}</svg>'
    )


def _shape(shape: Shape, languages: Sequence[Language]) -> str:
    if isinstance(shape, Word):
        return _word(shape, languages)
    title = _title(shape.title, languages)
    if isinstance(shape, Stroke):
        way = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in shape.points)
        dashes = ' stroke-dasharray="4 4"' if shape.is_dashed else ""
        return (
            f'<path d="{way}" fill="none" stroke="{shape.colour}" stroke-width="{shape.width:.2f}" '
            f'stroke-linecap="round" stroke-linejoin="round"{dashes}>{title}</path>'
        )
    if isinstance(shape, Disc):
        return (
            f'<circle cx="{shape.x:.1f}" cy="{shape.y:.1f}" r="{shape.radius:.1f}" fill="{shape.colour}" '
            f'stroke="{shape.rim}" stroke-width="1">{title}</circle>'
        )
    return (
        f'<rect x="{shape.x:.1f}" y="{shape.y:.1f}" width="{max(shape.width, 0.0):.1f}" height="{shape.height:.1f}" '
        f'fill="{shape.colour}">{title}</rect>'
    )


def _title(text: Text, languages: Sequence[Language]) -> str:
    words = dict.fromkeys(shown(text).of(language) for language in languages)
    joined = escape(" · ".join(word for word in words if word))
    return f"<title>{joined}</title>" if joined else ""


def _word(word: Word, languages: Sequence[Language]) -> str:
    """Return a text, over a wider copy of itself in the colour of paper where it has a halo.

    Two copies, not ``paint-order``: Word draws the halo over the letters where it meets that attribute.
    """
    text = shown(word.text)
    place = f'x="{word.x:.1f}" y="{word.y:.1f}" font-size="{word.size:.1f}" text-anchor="{word.anchor}"'
    halo = f'fill="{PAPER}" stroke="{PAPER}" stroke-width="3" stroke-linejoin="round" aria-hidden="true"'
    looks = [f'fill="{word.colour}"']
    if word.has_halo:
        looks.insert(0, halo)
    if len(languages) == 1 or is_same(text):
        return "".join(f"<text {place} {look}>{escape(text.of(languages[0]))}</text>" for look in looks)
    return "".join(
        f'<text class="{language}" lang="{language}" {place} {look}>{escape(text.of(language))}</text>'
        for language in languages
        for look in looks
    )
