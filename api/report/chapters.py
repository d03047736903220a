"""Chapters of the report: which tables, in which order, with which words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from api.report import selections, words
from api.report.names import names_by_id
from api.report.tables import Cell, Table, table
from api.totals import COMPARED, Total, status_text
from supplychain.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from api.results import Results

FIRST_ROWS: Final = 12
LAST_ROWS: Final = 5
"""Rows of long tables that are shown at once; the rest on demand."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One term and what is said of it.

    Parameters
    ----------
    term
        What it is about.
    text
        What is said.
    """

    term: Text
    text: Text


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
    entries
        A list of terms and what is said of them, before the tables.
    """

    anchor: str
    title: Text
    paragraphs: tuple[Text, ...]
    tables: tuple[Table, ...]
    entries: tuple[Entry, ...] = ()


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
    headings = (Text(en="A working day", vi="Một ngày làm việc"), *(one.case.scenario.name for one in results.outcomes))
    rows = [_compared(results, total) for total in COMPARED]
    status = (status_text(one.plan.status, one.plan.gap) for one in results.outcomes)
    rows.append((Cell(words.STATUS), *(Cell(text) for text in status)))
    title = Text(en="Side by side", vi="So sánh")
    compared = Table("scenario-table", title, words.COMPARED_NOTE, headings, tuple(rows))
    return Chapter(
        "scenarios",
        Text(en="Base and what-ifs", vi="Phương án nền và các kịch bản"),
        (),
        (compared,),
        tuple(
            Entry(results.outcome(scenario_id).case.scenario.name, comparison.explanation)
            for scenario_id, comparison in results.comparisons.items()
        ),
    )


def _compared(results: Results, total: Total) -> tuple[Cell, ...]:
    """Return one row: the base's figure, then each what-if's with its difference below."""
    base = results.base.indicators.totals
    cells = [Cell(total.label), Cell(total.figure(base), is_number=True)]
    for outcome in results.outcomes[1:]:
        totals = outcome.indicators.totals
        cells.append(Cell(total.figure(totals), is_number=True, below=total.change(base, totals)))
    return tuple(cells)


def _without_empty(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows in which anything is moved."""
    return frame[frame.select_dtypes("number").abs().sum(axis=1) > 0]


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
            table(
                "modes",
                Text(en="By mode", vi="Theo phương thức"),
                _without_empty(found.by_mode),
                selections.MODE_COLUMNS,
            ),
            table(
                "gateways",
                Text(en="By gateway", vi="Theo cửa ngõ"),
                found.by_gateway,
                selections.GATEWAY_COLUMNS,
                note=words.GATEWAY_NOTE,
            ),
            table(
                "terminals",
                Text(en="By terminal", vi="Theo bến"),
                busy,
                selections.TERMINAL_COLUMNS,
                open_rows=FIRST_ROWS,
            ),
            table(
                "parks",
                Text(en="By park and zone", vi="Theo khu công nghiệp và vùng"),
                parks,
                selections.PARK_COLUMNS,
                open_rows=FIRST_ROWS,
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
    frame = results.base.indicators.bottlenecks
    frame = frame.assign(worth_per_day=frame["shadow_price"] * frame["used_per_day"])
    return Chapter(
        "bottlenecks",
        Text(en="Bottlenecks", vi="Điểm nghẽn"),
        (words.BOTTLENECK_NOTE,),
        (
            table(
                "capacities",
                Text(en="Capacities that are full in the base plan", vi="Năng lực đã dùng hết trong phương án nền"),
                frame.sort_values(["worth_per_day", "utilisation"], ascending=False),
                selections.BOTTLENECK_COLUMNS,
                open_rows=FIRST_ROWS,
            ),
        ),
    )


def _unserved(results: Results) -> Chapter:
    columns = selections.unserved_columns(names_by_id(results.pack))
    left = [outcome for outcome in results.outcomes if len(outcome.unserved)]
    tables = tuple(
        table(
            f"unserved-{outcome.case.scenario.scenario_id}",
            outcome.case.scenario.name,
            outcome.unserved.sort_values("unserved_t_per_day", ascending=False),
            columns,
            open_rows=FIRST_ROWS,
        )
        for outcome in left
    )
    note = words.UNSERVED_NOTE if left else words.NOTHING_UNSERVED
    return Chapter("unserved", Text(en="Unserved freight", vi="Hàng không phục vụ được"), (note,), tables)


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
                open_rows=FIRST_ROWS,
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
                open_rows=FIRST_ROWS,
            ),
            table(
                "assumption-list",
                Text(en="Why, and what would replace them", vi="Lý do và dữ liệu sẽ thay thế"),
                results.pack.table("assumptions"),
                selections.ASSUMPTION_COLUMNS,
                note=words.REASONING_NOTE,
                open_rows=LAST_ROWS,
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
                open_rows=LAST_ROWS,
            ),
        ),
    )
