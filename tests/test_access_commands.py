"""``hinterland access``: the first administrator, roles and keys from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from access_parts import several
from sqlalchemy import select
from starlette.requests import HTTPConnection
from typer.testing import CliRunner

from api.access.authenticate import authenticate
from api.cli import app
from api.database import create_database
from api.service.tables import AUDIT
from supplychain.database import open_database
from supplychain.errors import HinterlandError


@pytest.fixture
def database(tmp_path: Path) -> str:
    path = str(tmp_path / "hinterland.gpkg")
    create_database(path)
    return path


def run(*words: str) -> str:
    done = CliRunner().invoke(app, ["access", *words], catch_exceptions=True)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def answer(*words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*words, "--json"))
    return found


def test_the_first_administrator_and_a_key_that_works(database: str) -> None:
    made = answer("account", "create", "root", "--role", "administrator", "-d", database)
    assert made["account"]["roles"] == ["administrator"]
    assert made["account"]["must_change"] is True
    run("role", "give", "root", "reader", "-d", database)
    key = answer("key", "create", "root", "--title", "ETL", "--role", "reader", "-d", database)
    engine = open_database(database)
    headers = [(b"authorization", f"Bearer {key['key']}".encode())]
    request = HTTPConnection({"type": "http", "method": "GET", "path": "/api/v1/keys", "headers": headers})
    assert authenticate(request, several(engine)).roles == {"reader"}
    assert [one["title"] for one in answer("key", "list", "root", "-d", database)["keys"]] == ["ETL"]
    run("key", "revoke", key["about"]["key_id"], "-d", database)
    with pytest.raises(HinterlandError, match="not valid"):
        authenticate(request, several(engine))
    with engine.connect() as connection:
        kept = [tuple(row) for row in connection.execute(select(AUDIT.c.means, AUDIT.c.action))]
    assert kept == [
        ("operator", "accounts.create"),
        ("operator", "accounts.change"),
        ("operator", "keys.create"),
        ("operator", "keys.revoke"),
    ]
    engine.dispose()


def test_words_for_people_in_both_languages(database: str) -> None:
    assert "shown only now" in run("account", "create", "lan", "--role", "reader", "-d", database, "--lang", "en")
    assert "chỉ hiện lần này" in run("account", "password", "lan", "-d", database)
    assert "bị khóa" in run("account", "disable", "lan", "-d", database)
    assert "active" in run("account", "enable", "lan", "-d", database, "--lang", "en")
    assert "lan" in run("account", "list", "-d", database)


@pytest.mark.parametrize(
    ("words", "match"),
    [
        (["account", "create", "a b"], "cannot be taken"),
        (["account", "create", "root", "--role", "chief"], "There is no role chief"),
        (["account", "disable", "nobody"], "no account nobody"),
        (["key", "create", "nobody", "--title", "x"], "no account nobody"),
        (["key", "revoke", "nothing"], "no key nothing"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(database: str, words: list[str], match: str) -> None:
    with pytest.raises(HinterlandError, match=match):
        run(*words, "-d", database)


def test_the_last_administrator_stays(database: str) -> None:
    run("account", "create", "root", "--role", "administrator", "-d", database)
    for words in (["account", "disable", "root"], ["role", "take", "root", "administrator"]):
        with pytest.raises(HinterlandError, match="Make another administrator first"):
            run(*words, "-d", database)
