"""The document that explains a plan: demands, what stays, what binds, whose tonnes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.documents.model import Column, Document, Section, Table
from api.documents.units import T, money_unit
from api.explain import words
from api.explain.document_demands import demand_sections, demand_table, money_scale
from api.explain.document_traces import capacity_section, trace_section
from optimizer.explain.sentences import Sentences, amount, per_period
from optimizer.explain.telling import Telling
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.documents.model import Stand
    from optimizer.explain.answer import DemandAnswer, Explanation
    from optimizer.explain.capacities import Binding


def explain_document(found: Explanation, stand: Stand) -> Document:
    """Return the document of an explanation.

    Parameters
    ----------
    found
        The explanation.
    stand
        What its figures are.
    """
    subject = found.subject
    name = subject.name or Text(en=subject.title, vi=subject.title)
    telling = Telling(Sentences(subject))
    sections: list[Section] = []
    if found.question.is_summary:
        sections.append(_binding(found.bindings, telling))
    if found.question.is_summary or found.question.unserved:
        sections.append(_unserved(found.unserved, telling))
    if found.question.is_summary:
        sections.append(Section(words.LARGEST, (), (), (), demand_sections(found.demands, telling)))
    else:
        sections += demand_sections(found.demands, telling)
    if found.left_out:
        sections.append(Section(words.DEMAND, (words.LEFT_OUT.format(count=found.left_out),)))
    sections += [capacity_section(one, telling, binding_table([one.binding], telling)) for one in found.capacities]
    sections += [trace_section(name, one, telling) for name, one in found.traced]
    return Document(words.TITLE.format(name=name), stand, tuple(sections))


def _binding(bindings: Sequence[Binding], telling: Telling) -> Section:
    if not bindings:
        return Section(words.BINDING, (words.NOTHING_BINDS,))
    return Section(words.BINDING, (), (binding_table(bindings, telling),))


def binding_table(bindings: Sequence[Binding], telling: Telling) -> Table:
    """Return capacities with their shadow prices, parts and ranges."""
    scale = money_scale(telling.subject.currency)
    price = money_unit(telling.subject.currency, scale, Text(en="/unit", vi="/đơn vị"))
    columns = (
        Column("name", words.NAME),
        Column("capacity_id", words.ID),
        Column("unit", words.UNIT),
        _number("left_per_day", words.LEFT, 1),
        _number("used_per_day", words.USED, 1),
        _number("shadow_price", words.PRICE, 2, price),
        _number("from_money", words.MONEY, 2, price),
        _number("from_time", words.TIME_VALUE, 2, price),
        _number("from_carbon", words.CARBON, 2, price),
        _number("from_penalty", words.SAVED_PENALTY, 2, price),
        Column("penalty_driven", words.BY_PENALTY),
        _number("holds_from", words.HOLDS_FROM, 3),
        _number("holds_to", words.HOLDS_TO, 3),
    )
    rows = tuple(
        (
            telling.sentences.capacity(one.capacity),
            telling.subject.problem.capacity_ids[one.capacity],
            telling.sentences.unit(one.capacity),
            one.left,
            one.used,
            one.price / scale,
            one.money / scale,
            one.time_cost / scale,
            one.carbon_cost / scale,
            one.penalty / scale,
            one.is_penalty_driven,
            one.holds_from,
            one.holds_to,
        )
        for one in bindings
    )
    note = words.BINDING_NOTE.format(period=per_period(telling.subject))
    return Table(words.BINDING, columns, rows, note)


def _unserved(unserved: Sequence[DemandAnswer], telling: Telling) -> Section:
    if not unserved:
        return Section(words.UNSERVED, (words.NOTHING_STAYS,))
    total = sum(one.unserved_t for one in unserved)
    proved = [one for one in unserved if one.relaxation is not None or one.opening is not None]
    told = [words.STAYS.format(count=len(unserved), tonnes=amount(total))]
    if len(proved) < len(unserved):
        told.append(words.ONLY_PROVED.format(count=len(proved)))
    columns = (
        Column("demand_id", words.ID),
        Column("goods", words.GOODS),
        Column("from", words.FROM),
        Column("to", words.TO),
        _number("wanted", words.WANTED, 1, _tonnes(telling)),
        _number("stays", words.STAYING, 1, _tonnes(telling)),
        Column("why", words.WHY),
    )
    rows = tuple((*demand_table(one, telling), one.wanted_t, one.unserved_t, one.reason) for one in unserved)
    tables = [Table(words.UNSERVED, columns, rows)]
    if proved:
        ids = telling.subject.problem.demand_ids
        proofs = tuple((str(ids[one.demand]), _serves(one, telling)) for one in proved)
        tables.append(Table(words.PROOFS, (Column("demand_id", words.ID), Column("serves", words.SERVES)), proofs))
    return Section(words.UNSERVED, tuple(told), tuple(tables))


def _serves(one: DemandAnswer, telling: Telling) -> Text | None:
    if one.relaxation is not None:
        return telling.relaxation(one.relaxation)
    return None if one.opening is None else telling.opening(one.opening)


def _tonnes(telling: Telling) -> Text:
    period = per_period(telling.subject)
    return Text(en=f"{T.en} {period.en}", vi=f"{T.vi} {period.vi}")


def _number(key: str, label: Text, digits: int, unit: Text | None = None) -> Column:
    return Column(key, label, unit or Text(en="", vi=""), digits, is_number=True)
