"""A quote told on the console: the chains, and the cheapest one leg by leg, in what fits a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from api.documents.cells import stand_line
from api.numbers import number
from api.quote import words
from api.quote.document import chain_name
from api.styles import MODE_NAMES
from optimizer.quote.evidence import weakest
from supplychain.text import Text

if TYPE_CHECKING:
    from api.console import Talk
    from api.documents.model import Document
    from optimizer.quote.values import ChainQuote, Quote, QuoteLeg

MILLION: Final = 1e6
NONE: Final = Text(en="–", vi="–")
MONEY: Final = Text(en="million {currency}", vi="triệu {currency}")
RANGE: Final = Text(en="low to high", vi="thấp đến cao")
DAYS: Final = Text(en="days, earliest to latest", vi="ngày, sớm đến muộn")
ARRIVES: Final = Text(en="arrives", vi="đến nơi")
FREE: Final = Text(en="room a day", vi="chỗ mỗi ngày")
NOT_FULL: Final = Text(en="{count} shipments", vi="{count} lô")
IS_FULL: Final = Text(en="full, worth {worth}", vi="hết, giá trị {worth}")
UNLIMITED: Final = Text(en="not limited", vi="không giới hạn")
SHOWN: Final = 8
MORE: Final = Text(
    en="{count} more chains: in a report (--report FILE) or with --json.",
    vi="Còn {count} chuỗi: xem trong báo cáo (--report FILE) hoặc bằng --json.",
)
PLANNED: Final = Text(
    en="* the plan of the day ships such freight so.", vi="* phương án trong ngày chở loại hàng này như vậy."
)


def tell_quote(quote: Quote, document: Document, talk: Talk) -> None:
    """Print a quote for a person; nothing when a program reads."""
    if talk.as_json:
        return
    talk.say(document.title)
    talk.say(stand_line(document.stand))
    for text in (*document.summary, *quote.remarks):
        talk.say(text)
    _tell_chains(quote, talk)
    best = quote.chains[0]
    _tell_legs(quote, best, talk)
    _tell_parts(quote, best, talk)
    for text in best.times.remarks:
        talk.say(text)


def _tell_chains(quote: Quote, talk: Talk) -> None:
    language = talk.language
    money = MONEY.format(currency=quote.currency)
    headings = (
        words.CHAIN,
        words.TERMINALS,
        money,
        RANGE,
        words.IN_USD,
        DAYS,
        ARRIVES,
        Text(en="kg CO2e", vi="kg CO2e"),
        FREE,
    )
    rows = []
    for chain in quote.chains[:SHOWN]:
        price = chain.price_per_t * (quote.shipment.tonnes / MILLION)
        star = " *" if chain.plan_t_per_day else ""
        days = " – ".join(number(chain.times.days(which), 1).of(language) for which in ("earliest", "latest"))
        rows.append(
            (
                chain_name(chain).of(language) + star,
                ", ".join(dict.fromkeys(chain.terminals)) or NONE.of(language),
                number(price.value, 2).of(language),
                f"{number(price.low, 2).of(language)} – {number(price.high, 2).of(language)}",
                NONE.of(language) if quote.usd is None else number(price.value * MILLION / quote.usd).of(language),
                days,
                f"{chain.times.typical:%Y-%m-%d}",
                number(chain.emissions.total_kg, 1).of(language),
                _room(quote, chain).of(language),
            )
        )
    talk.table(words.CHAINS_TITLE, headings, rows)
    if any(chain.plan_t_per_day for chain in quote.chains[:SHOWN]):
        talk.say(PLANNED)
    if len(quote.chains) > SHOWN:
        talk.say(MORE.format(count=len(quote.chains) - SHOWN))


def _room(quote: Quote, chain: ChainQuote) -> Text:
    room = chain.room
    if quote.status is None or not room.tightest_id:
        return UNLIMITED if quote.status is not None else NONE
    if room.is_full:
        return IS_FULL.format(worth=number(room.surcharge / MILLION, 2))
    return NOT_FULL.format(count=number(room.shipments_per_day))


def _tell_legs(quote: Quote, chain: ChainQuote, talk: Talk) -> None:
    headings = (
        words.LEG,
        words.MODE,
        words.FROM,
        words.TO,
        Text(en="km", vi="km"),
        Text(en="h", vi="giờ"),
        words.WAITING,
        words.CUT_OFF,
        MONEY.format(currency=quote.currency),
        Text(en="kg CO2e", vi="kg CO2e"),
        words.PAYER,
        words.CONFIDENCE,
    )
    rows = [_leg(quote, leg, place, talk) for place, leg in enumerate(chain.legs, start=1)]
    title = Text(
        en=f"{words.LEGS_TITLE.en}: {chain_name(chain).en}", vi=f"{words.LEGS_TITLE.vi}: {chain_name(chain).vi}"
    )
    talk.table(title, headings, rows)


def _leg(quote: Quote, one: QuoteLeg, place: int, talk: Talk) -> tuple[str, ...]:
    language, leg = talk.language, one.leg
    price = one.price_per_t * (quote.shipment.tonnes / MILLION)
    confidence = words.CONFIDENCE_NAMES.get(weakest(one.evidence), NONE)
    return (
        f"{place}. {words.LEG_NAMES[leg.kind].of(language)}",
        MODE_NAMES[leg.mode].of(language),
        leg.from_id.partition(":")[0],
        leg.to_id.partition(":")[0],
        number(leg.distance_km, 1).of(language),
        number(leg.time_h, 1).of(language),
        number(leg.waiting_time_h, 1).of(language),
        number(one.cutoff_h).of(language) if one.cutoff_h else NONE.of(language),
        number(price.value, 2).of(language),
        number(leg.emissions_kg_per_t * quote.shipment.tonnes, 1).of(language),
        words.PAYER_NAMES[one.payer].of(language),
        confidence.of(language),
    )


def _tell_parts(quote: Quote, chain: ChainQuote, talk: Talk) -> None:
    language, factor = talk.language, quote.shipment.tonnes / MILLION
    rows = []
    for name, part in (*chain.parts_per_t.items(), ("", chain.price_per_t)):
        amount = part * factor
        if amount.high:
            label = words.PART_NAMES.get(name, words.TOTAL)
            rows.append(
                (
                    label.of(language),
                    *(number(value, 2).of(language) for value in (amount.value, amount.low, amount.high)),
                )
            )
    headings = (words.PART, MONEY.format(currency=quote.currency), words.LOW, words.HIGH)
    talk.table(words.PARTS_TITLE, headings, rows)
