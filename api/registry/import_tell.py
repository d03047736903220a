"""What an import tells: counts, changes field by field, probable duplicates, refused rows, what was assumed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from supplychain.rules import shown
from supplychain.text import Text

if TYPE_CHECKING:
    from api.console import Talk
    from supplychain.intake.report import ImportReport
    from supplychain.linkage import Candidate

MOST_TOLD: Final = 20

RECORDS: Final = Text(en="Records", vi="Hồ sơ")
ROWS: Final = Text(en="Rows", vi="Các dòng")
CHANGES: Final = Text(en="Fields that change", vi="Các ô thay đổi")
DUPLICATES: Final = Text(en="Probably the same organisation", vi="Có thể là cùng một tổ chức")
REFUSED: Final = Text(en="Refused rows", vi="Các dòng bị từ chối")
COLUMNS: Final = Text(en="What the columns were taken for", vi="Ý nghĩa đã hiểu của các cột")

WORDS: Final = {
    "table": Text(en="table", vi="bảng"),
    "added": Text(en="added", vi="thêm"),
    "changed": Text(en="changed", vi="sửa"),
    "unchanged": Text(en="unchanged", vi="giữ nguyên"),
    "sheet": Text(en="sheet", vi="trang"),
    "target": Text(en="taken for", vi="nội dung"),
    "rows": Text(en="rows", vi="số dòng"),
    "taken": Text(en="taken over", vi="nhận"),
    "repeated": Text(en="repeated", vi="lặp lại"),
    "refused": Text(en="refused", vi="từ chối"),
    "passed_over": Text(en="sums, headings", vi="tổng, tiêu đề"),
    "record": Text(en="record", vi="hồ sơ"),
    "column": Text(en="column", vi="cột"),
    "before": Text(en="before", vi="trước"),
    "after": Text(en="after", vi="sau"),
    "line": Text(en="line", vi="dòng"),
    "one": Text(en="one", vi="một bên"),
    "other": Text(en="other", vi="bên kia"),
    "probability": Text(en="probability", vi="xác suất"),
    "reason": Text(en="reason", vi="lý do"),
    "field": Text(en="field", vi="trường"),
}
LEFT_OUT: Final = Text(en="left out", vi="bỏ qua")
NONE: Final = Text(en="no table", vi="không bảng nào")
MORE: Final = Text(en="… and {count} more; --json gives all.", vi="… và {count} mục nữa; --json cho tất cả.")
DONE: Final = Text(
    en="{file}: {added} records added, {changed} changed, {unchanged} unchanged; {refused} rows refused. "
    "Change number {number}; `hinterland registry undo {number}` takes it back.",
    vi="{file}: thêm {added} hồ sơ, sửa {changed}, giữ nguyên {unchanged}; từ chối {refused} dòng. "
    "Thay đổi số {number}; hoàn lại bằng `hinterland registry undo {number}`.",
)
NOTHING: Final = Text(
    en="{file}: nothing new; {unchanged} records are as the file says, {refused} rows were refused. No change made.",
    vi="{file}: không có gì mới; {unchanged} hồ sơ đã đúng như tệp, từ chối {refused} dòng. Không có thay đổi nào.",
)
WOULD: Final = Text(
    en="{file}: would add {added} records, change {changed}, leave {unchanged}; would refuse {refused} rows. "
    "Nothing was written.",
    vi="{file}: sẽ thêm {added} hồ sơ, sửa {changed}, giữ nguyên {unchanged}; sẽ từ chối {refused} dòng. Chưa ghi gì.",
)
RESUMED: Final = Text(
    en="Went on with an interrupted import: {rows} rows had been staged already.",
    vi="Tiếp tục lần nhập bị ngắt: {rows} dòng đã được chuẩn bị từ trước.",
)
ANNOTATED: Final = Text(
    en="The refused rows are in {out}, faulty cells marked. Correct and import it: the rest is not repeated.",
    vi="Các dòng bị từ chối nằm trong {out}, ô sai được đánh dấu. Hãy sửa rồi nhập tệp đó: phần đã nhập không lặp lại.",
)


def tell_report(report: ImportReport, annotated: Path | None, talk: Talk) -> None:
    """Tell a person or a program what an import did or would do."""
    _tell_columns(report, talk)
    _tell_rows(report, talk)
    _tell_changes(report, talk)
    _tell_duplicates(report, talk)
    _tell_refused(report, talk)
    for text in dict.fromkeys(report.findings):
        talk.say(Text(en=f"- {text.en}", vi=f"- {text.vi}"))
    if report.resumed_rows:
        talk.say(RESUMED.format(rows=report.resumed_rows))
    sentence = WOULD if report.dry_run else NOTHING if report.number is None else DONE
    words = {"file": report.file.name, "added": report.added, "changed": report.changed, "number": report.number}
    talk.say(sentence.format(**words, unchanged=report.unchanged, refused=len(report.refused)))
    if annotated is not None:
        talk.say(ANNOTATED.format(out=annotated))
    talk.answer(document(report, annotated))


def _columns(*names: str) -> list[Text]:
    return [WORDS[name] for name in names]


def _tell_columns(report: ImportReport, talk: Talk) -> None:
    if not report.dry_run:
        return
    rows = [
        [sheet, shown(column), field or LEFT_OUT.of(talk.language)]
        for sheet, columns in report.columns.items()
        for column, field in columns.items()
    ]
    talk.table(COLUMNS, _columns("sheet", "column", "field"), rows)


def _tell_rows(report: ImportReport, talk: Talk) -> None:
    rows = [
        [one.sheet, one.target or NONE.of(talk.language)]
        + [str(value) for value in (one.rows, one.taken, one.repeated, one.refused, one.passed_over)]
        for one in report.sheets
    ]
    talk.table(ROWS, _columns("sheet", "target", "rows", "taken", "repeated", "refused", "passed_over"), rows)
    counts = [
        [table, str(one.added), str(one.changed), str(one.unchanged)] for table, one in sorted(report.tables.items())
    ]
    if counts:
        talk.table(RECORDS, _columns("table", "added", "changed", "unchanged"), counts)


def _tell_changes(report: ImportReport, talk: Talk) -> None:
    if not report.changes:
        return
    rows = [
        [f"{one.table} {one.record_id}", one.column, _value(one.before), _value(one.after), str(one.line)]
        for one in report.changes[:MOST_TOLD]
    ]
    talk.table(CHANGES, _columns("record", "column", "before", "after", "line"), rows)
    _tell_more(report.change_count - len(rows), talk)


def _tell_duplicates(report: ImportReport, talk: Talk) -> None:
    if not report.duplicates:
        return
    rows = [
        [
            f"{shown(one.a.name)} ({one.a.party_id})",
            f"{shown(one.b.name)} ({one.b.party_id})",
            f"{one.comparison.probability:.2f}",
            _reason(one).of(talk.language),
        ]
        for one in report.duplicates[:MOST_TOLD]
    ]
    talk.table(DUPLICATES, _columns("one", "other", "probability", "reason"), rows)
    _tell_more(len(report.duplicates) - len(rows), talk)


def _tell_refused(report: ImportReport, talk: Talk) -> None:
    if not report.refused:
        return
    rows = [
        [f"{row.sheet}:{row.line}", shown(fault.column or ""), fault.text.of(talk.language)]
        for row in report.refused[:MOST_TOLD]
        for fault in row.faults
    ]
    talk.table(REFUSED, _columns("line", "column", "reason"), rows)
    _tell_more(len(report.refused) - MOST_TOLD, talk)


def _tell_more(count: int, talk: Talk) -> None:
    if count > 0:
        talk.say(MORE.format(count=count))


def _value(value: object) -> str:
    return "" if value is None else shown(value)


def _reason(candidate: Candidate) -> Text:
    features = [feature.reason for feature in candidate.comparison.features[:2]]
    return Text(en="; ".join(text.en for text in features), vi="; ".join(text.vi for text in features))


def document(report: ImportReport, annotated: Path | None) -> dict[str, Any]:
    """Return an import as JSON."""
    return {
        "file": str(report.file),
        "sha256": report.sha256,
        "dry_run": report.dry_run,
        "change": report.number,
        "source_id": report.source_id,
        "added": report.added,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "resumed_rows": report.resumed_rows,
        "tables": {
            table: {"added": one.added, "changed": one.changed, "unchanged": one.unchanged}
            for table, one in report.tables.items()
        },
        "sheets": [
            {
                "sheet": one.sheet,
                "table": one.target,
                "rows": one.rows,
                "taken": one.taken,
                "repeated": one.repeated,
                "refused": one.refused,
                "passed_over": one.passed_over,
            }
            for one in report.sheets
        ],
        "columns": {sheet: dict(columns) for sheet, columns in report.columns.items()},
        "changes": [
            {
                "table": one.table,
                "record_id": one.record_id,
                "column": one.column,
                "before": one.before,
                "after": one.after,
                "sheet": one.sheet,
                "line": one.line,
            }
            for one in report.changes
        ],
        "change_count": report.change_count,
        "duplicates": [_pair(one) for one in report.duplicates],
        "refused": [
            {
                "sheet": row.sheet,
                "line": row.line,
                "faults": [{"column": one.column, "en": one.text.en, "vi": one.text.vi} for one in row.faults],
            }
            for row in report.refused
        ],
        "refused_file": str(annotated) if annotated is not None else None,
        "findings": [{"en": text.en, "vi": text.vi} for text in dict.fromkeys(report.findings)],
    }


def _pair(candidate: Candidate) -> dict[str, Any]:
    return {
        "a": candidate.a.party_id,
        "b": candidate.b.party_id,
        "in_registry": candidate.in_registry,
        "probability": candidate.comparison.probability,
        "decision": candidate.comparison.decision,
        "reasons": [
            {"feature": one.name, "weight": one.weight, "en": one.reason.en, "vi": one.reason.vi}
            for one in candidate.comparison.features
        ],
    }
