"""The command ``hinterland serve``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from api.command_options import DatabaseOption, LanguageOption, database_url, talk_in

DATABASE_FILE: Final = "hinterland.gpkg"
MOST_PROCESSES: Final = 64


def register_service(app: typer.Typer) -> None:
    """Add the command to the command line."""

    @app.command()
    def serve(  # noqa: PLR0913 - Typer reads every option from an argument
        *,
        accounts: Annotated[
            bool, typer.Option("--accounts", help="Có tài khoản và vai trò. · With accounts and roles.")
        ] = False,
        host: Annotated[str, typer.Option(help="Địa chỉ lắng nghe. · Address to listen on.")] = "127.0.0.1",
        port: Annotated[
            int, typer.Option(help="Cổng; 0: cổng trống bất kỳ. · Port; 0: any free one.", min=0, max=65535)
        ] = 8000,
        processes: Annotated[
            int,
            typer.Option(
                help="Số tiến trình web (PostgreSQL). · Web processes (PostgreSQL).", min=1, max=MOST_PROCESSES
            ),
        ] = 1,
        no_worker: Annotated[
            bool, typer.Option("--no-worker", help="Không khởi động worker. · Start no worker beside.")
        ] = False,
        out: Annotated[
            Path | None,
            typer.Option(help="Thư mục kết quả, xem ở /results/. · Folder of results, shown at /results/."),
        ] = None,
        public_url: Annotated[
            str | None,
            typer.Option(help="Địa chỉ người dùng truy cập. · Address people use, such as https://…", metavar="URL"),
        ] = None,
        trust_proxy: Annotated[
            list[str] | None,
            typer.Option(
                help="Proxy được tin các header X-Forwarded-*. · Proxy whose X-Forwarded-* count.", metavar="IP"
            ),
        ] = None,
        providers: Annotated[
            Path | None,
            typer.Option(help="Tệp YAML các nơi đăng nhập OpenID. · YAML file of OpenID providers.", metavar="FILE"),
        ] = None,
        database: DatabaseOption = None,
        lang: LanguageOption = None,
    ) -> None:
        """Chạy dịch vụ: REST, công việc, kết quả · Run the service: REST, jobs, results."""
        from api.access.providers import read_providers  # noqa: PLC0415 - keeps `--help` quick
        from api.service.running import Wish, run_service  # noqa: PLC0415
        from api.service.settings import ServiceSettings  # noqa: PLC0415

        settings = ServiceSettings(
            _database(database, out),
            mode="accounts" if accounts else "single",
            public_url=public_url,
            trusted_proxies=tuple(trust_proxy or ()),
            providers=() if providers is None else read_providers(providers),
        )
        wish = Wish(settings, host, port, processes, with_worker=not no_worker, results=out)
        run_service(wish, talk_in(lang))


def _database(named: str | None, out: Path | None) -> str:
    """Return the database asked for; that of the results where nothing else is named and they have one."""
    chosen = database_url(named)
    beside = None if out is None else out / DATABASE_FILE
    if named is None and chosen == DATABASE_FILE and beside is not None and beside.is_file():
        return str(beside)
    return chosen
