"""What a difference says, in words: nothing that its tables do not show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from optimizer.compare.comparable import per_period
from optimizer.compare.effects import GAINS, LOSES
from optimizer.results.names import figure
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

Tables = dict[str, pd.DataFrame]
Totals = tuple["Mapping[str, float]", "Mapping[str, float]"]

LISTED: Final = 3
"""Most names a sentence lists."""

POINTS: Final = 100.0
DEMAND: Final = "demand_t_per_day"

SAME: Final = Text(en="The plans do not differ.", vi="Hai phương án không khác nhau.")


def explain(tables: Tables, totals: Totals, opened: pd.DataFrame, currency: str, period: str = "day") -> Text:
    """Return what differs between two plans and why, as far as their tables show it.

    Parameters
    ----------
    tables
        The tables of a ``Difference`` by name.
    totals
        Totals of the base and of the other.
    opened
        Rows of links that only the other's network has, with t_per_day.
    currency
        Of all money.
    period
        What amounts are per.
    """
    if not any(len(table) for table in tables.values()):
        return SAME
    groups = tables["gateway_groups"]
    points = POINTS * groups["difference_share_teu"]
    moves = bool((points.abs() >= 1.0).any())
    parts: list[Text | None] = [_head(groups, points, totals), _demand(tables, totals, period)]
    parts.append(_unserved(totals, period))
    if moves:
        parts.append(_largest_changes(tables["links"], period))
    else:
        parts += [_opened(opened, period), _held(tables["held"])]
    parts += [_modes(tables["modes"]), *_who(tables["places"], currency, period)]
    kept = [part for part in parts if part is not None]
    return Text(en=" ".join(part.en for part in kept), vi=" ".join(part.vi for part in kept))


def _head(groups: pd.DataFrame, points: pd.Series, totals: Totals) -> Text:
    """Return the change of cost, and of the gateway group whose share changes most."""
    base, other = (one["generalised_cost_per_day"] for one in totals)
    relative = figure((other - base) / base if base else 0.0, "+.2%")
    cost = Text(en="generalised cost changes by {relative}", vi="chi phí tổng quát đổi {relative}").format(
        relative=relative
    )
    if not any(name.startswith("gateway_share_") for name in totals[0]):
        return Text(en=f"{cost.en[:1].upper()}{cost.en[1:]}.", vi=f"{cost.vi[:1].upper()}{cost.vi[1:]}.")
    if groups.empty:
        return Text(en="No gateway's share moves; {cost}.", vi="Không cửa ngõ nào đổi tỷ trọng; {cost}.").format(
            cost=cost
        )
    largest = points.abs().idxmax()
    name = Text(en=str(groups.loc[largest, "name_en"]), vi=str(groups.loc[largest, "name_vi"]))
    if abs(points[largest]) >= 1.0:
        sentence = Text(
            en="{name} moves by {moved} points of TEU; {cost}.",
            vi="{name} thay đổi {moved} điểm phần trăm TEU; {cost}.",
        )
        return sentence.format(name=name, moved=figure(float(points[largest]), "+.1f"), cost=cost)
    sentence = Text(
        en="No gateway's share moves by a point (most: {name} {moved}); {cost}.",
        vi="Không cửa ngõ nào đổi đến một điểm (lớn nhất: {name} {moved}); {cost}.",
    )
    return sentence.format(name=name, moved=figure(float(points[largest]), "+.2f"), cost=cost)


def _demand(tables: Tables, totals: Totals, period: str) -> Text | None:
    """Return how much of the difference is more or less freight, where the plans do not want the same."""
    changed = tables["demands"]
    if changed.empty:
        return None
    commodities = tables["commodities"]
    sentence = Text(
        en="Demand itself differs in {count} demands ({tonnes} t/day): of the difference of generalised cost, {volume} "
        "is its volume and {unit} what a tonne costs.",
        vi="Chính nhu cầu khác nhau ở {count} nhu cầu ({tonnes} tấn/ngày): trong chênh lệch chi phí tổng quát, "
        "{volume} do khối lượng và {unit} do chi phí mỗi tấn.",
    )
    return per_period(sentence, period).format(
        count=len(changed),
        tonnes=figure(totals[1][DEMAND] - totals[0][DEMAND], "+,.0f"),
        volume=figure(float(commodities["volume_effect_per_day"].sum()), "+,.0f"),
        unit=figure(float(commodities["unit_cost_effect_per_day"].sum()), "+,.0f"),
    )


def _unserved(totals: Totals, period: str) -> Text | None:
    base, other = (one["unserved_t_per_day"] for one in totals)
    if round(base, 1) == round(other, 1):
        return None
    sentence = Text(
        en="Unserved: {other} t/day instead of {base}.", vi="Không phục vụ được: {other} tấn/ngày thay vì {base}."
    )
    return per_period(sentence, period).format(base=figure(base, ",.1f"), other=figure(other, ",.1f"))


def _largest_changes(links: pd.DataFrame, period: str) -> Text | None:
    """Return the services and roads whose flow changes most."""
    services = links[links["kind"] == "service"].head(LISTED)
    roads = links[links["kind"] == "link"].drop_duplicates("name_vi").head(LISTED)
    rows = pd.concat([services, roads])
    if rows.empty:
        return None
    sentence = Text(en="Largest changes of flow (t/day): {list}.", vi="Thay đổi dòng hàng lớn nhất (tấn/ngày): {list}.")
    return per_period(sentence, period).format(list=_listed(rows, "difference_t_per_day", "+,.0f"))


def _listed(rows: pd.DataFrame, amount: str, form: str) -> Text:
    """Return names with an amount behind each."""
    numbers = [figure(float(value), form) for value in rows[amount]]
    en = ", ".join(f"{name} {one.en}" for name, one in zip(rows["name_en"], numbers, strict=True))
    vi = ", ".join(f"{name} {one.vi}" for name, one in zip(rows["name_vi"], numbers, strict=True))
    return Text(en=en, vi=vi)


def _opened(opened: pd.DataFrame, period: str) -> Text | None:
    """Return how much of what only the other plan's network has carries flow."""
    if opened.empty:
        return None
    used = opened[opened["t_per_day"] > 0]
    most = figure(float(used["t_per_day"].max()) if len(used) else 0.0)
    count, used_count = (rows.index.droplevel(["kind", "mode"]).nunique() for rows in (opened, used))
    sentence = Text(
        en="Of {count} rows it opens, {used} carry flow (at most {most} t/day).",
        vi="Trong {count} dòng được mở, {used} dòng có hàng (nhiều nhất {most} tấn/ngày).",
    )
    return per_period(sentence, period).format(count=count, used=used_count, most=most)


def _held(held: pd.DataFrame) -> Text | None:
    """Return the capacities that bind in both plans."""
    if held.empty:
        return None
    first = held.head(LISTED)
    names = Text(en=", ".join(first["name_en"]), vi=", ".join(first["name_vi"]))
    return Text(
        en="Capacities that bind in both plans: {names}.", vi="Năng lực căng ở cả hai phương án: {names}."
    ).format(names=names)


def _modes(modes: pd.DataFrame) -> Text | None:
    """Return the mode whose share of tonne-km changes most."""
    points = POINTS * modes["difference_share_tkm"]
    if modes.empty or not points.any():
        return None
    largest = points.abs().idxmax()
    name = Text(en=str(modes.loc[largest, "name_en"]), vi=str(modes.loc[largest, "name_vi"]))
    return Text(
        en="The share of {name} changes by {moved} points of t·km.",
        vi="Tỷ trọng {name} đổi {moved} điểm phần trăm tấn·km.",
    ).format(name=name, moved=figure(float(points[largest]), "+.1f"))


def _who(places: pd.DataFrame, currency: str, period: str) -> list[Text]:
    """Return the places that gain and lose most by what a tonne costs them."""
    found = []
    for verdict, sentence in (
        (
            GAINS,
            Text(
                en="{count} places gain, most ({currency} a day): {list}.",
                vi="{count} nơi được lợi, nhiều nhất ({currency} mỗi ngày): {list}.",
            ),
        ),
        (
            LOSES,
            Text(
                en="{count} places lose, most ({currency} a day): {list}.",
                vi="{count} nơi bị thiệt, nhiều nhất ({currency} mỗi ngày): {list}.",
            ),
        ),
    ):
        rows = places[places["verdict"] == verdict]
        if len(rows):
            ordered = rows if verdict == GAINS else rows[::-1]
            listed = _listed(ordered.head(LISTED), "unit_cost_effect_per_day", "+,.0f")
            words = per_period(sentence, period)
            found.append(words.format(count=len(rows), list=listed, currency=currency))
    return found
