"""Telling answers of matching to a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from api.numbers import number
from api.registry.match_set import tell_set
from api.registry.match_words import money, short
from api.routes.tell import warn
from supplychain.sourcing.certificates import Scheme
from supplychain.sourcing.reasons import UNITS, limit_text, reason_text
from supplychain.sourcing.scoring import NOT_STATED
from supplychain.text import LANGUAGES, Text

if TYPE_CHECKING:
    from api.console import Talk
    from api.registry.match_means import Ready
    from api.registry.match_request import MatchRequest
    from api.registry.match_run import ChosenSet
    from supplychain.sourcing.answer import LeftOut, MatchAnswer, Ranked, ReasonCount
    from supplychain.sourcing.finding import Found
    from supplychain.sourcing.judging import Candidate
    from supplychain.sourcing.plots import PlotAnswer
    from supplychain.sourcing.relaxing import Gain, Relaxation
    from supplychain.text import Language

NO_PLACE: Final = Text(
    en="There is no place {name}; write latitude,longitude or the id of a facility.",
    vi="Không có địa điểm {name}; hãy ghi vĩ độ,kinh độ hoặc mã cơ sở.",
)
TITLE: Final = Text(en="{count} can supply {what}", vi="{count} nơi cung ứng được {what}")
BUYERS_TITLE: Final = Text(en="{count} needs for {what}", vi="{count} nhu cầu về {what}")
APART_TITLE: Final = Text(en="{count} more, ranked apart: {why}", vi="Thêm {count}, xếp riêng: {why}")
NOBODY: Final = Text(en="Nobody keeps every limit for {what}.", vi="Không nơi nào đạt mọi giới hạn về {what}.")
LEFT_OUT: Final = Text(en="{count} left out: {reasons}.", vi="Loại {count}: {reasons}.")
NONE_LEFT_OUT: Final = Text(en="Nobody was left out.", vi="Không nơi nào bị loại.")
ALIKE: Final = Text(
    en="{count} more offers are alike in part only, or of another kind; --json lists them, --least-fit takes more in.",
    vi="Thêm {count} chào hàng chỉ giống một phần hoặc khác loại; --json liệt kê, --least-fit lấy rộng hơn.",
)
GAIN: Final = Text(
    en="{by} brings {count} more (new firms: {firms}{amount})",
    vi="{by} thêm {count} (doanh nghiệp mới: {firms}{amount})",
)
GAIN_PLOTS: Final = Text(en="{by}: plots more: {count}{amount}", vi="{by} thêm {count} lô{amount}")
A_MONTH: Final = Text(en="; {amount} {unit}/month", vi="; {amount} {unit}/tháng")
HECTARES: Final = Text(en=", {amount} ha", vi=", {amount} ha")
DELIVERED: Final = Text(en="delivered {currency}/{unit}", vi="{currency}/{unit} tại nơi giao")
AT_GATE: Final = Text(en="at the gate {currency}/{unit}", vi="{currency}/{unit} tại cổng")
ALIKE_NEEDS: Final = Text(
    en="{count} more needs are alike in part only, or of another kind; --json lists them, --least-fit takes more in.",
    vi="Thêm {count} nhu cầu chỉ giống một phần hoặc khác loại; --json liệt kê, --least-fit lấy rộng hơn.",
)
NEAREST: Final = Text(en="Most alike (fit): {listed}.", vi="Giống nhất (độ phù hợp): {listed}.")
PLOTS_TITLE: Final = Text(en="Plots: {count}", vi="{count} lô đất")
NO_PLOTS: Final = Text(en="No plot keeps every limit.", vi="Không lô nào đạt mọi giới hạn.")
MOST_NEAREST: Final = 3
GIVEN_UP: Final = Text(en="without {limit}", vi="bỏ {limit}")
BY: Final = Text(en="{limit} {sign}{by}{unit}", vi="{limit} {sign}{by}{unit}")
RELAXING: Final = Text(en="Giving way: {gains}.", vi="Nếu nới: {gains}.")
MOST_RELAXATIONS: Final = 4
PARTS_TITLE: Final = {
    "fit": Text(en="fit", vi="phù hợp"),
    "minutes": Text(en="way", vi="đường"),
    "free_capacity": Text(en="free", vi="còn trống"),
    "price": Text(en="price", vi="giá"),
    "co2e": Text(en="CO2e", vi="CO2e"),
    "certificates": Text(en="cert.", vi="chứng nhận"),
    "lead_time": Text(en="lead", vi="giao"),
    "area": Text(en="area", vi="diện tích"),
    "rent": Text(en="rent", vi="giá thuê"),
    "power": Text(en="power", vi="điện"),
}
PARTS: Final = Text(en="What the scores are the sum of", vi="Điểm là tổng của")
UNKNOWN: Final = "–"


def tell_match(
    request: MatchRequest,
    found: Found,
    chosen: ChosenSet | None,
    ready: Ready,
    notes: Sequence[Text],
    talk: Talk,
) -> None:
    """Print who is ranked, who is left out, what giving way brings, and the set."""
    answer = found.answer
    what = request.need or request.offer or ", ".join(request.codes)
    title = BUYERS_TITLE if request.offer else TITLE
    unit = unit_of(found, request)
    currency = "" if ready.freight is None else ready.freight.currency
    if answer.ranked:
        _table(title.format(count=len(answer.ranked), what=what), answer.ranked, request, (unit, currency), talk)
    if answer.apart:
        language = talk.language
        why = dict.fromkeys(NOT_STATED[key].of(language) for one in answer.apart for key in one.apart)
        apart = APART_TITLE.format(count=len(answer.apart), why="; ".join(why))
        _table(apart, answer.apart, request, (unit, currency), talk)
    if not answer.ranked and not answer.apart:
        talk.say(NOBODY.format(what=what))
    _tell_notes_of(answer, request.show, talk)
    _tell_left_out(len(answer.left_out), answer.counts, talk)
    if answer.alike:
        talk.say((ALIKE_NEEDS if request.offer else ALIKE).format(count=len(answer.alike)))
        if not answer.ranked and not answer.apart:
            _tell_nearest(answer.alike, request, talk)
    tell_relaxations(answer.relaxations, unit, (GAIN, _schemes(found)), talk)
    if chosen is not None:
        tell_set(chosen, (unit, currency), talk)
    for note in notes:
        warn(note, talk)


def unit_of(found: Found, request: MatchRequest) -> str:
    """Return the unit of quantities: that of the question, or that of the offer whose buyers are sought."""
    answer = found.answer
    if request.offer:
        every: tuple[Ranked | LeftOut, ...] = (*answer.ranked, *answer.apart, *answer.left_out, *answer.alike)
        return next((one.candidate.supply.goods.unit for one in every), "t")
    return found.questions[0].goods.unit if found.questions else "t"


def _schemes(found: Found) -> dict[str, str]:
    """Return the schemes asked for as they were written, by the name of their limit."""
    asked = (scheme for question in found.questions for scheme in question.certificates)
    return {f"certificate:{Scheme.of(scheme).stem}": scheme for scheme in asked}


def _tell_nearest(alike: Sequence[LeftOut], request: MatchRequest, talk: Talk) -> None:
    """Print what is most alike where nothing is what was asked."""
    same_kind = [one for one in alike if not any(failure.limit == "kind" for failure in one.failures)]
    nearest = sorted(same_kind, key=lambda one: -one.candidate.fit.value)[:MOST_NEAREST]
    if not nearest:
        return
    listed = {
        language: "; ".join(
            f"{_key_of(one.candidate, request)} {_named(one.candidate, request, language)} "
            f"({number(one.candidate.fit.value, 2).of(language)})"
            for one in nearest
        )
        for language in LANGUAGES
    }
    talk.say(Text(en=NEAREST.en.format(listed=listed["en"]), vi=NEAREST.vi.format(listed=listed["vi"])))


def _named(candidate: Candidate, request: MatchRequest, language: Language) -> str:
    goods = candidate.question.goods if request.offer else candidate.supply.goods
    return next(iter(goods.names_en if language == "en" else goods.names_vi), goods.label)


def _table(title: Text, rows: Sequence[Ranked], request: MatchRequest, words: tuple[str, str], talk: Talk) -> None:
    """Print what is known of candidates, and below it the parts that their scores are the sum of."""
    language, (unit, currency) = talk.language, words
    shown = rows[: request.show]
    price = AT_GATE if all(one.measured.freight is None for one in rows) else DELIVERED
    key = Text(en="Need", vi="Nhu cầu") if request.offer else Text(en="Offer", vi="Chào hàng")
    headings = (
        key,
        Text(en="Organisation", vi="Tổ chức"),
        Text(en="Goods", vi="Mặt hàng"),
        Text(en="score", vi="điểm"),
        Text(en="min", vi="phút"),
        Text(en="km", vi="km"),
        Text(en=f"free {unit}", vi=f"trống {unit}"),
        price.format(currency=currency, unit=unit),
        Text(en="kg CO2e/t", vi="kg CO2e/t"),
    )
    talk.table(title, headings, [_row(one, request, language) for one in shown])
    parts = [PARTS_TITLE[part.part] for part in rows[0].score.parts]
    talk.table(PARTS, (key, *parts, Text(en="score", vi="điểm")), [_parts_row(one, request, language) for one in shown])


def _key(one: Ranked, request: MatchRequest) -> str:
    return _key_of(one.candidate, request)


def _key_of(candidate: Candidate, request: MatchRequest) -> str:
    return candidate.question.need_id if request.offer else candidate.supply.offer_id


def _row(one: Ranked, request: MatchRequest, language: Language) -> tuple[str, ...]:
    measured, candidate = one.measured, one.candidate
    buyer = candidate.question.buyer
    named = buyer if request.offer and buyer is not None else candidate.supply.party
    figures = (
        (measured.minutes, 0),
        (measured.km, 1),
        (measured.free, 1),
        (None if measured.delivered is None else money(measured.delivered), 0),
        (measured.co2e_kg_per_t, 1),
    )
    return (
        _key(one, request),
        named.organisation_name,
        _named(candidate, request, language),
        number(one.score.value, 2).of(language),
        *(UNKNOWN if value is None else number(value, digits).of(language) for value, digits in figures),
    )


def _parts_row(one: Ranked, request: MatchRequest, language: Language) -> tuple[str, ...]:
    return (
        _key(one, request),
        *(UNKNOWN if part.value is None else number(part.points / 100, 2).of(language) for part in one.score.parts),
        number(one.score.value, 2).of(language),
    )


def _tell_notes_of(answer: MatchAnswer, show: int, talk: Talk) -> None:
    shown: dict[Text, list[str]] = {}
    for one in (*answer.ranked[:show], *answer.apart[:show]):
        for note in one.notes:
            shown.setdefault(note, []).append(one.candidate.supply.offer_id)
    for note, offers in shown.items():
        talk.say(
            Text(
                en=f"{', '.join(dict.fromkeys(offers))}: {note.en}.",
                vi=f"{', '.join(dict.fromkeys(offers))}: {note.vi}.",
            )
        )


def _tell_left_out(count: int, counts: Sequence[ReasonCount], talk: Talk) -> None:
    if not count:
        talk.say(NONE_LEFT_OUT)
        return
    reasons = {
        language: ", ".join(
            f"{one.first} {reason_text(one.reason, one.detail).of(language)}".strip() for one in counts if one.first
        )
        for language in LANGUAGES
    }
    en = LEFT_OUT.en.format(count=count, reasons=reasons["en"])
    talk.say(Text(en=en, vi=LEFT_OUT.vi.format(count=count, reasons=reasons["vi"])))


def tell_relaxations(
    relaxations: Sequence[Relaxation], unit: str, words: tuple[Text, Mapping[str, str]], talk: Talk
) -> None:
    """Print what giving way in the limits that bring most would bring: the least step, and giving it up.

    ``words``: the sentence of a gain, and names of limits as the user wrote them. The fit is never given up: what
    remains would have nothing to do with the question.
    """
    gain, written = words
    told: list[Text] = []
    for one in relaxations[:MOST_RELAXATIONS]:
        name = limit_text(f"certificate:{written[one.limit]}" if one.limit in written else one.limit)
        steps = one.steps[:1]
        for step in (*steps, one.whole):
            if step is one.whole and steps and (steps[0].candidates == step.candidates or one.limit == "fit"):
                continue
            told.append(_gain_text(one, step, name, unit, gain))
    if told:
        joined = {language: "; ".join(text.of(language) for text in told) for language in LANGUAGES}
        talk.say(Text(en=RELAXING.en.format(gains=joined["en"]), vi=RELAXING.vi.format(gains=joined["vi"])))


def _gain_text(one: Relaxation, step: Gain, name: Text, unit: str, gain: Text) -> Text:
    own_unit = UNITS.get(one.limit, unit if one.limit == "quantity" else "")
    found: dict[Language, str] = {}
    for language in LANGUAGES:
        limit = name.of(language)
        if step.by is None:
            by = GIVEN_UP.of(language).format(limit=limit)
        else:
            sign = "+" if one.direction == "up" else "−"
            by = BY.en.format(
                limit=limit, sign=sign, by=short(step.by, language), unit=f" {own_unit}" if own_unit else ""
            )
        amount = (HECTARES if gain is GAIN_PLOTS else A_MONTH).of(language)
        told = amount.format(amount=short(step.quantity, language), unit=unit) if step.quantity > 0 else ""
        found[language] = gain.of(language).format(by=by, count=step.candidates, firms=step.firms, amount=told)
    return Text(en=found["en"], vi=found["vi"])


def tell_plots(request: MatchRequest, answer: PlotAnswer, ready: Ready, notes: Sequence[Text], talk: Talk) -> None:
    """Print the plots a firm could take, what keeps the others out, and what giving way brings."""
    language = talk.language
    currency = "" if ready.freight is None else ready.freight.currency
    parts = [part.part for part in answer.ranked[0].parts] if answer.ranked else []
    headings = (
        Text(en="Plot", vi="Lô đất"),
        Text(en="Park", vi="Khu"),
        Text(en="score", vi="điểm"),
        *(PARTS_TITLE[part] for part in parts),
        Text(en="ha", vi="ha"),
        Text(en="kVA", vi="kVA"),
        Text(en=f"{currency}/m2/y", vi=f"{currency}/m2/năm"),
        Text(en="min", vi="phút"),
        Text(en="from", vi="từ"),
    )
    rows = []
    for one in answer.ranked[: request.show]:
        plot = one.plot
        figures = ((plot.area_ha, 2), (plot.power_kva, 0), (one.rent, 0), (one.trip.minutes, 0))
        rows.append(
            (
                f"{plot.plot_id} {plot.label}",
                plot.park_name,
                number(one.points / 100, 2).of(language),
                *(UNKNOWN if part.value is None else number(part.points / 100, 2).of(language) for part in one.parts),
                *(UNKNOWN if value is None else number(value, digits).of(language) for value, digits in figures),
                "" if plot.vacant_from is None else plot.vacant_from.isoformat(),
            )
        )
    if rows:
        talk.table(PLOTS_TITLE.format(count=len(answer.ranked)), headings, rows)
    else:
        talk.say(NO_PLOTS)
    _tell_left_out(len(answer.left_out), answer.counts, talk)
    tell_relaxations(answer.relaxations, "ha", (GAIN_PLOTS, {}), talk)
    for note in notes:
        warn(note, talk)
