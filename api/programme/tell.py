"""What the terminal tells of a programme, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from api.programme import words
from optimizer.results.names import figure
from supplychain.text import Text

if TYPE_CHECKING:
    from api.console import Talk
    from optimizer.programme.answer import Effect, ProgrammeAnswer

MILLION: Final = 1e6
BILLION: Final = 1e9
HEADINGS: Final = (
    words.ACTION,
    words.STATUS,
    words.VERDICT,
    Text(en="Saving, million/day", vi="Tiết kiệm, triệu/ngày"),
    Text(en="CO2e, t/day", vi="CO2e, tấn/ngày"),
    Text(en="TEU/day using it", vi="TEU/ngày sử dụng"),
    Text(en="Parks served", vi="Khu được lợi"),
    Text(en="Investment, billion", vi="Vốn, tỷ"),
    Text(en="Saving a year, billion", vi="Tiết kiệm một năm, tỷ"),
)
DASH: Final = Text(en="–", vi="–")


def tell_programme(answer: ProgrammeAnswer, talk: Talk) -> None:
    """Tell each planned action in a line, all together, and how they interact."""
    language = talk.language
    rows = []
    for one in answer.modelled:
        if one.effect is not None and one.verdict != "not_modelled":
            money = DASH if one.action.investment is None else figure(one.action.investment / BILLION)
            cells = (one.action.name, words.STATES[one.action.status], words.VERDICTS[one.verdict])
            rows.append((*cells, *_numbers(one.effect, answer, money)))
    if answer.together is not None:
        cells = (words.TOGETHER, DASH, words.VERDICTS[answer.together.verdict])
        rows.append((*cells, *_numbers(answer.together, answer, DASH)))
    talk.table(words.TITLE, HEADINGS, [tuple(cell.of(language) for cell in row) for row in rows])
    talk.say(words.MONEY_NOTE.format(days=figure(answer.days_per_year, ",.0f")))
    if answer.together is not None:
        twice = answer.interaction["generalised_cost_per_day"]
        talk.say(
            Text(
                en="Together they save {together} million a day, {twice} million {less} than the sum of each alone.",
                vi="Cùng lúc tiết kiệm {together} triệu một ngày, {less} tổng từng hành động {twice} triệu.",
            ).format(
                together=figure(answer.together.saving_per_day / MILLION, ",.1f"),
                twice=figure(abs(twice) / MILLION, ",.1f"),
                less=Text(en="less", vi="ít hơn") if twice >= 0 else Text(en="more", vi="nhiều hơn"),
            )
        )
    others = [one.action.name for one in answer.results if one.verdict == "not_modelled"]
    if others:
        names = Text(en="; ".join(name.en for name in others), vi="; ".join(name.vi for name in others))
        talk.say(
            Text(en="Without a change of the network: {names}.", vi="Không thay đổi mạng lưới: {names}.").format(
                names=names
            )
        )


def _numbers(effect: Effect, answer: ProgrammeAnswer, investment: Text) -> tuple[Text, ...]:
    return (
        _rounded(effect.saving_per_day / MILLION),
        _rounded(effect.changes["emissions_kg_co2e_per_day"] / 1000.0),
        figure(effect.use.teu_per_day),
        figure(float(sum(place.kind == "park" for place in effect.served))),
        investment,
        _rounded(answer.yearly(effect.saving_per_day) / BILLION),
    )


def _rounded(value: float) -> Text:
    """Return a number to one decimal; the rounding of a plan that changes nothing has no sign."""
    return figure(round(value, 1) + 0.0, ",.1f")
