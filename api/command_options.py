"""Options that most commands share, and what they mean."""

from __future__ import annotations

from typing import Annotated

import typer

from api.console import Talk
from supplychain.errors import HinterlandError
from supplychain.settings import Settings
from supplychain.text import LANGUAGES, Language, Text

DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database",
        "-d",
        help="Tệp GeoPackage hoặc URL PostgreSQL. · GeoPackage file or PostgreSQL URL.",
        metavar="DB",
    ),
]
LanguageOption = Annotated[str | None, typer.Option("--lang", help="vi | en", metavar="LANG")]
JsonOption = Annotated[bool, typer.Option("--json", help="In kết quả dạng JSON. · Print the answer as JSON.")]
ScenarioArgument = Annotated[
    str,
    typer.Argument(help="Mã kịch bản hoặc tệp YAML/JSON. · Scenario id, or YAML or JSON file.", metavar="SCENARIO"),
]
TargetArgument = Annotated[
    str,
    typer.Argument(
        help="Mã kịch bản, tệp YAML/JSON hoặc thư mục CSV. · Scenario id, YAML or JSON file, or folder of CSV files.",
        metavar="TARGET",
    ),
]
NetworkOption = Annotated[
    str | None,
    typer.Option(
        "--network",
        help="Mạng lưới đã lưu (số, tên hoặc latest), đã ghép với gói vùng. · "
        "Stored network (number, name or latest), joined with the region pack.",
        metavar="VERSION",
    ),
]


def talk_in(language: str | None, *, as_json: bool = False) -> Talk:
    """Return the conversation in the language asked for, or that of the settings."""
    return Talk(_language(language), as_json=as_json)


def _language(language: str | None) -> Language:
    chosen = language or Settings.from_environment().language
    for known in LANGUAGES:
        if chosen == known:
            return known
    raise HinterlandError(
        Text(
            en="Language must be vi or en, got {language}.", vi="Ngôn ngữ phải là vi hoặc en, nhận được {language}."
        ).format(language=chosen)
    )


def database_url(database: str | None) -> str:
    """Return the database asked for, or that of the settings."""
    return database or Settings.from_environment().database_url
