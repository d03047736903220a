"""Chapters of the report: which tables, in which order, with which words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.numbers import number, percent, signed
from api.report import selections, words
from api.report.tables import Cell, Table, simple_table, table
from supplychain.text import Text

if TYPE_CHECKING:
    from api.results import Outcome, Results


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter of the report.

    Parameters
    ----------
    anchor
        Id in the page.
    title
        Heading.
    paragraphs
        Sentences before the tables.
    tables
        Its tables.
    """

    anchor: str
    title: Text
    paragraphs: tuple[Text, ...]
    tables: tuple[Table, ...]


def chapters_of(results: Results) -> tuple[Chapter, ...]:
    """Return the chapters of a base plan and its what-ifs."""
    return (
        _scenarios(results),
        _flows(results),
        _bottlenecks(results),
        _unserved(results),
        _known(results),
        _assumptions(results),
        _sources(results),
    )


def _scenarios(results: Results) -> Chapter:
    paragraphs = tuple(
        Text(
            en=f"{results.outcome(scenario_id).case.scenario.name.en}: {comparison.explanation.en}",
            vi=f"{results.outcome(scenario_id).case.scenario.name.vi}: {comparison.explanation.vi}",
        )
        for scenario_id, comparison in results.comparisons.items()
    )
    headings = [Text(en="Per working day", vi="Mỗi ngày làm việc")]
    headings += [outcome.case.scenario.name for outcome in results.outcomes]
    rows = [
        _compared(
            results,
            Text(en="Moved, t", vi="Được chuyên chở, tấn"),
            lambda o: o.indicators.totals["t_per_day"],
        ),
        _compared(
            results,
            Text(en="Unserved, t", vi="Không phục vụ được, tấn"),
            lambda o: o.indicators.totals["unserved_t_per_day"],
        ),
        _compared(
            results,
            Text(en="Price of the inland part, million VND", vi="Giá phần nội địa, triệu đồng"),
            lambda o: o.indicators.totals["inland_cost_per_day"] / selections.MILLION,
        ),
        _compared(
            results,
            Text(en="Resource cost of the inland part, million VND", vi="Chi phí nguồn lực nội địa, triệu đồng"),
            lambda o: o.indicators.totals["inland_resource_cost_per_day"] / selections.MILLION,
        ),
        _compared(
            results,
            Text(
                en="Generalised cost to market, million VND",
                vi="Chi phí tổng quát đến thị trường, triệu đồng",
            ),
            lambda o: o.plan.objective / selections.MILLION,
        ),
        _compared(
            results,
            Text(en="Inland CO2e, t", vi="CO2e nội địa, tấn"),
            lambda o: o.indicators.totals["inland_emissions_kg_co2e_per_day"] / selections.THOUSAND,
        ),
        *(
            _compared_share(results, label, key)
            for label, key in (
                (Text(en="TEU by HCMC ports", vi="TEU qua cảng TP.HCM"), "gateway_share_hcmc_ports"),
                (Text(en="TEU by Cái Mép", vi="TEU qua Cái Mép"), "gateway_share_cai_mep"),
                (Text(en="TEU by other gateways", vi="TEU qua cửa ngõ khác"), "gateway_share_other"),
                (
                    Text(en="Boxes reaching Cái Mép by barge", vi="Container đến Cái Mép bằng sà lan"),
                    "barge_share_cai_mep",
                ),
                (
                    Text(en="Road share of inland t·km", vi="Tỷ lệ đường bộ theo tấn·km nội địa"),
                    "mode_share_tkm_road",
                ),
                (
                    Text(en="Rail share of inland t·km", vi="Tỷ lệ đường sắt theo tấn·km nội địa"),
                    "mode_share_tkm_rail",
                ),
                (
                    Text(en="Waterway share of inland t·km", vi="Tỷ lệ đường thủy theo tấn·km nội địa"),
                    "mode_share_tkm_inland_waterway",
                ),
            )
        ),
        [
            Cell(Text(en="Proven gap", vi="Sai lệch chứng minh")),
            *(Cell(Text(en=f"{o.plan.gap:.0e}", vi=f"{o.plan.gap:.0e}"), is_number=True) for o in results.outcomes),
        ],
    ]
    compared = simple_table("scenario-table", Text(en="Side by side", vi="So sánh"), headings, rows)
    return Chapter(
        "scenarios", Text(en="Base and what-ifs", vi="Phương án nền và các kịch bản"), paragraphs, (compared,)
    )


def _compared(results: Results, label: Text, value: Callable[[Outcome], float]) -> list[Cell]:
    """Return one row: the base's figure, then each what-if's with its difference."""
    base = value(results.base)
    cells = [Cell(label), Cell(number(base), is_number=True)]
    for outcome in results.outcomes[1:]:
        figure, change = number(value(outcome)), signed(value(outcome) - base)
        cells.append(Cell(Text(en=f"{figure.en} ({change.en})", vi=f"{figure.vi} ({change.vi})"), is_number=True))
    return cells


def _compared_share(results: Results, label: Text, key: str) -> list[Cell]:
    base = results.base.indicators.totals[key]
    cells = [Cell(label), Cell(percent(base), is_number=True)]
    for outcome in results.outcomes[1:]:
        share_of = outcome.indicators.totals[key]
        figure, change = percent(share_of), signed(100.0 * (share_of - base), 1)
        cells.append(Cell(Text(en=f"{figure.en} ({change.en})", vi=f"{figure.vi} ({change.vi})"), is_number=True))
    return cells


def _flows(results: Results) -> Chapter:
    found = results.base.indicators
    busy = found.by_terminal[
        (found.by_terminal["throughput_teu_per_day"] > 0) | (found.by_terminal["throughput_t_per_day"] > 0)
    ].sort_values("throughput_teu_per_day", ascending=False)
    parks = found.by_park.sort_values("t_out_per_day", ascending=False)
    return Chapter(
        "flows",
        Text(en="Flows of the base plan", vi="Luồng hàng của phương án nền"),
        (words.FLOW_NOTE,),
        (
            table("modes", Text(en="By mode", vi="Theo phương thức"), found.by_mode, selections.MODE_COLUMNS),
            table(
                "gateways",
                Text(en="By gateway", vi="Theo cửa ngõ"),
                found.by_gateway,
                selections.GATEWAY_COLUMNS,
                note=words.GATEWAY_NOTE,
            ),
            table("terminals", Text(en="By terminal", vi="Theo bến"), busy, selections.TERMINAL_COLUMNS),
            table(
                "parks",
                Text(en="By park and zone", vi="Theo khu công nghiệp và vùng"),
                parks,
                selections.PARK_COLUMNS,
            ),
            table(
                "commodities",
                Text(en="By commodity", vi="Theo mặt hàng"),
                found.by_commodity,
                selections.COMMODITY_COLUMNS,
            ),
            table(
                "markets",
                Text(en="By market", vi="Theo thị trường"),
                found.by_market,
                selections.MARKET_COLUMNS,
            ),
        ),
    )


def _bottlenecks(results: Results) -> Chapter:
    frame = results.base.indicators.bottlenecks.sort_values(["shadow_price", "utilisation"], ascending=False)
    return Chapter(
        "bottlenecks",
        Text(en="Bottlenecks", vi="Điểm nghẽn"),
        (words.BOTTLENECK_NOTE,),
        (
            table(
                "capacities",
                Text(en="Capacities of the base plan", vi="Năng lực trong phương án nền"),
                frame,
                selections.BOTTLENECK_COLUMNS,
                most=40,
            ),
        ),
    )


def _unserved(results: Results) -> Chapter:
    tables = tuple(
        table(
            f"unserved-{outcome.case.scenario.scenario_id}",
            outcome.case.scenario.name,
            outcome.unserved.sort_values("unserved_t_per_day", ascending=False),
            selections.UNSERVED_COLUMNS,
            most=25,
        )
        for outcome in results.outcomes
    )
    return Chapter(
        "unserved", Text(en="Unserved freight", vi="Hàng không phục vụ được"), (words.UNSERVED_NOTE,), tables
    )


def _known(results: Results) -> Chapter:
    return Chapter(
        "known",
        Text(en="Against known figures", vi="So với số liệu đã biết"),
        (),
        (
            table(
                "known-figures",
                Text(en="The base run beside known figures", vi="Kết quả nền bên số liệu đã biết"),
                results.known,
                selections.KNOWN_COLUMNS,
            ),
            table(
                "calibrated",
                Text(en="The plan beside a calibrated split", vi="Phương án bên phân chia hiệu chỉnh"),
                results.calibrated,
                selections.CALIBRATED_COLUMNS,
                note=words.CALIBRATED_NOTE,
            ),
        ),
    )


def _assumptions(results: Results) -> Chapter:
    return Chapter(
        "assumptions",
        Text(en="Assumptions", vi="Giả định"),
        (words.SWING_NOTE,),
        (
            table(
                "swings",
                Text(en="Ranked by how far the answer swings", vi="Xếp theo mức làm thay đổi kết quả"),
                results.swings,
                selections.SWING_COLUMNS,
            ),
            table(
                "assumption-list",
                Text(en="Why, and what would replace them", vi="Lý do và dữ liệu sẽ thay thế"),
                results.pack.table("assumptions"),
                selections.ASSUMPTION_COLUMNS,
            ),
        ),
    )


def _sources(results: Results) -> Chapter:
    return Chapter(
        "sources",
        Text(en="Sources", vi="Nguồn"),
        (),
        (
            table(
                "source-list",
                Text(en="Data sources", vi="Nguồn dữ liệu"),
                results.pack.table("sources"),
                selections.SOURCE_COLUMNS,
            ),
        ),
    )
