"""What ``hinterland solve`` does: a folder of CSV files read, planned, checked and answered in CSV files."""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

import optimizer.folder
from api.console import Steps, Talk
from api.exports.tables import write_csv_tables
from api.folder_target import FolderTarget, read_target
from api.numbers import scientific
from api.refusal import refuse_violations
from api.solve_answer import solve_document, tell_solved, write_document
from api.stop import STOP, StoppedError
from optimizer.check import check_plan
from optimizer.flow.options import Progress, SolveOptions
from optimizer.flow.solve import solve
from optimizer.folder.answer import answer_tables
from optimizer.folder.build import build_folder_problem
from optimizer.folder.columns import TABLES
from supplychain.errors import HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    from optimizer.flow.plan import Plan
    from optimizer.folder.case import FolderCase

QUIET_S: Final = 2.0
"""Seconds between two lines of progress, and before the first."""

MOST_NOTES: Final = 20
"""Notes told one by one; all are in plan.json."""

PLAN_FILE: Final = "plan.json"
RESULTS: Final = "results"
INPUT_ONLY: Final = (
    "nodes.csv",
    "demands.csv",
    "modes.csv",
    "classes.csv",
    "settings.csv",
    "periods.csv",
    "link_classes.csv",
    "capacity_links.csv",
    "link_periods.csv",
)
"""Files of a problem that no result has the name of."""

EXAMPLES: Final = Path(optimizer.folder.__file__).parent / "examples"

NO_MEMORY: Final = Text(
    en="There is not enough memory to plan {folder}; take fewer links, classes or periods, or a larger computer. "
    "Nothing was written.",
    vi="Không đủ bộ nhớ để lập phương án cho {folder}; hãy giảm số tuyến, loại hàng hoặc kỳ, hoặc dùng máy lớn hơn. "
    "Chưa ghi gì.",
)
HOLDS_INPUT: Final = Text(
    en="{out} holds the tables of a problem ({file}); results of the same names would replace them. Choose another "
    "folder with --out.",
    vi="{out} chứa các bảng của một bài toán ({file}); kết quả trùng tên sẽ ghi đè. Hãy chọn thư mục khác bằng --out.",
)
CANNOT_WRITE: Final = Text(
    en="The results cannot be written to {out}: {why}. Choose another folder with --out.",
    vi="Không ghi được kết quả vào {out}: {why}. Hãy chọn thư mục khác bằng --out.",
)
NO_FOLDER: Final = Text(en="it is no folder", vi="đó không phải thư mục")
TAKEN: Final = Text(en="{name} is a folder there", vi="trong đó {name} là một thư mục")
NO_EXAMPLE: Final = Text(
    en="There is no example {name}. There are: {known}.", vi="Không có ví dụ {name}. Hiện có: {known}."
)
NOT_EMPTY: Final = Text(
    en="{folder} is not empty; name a new folder for the example.",
    vi="{folder} không trống; hãy chọn một thư mục mới cho ví dụ.",
)


@dataclass(frozen=True, slots=True)
class SolveRequest:
    """What to plan, where to write it and how far to go.

    Parameters
    ----------
    folder
        Folder of CSV files.
    out
        Folder of the results; ``results`` within ``folder`` when None.
    options
        Settings of the solver.
    example
        Shipped example to copy to ``folder`` first; None for none.
    scenario
        Scenario file laid on the folder; None for the folder as it is.
    """

    folder: Path
    out: Path | None
    options: SolveOptions
    example: str | None = None
    scenario: Path | None = None


def solve_folder(request: SolveRequest, talk: Talk) -> bool:
    """Plan a folder, check the plan, write it and tell it; return whether the user let it end by itself.

    Raises
    ------
    HinterlandError
        When the folder or the place of the results is refused, memory is short, or the check refuses the plan:
        nothing is written then.
    StoppedError
        When the user stopped it before there was a plan, or while it was written.
    """
    folder, out = request.folder, request.out or request.folder / RESULTS
    _refuse_input_folder(out)
    if request.example is not None:
        copy_example(request.example, folder)
        talk.say(
            Text(
                en="The example {name} is in {folder}; change its files and run `hinterland solve {folder}` again.",
                vi="Ví dụ {name} nằm trong {folder}; hãy sửa các tệp rồi chạy lại `hinterland solve {folder}`.",
            ).format(name=request.example, folder=folder)
        )
    try:
        return _solve(FolderTarget(folder, request.scenario), out, request.options, talk)
    except MemoryError as error:
        raise HinterlandError(NO_MEMORY.format(folder=folder)) from error


def copy_example(name: str, folder: Path) -> None:
    """Copy a shipped example to a folder that is not there yet, or empty."""
    known = sorted(entry.name for entry in EXAMPLES.iterdir() if entry.is_dir())
    if name not in known:
        raise HinterlandError(NO_EXAMPLE.format(name=name, known=", ".join(known)))
    if folder.exists() and any(folder.iterdir()):
        raise HinterlandError(NOT_EMPTY.format(folder=folder))
    folder.mkdir(parents=True, exist_ok=True)
    for file in sorted((EXAMPLES / name).iterdir()):
        if file.is_file():
            shutil.copyfile(file, folder / file.name)


def _solve(target: FolderTarget, out: Path, options: SolveOptions, talk: Talk) -> bool:
    folder, name = target.folder, _printable(target.title)
    with talk.steps(4) as steps:
        steps.begin(Text(en=f"Reading {folder}", vi=f"Đọc {folder}"))
        tables = read_target(target)
        inputs_sha256 = _hash_inputs(target)
        _try_to_write(out)
        steps.begin(Text(en="Building the problem", vi="Lập bài toán"))
        case = build_folder_problem(tables)
        del tables
        steps.begin(_size(case))
        plan = _plan(case, options, steps)
        steps.begin(Text(en="Checking and writing", vi="Kiểm tra và ghi kết quả"))
        violations = check_plan(case.problem, plan)
        refuse_violations(str(folder), [one for one in violations if one.kind != "unproven"])
        answer = answer_tables(case, plan)
        document = {"folder": name, **solve_document(case, plan, answer, violations)}
        document["inputs_sha256"] = inputs_sha256
        with _told_if_not_written(out), _published(out) as partial:
            write_csv_tables(partial, answer)
            write_document(partial / PLAN_FILE, document)
    _tell_notes(case, talk)
    for violation in violations:
        talk.say(violation.text)
    tell_solved(name, case, plan, answer, talk)
    talk.say(_closing(plan, out))
    talk.answer(document)
    return plan.reason != "stopped_by_caller"


def _plan(case: FolderCase, options: SolveOptions, steps: Steps) -> Plan:
    """Return the plan, or the best so far when the user stops it; without any, it is as if nothing had begun."""
    with STOP.held() as is_asked:
        plan = solve(case.problem, options, progress=_Rounds(steps), stop=is_asked)
    if plan.reason == "stopped_by_caller" and not plan.rounds:
        raise StoppedError
    return plan


def _size(case: FolderCase) -> Text:
    problem = case.problem
    sizes = (len(problem.link_ids), len(problem.demand_ids), len(problem.capacity_ids), len(problem.class_ids))
    links, demands, capacities, classes = (f"{size:,}" for size in sizes)
    return Text(
        en=f"Planning (demands: {demands}, classes: {classes}, links: {links}, capacities: {capacities})",
        vi=f"Lập phương án (nhu cầu: {demands}, loại hàng: {classes}, tuyến: {links}, năng lực: {capacities})",
    )


@dataclass(slots=True)
class _Rounds:
    """Shows the solver's rounds: each on a terminal, elsewhere a line now and then once it takes long."""

    steps: Steps
    _last: float = field(default_factory=monotonic)

    def __call__(self, progress: Progress) -> None:
        gap = scientific(progress.gap)
        text = Text(
            en=f"round {progress.round}: cost {progress.objective:.6g}, at least {progress.bound:.6g}, gap {gap.en}",
            vi=f"vòng {progress.round}: chi phí {progress.objective:.6g}, cận dưới {progress.bound:.6g}, "
            f"sai lệch {gap.vi}",
        )
        self.steps.detail(text)
        if not self.steps.talk.errors.is_terminal and monotonic() - self._last >= QUIET_S:
            self._last = monotonic()
            sys.stderr.write(f"  {text.of(self.steps.talk.language)}\n")
            sys.stderr.flush()


def _tell_notes(case: FolderCase, talk: Talk) -> None:
    """Tell what is doubtful in the folder."""
    for note in case.notes[:MOST_NOTES]:
        sentence = Text(en=note.sentence("en"), vi=note.sentence("vi"))
        talk.say(Text(en=f"Note: {sentence.en}", vi=f"Lưu ý: {sentence.vi}"))
    rest = len(case.notes) - MOST_NOTES
    if rest > 0:
        talk.say(Text(en=f"{rest} more notes are in {PLAN_FILE}.", vi=f"Còn {rest} lưu ý trong {PLAN_FILE}."))


def _closing(plan: Plan, out: Path) -> Text:
    """Return where the results are, and whether they are all that could be had."""
    if plan.reason == "stopped_by_caller":
        return Text(
            en="Stopped as you asked. The best plan so far is in {out}, marked as stopped.",
            vi="Đã dừng theo yêu cầu. Phương án tốt nhất đến lúc đó nằm trong {out}, ghi rõ là dừng sớm.",
        ).format(out=out)
    if plan.status == "stopped":
        return Text(
            en="The time limit was reached. The best plan so far is in {out}, marked as stopped.",
            vi="Đã hết thời gian. Phương án tốt nhất đến lúc đó nằm trong {out}, ghi rõ là dừng sớm.",
        ).format(out=out)
    return Text(
        en="The plan is in {out}: plan.json and a CSV file for each table.",
        vi="Phương án nằm trong {out}: plan.json và mỗi bảng một tệp CSV.",
    ).format(out=out)


def _refuse_input_folder(out: Path) -> None:
    """Refuse to write results over the tables of a problem: some have the same names."""
    for name in INPUT_ONLY:
        if (out / name).exists():
            raise HinterlandError(HOLDS_INPUT.format(out=out, file=name))


def _cannot_write(out: Path, why: Text) -> Text:
    return Text(
        en=CANNOT_WRITE.en.format(out=_printable(str(out)), why=why.en),
        vi=CANNOT_WRITE.vi.format(out=_printable(str(out)), why=why.vi),
    )


@contextmanager
def _told_if_not_written(out: Path) -> Iterator[None]:
    """Say which folder could not be written, and why."""
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        raise HinterlandError(_cannot_write(out, Text(en=why, vi=why))) from error


def _try_to_write(out: Path) -> None:
    """Find out whether results can be written before time is spent on them."""
    with _told_if_not_written(out):
        if (out.is_symlink() or out.exists()) and not out.is_dir():
            raise HinterlandError(_cannot_write(out, NO_FOLDER))
        place = out
        while not place.exists() and place != place.parent:
            place = place.parent
        with tempfile.TemporaryFile(dir=place):
            pass


def _printable(name: str) -> str:
    """Return the name of a file or folder with what is no UTF-8 in it replaced."""
    return name.encode("utf-8", "replace").decode("utf-8")


def _hash_inputs(target: FolderTarget) -> str:
    """Return the SHA-256 of the files a problem is read from, the scenario included."""
    digest = hashlib.sha256()
    files = {table.file: target.folder / table.file for table in TABLES.values()}
    if target.scenario is not None:
        files["scenario"] = target.scenario
    for name, file in files.items():
        if file.is_file():
            digest.update(f"{name}\0".encode())
            with file.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


@contextmanager
def _published(out: Path) -> Iterator[Path]:
    """Give a folder to fill whose files take their place in ``out`` when the block ends well.

    ``plan.json`` goes first and comes last: without it, what a broken computer leaves does not look whole.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = out if out.exists() else out.parent  # on the same disk as where the files go
    partial = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=beside))
    try:
        yield partial
        STOP.check()
        for name in sorted(file.name for file in partial.iterdir()):
            if (out / name).is_dir():
                raise HinterlandError(_cannot_write(out, TAKEN.format(name=name)))
        with STOP.held():
            out.mkdir(exist_ok=True)
            (out / PLAN_FILE).unlink(missing_ok=True)
            for file in sorted(partial.iterdir(), key=lambda one: one.name == PLAN_FILE):
                file.replace(out / file.name)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
