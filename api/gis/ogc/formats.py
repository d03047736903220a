"""Formats of answers: chosen by ``f`` or by ``Accept`` (RFC 9110, 12.5.1), and what each is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from api.gis.exports.forms import FORMS
from api.service.problems import ServiceError
from supplychain.text import Text

Format = Literal["json", "html", "geojsonl", "csv", "gpkg", "fgb", "parquet"]


@dataclass(frozen=True, slots=True)
class AnswerFormat:
    """One format of an answer.

    Parameters
    ----------
    name
        As ``f`` has it.
    title
        What it is called.
    media_type
        Of the answer.
    accepted
        Media types of ``Accept`` that mean it.
    """

    name: Format
    title: str
    media_type: str
    accepted: tuple[str, ...] = ()

    @property
    def media_types(self) -> tuple[str, ...]:
        """Media types by which it is asked for."""
        return (self.media_type.partition(";")[0], *self.accepted)


def _file(name: Literal["gpkg", "fgb", "parquet"], *accepted: str) -> AnswerFormat:
    return AnswerFormat(name, FORMS[name].title, FORMS[name].media_type, accepted)


JSON: Final = AnswerFormat("json", "JSON", "application/json")
HTML: Final = AnswerFormat("html", "HTML", "text/html; charset=utf-8")
GEOJSON: Final = AnswerFormat("json", "GeoJSON", "application/geo+json", ("application/json",))
SCHEMA: Final = AnswerFormat("json", "JSON Schema", "application/schema+json", ("application/json",))
DOCUMENTS: Final = (JSON, HTML)
"""Formats of what describes the service and its collections."""
SCHEMAS: Final = (SCHEMA, HTML)
FEATURES: Final = (
    GEOJSON,
    HTML,
    AnswerFormat("geojsonl", "GeoJSONSeq", "application/geo+json-seq"),
    AnswerFormat("csv", "CSV", "text/csv; charset=utf-8"),
    _file("gpkg", "application/vnd.sqlite3"),
    _file("fgb"),
    _file("parquet"),
)
"""Formats of features, the first where nothing is asked for."""
ONE_FEATURE: Final = (GEOJSON, HTML)
SPELLINGS: Final = {"geojson": "json", "geojsonseq": "geojsonl", "flatgeobuf": "fgb", "geoparquet": "parquet"}

NO_FORMAT: Final = Text(
    en="This is not given as {format}; f is one of: {known}.",
    vi="Không có dạng {format}; f là một trong: {known}.",
)
BY_EXPORT: Final = Text(
    en="Features are not answered as {format}; f is one of: {known}. {title} comes from POST /api/v1/layer-exports or "
    "hinterland export.",
    vi="Không trả lời đối tượng dạng {format}; f là một trong: {known}. {title} có ở POST /api/v1/layer-exports hoặc "
    "hinterland export.",
)
NOT_ACCEPTED: Final = Text(
    en="Nothing of what Accept names can be given. Leave it out, or name one of: {known}.",
    vi="Không có dạng nào mà Accept nêu. Hãy bỏ Accept, hoặc nêu một trong: {known}.",
)


def chosen_format(offered: Sequence[AnswerFormat], named: str | None, accept: str) -> AnswerFormat:
    """Return the format of an answer.

    Parameters
    ----------
    offered
        What can be given, what is given by default first.
    named
        ``f`` of the request; None where it says nothing, and ``accept`` counts.
    accept
        The header ``Accept``; empty for anything.

    Raises
    ------
    ServiceError
        If the format is not offered.
    """
    if named is not None:
        return _named(offered, named)
    best, best_quality = offered[0], 0.0
    wanted = [_wish(part) for part in accept[:1000].split(",") if part.strip()]
    if not wanted:
        return best
    for one in offered:
        quality = max((_quality(one, kind, value) for kind, value in wanted), default=(0, 0.0))[1]
        if quality > best_quality:
            best, best_quality = one, quality
    if not best_quality:
        known = ", ".join(dict.fromkeys(one.media_types[0] for one in offered))
        raise ServiceError(NOT_ACCEPTED.format(known=known), "not_acceptable")
    return best


def _named(offered: Sequence[AnswerFormat], named: str) -> AnswerFormat:
    name = SPELLINGS.get(named.lower(), named.lower())
    found = next((one for one in offered if one.name == name), None)
    if found is not None:
        return found
    known = ", ".join(one.name for one in offered)
    if name in FORMS and len(offered) == len(FEATURES):
        raise ServiceError(BY_EXPORT.format(format=named[:40], known=known, title=FORMS[name].title), "bad_request")
    raise ServiceError(NO_FORMAT.format(format=named[:40], known=known), "bad_request")


def _wish(part: str) -> tuple[str, float]:
    kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
    weight = next((one[2:] for one in parameters if one.startswith("q=")), "1")
    try:
        return kind, min(max(float(weight), 0.0), 1.0)
    except ValueError:
        return kind, 0.0


def _quality(one: AnswerFormat, kind: str, value: float) -> tuple[int, float]:
    """Return how exactly a wish names a format, and how much it is wanted; the most exact wish counts."""
    if kind in one.media_types:
        return 3, value
    if kind.endswith("/*") and any(known.startswith(kind[:-1]) for known in one.media_types) and kind != "*/*":
        return 2, value
    return (1, value) if kind == "*/*" else (0, 0.0)
