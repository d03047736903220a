"""Answers on supply risk that need ways on a network: needs nobody serves in time, and links that close."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from api.numbers import number
from api.registry.match_means import MeansRequest, Ready, read_means
from api.registry.risk_told import (
    CUSTOMER,
    FACILITY,
    ITEM,
    MASS,
    NAME,
    RiskRequest,
    Told,
    finish,
    plain,
    read_supply,
    table_of,
)
from api.routes.answer import check_output
from api.routes.tell import warn
from supplychain.errors import HinterlandError
from supplychain.risk.build import SupplyFacts, item_of
from supplychain.risk.dropout import detours
from supplychain.sourcing.answer import LeftOut, MatchAnswer
from supplychain.sourcing.finding import find_suppliers
from supplychain.sourcing.matching import Means
from supplychain.sourcing.question import Asked
from supplychain.sourcing.reasons import reason_text
from supplychain.sourcing.scoring import Weights
from supplychain.text import Text

if TYPE_CHECKING:
    from api.console import Talk
    from api.routes.ground import Ground
    from supplychain.pack import Pack
    from supplychain.risk.graph import Floats
    from supplychain.sourcing.travel import Travel
    from supplychain.sourcing.values import Spot, Wanted

SHOWN_REASONS: Final = 3
OWN: Final = "own_firm"

READING: Final = Text(en="Reading the registry", vi="Đọc sổ đăng ký")
LOOKING: Final = Text(en="Looking for suppliers of {count} needs", vi="Tìm bên cung ứng cho {count} nhu cầu")
CLOSING: Final = Text(en="Closing {links} and searching again", vi="Đóng {links} và tìm đường lại")
NEEDS_WAYS: Final = Text(
    en="This question needs a network: load a region, or store one with `hinterland network`.",
    vi="Câu hỏi này cần một mạng lưới: hãy nạp vùng, hoặc lưu mạng lưới bằng `hinterland network`.",
)
UNPLACED: Final = Text(
    en="{count} needs have no position to come to and are not judged: {ids}.",
    vi="{count} nhu cầu chưa có vị trí nơi nhận nên không xét: {ids}.",
)
UNPLACED_RELATIONS: Final = Text(
    en="{count} relations have an end without a position and are not judged.",
    vi="{count} quan hệ có một đầu chưa rõ vị trí nên không xét.",
)
NO_LINK: Final = Text(
    en="The network has no link {name}. `hinterland network export` and the layer of links show their ids.",
    vi="Mạng lưới không có đoạn tuyến {name}. `hinterland network export` và lớp đoạn tuyến cho biết mã.",
)
NOT_BOTH: Final = Text(
    en="Ask for facilities or for links, not for both at once.",
    vi="Mỗi lần chỉ hỏi cơ sở hoặc đoạn tuyến, không hỏi cả hai.",
)
NO_WAY_BEFORE: Final = Text(
    en="{count} relations have no way by truck even with every link open.",
    vi="{count} quan hệ không có đường xe tải ngay cả khi mọi đoạn tuyến đều mở.",
)


def run_needs(request: RiskRequest, minutes: float, network: str, talk: Talk) -> None:
    """Tell which needs no supplier in the registry serves within some truck minutes, and why."""
    check_output(request.out, request.crs)
    with talk.steps(4) as steps:
        ready = read_means(MeansRequest(request.database, network), steps)
        if ready.travel is None:
            raise HinterlandError(NEEDS_WAYS)
        steps.begin(READING)
        facts = read_supply(request, ready.gates)
        placed = [one for one in facts.catalogue.wanted if one.party.spot is not None]
        steps.begin(LOOKING.format(count=len(placed)))
        rows = []
        for done, need in enumerate(placed, start=1):
            answer = _answer(facts, need, minutes, ready, request)
            if not answer.ranked and not answer.apart:
                rows.append(_need_row(need, answer))
            steps.detail(Text(en=f"{LOOKING.en} {done}/{len(placed)}", vi=f"{LOOKING.vi} {done}/{len(placed)}"))
    _tell_notes(ready, talk)
    away = [one.need_id for one in facts.catalogue.wanted if one.party.spot is None]
    if away:
        warn(UNPLACED.format(count=len(away), ids=", ".join(away[:5])), talk)
    table = table_of(
        rows,
        ("need_id", "facility_id", "name", "item", "article", "mass_t_per_month", "candidates", "nearest_minutes",
         "reasons_vi", "reasons_en"),
    )  # fmt: skip
    told = Told(
        Text(
            en=f"{len(rows)} of {len(placed)} needs have no supplier within {minutes:g} truck minutes",
            vi=f"{len(rows)} trong {len(placed)} nhu cầu không có bên cung ứng trong {minutes:g} phút xe tải",
        ),
        (
            Text(en="Need", vi="Nhu cầu"),
            FACILITY,
            Text(en="Article", vi="Mặt hàng"),
            MASS,
            Text(en="Offers alike", vi="Chào hàng cùng loại"),
            Text(en="Nearest, min", vi="Gần nhất, phút"),
            Text(en="Why", vi="Lý do"),
        ),
        lambda row: (
            *map(plain, (row["need_id"], row["facility_id"], row["article"])),
            number(row["mass_t_per_month"], 1),
            plain(row["candidates"]),
            number(row["nearest_minutes"], 0),
            Text(en=row["reasons_en"], vi=row["reasons_vi"]),
        ),
    )
    more = {"minutes": minutes, "needs_judged": len(placed), "needs_without_position": away, **ready.facts}
    finish("risk needs", request, facts, {"needs": table}, told, talk, more)


def _answer(facts: SupplyFacts, need: Wanted, minutes: float, ready: Ready, request: RiskRequest) -> MatchAnswer:
    means = Means(Weights.default(), ready.travel, ready.freight)
    most = minutes if need.longest_minutes is None else min(minutes, need.longest_minutes)
    return find_suppliers(facts.catalogue, need.need_id, Asked(minutes=most), means, request.day).answer


def _need_row(need: Wanted, answer: MatchAnswer) -> dict[str, Any]:
    others = [one for one in answer.left_out if all(failure.reason != OWN for failure in one.failures)]
    known = [time for one in others if (time := _minutes(one)) is not None]
    counted = [count for count in answer.counts if count.first][:SHOWN_REASONS]
    nobody = Text(en="nobody offers it", vi="không ai chào hàng này")
    reasons = [(count.first, reason_text(count.reason, count.detail)) for count in counted]
    shown = [Text(en=f"{many} {why.en}", vi=f"{many} {why.vi}") for many, why in reasons] or [nobody]
    return {
        "need_id": need.need_id,
        "facility_id": need.party.facility_id,
        "name": need.party.facility_name,
        "item": item_of(need.goods),
        "article": need.goods.label,
        "mass_t_per_month": need.quantity_t_per_month,
        "candidates": len(others),
        "nearest_minutes": min(known, default=None),
        "reasons_vi": "; ".join(why.vi for why in shown),
        "reasons_en": "; ".join(why.en for why in shown),
    }


def _minutes(one: LeftOut) -> float | None:
    """Return the truck minutes of a candidate, or those it lies away at least where its way was not looked for."""
    trip = one.candidate.trip
    return trip.minutes if trip.minutes is not None else trip.least_minutes


def run_closure(
    request: RiskRequest, facilities: Sequence[str], links: Sequence[str], network: str, talk: Talk
) -> None:
    """Tell which supply relations a closed link makes longer or cuts."""
    check_output(request.out, request.crs)
    if facilities:
        raise HinterlandError(NOT_BOTH)
    with talk.steps(4) as steps:
        ready = read_means(MeansRequest(request.database, network), steps)
        if ready.travel is None or ready.ground is None:
            raise HinterlandError(NEEDS_WAYS)
        steps.begin(READING)
        facts = read_supply(request, ready.gates)
        flows, ends = _placed_flows(facts)
        steps.begin(CLOSING.format(links=", ".join(links)))
        before = _ways(ready.travel, ends)
        after = _ways(_closed(ready.ground, links, ready.pack), ends)
    _tell_notes(ready, talk)
    _tell_left_out(facts, flows, before, talk)
    rows = detours(facts.graph, before, after, flows)
    place = {name: index for index, name in enumerate(facts.graph.relation_ids)}
    table = table_of(
        [
            {
                "relation_id": row.relation_id,
                "customer_id": facts.graph.facility_ids[int(facts.graph.customer[place[row.relation_id]])],
                "supplier_id": facts.graph.facility_ids[int(facts.graph.supplier[place[row.relation_id]])],
                "item": facts.graph.items[int(facts.graph.item[place[row.relation_id]])],
                "mass_t_per_month": row.mass_t_per_month,
                "minutes_before": row.minutes_before,
                "minutes_after": None if row.is_cut else row.minutes_after,
                "extra_minutes": None if row.is_cut else row.extra_minutes,
                "extra_km": None if row.is_cut else row.km_after - row.km_before,
                "status": "cut" if row.is_cut else "longer",
            }
            for row in rows
        ],
        ("relation_id", "customer_id", "supplier_id", "item", "mass_t_per_month", "minutes_before", "minutes_after",
         "extra_minutes", "extra_km", "status"),
    )  # fmt: skip
    cut = sum(row.is_cut for row in rows)
    told = Told(
        Text(
            en=f"{len(rows)} of {len(flows)} relations take longer, {cut} of them are cut, without {', '.join(links)}",
            vi=f"{len(rows)} trong {len(flows)} quan hệ đi lâu hơn, {cut} bị cắt, khi đóng {', '.join(links)}",
        ),
        (
            Text(en="Relation", vi="Quan hệ"),
            CUSTOMER,
            NAME,
            ITEM,
            MASS,
            Text(en="min before", vi="phút trước"),
            Text(en="min after", vi="phút sau"),
        ),
        lambda row: (
            plain(row["relation_id"]),
            plain(row["customer_id"]),
            plain(facts.name(str(row["customer_id"]))),
            plain(row["item"]),
            number(row["mass_t_per_month"], 1),
            number(row["minutes_before"], 1),
            Text(en="cut", vi="bị cắt") if row["status"] == "cut" else number(row["minutes_after"], 1),
        ),
    )
    finish("risk dropout", request, facts, {"detours": table}, told, talk, {"links": list(links), **ready.facts})


def _placed_flows(facts: SupplyFacts) -> tuple[list[int], tuple[list[Spot], list[Spot]]]:
    """Return the flows whose two ends have a position, and those positions."""
    graph = facts.graph
    flows: list[int] = []
    suppliers: list[Spot] = []
    customers: list[Spot] = []
    for flow in range(len(graph.relation_ids)):
        start, end = (facts.spot(graph.facility_ids[int(side[flow])]) for side in (graph.supplier, graph.customer))
        if start is not None and end is not None:
            flows.append(flow)
            suppliers.append(start)
            customers.append(end)
    return flows, (suppliers, customers)


def _ways(travel: Travel, ends: tuple[list[Spot], list[Spot]]) -> tuple[Floats, Floats]:
    """Return minutes and km of the quickest ways, float64[N] each; inf where none leads."""
    if not ends[0]:
        return np.empty(0), np.empty(0)
    trips = travel.trips(*ends)
    return np.nan_to_num(trips.minutes, nan=np.inf), np.nan_to_num(trips.km, nan=np.inf)


def _closed(ground: Ground, links: Sequence[str], pack: Pack | None) -> Travel:
    """Return ways on a network without some links.

    Raises
    ------
    HinterlandError
        If the network has no such link.
    """
    from api.registry.match_means import travel_on  # noqa: PLC0415 - keeps `--help` quick
    from geodata.infrastructure.build import keep_links  # noqa: PLC0415

    ids = ground.infrastructure.links.link_id
    known = set(ids.tolist())
    for name in links:
        if name not in known:
            raise HinterlandError(NO_LINK.format(name=name))
    kept = keep_links(ground.infrastructure, ~np.isin(ids, list(links)))
    return travel_on(replace(ground, infrastructure=kept, cache=None, content_hash=""), pack)


def _tell_notes(ready: Ready, talk: Talk) -> None:
    for note in ready.notes:
        warn(note, talk)


def _tell_left_out(facts: SupplyFacts, flows: Sequence[int], before: tuple[Floats, Floats], talk: Talk) -> None:
    away = len(facts.graph.relation_ids) - len(flows)
    if away:
        warn(UNPLACED_RELATIONS.format(count=away), talk)
    unreached = int((~np.isfinite(before[0])).sum())
    if unreached:
        warn(NO_WAY_BEFORE.format(count=unreached), talk)
