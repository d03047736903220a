"""Answers on supply risk that follow from the registry alone: sources, tiers, local content, dropouts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from api.numbers import number, percent
from api.registry.risk_told import (
    AGAIN,
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
    require_facilities,
    table_of,
)
from api.routes.answer import check_output
from api.routes.tell import warn
from supplychain.errors import HinterlandError
from supplychain.risk.build import Level, SupplyFacts, item_of, items_of
from supplychain.risk.dropout import drop_facilities
from supplychain.risk.local import By, local_content
from supplychain.risk.single import sources_of_items, spread_of_sources
from supplychain.risk.tiers import Direction, trace
from supplychain.text import Text

if TYPE_CHECKING:
    from api.console import Talk

NAME_ONE: Final = Text(
    en="Name a facility that drops out, or a link with --link.",
    vi="Hãy ghi cơ sở ngừng hoạt động, hoặc đoạn tuyến bằng --link.",
)
UNSTATED: Final = Text(
    en="{count} relations on the way have no stated mass and carry no share: {ids}.",
    vi="{count} quan hệ trên đường đi chưa rõ khối lượng nên không tính tỷ lệ: {ids}.",
)


def run_sources(request: RiskRequest, threshold: float, by: Level, talk: Talk) -> None:
    """Tell which customers depend on one organisation for an item, and which items only one organisation offers."""
    check_output(request.out, request.crs)
    facts = read_supply(request, level=by)
    spread = [row for row in spread_of_sources(facts.graph) if row.is_single(threshold)]
    single = table_of(
        [
            {
                "customer_id": row.customer_id,
                "name": facts.name(row.customer_id),
                "item": row.item,
                "supplier_organisation_id": row.suppliers[0],
                "suppliers": len(row.suppliers),
                "mass_t_per_month": row.mass_t_per_month or None,
                "largest_share": row.largest_share,
                "concentration": row.concentration,
                "unstated_relations": row.unstated,
            }
            for row in spread
        ],
        ("customer_id", "name", "item", "supplier_organisation_id", "suppliers", "mass_t_per_month", "largest_share",
         "concentration", "unstated_relations"),
    )  # fmt: skip
    catalogue = facts.catalogue
    offers = [(item, one.party.organisation_id) for one in catalogue.supplies for item in items_of(one.goods)]
    wanted = [name for one in catalogue.wanted if (name := item_of(one.goods, by))]
    # Offers count for their article and its commodity: items of the other level that nobody needs are not told.
    asked = {*wanted, *(item_of(one.goods, by) for one in catalogue.supplies)}
    items = table_of(
        [
            {"item": row.item, "organisations": len(row.organisations), "needs": row.needs,
             "only_organisation_id": row.organisations[0] if len(row.organisations) == 1 else None}
            for row in sources_of_items(offers, wanted)
            if len(row.organisations) <= 1 and row.item in asked
        ],
        ("item", "organisations", "needs", "only_organisation_id"),
    )  # fmt: skip
    told = Told(
        Text(
            en=f"{len(single)} supplies with a single source; {len(items)} items that one organisation or none offers",
            vi=f"{len(single)} nguồn cung chỉ có một bên; {len(items)} mặt hàng chỉ một hoặc không tổ chức nào chào",
        ),
        (CUSTOMER, NAME, ITEM, Text(en="Only source", vi="Nguồn duy nhất"), MASS),
        lambda row: (
            *map(plain, (row["customer_id"], row["name"], row["item"], row["supplier_organisation_id"])),
            number(row["mass_t_per_month"], 1),
        ),
    )
    finish("risk sources", request, facts, {"single_sources": single, "items": items}, told, talk)


def run_trace(request: RiskRequest, facility: str, direction: Direction, tiers: int, talk: Talk) -> None:
    """Tell the tiers behind or after a facility."""
    check_output(request.out, request.crs)
    facts = read_supply(request)
    require_facilities(facts, (facility,), request)
    found = trace(facts.graph, facility, direction, tiers)
    table = table_of(
        [{**asdict(row), "name": facts.name(row.facility_id)} for row in found.rows],
        ("tier", "facility_id", "name", "share", "in_earlier_tier"),
    )
    followed = ", ".join(f"{one:.0%}" for one in found.followed)
    told = Told(
        Text(
            en=f"{facility}: {len(found.followed)} tiers {direction}; stated mass followed to each: {followed or '–'}",
            vi=f"{facility}: {len(found.followed)} tầng ({direction}); phần khối lượng theo được tới mỗi tầng: "
            f"{followed or '–'}",
        ),
        (Text(en="Tier", vi="Tầng"), FACILITY, NAME, Text(en="Share, %", vi="Tỷ lệ, %"), AGAIN),
        lambda row: (
            plain(row["tier"]),
            plain(row["facility_id"]),
            plain(row["name"]),
            percent(row["share"]),
            Text(en="yes", vi="có") if row["in_earlier_tier"] else Text(en="", vi=""),
        ),
    )
    if found.unstated:
        warn(UNSTATED.format(count=len(found.unstated), ids=", ".join(found.unstated[:5])), talk)
    more = {"followed": list(found.followed), "unstated_relations": list(found.unstated), "has_cycle": found.has_cycle}
    finish("risk trace", request, facts, {"tiers": table}, told, talk, more)


def run_local(request: RiskRequest, by: By, talk: Talk) -> None:
    """Tell how much of supply comes from inside the region, between what is known and what may be."""
    check_output(request.out, request.crs)
    facts = read_supply(request, level="commodity")
    rows = local_content(facts.graph, facts.is_local, facts.needed_t, by)
    columns = ("subject", "local_t", "other_t", "unplaced_t", "open_t", "unstated", "known_share", "least_share",
               "most_share")  # fmt: skip
    table = table_of(
        [
            {**asdict(row), "known_share": row.known_share,
             **dict(zip(("least_share", "most_share"), row.bounds or (None, None), strict=True))}
            for row in rows
        ],
        columns,
    )  # fmt: skip
    told = Told(
        Text(en="Local content, t a month", vi="Nguồn trong vùng, tấn mỗi tháng"),
        (
            Text(en="Of what", vi="Đối tượng"),
            Text(en="Inside", vi="Trong vùng"),
            Text(en="Outside", vi="Ngoài vùng"),
            Text(en="Not placed", vi="Chưa rõ nơi"),
            Text(en="No relation", vi="Chưa rõ nguồn"),
            Text(en="Least %", vi="Ít nhất %"),
            Text(en="Most %", vi="Nhiều nhất %"),
        ),
        lambda row: (
            plain(row["subject"] or "*"),
            *(number(row[name], 1) for name in ("local_t", "other_t", "unplaced_t", "open_t")),
            percent(row["least_share"]),
            percent(row["most_share"]),
        ),
    )
    finish("risk local", request, facts, {"local_content": table}, told, talk)


def run_dropout(request: RiskRequest, facilities: Sequence[str], talk: Talk) -> None:
    """Tell what customers lose when facilities deliver nothing any more."""
    check_output(request.out, request.crs)
    if not facilities:
        raise HinterlandError(NAME_ONE)
    facts = read_supply(request)
    require_facilities(facts, facilities, request)
    found = drop_facilities(facts.graph, facilities)
    others = _other_sources(facts, {*found.facility_ids, *found.output_left})
    table = table_of(
        [
            {**asdict(row), "name": facts.name(row.customer_id), "output_left": found.output_left.get(row.customer_id),
             "other_organisations": len(others.get(row.item, set()) - {facts.organisation(row.customer_id)})}
            for row in found.rows
        ],
        ("tier", "customer_id", "name", "item", "lost_t_per_month", "lost_share", "unstated", "output_left",
         "other_organisations"),
    )  # fmt: skip
    told = Told(
        Text(
            en=f"{len(found.output_left)} facilities lose supply when {', '.join(facilities)} drops out (worst case: "
            "fixed proportions, no substitute)",
            vi=f"{len(found.output_left)} cơ sở mất nguồn cung khi {', '.join(facilities)} ngừng (trường hợp xấu nhất: "
            "tỷ lệ cố định, không có nguồn thay thế)",
        ),
        (
            CUSTOMER,
            NAME,
            Text(en="Tier", vi="Tầng"),
            ITEM,
            Text(en="Lost, t/month", vi="Mất, tấn/tháng"),
            Text(en="of its supply, %", vi="trong nguồn cung, %"),
            Text(en="Output left, %", vi="Sản lượng còn lại, %"),
            Text(en="Others offer it", vi="Tổ chức khác có chào"),
        ),
        lambda row: (
            *map(plain, (row["customer_id"], row["name"], row["tier"], row["item"])),
            number(row["lost_t_per_month"], 1),
            percent(row["lost_share"]),
            percent(row["output_left"]),
            plain(row["other_organisations"]),
        ),
    )
    finish("risk dropout", request, facts, {"losses": table}, told, talk)


def _other_sources(facts: SupplyFacts, hit: Collection[str]) -> dict[str, set[str]]:
    """Return by item the organisations that offer it and have no facility that drops out or makes less."""
    without = {facts.organisation(name) for name in hit}
    found: dict[str, set[str]] = {}
    for offer in facts.catalogue.supplies:
        if offer.party.organisation_id not in without:
            for item in items_of(offer.goods):
                found.setdefault(item, set()).add(offer.party.organisation_id)
    return found
