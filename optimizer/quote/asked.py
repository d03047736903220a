"""What a quote is asked for: place, market, box, commodity and tonnes, found in a pack and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from geodata.columns import BOX_FORMS
from optimizer.quote.boxes import BOXES, Box, find_box
from optimizer.results.names import figure
from supplychain.demand.freight_classes import EMPTY_COMMODITY_ID, FreightClass, build_freight_classes
from supplychain.errors import HinterlandError
from supplychain.text import Text, fold

if TYPE_CHECKING:
    from optimizer.case import Case
    from supplychain.pack import Pack

Sense = Literal["out", "in"]

SHOWN: Final = 5
MOST_LISTED: Final = 24
"""Rows that are all named where none is like what was asked for."""
LEAST_T: Final = 0.001
PLAIN: Final = ",g"
ROAD: Final = "road"
OPEN: Final = "open"
DEPOT: Final = "empty_depot"
OVERSEAS: Final = "overseas"
DIRECTIONS: Final = {
    ("out", True): "export",
    ("in", True): "import",
    ("out", False): "domestic_out",
    ("in", False): "domestic_in",
}

PLACE: Final = Text(en="park or zone", vi="khu, vùng")
MARKET: Final = Text(en="market", vi="thị trường")
COMMODITY: Final = Text(en="commodity", vi="nhóm hàng")
UNKNOWN: Final = Text(
    en="There is no {what} {name}. Similar: {known}.", vi="Không có {what} {name}. Gần giống: {known}."
)
NOT_THERE: Final = Text(
    en="There is no {what} {name}. There are: {known}.", vi="Không có {what} {name}. Hiện có: {known}."
)
NOTHING_LIKE: Final = Text(
    en="There is no {what} {name}, and none of the {count} there are has a name like it.",
    vi="Không có {what} {name}; trong {count} {what} hiện có không tên nào gần giống.",
)
AMBIGUOUS: Final = Text(
    en="{name} may be any of {known}. Name one {what} by its id.",
    vi="{name} có thể là {known}. Hãy ghi mã của một {what}.",
)
NO_BOX: Final = Text(
    en="There is no box {name}; write one of {known}.",
    vi="Không có loại công-ten-nơ {name}; hãy ghi một trong {known}.",
)
NOT_OPEN: Final = Text(
    en="{place} is {status} in this scenario, so nothing is shipped from or to it. Name a place that is open, or a "
    "scenario that opens it.",
    vi="{place} đang ở trạng thái {status} trong kịch bản này nên không có hàng đi hay đến. Hãy chọn nơi đang mở, hoặc "
    "kịch bản mở nơi này.",
)
EMPTIES: Final = Text(
    en="{name} is where empty boxes are kept; a quote is for laden freight. Name another market.",
    vi="{name} là nơi để vỏ rỗng; báo giá dành cho hàng có tải. Hãy chọn thị trường khác.",
)
WRONG_BOX: Final = Text(
    en="{commodity} travels in {needs}, not in {box}. Boxes that fit: {known}.",
    vi="{commodity} đi bằng {needs}, không bằng {box}. Loại phù hợp: {known}.",
)
FORM_WORDS: Final = {
    "container": Text(en="dry boxes or loose", vi="công-ten-nơ khô hoặc hàng rời"),
    "reefer": Text(en="reefers or loose", vi="công-ten-nơ lạnh hoặc hàng rời"),
}
TOO_HEAVY: Final = Text(
    en="{tonnes} t is more than a {box} holds: at most {most} t at a gross mass of 30.48 t. Ship {count} boxes, or "
    "less in each.",
    vi="{tonnes} tấn vượt sức chở của một {box}: nhiều nhất {most} tấn với tổng khối lượng 30,48 tấn. Hãy chia ra "
    "{count} công-ten-nơ hoặc giảm tải.",
)
NO_TONNES: Final = Text(
    en="Tonnes must be at least 0.001 (1 kg), got {tonnes}.",
    vi="Số tấn phải từ 0,001 (1 kg) trở lên, nhận được {tonnes}.",
)
CAPPED: Final = Text(
    en="The usual load of {usual} t is more than a {box} holds; {most} t are quoted.",
    vi="Mức xếp thông thường {usual} tấn vượt sức chở của {box}; báo giá cho {most} tấn.",
)
USUAL_LOAD: Final = Text(
    en="Load: {tonnes} t, the usual {per_teu} t a TEU of this commodity; --tonnes names another.",
    vi="Tải: {tonnes} tấn, theo mức thông thường {per_teu} tấn mỗi TEU của nhóm hàng; --tonnes để đổi.",
)
USUAL_BULK: Final = Text(
    en="Load: {tonnes} t, one full {vehicle}; --tonnes names another.",
    vi="Tải: {tonnes} tấn, một {vehicle} đầy; --tonnes để đổi.",
)
CHOSEN: Final = Text(
    en="Commodity: {commodity}, the largest {where} in such boxes; --commodity names another.",
    vi="Nhóm hàng: {commodity}, nhiều nhất {where} trong loại này; --commodity để đổi.",
)
BETWEEN: Final = Text(en="between the two places", vi="giữa hai nơi")
AT_PLACE: Final = Text(en="of the place", vi="của khu, vùng")
IN_REGION: Final = Text(en="of the region", vi="của cả vùng")


class QuoteError(HinterlandError):
    """A shipment that cannot be quoted; the sentence says why."""


@dataclass(frozen=True, slots=True)
class QuoteRequest:
    """What is asked, as people write it.

    Parameters
    ----------
    place, market
        Id or name, with or without marks.
    box
        Such as ``40HC`` or ``BULK``.
    on
        Day the freight is ready.
    inward
        From the market to the place.
    commodity
        Id or name; empty for the largest.
    tonnes
        Cargo; None for the usual load.
    ready_h
        Hour of the day it is ready at.
    most_legs
        Most modes in a row.
    """

    place: str
    market: str
    box: str
    on: date
    inward: bool = False
    commodity: str = ""
    tonnes: float | None = None
    ready_h: float = 8.0
    most_legs: int = 4


@dataclass(frozen=True, slots=True)
class Shipment:
    """What is shipped, found in the pack.

    Parameters
    ----------
    place_id, market_id
        Ids.
    place_name, market_name, commodity_name
        Names.
    direction
        export, import, domestic_out or domestic_in.
    box
        Its box.
    freight
        Its class, with the load it has.
    tonnes
        Cargo of the box, or of the loose shipment.
    on, ready_h
        When it is ready.
    remarks
        What was assumed.
    """

    place_id: str
    market_id: str
    place_name: Text
    market_name: Text
    commodity_name: Text
    direction: str
    box: Box
    freight: FreightClass
    tonnes: float
    on: date
    ready_h: float
    remarks: tuple[Text, ...]

    @property
    def inward(self) -> bool:
        """Whether freight comes to the place."""
        return self.direction in ("import", "domestic_in")

    @property
    def origin_id(self) -> str:
        """Where it starts."""
        return self.market_id if self.inward else self.place_id

    @property
    def destination_id(self) -> str:
        """Where it goes."""
        return self.place_id if self.inward else self.market_id


def find_shipment(case: Case, request: QuoteRequest) -> Shipment:
    """Return what is asked for, found in the case's pack.

    Raises
    ------
    QuoteError
        If a name is not known (with the nearest ids), the place is not open, the market keeps empties, the box does
        not fit the commodity, or the load does not fit the box.
    """
    pack = case.pack
    box = find_box(request.box)
    if box is None:
        raise QuoteError(NO_BOX.format(name=request.box, known=", ".join(BOXES)))
    places = {**names(pack, "parks"), **names(pack, "zones")}
    place_id = find(request.place, places, PLACE)
    _check_open(pack, place_id, places[place_id])
    markets = names(pack, "markets")
    market_id = find(request.market, markets, MARKET)
    kind = str(pack.table("markets").set_index("market_id").loc[market_id, "kind"])
    if kind == DEPOT:
        raise QuoteError(EMPTIES.format(name=markets[market_id]))
    direction = DIRECTIONS["in" if request.inward else "out", kind == OVERSEAS]
    commodities = {key: name for key, name in names(pack, "commodities").items() if key != EMPTY_COMMODITY_ID}
    remarks: list[Text] = []
    if request.commodity:
        commodity_id = find(request.commodity, commodities, COMMODITY)
    else:
        commodity_id, where = largest_commodity(case, place_id, market_id, direction, box)
        remarks.append(CHOSEN.format(commodity=commodities[commodity_id], where=where))
    _check_box(pack, commodity_id, commodities[commodity_id], box)
    freight = build_freight_classes(pack, [(commodity_id, box.form)])[0]
    freight, tonnes = _loaded(case, freight, box, request.tonnes, remarks)
    return Shipment(
        place_id=place_id,
        market_id=market_id,
        place_name=places[place_id],
        market_name=markets[market_id],
        commodity_name=commodities[commodity_id],
        direction=direction,
        box=box,
        freight=freight,
        tonnes=tonnes,
        on=request.on,
        ready_h=request.ready_h,
        remarks=tuple(remarks),
    )


def names(pack: Pack, table: str) -> dict[str, Text]:
    """Return the names of a table's rows by id."""
    rows = pack.table(table)
    columns = (rows[rows.columns[0]], rows["name_en"], rows["name_vi"])
    return {str(key): Text(en=str(en), vi=str(vi)) for key, en, vi in zip(*columns, strict=True)}


def find(name: str, known: Mapping[str, Text], what: Text) -> str:
    """Return the id that a name means: an id, or a name in either language, in any case and without marks.

    Raises
    ------
    QuoteError
        If nothing or more than one is meant; the message names the nearest ids.
    """
    if name in known:
        return name
    wanted = _plain(name)
    words = {key: (_plain(key), _plain(text.vi), _plain(text.en)) for key, text in known.items()}
    meant = [key for key, some in words.items() if wanted in some]
    for part in (f" {wanted} ", wanted):  # whole words first: VSIP I is not part of VSIP II
        meant = meant or [key for key, some in words.items() if wanted and any(part in f" {word} " for word in some)]
    if len(meant) == 1:
        return meant[0]
    if meant:
        listed = ", ".join(meant[:SHOWN]) + (", …" if len(meant) > SHOWN else "")
        raise QuoteError(AMBIGUOUS.format(name=name, what=what, known=listed))
    quoted = name.strip() or "“”"
    by_word = {word: key for key, some in words.items() for word in some}
    near = dict.fromkeys(by_word[word] for word in get_close_matches(wanted, by_word, n=SHOWN, cutoff=0.5))
    if near:
        raise QuoteError(UNKNOWN.format(what=what, name=quoted, known=", ".join(near)))
    if len(known) <= MOST_LISTED:
        raise QuoteError(NOT_THERE.format(what=what, name=quoted, known=", ".join(known)))
    raise QuoteError(NOTHING_LIKE.format(what=what, name=quoted, count=len(known)))


def _plain(text: str) -> str:
    """Return a name without marks, case and the signs between its words; an industrial park is a KCN either way."""
    return " ".join(fold(text).replace("_", " ").replace("-", " ").split()).replace("khu cong nghiep", "kcn")


def largest_commodity(case: Case, place_id: str, market_id: str, direction: str, box: Box) -> tuple[str, Text]:
    """Return the commodity of the most tonnes in a box's form, and where: between the places, at the place, anywhere.

    Raises
    ------
    QuoteError
        If the region ships nothing at all.
    """
    demand = case.demand
    forms = np.array([one.form for one in demand.classes])[demand.class_index]
    here = (forms == box.form) & (demand.direction == direction)
    at_place = here & (demand.place_id == place_id)
    between = at_place & ((demand.origin_id == market_id) | (demand.destination_id == market_id))
    alike, every = forms == box.form, np.ones(len(forms), dtype=np.bool_)
    choices = ((between, BETWEEN), (at_place, AT_PLACE), (here, IN_REGION), (alike, IN_REGION), (every, IN_REGION))
    for rows, where in choices:
        laden = rows & (demand.direction != "empty")
        if laden.any():
            mass = np.bincount(demand.class_index[laden], weights=demand.mass_t_per_day[laden])
            return demand.classes[int(np.argmax(mass))].commodity_id, where
    # Nothing travels so: what travels otherwise says in the refusal which boxes it needs.
    raise QuoteError(UNKNOWN.format(what=COMMODITY, name=box.box_id, known="–"))


def _check_open(pack: Pack, place_id: str, name: Text) -> None:
    for table, key in (("parks", "park_id"), ("zones", "zone_id")):
        rows = pack.table(table)
        for status in rows.loc[rows[key] == place_id, "status"]:
            if status != OPEN:
                raise QuoteError(NOT_OPEN.format(place=name, status=status))


def _check_box(pack: Pack, commodity_id: str, name: Text, box: Box) -> None:
    own = str(pack.table("commodities").set_index("commodity_id").loc[commodity_id, "box"])
    if box.is_box and box.form != own:
        fitting = [one.box_id for one in BOXES.values() if one.form == own or not one.is_box]
        raise QuoteError(
            WRONG_BOX.format(commodity=name, needs=FORM_WORDS[own], box=box.box_id, known=", ".join(fitting))
        )


def _loaded(
    case: Case, freight: FreightClass, box: Box, tonnes: float | None, remarks: list[Text]
) -> tuple[FreightClass, float]:
    """Return the class with the load the box has, and that load; what was assumed is added to the remarks."""
    if tonnes is not None:
        if not LEAST_T <= tonnes < np.inf:
            raise QuoteError(NO_TONNES.format(tonnes=figure(tonnes, PLAIN)))
        if tonnes > box.most_cargo_t:
            told = {"box": box.box_id, "most": figure(box.most_cargo_t, PLAIN), "tonnes": figure(tonnes, PLAIN)}
            raise QuoteError(TOO_HEAVY.format(count=int(np.ceil(tonnes / box.most_cargo_t)), **told))
        return (replace(freight, t_per_teu=tonnes / box.teu) if box.form in BOX_FORMS else freight), tonnes
    if freight.t_per_teu is None:
        return freight, _usual_bulk(case, remarks)
    usual = freight.t_per_teu * box.teu
    if usual > box.most_cargo_t:
        remarks.append(CAPPED.format(usual=figure(usual, PLAIN), box=box.box_id, most=figure(box.most_cargo_t, PLAIN)))
        return replace(freight, t_per_teu=box.most_cargo_t / box.teu), box.most_cargo_t
    remarks.append(USUAL_LOAD.format(tonnes=figure(usual, PLAIN), per_teu=figure(freight.t_per_teu, PLAIN)))
    return freight, usual


def _usual_bulk(case: Case, remarks: list[Text]) -> float:
    rows = case.pack.table("vehicles")
    usual = rows[(rows["mode"] == ROAD) & rows["default"] & rows["forms"].str.contains("bulk")]
    if not len(usual):
        return 1.0
    row = usual.iloc[0]
    vehicle = Text(en=str(row["name_en"]), vi=str(row["name_vi"]))
    remarks.append(USUAL_BULK.format(tonnes=figure(float(row["payload_t"]), PLAIN), vehicle=vehicle))
    return float(row["payload_t"])
