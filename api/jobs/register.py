"""`hinterland worker` as Typer reads it. Nothing heavy is imported before it is run."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from api.command_options import DatabaseOption, LanguageOption, database_url, talk_in
from api.jobs.options import WorkerOptions, usual_processes
from supplychain.text import Text

MOST_PROCESSES: Final = 64
WORKS: Final = Text(
    en="This worker runs {number} jobs at once. Ctrl+C stops it; jobs that have not ended go back to the queue.",
    vi="Máy xử lý này chạy {number} công việc cùng lúc. Nhấn Ctrl+C để dừng; việc chưa xong trở lại hàng đợi.",
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(worker)


def worker(
    *,
    database: DatabaseOption = None,
    processes: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=MOST_PROCESSES,
            help="Số công việc cùng lúc; mặc định bằng nửa số nhân. · Jobs at once; half the cores by default.",
        ),
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Chạy các công việc dài của dịch vụ đến khi bị dừng · Run the long jobs of the service until stopped."""
    from api.jobs.process import run_worker, start_logs  # noqa: PLC0415 - keeps `--help` quick

    talk = talk_in(lang)
    number = processes or usual_processes()
    start_logs()
    run_worker(database_url(database), WorkerOptions(number), lambda: talk.say(WORKS.format(number=number)))
