"""Sections of demands: routes with their legs, alternatives by mode chain, why they stay and what serves them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from api.documents.model import Cell, Column, Section, Table
from api.documents.units import HOURS, KM, PER_T, T, money_unit
from api.explain import words
from optimizer.explain.sentences import SEMICOLON, amount, joined, per_period
from optimizer.explain.telling import Telling, part_name
from optimizer.explain.words import chain_name
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimizer.explain.answer import DemandAnswer
    from optimizer.explain.origin import Origin
    from optimizer.explain.ways import Leg, Way

KG_PER_T = Text(en="kg/t", vi="kg/tấn")
NOTHING = Text(en="", vi="")

DUST: Final = 1e-12
"""Part of the largest penalty below which a price is rounding."""


def money_scale(currency: str) -> float:
    """Return what money is divided by in tables: a thousand for dong, of which a tonne's way costs a million."""
    return 1e3 if currency == "VND" else 1.0


def _per_t(telling: Telling) -> Text:
    currency = telling.subject.currency
    return money_unit(currency, money_scale(currency), PER_T)


def demand_table(one: DemandAnswer, telling: Telling) -> tuple[Cell, Cell, Cell, Cell]:
    """Return id, goods, origin and destination of a demand."""
    row = telling.subject.demands.iloc[one.demand]
    name = telling.sentences.name
    return (
        str(row["demand_id"]),
        telling.sentences.goods(one.demand),
        name(str(row["origin_id"])),
        name(str(row["destination_id"])),
    )


def demand_sections(answers: Sequence[DemandAnswer], telling: Telling) -> tuple[Section, ...]:
    """Return a section for each demand."""
    return tuple(_demand(one, telling) for one in answers)


def _without_dust(dual_per_t: float, telling: Telling) -> float:
    """Return a solver's price of a tonne, 0 where it is nothing beside the prices of the plan but rounding."""
    largest = float(np.abs(telling.subject.problem.penalty_per_t).max(initial=0.0))
    return 0.0 if abs(dual_per_t) <= DUST * largest else dual_per_t


def _demand(one: DemandAnswer, telling: Telling) -> Section:
    subject = telling.subject
    row = subject.demands.iloc[one.demand]
    origin, destination = (
        telling.sentences.name(str(row["origin_id"])),
        telling.sentences.name(str(row["destination_id"])),
    )
    goods = telling.sentences.goods(one.demand)
    title = Text(
        en=f"{goods.en}: {origin.en} → {destination.en} ({row['demand_id']})",
        vi=f"{goods.vi}: {origin.vi} → {destination.vi} ({row['demand_id']})",
    )
    told = [
        words.ABOUT.format(
            wanted=amount(one.wanted_t),
            left=amount(one.unserved_t),
            period=per_period(subject),
            dual=amount(_without_dust(one.dual_per_t, telling)),
            penalty=amount(one.penalty_per_t),
            currency=subject.currency,
        )
    ]
    if one.reason is not None:
        told.append(words.REASON.format(reason=one.reason))
    if one.cuts:
        rules = {cut.rule.en: cut.rule for cut in one.cuts}
        told.append(words.FORBIDDEN.format(rules=joined(rules.values(), SEMICOLON)))
    if one.relaxation is not None:
        told.append(telling.relaxation(one.relaxation))
    if one.opening is not None:
        told.append(telling.opening(one.opening))
    tables = []
    if one.routes:
        tables += [_routes(one.routes, telling), _legs(one.routes, telling)]
    if one.alternatives:
        tables.append(_alternatives(one, telling))
    sections = () if one.origin is None else (_origin(one.origin),)
    return Section(title, tuple(told), tuple(tables), (), sections)


def _routes(routes: Sequence[Way], telling: Telling) -> Table:
    scale = money_scale(telling.subject.currency)
    columns = (
        Column("chain", words.CHAIN),
        _number("t_per_day", words.FLOW, T, 1),
        *_cost_columns(telling),
        _number("price", words.FULL_COST, _per_t(telling), 2),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            chain_name(telling.subject, way.word),
            way.t_per_day,
            way.cost_per_t / scale,
            *_amounts(way, scale),
            way.price_per_t / scale,
        )
        for way in routes
    )
    return Table(words.ROUTES, columns, rows)


def _cost_columns(telling: Telling) -> tuple[Column, ...]:
    per_t = _per_t(telling)
    return (
        _number("cost", words.COST, per_t, 2),
        _number("money", words.MONEY, per_t, 2),
        _number("time_cost", words.TIME_VALUE, per_t, 2),
        _number("carbon", words.CARBON, per_t, 2),
        _number("hours", words.TIME, HOURS, 1),
        _number("km", words.DISTANCE, KM, 1),
        _number("kg", words.CO2E, KG_PER_T, 2),
    )


def _amounts(one: Way | Leg, scale: float) -> tuple[float, ...]:
    found = one.amounts
    money = (found.money / scale, found.time_cost / scale, found.carbon_cost / scale)
    return (*money, found.hours, found.length_km, found.emissions_kg)


def _legs(routes: Sequence[Way], telling: Telling) -> Table:
    subject = telling.subject
    per_t, scale = _per_t(telling), money_scale(subject.currency)
    parts = [
        name for name in subject.money_parts if any(leg.amounts.money_parts[name] for way in routes for leg in way.legs)
    ]
    further = [name for name in ("ttw_kg_co2e", "wtt_kg_co2e") if name in subject.amounts_per_t]
    columns = (
        Column("route", words.ROUTES),
        Column("leg", words.LEG),
        Column("mode", words.MODE),
        Column("from", words.FROM),
        Column("to", words.TO),
        *_cost_columns(telling),
        *(_number(f"part_{name}", part_name(name), per_t, 2) for name in parts),
        *(_number(f"part_{name}", Text(en=name[:3].upper(), vi=name[:3].upper()), KG_PER_T, 2) for name in further),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            f"{number}.{place}",
            words.LEG_KINDS.get(leg.kind, leg.kind),
            _mode(leg, telling),
            _node(leg.from_node, telling),
            _node(leg.to_node, telling),
            leg.amounts.cost_per_t / scale,
            *_amounts(leg, scale),
            *(leg.amounts.money_parts[name] / scale for name in parts),
            *(leg.amounts.further[name] for name in further),
        )
        for number, way in enumerate(routes, 1)
        for place, leg in enumerate(way.legs, 1)
    )
    return Table(words.LEGS, columns, rows)


def _mode(leg: Leg, telling: Telling) -> Cell:
    return chain_name(telling.subject, (leg.letter,)) if leg.letter >= 0 else None


def _node(node: int, telling: Telling) -> Text:
    nodes = telling.subject.nodes
    return Text(en=str(nodes.name_en[node]), vi=str(nodes.name_vi[node]))


def _alternatives(one: DemandAnswer, telling: Telling) -> Table:
    subject = telling.subject
    per_t, scale = _per_t(telling), money_scale(subject.currency)
    parts = [
        name
        for name in subject.money_parts
        if any(other.more is not None and other.more.money_parts[name] for other in one.alternatives)
    ]
    columns = (
        Column("chain", words.CHAIN),
        _number("cost", words.COST, per_t, 2),
        _number("price", words.FULL_COST, per_t, 2),
        _signed("more_price", words.MORE, per_t, 2),
        _signed("more_cost", words.MORE_COST, per_t, 2),
        *(_signed(f"more_part_{name}", part_name(name), per_t, 2) for name in parts),
        _signed("more_time_cost", words.MORE_TIME_VALUE, per_t, 2),
        _signed("more_hours", words.MORE_HOURS, HOURS, 1),
        _signed("more_kg", words.MORE_KG, KG_PER_T, 2),
        Column("why", words.WHY),
    )
    rows: list[tuple[Cell, ...]] = []
    for other in one.alternatives:
        more = other.more
        rows.append(
            (
                chain_name(subject, other.way.word),
                other.way.cost_per_t / scale,
                other.way.price_per_t / scale,
                other.more_per_t / scale,
                None if more is None else more.cost_per_t / scale,
                *(None if more is None else more.money_parts[name] / scale for name in parts),
                None if more is None else more.time_cost / scale,
                None if more is None else more.hours,
                None if more is None else more.emissions_kg,
                telling.why(other),
            )
        )
    return Table(words.ALTERNATIVES, columns, tuple(rows), words.ALTERNATIVES_NOTE)


def _origin(one: Origin) -> Section:
    steps = Table(
        words.STEPS,
        (
            Column("step", words.STEP),
            _number("value", words.RESULT, NOTHING, 3),
            Column("unit", words.UNIT),
            Column("rows", words.ROWS),
        ),
        tuple((step.text, step.value, step.unit, ", ".join(step.rows)) for step in one.trace.steps),
    )
    tables = [steps, *_assumptions(one), *_facilities(one)]
    return Section(words.ORIGIN, (), tuple(tables))


def _assumptions(one: Origin) -> tuple[Table, ...]:
    columns = (
        Column("assumption_id", words.ID),
        Column("name", words.NAME),
        _number("low", words.LOW, NOTHING, 4),
        _number("mid", words.MID, NOTHING, 4),
        _number("high", words.HIGH, NOTHING, 4),
        Column("unit", words.UNIT),
    )
    rows = tuple(
        (row["assumption_id"], _named(row), row["low"], row["mid"], row["high"], row.get("unit"))
        for row in one.assumptions.astype(object).to_dict("records")
    )
    return (Table(words.ASSUMPTIONS, columns, rows),) if rows else ()


def _facilities(one: Origin) -> tuple[Table, ...]:
    columns = (
        Column("facility_id", words.ID),
        Column("name", words.NAME),
        Column("kind", words.KIND),
        Column("organisation", words.ORGANISATION),
        Column("made_up", words.MADE_UP),
    )
    rows = tuple(
        (
            row["facility_id"],
            _named(row),
            row["kind"],
            Text(en=str(row["organisation_en"]), vi=str(row["organisation_vi"])),
            bool(row["synthetic"]),
        )
        for row in one.facilities.astype(object).to_dict("records")
    )
    return (Table(words.FACILITIES, columns, rows, words.FACILITIES_NOTE),) if rows else ()


def _named(row: dict[str, object]) -> Text:
    return Text(en=str(row["name_en"]), vi=str(row["name_vi"]))


def _number(key: str, label: Text, unit: Text, digits: int) -> Column:
    return Column(key, label, unit, digits, is_number=True)


def _signed(key: str, label: Text, unit: Text, digits: int) -> Column:
    return Column(key, label, unit, digits, is_number=True, look="signed")
