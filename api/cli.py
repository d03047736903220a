"""The command line. Commands only parse their arguments; what they do stands in ``api.commands``.

Nothing heavy is imported here, so that ``hinterland --help`` answers at once.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Annotated, Final

import typer

from api.access.register import register as register_access
from api.client.register import register as register_client
from api.command_options import (
    DatabaseOption,
    JsonOption,
    LanguageOption,
    NetworkOption,
    ScenarioArgument,
    database_url,
    talk_in,
)
from api.compare.register import register as register_compare
from api.console import show_error
from api.documents.options import WGS84, CrsOption, LayersOption, ReportOption, answer_request
from api.explain.register import register as register_explain
from api.gis.exports.register import register as register_exports
from api.gis.qgis.register import register as register_qgis
from api.jobs.register import register as register_jobs
from api.network.register import network as network_app
from api.operations.register import register as register_operations
from api.programme.register import register as register_programme
from api.quote.register import register as register_quote
from api.registry.register import register_registry
from api.routes.register import register
from api.runs_register import register as register_runs
from api.scenarios.register import register as register_scenarios
from api.service.register import register_service
from api.stop import STOP, StoppedError
from api.validation.register import register as register_validation
from api.webhooks.register import register as register_webhooks
from supplychain.errors import HinterlandError
from supplychain.settings import Settings
from supplychain.text import LANGUAGES, Language, Text

app = typer.Typer(
    name="hinterland",
    help="Cơ sở dữ liệu chuỗi cung ứng và tối ưu luồng hàng. · Supply-chain database and freight route optimisation.",
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

REFUSED: Final = 2
INTERRUPTED: Final = 130
SWING_BUDGET_S: Final = 15.0
DEFAULT_GAP: Final = 1e-9


def _version(wanted: bool) -> None:  # noqa: FBT001 - Typer calls it with the flag's value
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415 - keeps `--help` quick

        sys.stdout.write(f"hinterland {version('hinterland')}\n")
        raise typer.Exit


@app.callback()
def hinterland(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="In phiên bản. · Print the version."),
    ] = False,
) -> None:
    """Cơ sở dữ liệu chuỗi cung ứng và tối ưu luồng hàng · Supply-chain database and freight optimisation."""


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Thư mục kết quả. · Folder of the results.")] = Path("out/demo"),
    swing_seconds: Annotated[
        float,
        typer.Option(
            help="Thời gian thử các giả định, giây. · Time for varying the assumptions, seconds.", min=0.0, metavar="S"
        ),
    ] = SWING_BUDGET_S,
    lang: LanguageOption = None,
    as_json: JsonOption = False,  # noqa: FBT002 - Typer turns it into a flag
) -> None:
    """Chạy trọn ví dụ Bình Dương · Run the whole Bình Dương example."""
    from api import commands  # noqa: PLC0415 - keeps `--help` quick

    commands.run_demo(out, talk_in(lang, as_json=as_json), swing_seconds)


@app.command()
def init(database: DatabaseOption = None, lang: LanguageOption = None) -> None:
    """Tạo hoặc nâng cấp cơ sở dữ liệu · Make or update the database."""
    from api import commands  # noqa: PLC0415

    commands.make_database(database_url(database), talk_in(lang))


@app.command()
def load(
    pack: Annotated[
        str, typer.Argument(help="Thư mục gói vùng hoặc tên gói có sẵn. · Pack folder, or name of a shipped pack.")
    ] = "binh_duong",
    database: DatabaseOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ kiểm tra. · Check only.")] = False,  # noqa: FBT002
    with_synthetic: Annotated[  # noqa: FBT002
        bool, typer.Option("--synthetic", help="Nạp cả doanh nghiệp giả lập. · Load the made-up firms too.")
    ] = False,
    lang: LanguageOption = None,
) -> None:
    """Kiểm tra và nạp gói vùng · Check and load a region pack."""
    from api import commands  # noqa: PLC0415

    commands.load_pack_folder(
        pack, database_url(database), talk_in(lang), dry_run=dry_run, with_synthetic=with_synthetic
    )


@app.command()
def plan(  # noqa: PLR0913 - Typer reads every option from an argument
    scenario: ScenarioArgument = "base",
    *,
    out: Annotated[Path | None, typer.Option(help="Thư mục kết quả. · Folder of the results.")] = None,
    report: ReportOption = None,
    layers: LayersOption = None,
    crs: CrsOption = WGS84,
    network: NetworkOption = None,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Lập phương án một kịch bản · Plan one scenario and check it."""
    from api import commands  # noqa: PLC0415

    request = answer_request(report, layers, crs)
    commands.plan_one(
        scenario, database_url(database), talk_in(lang, as_json=as_json), commands.PlanWish(out, network, request)
    )


@app.command()
def solve(  # noqa: PLR0913 - Typer reads every option from an argument
    folder: Annotated[
        Path,
        typer.Argument(help="Thư mục tệp CSV (docs/flow-problem.md). · Folder of CSV files (docs/flow-problem.md)."),
    ],
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Thư mục kết quả; mặc định FOLDER/results. · Folder of the results; FOLDER/results if not given."
        ),
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(help="Thời gian giải tối đa, giây. · Most seconds to plan.", min=0.0, metavar="S"),
    ] = None,
    gap: Annotated[
        float,
        typer.Option(
            help="Sai lệch được coi là tối ưu. · Gap that counts as optimal.", min=1e-12, max=0.5, metavar="G"
        ),
    ] = DEFAULT_GAP,
    threads: Annotated[int, typer.Option(help="Số luồng tính. · Threads.", min=1, max=256, metavar="N")] = 1,
    example: Annotated[
        str | None,
        typer.Option(
            help="Chép ví dụ có sẵn vào FOLDER trước. · Copy a shipped example to FOLDER first.", metavar="NAME"
        ),
    ] = None,
    scenario: Annotated[
        Path | None,
        typer.Option(help="Tệp kịch bản áp lên thư mục. · Scenario file laid on the folder.", metavar="FILE"),
    ] = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Giải bài toán từ thư mục CSV · Plan any folder of CSV files."""
    from api.solve_folder import SolveRequest, solve_folder  # noqa: PLC0415
    from optimizer.flow.options import SolveOptions  # noqa: PLC0415

    options = SolveOptions(gap_tolerance=gap, time_limit_s=time_limit, threads=threads)
    if not solve_folder(SolveRequest(folder, out, options, example, scenario), talk_in(lang, as_json=as_json)):
        raise typer.Exit(INTERRUPTED)


@app.command()
def swing(
    pack: Annotated[
        str, typer.Argument(help="Thư mục gói vùng hoặc tên gói có sẵn. · Pack folder, or name of a shipped pack.")
    ] = "binh_duong",
    processes: Annotated[int, typer.Option(help="Số tiến trình. · Worker processes.", min=1, max=64)] = 2,
    write: Annotated[  # noqa: FBT002 - Typer turns it into a flag
        bool, typer.Option("--write", help="Ghi vào assumptions.csv. · Keep the result in assumptions.csv.")
    ] = False,
    lang: LanguageOption = None,
) -> None:
    """Đo biên độ của mọi giả định · Measure the swing of every assumption."""
    from api.swing import run_swing  # noqa: PLC0415

    run_swing(pack, talk_in(lang), processes, write=write)


register(app)
register_exports(app)
register_qgis(app)
register_explain(app)
app.add_typer(network_app)
register_compare(app)
register_runs(app)
register_programme(app)
register_quote(app)
register_registry(app)
register_validation(app)
register_scenarios(app)
register_service(app)
register_operations(app)
register_client(app)
register_jobs(app)
register_access(app)
register_webhooks(app)


def _explain_fault(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say in one sentence that the program itself failed, and keep the details for whoever mends it."""
    import tempfile  # noqa: PLC0415 - only when the program failed
    import traceback  # noqa: PLC0415

    with tempfile.NamedTemporaryFile("w", prefix="hinterland-", suffix=".log", delete=False, encoding="utf-8") as log:
        traceback.print_exception(kind, error, trace, file=log)
    show_error(
        f"Hinterland gặp lỗi nội bộ ({kind.__name__}); xin gửi tệp {log.name} khi báo lỗi. · "
        f"Hinterland met a fault of its own ({kind.__name__}); please send {log.name} when you report it."
    )


@cache
def program() -> Callable[[], object]:
    """Return all commands as one; made once, for it takes a tenth of a second."""
    return typer.main.get_command(app)


def main() -> None:
    """Run the command line; errors end as one sentence and a non-zero exit status."""
    sys.excepthook = _explain_fault
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a console or pipe that is not UTF-8 ends no job
    STOP.listen()
    language: Language = "vi"
    try:
        language = _spoken_language(sys.argv)
        program()()  # not app(): that puts Typer's own traceback in place of our sentence
    except HinterlandError as error:
        show_error(error.sentence(language))
        sys.exit(REFUSED)
    except OSError as error:
        refused = Text(en="Cannot use {file}: {why}.", vi="Không dùng được {file}: {why}.")
        show_error(refused.format(file=error.filename or "?", why=error.strerror or error).of(language))
        sys.exit(REFUSED)
    except StoppedError:
        stopped = Text(en="Stopped; nothing was left half-written.", vi="Đã dừng; không có gì bị ghi dở dang.")
        show_error(stopped.of(language))
        sys.exit(INTERRUPTED)


def _spoken_language(arguments: list[str]) -> Language:
    """Return the language errors are told in, also when the arguments themselves are wrong."""
    for position, argument in enumerate(arguments):
        value = argument.removeprefix("--lang=") if argument.startswith("--lang=") else None
        if argument == "--lang" and position + 1 < len(arguments):
            value = arguments[position + 1]
        for known in LANGUAGES:
            if value == known:
                return known
    chosen = Settings.from_environment().language
    return "en" if chosen == "en" else "vi"


if __name__ == "__main__":
    main()
