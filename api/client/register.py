"""`hinterland client` as Typer reads it. Nothing heavy is imported before it is run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.command_options import LanguageOption, talk_in
from supplychain.text import Text


def register(app: typer.Typer) -> None:
    """Add the command that writes the typed client."""
    app.command()(client)


def client(
    folder: Annotated[
        Path,
        typer.Argument(help="Thư mục nhận gói hinterland_client. · Folder that gets the package.", metavar="FOLDER"),
    ] = Path(),
    *,
    lang: LanguageOption = None,
) -> None:
    """Ghi thư viện Python gọi dịch vụ, chỉ cần httpx · Write a typed Python client, which needs httpx alone."""
    from api.client.generate import PACKAGE, service_document, write_client  # noqa: PLC0415 - keeps `--help` quick

    files = write_client(service_document(), folder)
    talk_in(lang).say(
        Text(
            en="{package}: {count} files. Use it with: from hinterland_client import Client; "
            'Client("http://127.0.0.1:8000", key="…").organisations.list_organisations()',
            vi="{package}: {count} tệp. Cách dùng: from hinterland_client import Client; "
            'Client("http://127.0.0.1:8000", key="…").organisations.list_organisations()',
        ).format(package=folder / PACKAGE, count=len(files))
    )
