"""A file into the registry: planned in portions, staged in short transactions, made visible by one commit."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any, Final, NoReturn

from sqlalchemy import Engine

from supplychain.database import clear_errors
from supplychain.errors import Finding, FindingsError, HinterlandError
from supplychain.intake import staged
from supplychain.intake.files import ReadOptions, TableFile, open_table_file
from supplychain.intake.ids import source_id
from supplychain.intake.known import Known
from supplychain.intake.options import ImportOptions
from supplychain.intake.plan import Planner
from supplychain.intake.planned import PlannedRow
from supplychain.intake.report import Fault, ImportReport, RefusedRow, SheetCounts
from supplychain.intake.rows import SheetPlan, SheetRows
from supplychain.intake.sheet_plans import in_order, plan_sheets, suggested_mapping
from supplychain.intake.values.positions import Bounds
from supplychain.registry.changes import abandon_change, commit_change, stage_edits
from supplychain.registry.history import current_number
from supplychain.registry.values import Change, Edit, Origin
from supplychain.text import Text

Progress = Callable[[str, int], None]
"""Told the sheet and the rows dealt with so far."""

NOT_STATED: Final = Text(en="not stated", vi="không nêu")
NO_SOURCE: Final = Text(
    en="The registry has no source '{source}'. Write one of its sources, or leave --source out: the file then becomes "
    "one.",
    vi="Sổ đăng ký không có nguồn '{source}'. Hãy ghi nguồn có sẵn, hoặc bỏ --source để tệp tự thành một nguồn.",
)
LICENCE_NOT_STATED: Final = Text(
    en="Publisher or licence of the file was not given; its source says 'not stated'. Give them with --publisher and "
    "--licence.",
    vi="Không nêu đơn vị công bố hoặc giấy phép của tệp; nguồn được ghi là 'not stated'. Hãy nêu bằng --publisher và "
    "--licence.",
)
KIND_NOT_STATED: Final = Text(
    en="What kind of source the file is was not given: company was taken (--source-kind).",
    vi="Không nêu loại nguồn của tệp: lấy là company (--source-kind).",
)
STARTED_AGAIN: Final = Text(
    en="An earlier import of this file had been interrupted, but the registry or the options have changed since: it "
    "was begun anew.",
    vi="Lần nhập trước của tệp này bị ngắt, nhưng sổ đăng ký hoặc tùy chọn đã thay đổi nên nhập lại từ đầu.",
)
EMPTY_FOLDER: Final = Text(
    en="There is no file in the folder {folder}. Name a file, or a folder that `hinterland registry export` wrote.",
    vi="Thư mục {folder} không có tệp nào. Hãy ghi một tệp, hoặc thư mục do `hinterland registry export` ghi ra.",
)
SOURCE_REFUSED: Final = Text(
    en="What is said of the file as a source cannot be kept; nothing was imported.",
    vi="Không lưu được thông tin về tệp với tư cách nguồn; chưa nhập gì.",
)
OTHERS_MEANWHILE: Final = Text(
    en="Others wrote the same records while the file was read: in the end {added} were added and {changed} changed.",
    vi="Trong lúc đọc tệp đã có người khác ghi cùng các hồ sơ này: cuối cùng thêm {added} và sửa {changed} hồ sơ.",
)
TIMES: Final = Text(en="{text} ({count} rows)", vi="{text} ({count} dòng)")


def import_file(
    engine: Engine, path: Path, options: ImportOptions, progress: Progress = lambda _sheet, _rows: None
) -> ImportReport:
    """Import a file, or say what importing it would do, and return what came of it.

    Rows that cannot be taken over are refused one by one, the rest is imported. What is staged becomes visible by one
    commit at the end; until then nobody sees anything of it. An import that was killed goes on where it stood when it
    is started again with the same file and options.

    Parameters
    ----------
    engine
        Database, brought up to date.
    path
        The file, or a folder of files with a table each.
    options
        What the person says.
    progress
        Told how far it is.

    Raises
    ------
    FileError
        If the file cannot be read as tables.
    HinterlandError
        If its columns or source are not understood.
    DatabaseTroubleError
        If the database cannot be read or written.
    """
    report, change_id = stage_file(engine, path, options, progress)
    if change_id is not None:
        began = monotonic()
        change = commit_change(engine, change_id)
        report.commit_s = monotonic() - began
        tell_commit(report, change, options)
    return report


def stage_file(
    engine: Engine, path: Path, options: ImportOptions, progress: Progress = lambda _sheet, _rows: None
) -> tuple[ImportReport, int | None]:
    """Stage a file and return what committing it will do, and the change to commit; None where there is nothing to.

    The parameters and errors are those of ``import_file``, which commits as well. In a dry run nothing is staged.
    """
    files = open_files(path, options)
    sha256 = digest_of(path)
    report = ImportReport(path, sha256, options.dry_run)
    plans = _plans(files, options, report)
    job = _Job(engine, path, options, report, progress)
    change_id = job.run(plans)
    for file in files:
        report.findings.extend(finding.to_finding(file.path.name).text for finding in file.findings)
    return report, change_id


def tell_commit(report: ImportReport, change: Change, options: ImportOptions) -> None:
    """Note in a report what came of the commit of its change."""
    report.number = change.number
    own = 0 if options.source.source_id else 1  # the source that the file is
    if change.number is None or change.added - own != report.added:
        added = max(change.added - own, 0)
        report.findings.append(OTHERS_MEANWHILE.format(added=added, changed=change.changed))
    report.findings.extend(change.notes)


def _plans(files: Sequence[TableFile], options: ImportOptions, report: ImportReport) -> list[SheetPlan]:
    plans: list[SheetPlan] = []
    for file in files:
        mapping = options.mapping or suggested_mapping(file, options.target)
        own = plan_sheets(file, mapping, options)
        for plan in own:
            report.columns[plan.sheet.name] = {one.column: one.field for one in plan.mapping.columns}
        skipped = {sheet.name for sheet in file.sheets} - {plan.sheet.name for plan in own}
        report.sheets.extend(SheetCounts(name, None) for name in sorted(skipped))
        plans.extend(own)
    return in_order(plans)


def open_files(path: Path, options: ImportOptions) -> list[TableFile]:
    """Return the file, or the files of a folder by name, opened."""
    paths = _files_of(path) if path.is_dir() else [path]
    read = _read_options(options)
    return [open_table_file(one, read) for one in paths]


def _read_options(options: ImportOptions) -> ReadOptions:
    """Return how files are read: as the person says of this import, else as the mapping says."""
    read, mapping = options.read or ReadOptions(), options.mapping
    if mapping is None:
        return read
    lines = {one.sheet: one.header_line for one in mapping.sheets if one.header_line is not None}
    return ReadOptions(
        read.encoding or mapping.encoding, read.delimiter or mapping.delimiter, {**lines, **read.header_lines}
    )


def _files_of(folder: Path) -> list[Path]:
    """Return the files of a folder by name, without those that systems and open programs hide in it."""
    found = sorted(one for one in folder.iterdir() if one.is_file() and not one.name.startswith((".", "~$")))
    if not found:
        raise HinterlandError(EMPTY_FOLDER.format(folder=folder))
    return found


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, or of the names and contents of a folder's files."""
    digest = hashlib.sha256()
    if not path.is_dir():
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    for one in _files_of(path):
        digest.update(f"{one.name}\0{digest_of(one)}\0".encode())
    return digest.hexdigest()


class _Job:
    """One import on its way."""

    def __init__(
        self, engine: Engine, path: Path, options: ImportOptions, report: ImportReport, progress: Progress
    ) -> None:
        self._engine, self._path, self._options = engine, path, options
        self._report, self._progress = report, progress
        self._change_id: int | None = None
        self._marker: staged.Marker | None = None
        self._resumed = 0
        self._portion = 0
        self._rows = 0
        self._notes: Counter[Text] = Counter()
        self._bounds: Bounds | None = None
        self._own_faults: dict[Fault, Fault] = {}

    def run(self, plans: Sequence[SheetPlan]) -> int | None:
        """Plan every sheet, stage it unless it is a dry run, and return the change under way."""
        with clear_errors(self._engine), self._engine.connect() as connection:
            known = Known(connection)
            source = self._source(known)
            number = current_number(connection)
            self._bounds = known.bounds()
        origin = Origin(source.record_id, self._taken_at())
        self._report.source_id = source.record_id
        if not self._options.dry_run:
            self._go_on(plans, number)
        planner = Planner(known, self._options, origin, self._report)
        for plan in plans:
            self._run_sheet(plan, planner, known, source)
        if self._options.find_duplicates:
            self._compare()
        self._tell(planner.told)
        return self._change_id

    def _run_sheet(self, plan: SheetPlan, planner: Planner, known: Known, source: Edit) -> None:
        counts = SheetCounts(plan.sheet.name, plan.target)
        self._report.sheets.append(counts)
        sheet = SheetRows(plan, self._bounds)

        def pass_over() -> None:
            counts.passed_over += 1

        for rows in sheet.portions(self._options.chunk_rows, pass_over):
            with clear_errors(self._engine), self._engine.connect() as connection:
                known.use(connection)
                planned = planner.plan(rows)
            counts.rows += len(rows)
            self._rows += len(rows)
            self._take(plan, counts, planned, source)
            self._progress(plan.sheet.name, self._rows)
        with clear_errors(self._engine), self._engine.connect() as connection:
            known.use(connection)
            planned = planner.finish()
        self._take(plan, counts, planned, source)
        self._notes.update(sheet.notes)

    def _take(self, plan: SheetPlan, counts: SheetCounts, planned: Iterable[PlannedRow], source: Edit) -> None:
        edits: list[Edit] = []
        rows: dict[int, PlannedRow] = {}
        for row in planned:
            if row.faults:
                self._refuse(plan, counts, row.line, row.faults)
                continue
            counts.repeated += row.repeated
            counts.taken += not row.repeated
            edits.extend(row.edits)
            rows.update((id(edit), row) for edit in row.edits)
        self._portion += 1
        if not edits or self._options.dry_run or self._portion <= self._resumed:
            return

        def refused(edit: Edit, findings: Sequence[Finding]) -> None:
            if id(edit) not in rows:
                self._refuse_source(findings)
            row = rows[id(edit)]
            counts.taken -= 1
            self._refuse(plan, counts, row.line, [(finding.column, finding.text) for finding in findings])

        self._stage(edits, source, refused)

    def _refuse(
        self, plan: SheetPlan, counts: SheetCounts, line: int, faults: Iterable[tuple[str | None, Text]]
    ) -> None:
        counts.refused += 1
        found = []
        for name, text in faults:
            cell, header = plan.cell_of(name)
            fault = Fault(text, cell, header)
            found.append(self._own_faults.setdefault(fault, fault))  # a million like rows share one fault
        self._report.refused.append(RefusedRow(plan.sheet.name, line, tuple(dict.fromkeys(found))))

    def _refuse_source(self, findings: Sequence[Finding]) -> NoReturn:
        """Take back what was begun: nothing can be imported from a file that cannot be a source.

        Raises
        ------
        FindingsError
            Always, with what is wrong.
        """
        if self._change_id is not None:
            abandon_change(self._engine, self._change_id)
        raise FindingsError(SOURCE_REFUSED, findings)

    def _source(self, known: Known) -> Edit:
        """Return the source that the file is, as an edit that adds it; without values where it is named."""
        given = self._options.source
        if given.source_id is not None:
            if not known.has("sources", given.source_id):
                raise HinterlandError(NO_SOURCE.format(source=given.source_id))
            return Edit("sources", given.source_id, {})
        values: dict[str, Any] = {
            "title": self._path.name,
            "publisher": given.publisher or NOT_STATED.en,
            "licence": given.licence or NOT_STATED.en,
            "kind": given.kind or "company",
            "year": int(self._taken_at()[:4]),
            "reference": f"{self._path.name}, SHA-256 {self._report.sha256}",
        }
        if given.publisher is None or given.licence is None:
            self._report.findings.append(LICENCE_NOT_STATED)
        if given.kind is None:
            self._report.findings.append(KIND_NOT_STATED)
        return Edit("sources", source_id(self._report.sha256), values)

    def _taken_at(self) -> str:
        at = self._options.source.at
        if at is None:
            at = datetime.fromtimestamp(self._path.stat().st_mtime, UTC)
        return at.astimezone(UTC).isoformat(timespec="seconds")

    def _go_on(self, plans: Sequence[SheetPlan], number: int) -> None:
        """Take over what an interrupted import of the same file staged on the same registry."""
        digest, run = _plan_digest(plans, self._options, number), self._options.run
        for change_id in staged.left_behind(self._engine, self._report.sha256, digest, run):
            abandon_change(self._engine, change_id)
            self._report.findings.append(STARTED_AGAIN)
        found = staged.take_over(self._engine, self._report.sha256, digest, run)
        if found is None:
            self._marker = staged.own_marker(digest, run)
            return
        unfinished, self._marker = found
        self._change_id = unfinished.change_id
        self._resumed, self._report.resumed_rows = self._marker.portion, self._marker.rows

    def _stage(self, edits: Sequence[Edit], source: Edit, refused: Callable[[Edit, Sequence[Finding]], None]) -> None:
        marker = self._marker
        if marker is None:
            msg = "rows are staged after _go_on."
            raise RuntimeError(msg)
        if self._change_id is None:
            described = {
                "kind": "import",
                "author": self._options.author,
                "source_id": source.record_id,
                "file_name": self._path.name,
                "file_sha256": self._report.sha256,
            }
            self._change_id = staged.begin(self._engine, described, marker)
        if source.values and marker.portion == 0:  # also where an import was stopped before anything was staged
            edits = [source, *edits]
        self._marker = marker.moved(self._portion, self._rows)
        stage_edits(self._engine, self._change_id, edits, marker=self._marker.to_text(), on_refused=refused)

    def _compare(self) -> None:
        from supplychain.intake.duplicates import compare_new  # noqa: PLC0415 - loads the matcher

        with clear_errors(self._engine), self._engine.connect() as connection:
            compare_new(connection, self._report, synthetic=self._options.synthetic)

    def _tell(self, told: Counter[Text]) -> None:
        order = {counts.sheet: place for place, counts in enumerate(self._report.sheets)}
        self._report.refused.sort(key=lambda row: (order[row.sheet], row.line))
        for text, count in (told + self._notes).items():
            self._report.findings.append(
                Text(en=TIMES.en.format(text=text.en, count=count), vi=TIMES.vi.format(text=text.vi, count=count))
            )


def _plan_digest(plans: Sequence[SheetPlan], options: ImportOptions, number: int) -> str:
    """Return the digest of everything the edits depend on beside the file."""
    said = asdict(replace(options, mapping=None, read=_read_options(options)))
    columns = [(plan.sheet.name, plan.target, repr(plan.mapping)) for plan in plans]
    text = json.dumps([number, columns, {**said, "author": "", "run": ""}], default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
