"""The first screen of the report: what moves, at what cost, through which gateways, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.numbers import number, percent, scientific
from api.styles import GATEWAY_COLOURS, GATEWAY_NAMES, MODE_COLOURS, MODE_NAMES
from api.tell import FAILED, PASSED
from api.totals import STATUS_NAMES
from supplychain.text import Text

if TYPE_CHECKING:
    from api.results import Results

BOTTLENECKS_TOLD = 3
INLAND_MODES = ("road", "rail", "inland_waterway")


@dataclass(frozen=True, slots=True)
class Card:
    """One key figure on top of the report.

    Parameters
    ----------
    value
        The figure.
    unit
        Its unit; empty for none.
    label
        What it is.
    """

    value: Text
    unit: Text
    label: Text


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar.

    Parameters
    ----------
    share
        Its share (0 to 1).
    colour
        Its colour.
    label
        Its name and share.
    """

    share: float
    colour: str
    label: Text


@dataclass(frozen=True, slots=True)
class Bar:
    """A whole parted into shares.

    Parameters
    ----------
    title
        What is parted.
    parts
        Its parts.
    """

    title: Text
    parts: tuple[Part, ...]


def sentences_of(results: Results) -> tuple[Text, ...]:
    """Return what the base plan says, in sentences a council can read."""
    return (_what_moves(results), _what_it_costs(results), _what_binds(results), _how_sure(results))


def _what_moves(results: Results) -> Text:
    totals, found = results.base.indicators.totals, results.base.indicators
    tonnes, boxes, left = number(totals["t_per_day"]), number(totals["teu_per_day"]), totals["unserved_t_per_day"]
    places, year = len(found.by_park), results.pack.region.base_year
    rest, share = number(left), percent(left / max(totals["demand_t_per_day"], 1.0))
    nothing = round(left, 1) == 0
    ending = Text(
        en="nothing is left behind" if nothing else f"{rest.en} t ({share.en}) are left behind",
        vi="không có hàng nào bị bỏ lại" if nothing else f"còn {rest.vi} tấn ({share.vi}) không chở được",
    )
    return Text(
        en=f"On a working day of {year}, {tonnes.en} t of freight ({boxes.en} TEU, empties included) move between "
        f"the {places} parks and zones of the region and their markets; {ending.en}.",
        vi=f"Trong một ngày làm việc của năm {year}, {tonnes.vi} tấn hàng ({boxes.vi} TEU, kể cả vỏ rỗng) đi lại giữa "
        f"{places} khu công nghiệp và vùng của địa bàn với các thị trường; {ending.vi}.",
    )


def _what_it_costs(results: Results) -> Text:
    totals = results.base.indicators.totals
    price, carbon = (
        number(totals["inland_cost_per_day"] / 1e9, 1),
        number(totals["inland_emissions_kg_co2e_per_day"] / 1e3),
    )
    per_tonne = number(totals["inland_cost_per_day"] / max(totals["t_per_day"], 1.0) / 1e3)
    hcmc, cai_mep = percent(totals["gateway_share_hcmc_ports"], 0), percent(totals["gateway_share_cai_mep"], 0)
    barge = percent(totals["barge_share_cai_mep"], 0)
    return Text(
        en=f"The inland part costs {price.en} billion VND a day ({per_tonne.en} thousand VND a tonne) and emits "
        f"{carbon.en} t CO2e. {hcmc.en} of the laden foreign-trade boxes pass the ports of Ho Chi Minh City and "
        f"{cai_mep.en} Cái Mép, {barge.en} of these by barge.",
        vi=f"Phần nội địa tốn {price.vi} tỷ đồng mỗi ngày ({per_tonne.vi} nghìn đồng mỗi tấn) và phát thải "
        f"{carbon.vi} tấn CO2e. {hcmc.vi} container ngoại thương có hàng đi qua các cảng TP.HCM và {cai_mep.vi} qua "
        f"Cái Mép, trong đó {barge.vi} bằng sà lan.",
    )


def _what_binds(results: Results) -> Text:
    frame = results.base.indicators.bottlenecks
    frame = frame[frame["shadow_price"] > 0]
    if frame.empty:
        return Text(en="No capacity holds the plan back.", vi="Không có năng lực nào cản trở phương án.")
    worth = (frame["shadow_price"] * frame["used_per_day"]).rename("worth")
    first = frame.assign(worth=worth).nlargest(BOTTLENECKS_TOLD, "worth")
    english, vietnamese = ", ".join(map(str, first["name_en"])), ", ".join(map(str, first["name_vi"]))
    return Text(
        en=f"{len(frame)} capacities are full; those worth most to widen: {english}.",
        vi=f"{len(frame)} năng lực đã dùng hết; đáng mở rộng nhất: {vietnamese}.",
    )


def _how_sure(results: Results) -> Text:
    plan, passed = results.base.plan, PASSED if not results.base.violations else FAILED
    name, gap = STATUS_NAMES[plan.status], scientific(plan.gap)
    tested = sum(bool(one) for one in results.swings.get("evaluated", []))
    assumed = len(results.pack.table("assumptions"))
    return Text(
        en=f"The plan is {name.en} with a proven gap of {gap.en}; the independent check: {passed.en}. It rests on "
        f"{assumed} assumptions, of which {tested} were varied in this run.",
        vi=f"Phương án {name.vi}, sai lệch được chứng minh là {gap.vi}; kiểm tra độc lập: {passed.vi}. Phương án dựa "
        f"trên {assumed} giả định, trong đó {tested} giả định được thử thay đổi trong lần chạy này.",
    )


def cards_of(results: Results) -> tuple[Card, ...]:
    """Return the key figures of the base plan."""
    totals: Mapping[str, float] = results.base.indicators.totals
    plan = results.base.plan
    gap = scientific(plan.gap)
    billion, tonnes = Text(en="bn VND/day", vi="tỷ đồng/ngày"), Text(en="t/day", vi="tấn/ngày")
    return (
        Card(number(totals["t_per_day"]), tonnes, Text(en="moved", vi="được chuyên chở")),
        Card(number(totals["teu_per_day"]), Text(en="TEU/day", vi="TEU/ngày"), Text(en="containers", vi="container")),
        Card(number(totals["unserved_t_per_day"]), tonnes, Text(en="unserved", vi="không phục vụ được")),
        Card(
            number(totals["inland_cost_per_day"] / 1e9, 1),
            billion,
            Text(en="price of the inland part", vi="giá phần nội địa"),
        ),
        Card(
            number(totals["cost_per_day"] / 1e9, 1),
            billion,
            Text(en="price to the market, sea and air included", vi="giá đến thị trường, gồm đường biển và hàng không"),
        ),
        Card(
            number(totals["inland_emissions_kg_co2e_per_day"] / 1e3),
            Text(en="t CO2e/day", vi="tấn CO2e/ngày"),
            Text(en="inland, energy provision included", vi="nội địa, gồm cả cung cấp năng lượng"),
        ),
        Card(
            STATUS_NAMES[plan.status],
            Text(en="", vi=""),
            Text(en=f"proven gap {gap.en}", vi=f"sai lệch chứng minh {gap.vi}"),
        ),
        Card(
            FAILED if results.base.violations else PASSED,
            Text(en="", vi=""),
            Text(en="independent check", vi="kiểm tra độc lập"),
        ),
    )


def bars_of(results: Results) -> tuple[Bar, ...]:
    """Return how the base plan splits between gateways and between inland modes, beside today's estimate."""
    totals = results.base.indicators.totals
    gateways = {group: totals[f"gateway_share_{group}"] for group in GATEWAY_NAMES}
    modes = {mode: totals[f"mode_share_tkm_{mode}"] for mode in INLAND_MODES}
    bars = [
        Bar(
            Text(
                en="Gateways of the plan, laden foreign-trade TEU",
                vi="Cửa ngõ theo phương án, TEU ngoại thương có hàng",
            ),
            _parts(gateways, GATEWAY_COLOURS, GATEWAY_NAMES),
        )
    ]
    estimates = _estimated_gateways(results)
    if estimates:
        bars.append(
            Bar(Text(en="Estimate of today", vi="Ước tính hiện nay"), _parts(estimates, GATEWAY_COLOURS, GATEWAY_NAMES))
        )
    title = Text(en="Inland modes of the plan, t·km", vi="Phương thức nội địa theo phương án, tấn·km")
    return (*bars, Bar(title, _parts(modes, MODE_COLOURS, MODE_NAMES)))


def _estimated_gateways(results: Results) -> dict[str, float]:
    frame = results.calibrated
    if "measure" not in frame:
        return {}
    rows = frame[(frame["measure"] == "gateway_share") & frame["estimate_share"].notna()]
    return {str(row["gateway_group"]): float(row["estimate_share"]) for row in rows.to_dict("records")}


def _parts(shares: Mapping[str, float], colours: Mapping[str, str], names: Mapping[str, Text]) -> tuple[Part, ...]:
    parts = []
    for key, share in shares.items():
        written = percent(share, 0)
        label = Text(en=f"{names[key].en} {written.en}", vi=f"{names[key].vi} {written.vi}")
        parts.append(Part(share, colours[key], label))
    return tuple(parts)


def region_title(results: Results) -> Text:
    """Return the heading of the report."""
    name = results.region_name
    return Text(en=f"Freight plan of {name.en}", vi=f"Phương án luồng hàng: {name.vi}")


def scenario_line(results: Results) -> Text:
    """Return which scenario, day and money the first screen speaks of."""
    scenario, document = results.base.case.scenario, results.base.document
    year, currency = document["price_year"], document["currency"]
    return Text(
        en=f"Scenario “{scenario.name.en}”: {scenario.description.en} Money in {currency} of {year}.",
        vi=f"Kịch bản “{scenario.name.vi}”: {scenario.description.vi} Tiền tính bằng {currency} giá năm {year}.",
    )
