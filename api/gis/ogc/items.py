"""Pages of features: which are asked for, where the next page begins, and the answer as GeoJSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, cast

from api.access.caller import Caller
from api.gis.collections import Opened
from api.gis.ogc.asked import Asked, path_of
from api.gis.ogc.boxes import all_conditions, read_bbox
from api.gis.ogc.crs import CRS84, NamedCrs, crs_named
from api.gis.ogc.formats import FEATURES
from api.gis.ogc.geojson import Document, features_of
from api.gis.ogc.moments import during, read_moments
from api.gis.ogc.queried import held_values
from api.service.context import Service
from api.service.etags import etag
from api.service.paging import CURSOR_LENGTH, WRONG_CURSOR, Paging, make_cursor, page_of
from api.service.problems import ServiceError
from geodata.features.filter_ground import Reference
from geodata.features.filters import parse_filter
from geodata.features.source import Filter, Key, Portion, Wanted
from geodata.features.table import Box, FeatureTable
from supplychain.errors import HinterlandError
from supplychain.text import Text

PARAMETERS: Final = (
    "limit",
    "bbox",
    "bbox-crs",
    "crs",
    "datetime",
    "properties",
    "filter",
    "filter-lang",
    "filter-crs",
    "cursor",
)
ITEM_PARAMETERS: Final = ("crs", "properties")
DEFAULT_LIMIT: Final = 100
MOST: Final = 10_000
"""Features of a page at most; who asks for more gets as many."""
LANGUAGES: Final = ("cql2-text", "cql2-json")

WRONG_LIMIT: Final = Text(
    en="limit is a whole number of at least 1, such as 1000; got {limit}.",
    vi="limit là số nguyên từ 1 trở lên, ví dụ 1000; nhận được {limit}.",
)
NO_PROPERTY: Final = Text(
    en="{layer} has no property {name} that you may see; it has: {known}.",
    vi="{layer} không có thuộc tính {name} mà bạn được xem; các thuộc tính có: {known}.",
)
NO_LANGUAGE: Final = Text(
    en="filter-lang is cql2-text or cql2-json; got {lang}.",
    vi="filter-lang là cql2-text hoặc cql2-json; nhận được {lang}.",
)
ALONE: Final = Text(
    en="{parameter} says something of {other}, which is missing. Give both, or leave it out.",
    vi="{parameter} đi kèm {other}, nhưng thiếu {other}. Hãy ghi cả hai, hoặc bỏ đi.",
)
GONE: Final = Text(
    en="This layer was made anew since the page before, and its features stand in another order. Begin again without "
    "cursor.",
    vi="Lớp này đã được làm mới sau trang trước và thứ tự đã đổi. Hãy bắt đầu lại, bỏ cursor.",
)


@dataclass(frozen=True, slots=True)
class Page:
    """Which features of a collection are asked for, and how.

    Parameters
    ----------
    asked
        The request.
    opened
        The collection.
    wanted
        Which features.
    crs
        CRS of the coordinates.
    names
        Properties; None for all.
    limit
        Most features; None where nothing is said.
    after
        Key after which they begin; None for the first.
    paging
        What signs cursors.
    """

    asked: Asked
    opened: Opened
    wanted: Wanted
    crs: NamedCrs
    names: tuple[str, ...] | None
    limit: int | None
    after: Key | None
    paging: Paging

    @property
    def etag(self) -> str:
        """Entity tag of the answer: another one whenever the layer, who sees it, or what is asked is another."""
        caller: Caller = self.asked.request.state.caller
        return etag(
            self.asked.same(),
            self.opened.source.version,
            repr(caller.viewer),
            self.asked.format.name,
            self.asked.language,
        )

    def read(self, limit: int) -> Portion:
        """Return the features, at most as many as are given."""
        portion = self.opened.source.read(self.wanted, self.after, limit)
        return Portion(self.selected(portion.table), portion.after)

    def selected(self, table: FeatureTable) -> FeatureTable:
        """Return features with the properties that are asked for."""
        return table if self.names is None else table.select(self.names)

    def following(self, after: Key | None) -> str | None:
        """Return the address of the page after a key; None where there is none."""
        if after is None:
            return None
        counts_rows = any(isinstance(part, int) for part in after)
        # An id stands for itself whatever changes; a row is one of this version only.
        key = (self.opened.source.version if counts_rows else "", *after)
        return self.asked.same(cursor=make_cursor(key, self.paging.binding, self.paging.secret))


def read_page(asked: Asked, opened: Opened, service: Service, caller: Caller) -> Page:
    """Return which features are asked for.

    Raises
    ------
    ServiceError
        If a parameter is wrong; its sentence says what is.
    """
    own = asked.own
    limit = _limit(own.get("limit"))
    cursor = own.get("cursor")
    if cursor is not None and len(cursor) > CURSOR_LENGTH:
        raise ServiceError(WRONG_CURSOR, "bad_request")
    paging = page_of(asked.request, cast("Any", None), service, caller, DEFAULT_LIMIT, cursor)
    crs = crs_named(own.get("crs", CRS84), "crs")
    box: Box | None = None
    conditions: list[Filter] = []
    if "bbox" in own:
        box, inside = read_bbox(own["bbox"], crs_named(own.get("bbox-crs", CRS84), "bbox-crs"))
        conditions += [inside] if inside is not None else []
    elif "bbox-crs" in own:
        raise ServiceError(ALONE.format(parameter="bbox-crs", other="bbox"), "bad_request")
    moment = None if "datetime" not in own else during(read_moments(own["datetime"]), opened.source.fields)
    held = held_values(asked.properties, opened.source.fields)
    conditions += [one for one in (held, moment, _condition(own, opened)) if one is not None]
    wanted = Wanted(box, all_conditions(conditions))
    names = _names(own.get("properties"), opened)
    return Page(asked, opened, wanted, crs, names, limit, _after(paging, opened), paging)


def _limit(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()) or not text.strip("0"):
        raise ServiceError(WRONG_LIMIT.format(limit=text[:40]), "bad_request")
    return min(int(text.lstrip("0")[:12]), MOST)


def _names(text: str | None, opened: Opened) -> tuple[str, ...] | None:
    if text is None:
        return None
    known = [field.name for field in opened.source.fields]
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    for name in names:
        if name not in known:
            words = {"layer": opened.collection.title, "name": name[:60], "known": ", ".join(known)}
            raise ServiceError(NO_PROPERTY.format(**words), "bad_request")
    return names


def _condition(own: Mapping[str, str], opened: Opened) -> Filter | None:
    text, lang = own.get("filter"), own.get("filter-lang", LANGUAGES[0])
    if lang not in LANGUAGES:
        raise ServiceError(NO_LANGUAGE.format(lang=lang[:40]), "bad_request")
    crs = crs_named(own.get("filter-crs", CRS84), "filter-crs")
    if text is None:
        for parameter in ("filter-lang", "filter-crs"):
            if parameter in own:
                raise ServiceError(ALONE.format(parameter=parameter, other="filter"), "bad_request")
        return None
    language = cast("Literal['cql2-text', 'cql2-json']", lang)
    try:
        reference = Reference(crs.to_wgs84, crs.is_north_first, is_round=crs.way is None)
        found = parse_filter(text, language, opened.source.fields, reference=reference)
    except HinterlandError as error:
        raise ServiceError(error.text, "bad_request") from error
    # The same text means another thing in another CRS, and what was counted is kept by the text.
    return found if crs.uri == CRS84 else replace(found, text=f"{crs.uri} {text}")


def _after(paging: Paging, opened: Opened) -> Key | None:
    """Return the key a page begins after; where it counts rows, they must be those of the page before."""
    if paging.after is None:
        return None
    version, *key = paging.after
    if version != opened.source.version and any(isinstance(part, int) for part in key):
        raise ServiceError(GONE, "gone")
    return cast("Key", tuple(key))


def page_document(page: Page) -> Document:
    """Return a page of features as GeoJSON, with the links and numbers of OGC API Features."""
    limit = page.limit or DEFAULT_LIMIT
    portion = page.read(limit)
    document: Document = {"type": "FeatureCollection", "links": page_links(page, portion.after)}
    matched = page.opened.source.count(page.wanted)
    if matched is not None:
        document["numberMatched"] = matched
    document["numberReturned"] = len(portion.table)
    document["features"] = features_of(portion.table, page.crs)
    return document


def page_links(page: Page, after: Key | None) -> list[Document]:
    """Return the links of a page."""
    asked = page.asked
    following = page.following(after)
    links = [{"rel": "self", "type": asked.format.media_types[0], "href": asked.same()}]
    links += [
        {"rel": "alternate", "type": one.media_types[0], "title": one.title, "href": asked.same(f=one.name)}
        for one in FEATURES
        if one is not asked.format
    ]
    if following is not None:
        links.append({"rel": "next", "type": asked.format.media_types[0], "href": following})
    collection = asked.address(path_of(page.opened.collection_id))
    return [*links, {"rel": "collection", "type": "application/json", "href": collection}]
