"""The document of a validation: totals, volumes, shares, prices, distances and screenlines beside what is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from api.documents.frames import frame_table, number_column, text_column
from api.documents.model import Column, Document, Section, Table
from api.documents.stand import stand_of_planned
from api.plan.words import DIRECTIONS
from api.validation import words
from optimizer.results.names import MODE_NAMES, subject_names
from supplychain.text import Text

if TYPE_CHECKING:
    from api.validation.answer import ValidationAnswer

SUBJECTS: Final = (
    ("volume", words.VOLUMES, None, 0),
    ("share", words.SHARES, words.SHARES_NOTE, 1),
    ("price", words.PRICES, words.PRICES_NOTE, 0),
    ("distance", words.DISTANCES, words.DISTANCES_NOTE, 1),
)
"""Subjects of ``known_figures``: heading, note, decimals."""

T_PER_DAY: Final = Text(en="t/day", vi="tấn/ngày")
TEU_PER_DAY: Final = Text(en="TEU/day", vi="TEU/ngày")
A_DAY: Final = Text(en="a day", vi="một ngày")
BAD: Final = ("outside", "no_value")


def validation_document(answer: ValidationAnswer) -> Document:
    """Return the document of a validated plan."""
    region, scenario = answer.planned.case.pack.region.name, answer.planned.case.scenario.name
    found = answer.validation
    figures = tuple(
        Section(title, tables=(_figure_table(answer, subject, title, note, digits),))
        for subject, title, note, digits in SUBJECTS
        if (found.figures["subject"] == subject).any()
    )
    return Document(
        title=words.TITLE.format(region=region, scenario=scenario),
        stand=stand_of_planned(answer.planned, answer.stored),
        sections=(Section(words.CONTROLS, tables=(_control_table(answer),)), *figures, _screenlines(answer)),
        summary=summary(answer),
    )


def summary(answer: ValidationAnswer) -> tuple[Text, ...]:
    """Return the answer in a few sentences; what lies outside its range is named."""
    found = answer.validation
    count = len(found.controls)
    missed = found.missed_controls
    controls = words.CONTROLS_MET.format(count=count)
    if missed:
        controls = words.CONTROLS_MISSED.format(missed=len(missed), count=count, names=", ".join(missed))
    verdicts = found.figures["verdict"]
    outside = found.figures[verdicts.isin(BAD)]
    named = words.NONE_OUTSIDE
    if len(outside):
        names = Text(en="; ".join(outside["name_en"]), vi="; ".join(outside["name_vi"]))
        named = words.OUTSIDE.format(names=names)
    ranged = int(verdicts.isin(("within", *BAD)).sum())
    within = words.WITHIN.format(within=int((verdicts == "within").sum()), ranged=ranged)
    return (controls, within, named, words.ESTIMATED)


def _control_table(answer: ValidationAnswer) -> Table:
    """Return the control totals in words."""
    frame = answer.validation.controls.copy()
    known = subject_names(answer.planned.case.pack)
    for column, everything in (("commodity_id", words.ALL_GOODS), ("market_id", words.ALL_MARKETS)):
        frame[column] = [known.get(one, everything) for one in frame[column]]
    frame["exact"] = [words.EXACT[bool(one)] for one in frame["exact"]]
    frame["difference_percent"] = 100.0 * frame["relative_difference"]
    names = {**DIRECTIONS, **words.UNITS}
    columns = (
        text_column("direction", Text(en="Direction", vi="Chiều")),
        text_column("commodity_id", Text(en="Goods", vi="Nhóm hàng")),
        text_column("market_id", Text(en="Market", vi="Thị trường")),
        text_column("unit", Text(en="Unit", vi="Đơn vị")),
        number_column("control", Text(en="Control", vi="Tổng khống chế")),
        number_column("model", Text(en="Demand", vi="Nhu cầu")),
        number_column("difference_percent", Text(en="Difference", vi="Chênh lệch"), Text(en="%", vi="%"), 7),
        text_column("exact", Text(en="Verdict", vi="Kết luận")),
        text_column("source", Text(en="Source", vi="Nguồn")),
    )
    return frame_table(words.CONTROLS, frame, columns, note=words.CONTROLS_NOTE, names=names)


def _figure_table(answer: ValidationAnswer, subject: str, title: Text, note: Text | None, digits: int) -> Table:
    """Return the figures of one subject beside what is known of them."""
    figures = answer.validation.figures
    frame = figures[figures["subject"] == subject].reset_index(drop=True)
    bad = [place for place, verdict in enumerate(frame["verdict"]) if verdict in BAD]
    columns = (
        text_column("name", Text(en="Figure", vi="Chỉ tiêu")),
        text_column("unit", Text(en="Unit", vi="Đơn vị")),
        number_column("model", Text(en="Model", vi="Mô hình"), digits=digits),
        number_column("known", Text(en="Known", vi="Đã biết"), digits=digits),
        number_column("low", Text(en="Low", vi="Thấp"), digits=digits),
        number_column("high", Text(en="High", vi="Cao"), digits=digits),
        number_column(
            "difference_percent", Text(en="Difference", vi="Chênh lệch"), Text(en="%", vi="%"), 1, look="signed"
        ),
        text_column("verdict", Text(en="Verdict", vi="Kết luận")),
        text_column("confidence", Text(en="Confidence in what is known", vi="Độ tin cậy của số đã biết")),
        text_column("reason", Text(en="What the plan shows", vi="Phương án cho thấy")),
    )
    return frame_table(title, frame, columns, note=note, names={**words.VERDICTS, **words.UNITS}, strong=bad)


def _screenlines(answer: ValidationAnswer) -> Section:
    """Return traffic across screenlines, capacity, counts and the links that cross."""
    found = answer.validation.screenlines
    if found.flows.empty:
        return Section(words.SCREENLINES, paragraphs=(words.NO_SCREENLINES,))
    line_names = {
        line_id: Text(en=name_en, vi=name_vi)
        for line_id, name_en, name_vi in zip(
            found.flows["screenline_id"], found.flows["name_en"], found.flows["name_vi"], strict=True
        )
    }
    names = {**line_names, **MODE_NAMES, **words.UNITS}
    line = text_column("screenline_id", Text(en="Screenline", vi="Mặt cắt"))
    mode = text_column("mode", Text(en="Mode", vi="Phương thức"))
    side = text_column("side", Text(en="Towards", vi="Hướng về"))
    tables = [
        frame_table(
            words.FLOWS,
            found.flows,
            (line, mode, side, *_amounts(), _number("empty_vehicles_per_day", "Empty vehicles", "Xe rỗng", A_DAY)),
            note=words.FLOWS_NOTE,
            names=names,
        ),
        frame_table(
            words.CAPACITIES,
            found.capacities,
            (
                line,
                mode,
                _number("crossings", "Crossings", "Số tuyến cắt"),
                _number("crossings_without_capacity", "without capacity", "không ghi năng lực"),
                text_column("unit", Text(en="Unit", vi="Đơn vị")),
                _number("capacity_per_day", "Capacity", "Năng lực", A_DAY),
                _number("background_per_day", "Background", "Nền", A_DAY),
                _number("plan_per_day", "Plan", "Phương án", A_DAY),
                number_column("use_share", Text(en="In use", vi="Mức sử dụng"), look="share"),
            ),
            note=words.CAPACITIES_NOTE,
            names=names,
        ),
    ]
    if not found.counts.empty:
        tables.append(_count_table(answer, names))
    tables.append(_crossing_table(answer, names))
    paragraphs = (words.NO_COUNTS,) if found.counts.empty else ()
    return Section(words.SCREENLINES, paragraphs=paragraphs, tables=tuple(tables))


def _count_table(answer: ValidationAnswer, names: dict[str, Text]) -> Table:
    return frame_table(
        words.COUNTS,
        answer.validation.screenlines.counts,
        (
            text_column("screenline_id", Text(en="Screenline", vi="Mặt cắt")),
            text_column("mode", Text(en="Mode", vi="Phương thức")),
            text_column("towards", Text(en="Towards", vi="Hướng về")),
            text_column("unit", Text(en="Unit", vi="Đơn vị")),
            _number("counted_per_day", "Counted", "Đếm được", A_DAY),
            _number("background_per_day", "Background", "Nền", A_DAY),
            _number("plan_per_day", "Plan", "Phương án", A_DAY),
            text_column("count_year", Text(en="Year", vi="Năm")),
            text_column("source", Text(en="Source", vi="Nguồn")),
        ),
        note=words.COUNTS_NOTE,
        names=names,
    )


def _crossing_table(answer: ValidationAnswer, names: dict[str, Text]) -> Table:
    found = answer.validation.screenlines
    sides = found.flows.drop_duplicates(["screenline_id", "towards"])
    frame = found.crossings.merge(sides[["screenline_id", "towards", "side_vi", "side_en"]], how="left")
    columns = (
        text_column("screenline_id", Text(en="Screenline", vi="Mặt cắt")),
        text_column("name", Text(en="Link", vi="Tuyến")),
        text_column("row_id", Text(en="Row", vi="Dòng")),
        text_column("side", Text(en="Towards", vi="Hướng về")),
        *_amounts(),
    )
    return frame_table(words.CROSSINGS, frame, columns, names=names, open_rows=30)


def _amounts() -> tuple[Column, ...]:
    return (
        _number("t_per_day", "Freight", "Hàng", T_PER_DAY),
        _number("teu_per_day", "Boxes", "Công-ten-nơ", TEU_PER_DAY),
        _number("laden_vehicles_per_day", "Laden vehicles", "Xe có hàng", A_DAY),
    )


def _number(key: str, en: str, vi: str, unit: Text | None = None) -> Column:
    return number_column(key, Text(en=en, vi=vi), unit)
