"""Why a shipment cannot be quoted: what is missing between the place and the market."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from geodata.answers.chain_legs import ChainQuestion, ModeChain, mode_chains
from geodata.geodesy import nearest
from geodata.tables import texts
from optimizer.quote.asked import OPEN, QuoteError, Shipment, names
from optimizer.results.names import FORM_NAMES, MODE_NAMES
from supplychain.pack import split_list
from supplychain.text import Text
from supplychain.vocabulary import MODES

if TYPE_CHECKING:
    import pandas as pd

    from geodata.impedance.impedance import Impedance
    from optimizer.case import Case

SHOWN: Final = 5
SEARCH_M: Final = 1_000_000.0

NO_CONNECTOR: Final = Text(
    en="{place} is joined to no open link, so nothing can leave or reach it. Nearest place that is joined: {near}.",
    vi="{place} không nối với tuyến nào đang mở nên hàng không đi hay đến được. Nơi gần nhất có nối: {near}.",
)
NO_SERVICE: Final = Text(
    en="No open service {way} {market} takes {commodity} {form}. {there}",
    vi="Không có dịch vụ đang mở {way} {market} nhận {commodity} {form}. {there}",
)
TO: Final = Text(en="to", vi="tới")
FROM: Final = Text(en="from", vi="từ")
THERE_ARE: Final = Text(en="There are: {some}.", vi="Hiện có: {some}.")
THERE_ARE_NONE: Final = Text(en="There is none in any form.", vi="Không có dịch vụ nào dưới bất kỳ dạng nào.")
CLOSED: Final = Text(en="Not open in this scenario: {some}.", vi="Chưa mở trong kịch bản này: {some}.")
MODE: Final = Text(
    en="{commodity} may not use {modes}, without which no chain joins {place} and {market}; it may use {own}.",
    vi="{commodity} không được đi {modes}, mà thiếu chúng thì không chuỗi nào nối {place} với {market}; được đi {own}.",
)
VEHICLES: Final = Text(
    en="Only {vehicles} may carry {commodity}, and none of them can run all the way between {place} and {market}.",
    vi="Chỉ {vehicles} được chở {commodity}, và không phương tiện nào chạy được suốt giữa {place} và {market}.",
)
LEGS: Final = Text(
    en="No chain of at most {legs} modes joins {place} and {market} for {commodity} {form}; one of {more} does. "
    "Try --legs {more}.",
    vi="Không có chuỗi tối đa {legs} phương thức nối {place} với {market} cho {commodity} {form}; chuỗi {more} phương "
    "thức thì có. Hãy thử --legs {more}.",
)
NO_CHAIN: Final = Text(
    en="No chain of modes that is open joins {place} and {market} for {commodity} {form}.",
    vi="Không có chuỗi phương thức nào đang mở nối {place} với {market} cho {commodity} {form}.",
)


def served_chains(
    case: Case, shipment: Shipment, impedance: Impedance, question: ChainQuestion
) -> tuple[ModeChain, ...]:
    """Return the best path of each chain of modes that carries a shipment; where there is none, say why.

    Parameters
    ----------
    case, shipment
        What is asked.
    impedance
        Of the shipment's class.
    question
        What is searched.

    Raises
    ------
    QuoteError
        If nothing leads from origin to destination.
    """
    told = {
        "place": shipment.place_name,
        "market": shipment.market_name,
        "commodity": shipment.commodity_name,
        "form": FORM_NAMES[shipment.box.form],
    }
    if not _is_joined(case, shipment.place_id, shipment.inward):
        raise QuoteError(NO_CONNECTOR.format(near=_nearest_joined(case, shipment), **told))
    if not _has_service(case, shipment, impedance):
        way = FROM if shipment.inward else TO
        raise QuoteError(NO_SERVICE.format(way=way, there=_services_there(case, shipment), **told))
    chains = mode_chains(case.network, impedance, question)
    if chains:
        return chains
    raise QuoteError(_reason(case, shipment, impedance, question).format(**told))


def _is_joined(case: Case, place_id: str, inward: bool) -> bool:  # noqa: FBT001 - which end of the shipment the place is
    network = case.network
    find = network.destination_index if inward else network.origin_index
    try:
        node = find(place_id)
    except KeyError:
        return False
    ends = network.links.to_index if inward else network.links.from_index
    return bool((ends == node).any())


def _has_service(case: Case, shipment: Shipment, impedance: Impedance) -> bool:
    network = case.network
    find = network.origin_index if shipment.inward else network.destination_index
    try:
        node = find(shipment.market_id)
    except KeyError:
        return False
    ends = network.links.from_index if shipment.inward else network.links.to_index
    modeless = replace(impedance, classes=(replace(shipment.freight, modes=frozenset(MODES)),))
    return bool(((ends == node) & modeless.allowed[0]).any())


def _nearest_joined(case: Case, shipment: Shipment) -> str:
    rows = [case.pack.table(table) for table in ("parks", "zones")]
    ids = [str(key) for frame in rows for key in frame[frame.columns[0]]]
    points = np.vstack([frame[["lon", "lat"]].to_numpy(dtype=np.float64) for frame in rows])
    joined = np.array([key != shipment.place_id and _is_joined(case, key, shipment.inward) for key in ids])
    if not joined.any():
        return "–"
    own = points[[ids.index(shipment.place_id)]]
    _, found, _ = nearest(own, points[joined], 1, SEARCH_M)
    return np.array(ids, dtype=object)[joined][int(found[0])] if len(found) else "–"


def _services_there(case: Case, shipment: Shipment) -> Text:
    """Return what services the market has in the direction, and which are not open."""
    rows = case.pack.table("services")
    wanted = ("in", "both") if shipment.inward else ("out", "both")
    rows = rows[(texts(rows, "market_id") == shipment.market_id) & np.isin(texts(rows, "direction"), wanted)]
    is_open = rows["status"] == OPEN
    parts = []
    if is_open.any():
        forms = sorted({form for cell in rows.loc[is_open, "forms"] for form in split_list(cell)})
        listed = _joined(FORM_NAMES[form] for form in forms)
        parts.append(THERE_ARE.format(some=_joined([listed, *_named(rows[is_open])])))
    else:
        parts.append(THERE_ARE_NONE)
    if (~is_open).any():
        parts.append(CLOSED.format(some=_joined(_named(rows[~is_open]))))
    return Text(en=" ".join(part.en for part in parts), vi=" ".join(part.vi for part in parts))


def _named(rows: pd.DataFrame) -> list[Text]:
    found = [
        Text(en=str(en), vi=str(vi)) for en, vi in zip(rows["name_en"][:SHOWN], rows["name_vi"][:SHOWN], strict=True)
    ]
    return [*found, Text(en="…", vi="…")] if len(rows) > SHOWN else found


def _joined(some: Iterable[Text]) -> Text:
    listed = list(some)
    return Text(en=", ".join(one.en for one in listed), vi=", ".join(one.vi for one in listed))


def _reason(case: Case, shipment: Shipment, impedance: Impedance, question: ChainQuestion) -> Text:
    """Return why no chain exists though the place is joined and the market has a service."""
    freight, longer = shipment.freight, replace(question, most_legs=len(MODES) + 1)
    found = mode_chains(case.network, impedance, longer)
    if found:
        more = min(len(chain.modes) for chain in found)
        return _part(LEGS, legs=question.most_legs, more=more)
    free = replace(freight, modes=frozenset(MODES))
    chains = mode_chains(case.network, replace(impedance, classes=(free,)), longer)
    if chains:
        lacking = sorted(set(chains[0].modes) - freight.modes)
        own = sorted(freight.modes)
        return _part(
            MODE,
            modes=_joined(MODE_NAMES[mode] for mode in lacking),
            own=_joined(MODE_NAMES[mode] for mode in own),
        )
    if freight.vehicles:
        any_vehicle = replace(impedance, classes=(replace(free, vehicles=frozenset()),))
        if mode_chains(case.network, any_vehicle, longer):
            known = names(case.pack, "vehicles")
            return _part(VEHICLES, vehicles=_joined(known[one] for one in sorted(freight.vehicles)))
    return NO_CHAIN


def _part(template: Text, **values: object) -> Text:
    """Return a text with some of its fields filled in; the rest stay."""
    rest = {name: "{" + name + "}" for name in ("place", "market", "commodity", "form")}
    return template.format(**values, **rest)
