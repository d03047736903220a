"""The document of a quote, and the one page of CO2e that a firm can hand to its customer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from api.documents.frames import number_column, text_column
from api.documents.model import NOTHING, Column, Document, Section, Table
from api.documents.stand import WORKING_DAY
from api.documents.units import CO2E_KG, HOURS, KM, PER_T, money_unit
from api.numbers import number
from api.quote import words
from api.quote.emissions_document import factor_table_of, left_out, method, statement_table
from api.styles import MODE_NAMES
from optimizer.quote.evidence import weakest
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.documents.model import Cell, Stand
    from optimizer.quote.values import ChainQuote, Quote, QuoteLeg

PER_TEU: Final = Text(en="/TEU", vi="/TEU")
UNIT_OF: Final = {True: Text(en="/box", vi="/công-ten-nơ"), False: Text(en="/shipment", vi="/lô")}
OPEN_CHAINS: Final = 4
"""Chains told leg by leg; the table of chains holds all."""


def quote_document(quote: Quote, stand: Stand, names: Mapping[str, Text]) -> Document:
    """Return the document of a quote.

    Parameters
    ----------
    quote
        The answer.
    stand
        What its figures are; the quote's remarks are added.
    names
        Names of places, terminals, markets and services by id.
    """
    shown = quote.chains[:OPEN_CHAINS]
    best = quote.chains[0]
    return Document(
        title=titled(words.QUOTE_TITLE, quote),
        stand=_of_shipment(stand).with_remarks(*quote.remarks),
        summary=_summary(quote),
        sections=(
            Section(words.CHAINS_TITLE, (words.CHAINS_NOTE, words.ROOM_NOTE), (_chains(quote, names),)),
            *(_chain_section(quote, chain, names) for chain in shown),
            climate_section(quote, best, names),
        ),
    )


def statement_document(quote: Quote, chain: ChainQuote, stand: Stand, names: Mapping[str, Text]) -> Document:
    """Return the CO2e statement of a shipment by one chain: a page for a customer."""
    section = climate_section(quote, chain, names)
    return Document(
        title=titled(words.STATEMENT_TITLE, quote),
        stand=replace(_of_shipment(stand), status=None, gap=None, checked=None),
        sections=(section,),
    )


def _of_shipment(stand: Stand) -> Stand:
    """Return a stand that does not speak of a working day: its figures are of one shipment."""
    return replace(stand, remarks=tuple(remark for remark in stand.remarks if remark != WORKING_DAY))


def titled(template: Text, quote: Quote) -> Text:
    """Return a title of a shipment."""
    shipment = quote.shipment
    ends = (shipment.place_name, shipment.market_name)
    origin, destination = ends[::-1] if shipment.inward else ends
    box = Text(en=shipment.box.box_id, vi=shipment.box.box_id) if shipment.box.is_box else shipment.box.name
    return template.format(
        origin=origin,
        destination=destination,
        box=box,
        commodity=shipment.commodity_name,
        day=Text(en=f"{shipment.on:%Y-%m-%d}", vi=f"{shipment.on:%d/%m/%Y}"),
    )


def chain_name(chain: ChainQuote) -> Text:
    """Return the modes of a chain in words."""
    listed = [MODE_NAMES[mode] for mode in chain.modes]
    return Text(en=" > ".join(one.en for one in listed), vi=" > ".join(one.vi for one in listed))


def _summary(quote: Quote) -> tuple[Text, ...]:
    best = quote.chains[0]
    price = best.price_per_t * quote.shipment.tonnes
    found = [
        words.BEST.format(
            chain=chain_name(best),
            price=number(price.value),
            low=number(price.low),
            high=number(price.high),
            currency=quote.currency,
            unit=words.BOX_UNIT if quote.shipment.box.is_box else words.LOT_UNIT,
            days=number(best.times.days("typical"), 1),
            co2e=number(best.emissions.total_kg, 1),
        )
    ]
    found += [
        words.FULL.format(chain=chain_name(chain), where=chain.room.tightest_name)
        for chain in quote.chains[:OPEN_CHAINS]
        if chain.room.is_full
    ]
    return tuple(dict.fromkeys(found))


def _chains(quote: Quote, names: Mapping[str, Text]) -> Table:
    shipment, unit = quote.shipment, money_unit(quote.currency, per=UNIT_OF[quote.shipment.box.is_box])
    columns = (
        text_column("chain", words.CHAIN),
        text_column("terminals", words.TERMINALS),
        number_column("price", words.PRICE, unit),
        number_column("price_low", words.LOW, unit),
        number_column("price_high", words.HIGH, unit),
        number_column("price_per_teu", words.PER_TEU, money_unit(quote.currency, per=PER_TEU)),
        number_column("price_per_t", words.PER_T, money_unit(quote.currency, per=PER_T)),
        number_column("price_usd", words.IN_USD, Text(en="USD", vi="USD")),
        text_column("earliest", words.EARLIEST),
        text_column("typical", words.TYPICAL),
        text_column("latest", words.LATEST),
        number_column("days", words.DAYS, digits=1),
        number_column("emissions_kg_co2e", words.CO2E, CO2E_KG, 1),
        number_column("room", words.ROOM, words.SHIPMENTS, 1),
        number_column("surcharge", words.SURCHARGE, unit),
        text_column("in_plan", words.IN_PLAN),
    )
    rows: list[tuple[Cell, ...]] = []
    for chain in quote.chains:
        price = chain.price_per_t * shipment.tonnes
        rows.append(
            (
                chain_name(chain),
                _joined(chain.terminals, names),
                price.value,
                price.low,
                price.high,
                price.value / shipment.box.teu if shipment.box.is_box else None,
                chain.price_per_t.value,
                None if quote.usd is None else price.value / quote.usd,
                chain.times.earliest,
                chain.times.typical,
                chain.times.latest,
                chain.times.days("typical"),
                chain.emissions.total_kg,
                None if quote.status is None else chain.room.shipments_per_day,
                None if quote.status is None else chain.room.surcharge,
                chain.plan_t_per_day > 0,
            )
        )
    return Table(words.CHAINS_TITLE, columns, tuple(rows), sheet=words.CHAIN)


def _joined(ids: tuple[str, ...], names: Mapping[str, Text]) -> Text:
    listed = [names.get(one, Text(en=one, vi=one)) for one in dict.fromkeys(ids)]
    return Text(en="; ".join(one.en for one in listed), vi="; ".join(one.vi for one in listed))


def _chain_section(quote: Quote, chain: ChainQuote, names: Mapping[str, Text]) -> Section:
    remarks = list(chain.times.remarks)
    if chain.truck_alone_per_t:
        remarks.append(
            words.ALONE.format(extra=number(chain.truck_alone_per_t * quote.shipment.tonnes), currency=quote.currency)
        )
    return Section(chain_name(chain), tuple(remarks), (_legs(quote, chain, names), _parts(quote, chain)))


def _parts(quote: Quote, chain: ChainQuote) -> Table:
    unit = money_unit(quote.currency, per=UNIT_OF[quote.shipment.box.is_box])
    columns = (
        text_column("part", words.PART),
        number_column("amount", words.AMOUNT, unit),
        number_column("low", words.LOW, unit),
        number_column("high", words.HIGH, unit),
    )
    tonnes = quote.shipment.tonnes
    named = [(words.PART_NAMES.get(name, Text(en=name, vi=name)), part) for name, part in chain.parts_per_t.items()]
    rows = [(name, *_three(part.value, part.low, part.high, tonnes)) for name, part in named if part.high]
    total = chain.price_per_t
    rows.append((words.TOTAL, *_three(total.value, total.low, total.high, tonnes)))
    title = Text(
        en=f"{words.PARTS_TITLE.en}: {chain_name(chain).en}", vi=f"{words.PARTS_TITLE.vi}: {chain_name(chain).vi}"
    )
    return Table(title, columns, tuple(rows), strong=frozenset({len(rows) - 1}), sheet=words.PARTS_TITLE)


def _three(value: float, low: float, high: float, tonnes: float) -> tuple[float, float, float]:
    return value * tonnes, low * tonnes, high * tonnes


def _legs(quote: Quote, chain: ChainQuote, names: Mapping[str, Text]) -> Table:
    unit = money_unit(quote.currency, per=UNIT_OF[quote.shipment.box.is_box])
    columns: tuple[Column, ...] = (
        text_column("leg", words.LEG),
        text_column("mode", words.MODE),
        text_column("from", words.FROM),
        text_column("to", words.TO),
        number_column("distance_km", words.KM_LABEL, KM, 1),
        number_column("time_h", words.HOURS_LABEL, HOURS, 1),
        number_column("waiting_h", words.WAITING, HOURS, 1),
        number_column("cutoff_h", words.CUT_OFF, HOURS),
        number_column("price", words.PRICE, unit),
        number_column("emissions_kg_co2e", words.CO2E, CO2E_KG, 1),
        text_column("payer", words.PAYER),
        text_column("confidence", words.CONFIDENCE),
        text_column("rows", words.RESTS_ON),
    )
    rows = tuple(_leg_row(quote, leg, place, names) for place, leg in enumerate(chain.legs, start=1))
    title = Text(
        en=f"{words.LEGS_TITLE.en}: {chain_name(chain).en}", vi=f"{words.LEGS_TITLE.vi}: {chain_name(chain).vi}"
    )
    return Table(title, columns, rows, sheet=words.LEGS_TITLE)


def _leg_row(quote: Quote, one: QuoteLeg, place: int, names: Mapping[str, Text]) -> tuple[Cell, ...]:
    leg, tonnes = one.leg, quote.shipment.tonnes
    kind = words.LEG_NAMES[leg.kind]
    confidence = weakest(one.evidence)
    rests_on = "; ".join(f"{some.table}: {', '.join(some.row_ids)}" for some in one.evidence)
    return (
        Text(en=f"{place}. {kind.en}", vi=f"{place}. {kind.vi}"),
        MODE_NAMES[leg.mode],
        end_name(leg.from_id, names),
        end_name(leg.to_id, names),
        leg.distance_km,
        leg.time_h,
        leg.waiting_time_h,
        one.cutoff_h or None,
        one.price_per_t.value * tonnes,
        leg.emissions_kg_per_t * tonnes,
        words.PAYER_NAMES[one.payer],
        words.CONFIDENCE_NAMES.get(confidence, NOTHING),
        rests_on,
    )


def end_name(node_id: str, names: Mapping[str, Text]) -> Text:
    """Return what the end of a leg is called: a place, a terminal, a market; its id where it has no name."""
    subject = node_id.partition(":")[0]
    return names.get(subject, Text(en=subject, vi=subject))


def climate_section(quote: Quote, chain: ChainQuote, names: Mapping[str, Text]) -> Section:
    """Return the CO2e of a shipment by one chain, element by element."""
    statement = chain.emissions
    summary = words.CLIMATE_SUMMARY.format(
        kg=number(statement.total_kg, 1),
        tonnes=number(quote.shipment.tonnes, 2),
        ttw=number(statement.ttw_kg, 1),
        wtt=number(statement.wtt_kg, 1),
        intensity=number(statement.g_per_tkm, 1),
    )
    return Section(
        words.CLIMATE_TITLE.format(chain=chain_name(chain)),
        (summary, method(statement)),
        (statement_table(statement, names), factor_table_of(statement)),
        sections=(left_out(),),
    )
