"""Telling a chosen set of firms to a person, and as a document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from api.numbers import number
from api.registry.match_words import money, short
from api.routes.tell import warn
from supplychain.text import LANGUAGES, Language, Text

if TYPE_CHECKING:
    from api.console import Talk
    from api.registry.match_run import ChosenSet

SET_TITLE: Final = Text(
    en="Cheapest set: {firms} firms cover {covered} of {need} {unit} for {cost} {currency} ({status}, gap {gap})",
    vi="Nhóm rẻ nhất: {firms} doanh nghiệp đáp ứng {covered} trong {need} {unit}, {cost} {currency} ({status}, "
    "sai lệch {gap})",
)
COSTS: Final = {
    "delivered": Text(en="delivered", vi="giá đến nơi"),
    "freight": Text(en="freight", vi="cước"),
    "co2e": Text(en="", vi=""),
}
SET_CO2E: Final = "kg CO2e"
STATUS: Final = {
    "optimal": Text(en="proven least", vi="đã chứng minh nhỏ nhất"),
    "feasible": Text(en="time limit came first", vi="hết thời gian giải"),
    "nothing": Text(en="nothing to choose", vi="không có gì để chọn"),
}
NO_SET: Final = Text(
    en="No set of firms can bring anything: {count} keep the other limits, {without} of them without a known cost.",
    vi="Không nhóm nào cung ứng được: {count} ứng viên, trong đó {without} chưa rõ chi phí.",
)
WITHOUT_COST: Final = Text(
    en="{count} candidates are in no set, because their cost is not known ({listed}).",
    vi="{count} ứng viên không được xét vào nhóm vì chưa rõ chi phí ({listed}).",
)
BINDINGS: Final = {
    "capacity": Text(
        en="in {month} all together can bring {covered} {unit}",
        vi="tháng {month} tất cả chỉ cung được {covered} {unit}",
    ),
    "minimum_order": Text(
        en="without minimum orders {covered} {unit} could be covered",
        vi="nếu bỏ lượng đặt tối thiểu thì đạt {covered} {unit}",
    ),
    "most_firms": Text(
        en="with any number of firms {covered} {unit} could be covered",
        vi="nếu không giới hạn số doanh nghiệp thì đạt {covered} {unit}",
    ),
    "most_share": Text(
        en="with any share from one firm {covered} {unit} could be covered",
        vi="nếu không giới hạn tỷ lệ mỗi doanh nghiệp thì đạt {covered} {unit}",
    ),
}
TOGETHER: Final = Text(
    en="only with {limits} given up together could {covered} {unit} be covered",
    vi="chỉ khi cùng bỏ {limits} mới đạt {covered} {unit}",
)
LIMIT_NAMES: Final = {
    "capacity": Text(en="capacities", vi="công suất"),
    "minimum_order": Text(en="minimum orders", vi="lượng đặt tối thiểu"),
    "most_firms": Text(en="the most firms", vi="giới hạn số doanh nghiệp"),
    "most_share": Text(en="the largest share of one firm", vi="giới hạn tỷ lệ mỗi doanh nghiệp"),
}
SHORT: Final = Text(en="What keeps it from more: {bindings}.", vi="Điều cản trở: {bindings}.")


def tell_set(one: ChosenSet, words: tuple[str, str], talk: Talk) -> None:
    """Print the set of firms with its amounts by month, and what keeps it from covering more."""
    unit, currency = words
    language, chosen, problem = talk.language, one.chosen, one.problem
    if one.found.by == "co2e":
        currency = SET_CO2E
    if chosen.status == "nothing":
        count = len(one.found.candidates) + len(one.found.without_cost)
        talk.say(NO_SET.format(count=count, without=len(one.found.without_cost)))
    else:
        firms = {one.firm_id for one, row in zip(problem.sources, chosen.amounts, strict=True) if any(row)}
        title = {
            spoken: SET_TITLE.of(spoken).format(
                firms=len(firms),
                covered=number(sum(chosen.covered), 1).of(spoken),
                need=number(sum(problem.need), 1).of(spoken),
                unit=unit,
                cost=number(money(chosen.total_cost), 0).of(spoken),
                currency=currency,
                status=STATUS[chosen.status].of(spoken),
                gap=f"{chosen.gap:.1e}",
            )
            for spoken in LANGUAGES
        }
        headings = (
            Text(en="Supplier", vi="Bên cung ứng"),
            *(Text(en=f"{month or 'a month'}", vi=f"{month or 'mỗi tháng'}") for month in problem.months),
            Text(en=f"{COSTS[one.found.by].en} {currency}/{unit}", vi=f"{COSTS[one.found.by].vi} {currency}/{unit}"),
        )
        rows = [
            (
                f"{candidate.offer_id} {candidate.candidate.supply.party.organisation_name}",
                *(number(value, 1).of(language) for value in row),
                number(money(candidate.unit_cost), 0).of(language),
            )
            for candidate, row in zip(one.found.candidates, chosen.amounts, strict=True)
            if any(row)
        ]
        talk.table(Text(en=title["en"], vi=title["vi"]), headings, rows)
    _tell_bindings(one, unit, talk)


def _tell_bindings(one: ChosenSet, unit: str, talk: Talk) -> None:
    told = {language: "; ".join(bindings(one, unit, language)) for language in LANGUAGES}
    if told["en"] and one.found.candidates:
        talk.say(Text(en=SHORT.en.format(bindings=told["en"]), vi=SHORT.vi.format(bindings=told["vi"])))
    if one.found.without_cost:
        listed = ", ".join(candidate.supply.offer_id for candidate in one.found.without_cost[:5])
        talk.say(WITHOUT_COST.format(count=len(one.found.without_cost), listed=listed))
    for note in one.notes:
        warn(note, talk)


def bindings(one: ChosenSet, unit: str, language: Language) -> list[str]:
    """Return what keeps a set from covering more, a clause each."""
    told = [
        BINDINGS[binding.limit]
        .of(language)
        .format(month=binding.month, covered=short(binding.covered, language), unit=unit)
        for binding in one.chosen.bindings
    ]
    together = one.chosen.together
    if together is not None:
        limits = ", ".join(LIMIT_NAMES[limit].of(language) for limit in together.limits)
        told.append(TOGETHER.of(language).format(limits=limits, covered=short(together.covered, language), unit=unit))
    return told


def set_document(one: ChosenSet) -> dict[str, Any]:
    """Return a chosen set as a document."""
    chosen, problem = one.chosen, one.problem
    return {
        "least": one.found.by,
        "status": chosen.status,
        "gap": chosen.gap,
        "cost": chosen.cost,
        "extra_cost": chosen.extra_cost,
        "total_cost": chosen.total_cost,
        "bound": chosen.bound,
        "months": list(problem.months),
        "need": list(problem.need),
        "covered": list(chosen.covered),
        "most_covered": chosen.most_covered,
        "suppliers": [
            {
                "offer_id": candidate.offer_id,
                "organisation_id": candidate.organisation_id,
                "unit_cost": candidate.unit_cost,
                "minimum_order": candidate.minimum_order,
                "amounts": list(row),
            }
            for candidate, row in zip(one.found.candidates, chosen.amounts, strict=True)
            if any(row)
        ],
        "keeps_from_more": [
            {"limit": binding.limit, "month": binding.month or None, "covered": binding.covered}
            for binding in chosen.bindings
        ],
        "keeps_together": None
        if chosen.together is None
        else {"limits": list(chosen.together.limits), "covered": chosen.together.covered},
        "without_cost": [candidate.supply.offer_id for candidate in one.found.without_cost],
        "notes": [{"en": note.en, "vi": note.vi} for note in one.notes],
    }
