"""Compare two plans: what differs, by how much, and why a what-if moved the gateways or did not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from optimizer.case import Case
from optimizer.flow.plan import Plan
from optimizer.results.flow_tables import capacity_table
from optimizer.results.indicators import Indicators, indicators
from optimizer.results.names import MODE_NAMES, figure, gateway_names
from supplychain.text import Text

POINT: Final = 0.01
"""A percentage point, the least change of a gateway's share that counts as a move."""

LISTED: Final = 3
"""Most names a sentence lists."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """A case with its plan and the indicators of the plan.

    Parameters
    ----------
    case, plan, indicators
        The three belong together.
    """

    case: Case
    plan: Plan
    indicators: Indicators

    @classmethod
    def of(cls, case: Case, plan: Plan) -> Outcome:
        """Return the outcome of a plan."""
        return cls(case, plan, indicators(case, plan))


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Differences of a what-if from its base, what-if minus base.

    Parameters
    ----------
    base_id, other_id
        Scenario ids.
    totals
        quantity, base, other, difference, relative (share of the base; null where the base is 0). Quantities and
        units as in ``Indicators.totals``.
    gateways
        gateway_group, name_vi, name_en, base_share, other_share, points (percentage points of TEU of foreign trade),
        base_barge_share, other_barge_share.
    modes
        mode, base_share_tkm, other_share_tkm, points (of inland tkm), base_t_main_per_day, other_t_main_per_day.
    links
        row_id, row_table, kind, mode, name, name_en, base_t_per_day, other_t_per_day, difference_t_per_day: both
        directions of a row together; largest change first.
    capacities
        capacity_id, name_vi, name_en, unit, base_used_per_day, other_used_per_day, base_residual_per_day,
        other_residual_per_day, base_shadow_price, other_shadow_price: those that bind in either plan.
    moved
        Whether a gateway's share moved by a percentage point or more.
    explanation
        Why it moved, or why it did not, in both languages.
    """

    base_id: str
    other_id: str
    totals: pd.DataFrame
    gateways: pd.DataFrame
    modes: pd.DataFrame
    links: pd.DataFrame
    capacities: pd.DataFrame
    moved: bool
    explanation: Text


def compare(base: Outcome | tuple[Case, Plan], other: Outcome | tuple[Case, Plan]) -> Comparison:
    """Return how a what-if differs from its base."""
    base = base if isinstance(base, Outcome) else Outcome.of(*base)
    other = other if isinstance(other, Outcome) else Outcome.of(*other)
    gateways = _gateways(base.indicators, other.indicators)
    links = _links(base.indicators.links, other.indicators.links)
    capacities = _capacities(base, other)
    moved = bool((gateways["points"].abs() >= 1.0).any())
    return Comparison(
        base_id=base.case.scenario.scenario_id,
        other_id=other.case.scenario.scenario_id,
        totals=_totals(base.indicators.totals, other.indicators.totals),
        gateways=gateways,
        modes=_modes(base.indicators.by_mode, other.indicators.by_mode),
        links=links,
        capacities=capacities,
        moved=moved,
        explanation=explain(base, other, gateways, links, capacities),
    )


def _totals(base: dict[str, float], other: dict[str, float]) -> pd.DataFrame:
    table = pd.DataFrame({"quantity": list(base), "base": list(base.values())})
    table["other"] = table["quantity"].map(other)
    table["difference"] = table["other"] - table["base"]
    table["relative"] = table["difference"] / table["base"].where(table["base"] != 0)
    return table


def _gateways(base: Indicators, other: Indicators) -> pd.DataFrame:
    columns = ["gateway_group", "name_vi", "name_en", "share_teu", "barge_share"]
    table = base.by_gateway[columns].merge(
        other.by_gateway[["gateway_group", "share_teu", "barge_share"]],
        on="gateway_group",
        suffixes=("_base", "_other"),
    )
    table["points"] = (table["share_teu_other"] - table["share_teu_base"]) / POINT
    names = {
        "share_teu_base": "base_share",
        "share_teu_other": "other_share",
        "barge_share_base": "base_barge_share",
        "barge_share_other": "other_barge_share",
    }
    return table.rename(columns=names)


def _modes(base: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    columns = ["mode", "share_tkm", "t_main_per_day"]
    table = base[columns].merge(other[columns], on="mode", suffixes=("_base", "_other"))
    table = table[table["share_tkm_base"].notna()].reset_index(drop=True)
    table["points"] = (table["share_tkm_other"] - table["share_tkm_base"]) / POINT
    names = {
        "share_tkm_base": "base_share_tkm",
        "share_tkm_other": "other_share_tkm",
        "t_main_per_day_base": "base_t_main_per_day",
        "t_main_per_day_other": "other_t_main_per_day",
    }
    return table.rename(columns=names)


def _links(base: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    keys = ["row_table", "row_id", "kind", "mode", "name", "name_en"]
    flows = [frame.groupby(keys)["t_per_day"].sum() for frame in (base, other)]
    table = pd.concat(flows, axis=1, keys=["base_t_per_day", "other_t_per_day"]).fillna(0.0).reset_index()
    table["difference_t_per_day"] = table["other_t_per_day"] - table["base_t_per_day"]
    largest = table["difference_t_per_day"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[largest].reset_index(drop=True)


def _capacities(base: Outcome, other: Outcome) -> pd.DataFrame:
    kept = ["capacity_id", "name_vi", "name_en", "unit", "residual_per_day", "used_per_day", "full", "shadow_price"]
    frames = [capacity_table(outcome.case, outcome.plan)[kept] for outcome in (base, other)]
    keys = ["capacity_id", "name_vi", "name_en", "unit"]
    table = frames[0].merge(frames[1], on=keys, how="outer", suffixes=("_base", "_other"))
    binds = (table["shadow_price_base"].fillna(0) > 0) | (table["shadow_price_other"].fillna(0) > 0)
    table = table[binds].drop(columns=["full_base", "full_other"]).reset_index(drop=True)
    return table.rename(
        columns={
            f"{column}_{side}": f"{side}_{column}"
            for side in ("base", "other")
            for column in ("residual_per_day", "used_per_day", "shadow_price")
        }
    )


def explain(
    base: Outcome, other: Outcome, gateways: pd.DataFrame, links: pd.DataFrame, capacities: pd.DataFrame
) -> Text:
    """Return why a what-if moved a gateway's share by a point, or why it did not, from what the plans show."""
    largest = gateways.loc[gateways["points"].abs().idxmax()]
    name, points = gateway_names(str(largest["gateway_group"])), float(largest["points"])
    cost = figure(_change(base, other, "generalised_cost_per_day"), "+.2%")
    if abs(points) >= 1.0:
        moved = figure(points, "+.1f")
        head = Text(
            en=f"{name.en} moves by {moved.en} points of TEU; generalised cost changes by {cost.en}.",
            vi=f"{name.vi} thay đổi {moved.vi} điểm phần trăm TEU; chi phí tổng quát đổi {cost.vi}.",
        )
        return _joined([head, _largest_changes(links)])
    moved = figure(points, "+.2f")
    head = Text(
        en=f"No gateway's share moves by a point (most: {name.en} {moved.en}); generalised cost changes by {cost.en}.",
        vi=f"Không cửa ngõ nào đổi đến một điểm (lớn nhất: {name.vi} {moved.vi}); chi phí tổng quát đổi {cost.vi}.",
    )
    return _joined([head, _unused_change(base, other), _held_by(capacities), _rerouted(base, other, links)])


def _joined(parts: list[Text | None]) -> Text:
    kept = [part for part in parts if part is not None]
    return Text(en=" ".join(part.en for part in kept), vi=" ".join(part.vi for part in kept))


def _change(base: Outcome, other: Outcome, quantity: str) -> float:
    before, after = base.indicators.totals[quantity], other.indicators.totals[quantity]
    return (after - before) / before if before else 0.0


def _largest_changes(links: pd.DataFrame) -> Text | None:
    """Return the services and roads whose flow changes most."""
    services = links[links["kind"] == "service"].head(LISTED)
    roads = links[links["kind"] == "link"].drop_duplicates("name").head(LISTED)
    rows = pd.concat([services, roads])
    rows = rows[rows["difference_t_per_day"].abs() > 0]
    if rows.empty:
        return None
    changes = [figure(difference, "+,.0f") for difference in rows["difference_t_per_day"]]
    en = ", ".join(f"{name} {change.en}" for name, change in zip(rows["name_en"], changes, strict=True))
    vi = ", ".join(f"{name} {change.vi}" for name, change in zip(rows["name"], changes, strict=True))
    return Text(en=f"Largest changes of flow (t/day): {en}.", vi=f"Thay đổi dòng hàng lớn nhất (tấn/ngày): {vi}.")


def _unused_change(base: Outcome, other: Outcome) -> Text | None:
    """Return how much of what the scenario opened the plan uses."""
    opened = set(other.case.network.links.row_id) - set(base.case.network.links.row_id)
    if not opened:
        return None
    flow = other.indicators.links
    used = flow[flow["row_id"].isin(opened)]
    count = len(set(used["row_id"]))
    most = figure(float(used["t_per_day"].max()) if len(used) else 0.0)
    return Text(
        en=f"Of {len(opened)} rows it opens, {count} carry flow (at most {most.en} t/day).",
        vi=f"Trong {len(opened)} dòng được mở, {count} dòng có hàng (nhiều nhất {most.vi} tấn/ngày).",
    )


def _held_by(capacities: pd.DataFrame) -> Text:
    """Return the gateway services and terminals that bind in both plans and so hold the shares."""
    saved = capacities["base_shadow_price"] * capacities["base_residual_per_day"]
    both = capacities[(saved > 0) & (capacities["other_shadow_price"] > 0)]
    if both.empty:
        return Text(
            en="No capacity binds in both plans: each box already leaves by its cheapest service, and the change is "
            "smaller than the lead of that service over the next gateway.",
            vi="Không năng lực nào căng ở cả hai phương án: mỗi công-ten-nơ đã đi dịch vụ rẻ nhất và thay đổi này nhỏ "
            "hơn khoảng cách chi phí với cửa ngõ kế tiếp.",
        )
    order = saved[both.index].sort_values(ascending=False, kind="stable").index[:LISTED]
    names_en, names_vi = ", ".join(both.loc[order, "name_en"]), ", ".join(both.loc[order, "name_vi"])
    return Text(
        en=f"The shares are held by the markets' services and by capacities that bind in both plans ({names_en}).",
        vi=f"Tỷ trọng do dịch vụ đi từng thị trường và các năng lực căng ở cả hai phương án giữ lại ({names_vi}).",
    )


def _rerouted(base: Outcome, other: Outcome, links: pd.DataFrame) -> Text:
    """Return how much freight changes its road, rail or river way inland though not its gateway."""
    inland = links[links["kind"] == "link"]
    total = float(inland["base_t_per_day"].sum())
    share = figure(float(inland["difference_t_per_day"].abs().sum()) / 2 / total if total else 0.0, ".1%")
    modes = _modes(base.indicators.by_mode, other.indicators.by_mode)
    largest = modes.loc[modes["points"].abs().idxmax()]
    name, points = MODE_NAMES[str(largest["mode"])], figure(float(largest["points"]), "+.1f")
    return Text(
        en=f"Inland, {share.en} of link flow takes another way and the share of {name.en} changes by {points.en} "
        "points of tkm.",
        vi=f"Trong nội địa, {share.vi} lưu lượng trên tuyến đổi đường đi và tỷ trọng {name.vi} đổi {points.vi} điểm "
        "tkm.",
    )
