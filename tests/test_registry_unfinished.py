"""Imports that never finished are told, and one that nobody goes on with can be cleared, on both databases."""

from __future__ import annotations

import json
import platform
from dataclasses import replace
from typing import Any

import pytest
from registry_parts import SOURCE, organisation, source, write
from sqlalchemy import Engine, func, inspect, select
from typer.testing import CliRunner

from api.cli import app
from supplychain.errors import HinterlandError
from supplychain.intake.staged import own_marker
from supplychain.models.registry import REVISIONS
from supplychain.registry.changes import begin_change, commit_change, find_unfinished, stage_edits


def run(engine: Engine, *arguments: str, lang: str = "en") -> str:
    url = engine.url.render_as_string(hide_password=False) if engine.dialect.name != "sqlite" else engine.url.database
    result = CliRunner().invoke(app, ["registry", "unfinished", *arguments, "-d", str(url), "--lang", lang])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def answer(engine: Engine) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run(engine, "--json"))["unfinished"]
    return found


def begun(engine: Engine, file_name: str, *, running: bool = False) -> int:
    """Stage two rows of a file and stop."""
    change_id = begin_change(engine, kind="import", author="Lan", source_id=SOURCE, file_name=file_name)
    marker = own_marker("plan").moved(1, 12_345)
    if not running:
        marker = replace(marker, process=f"{platform.node()}:1:long ago")
    edits = [organisation(f"{file_name.removesuffix('.csv')}_{row}") for row in range(2)]
    stage_edits(engine, change_id, edits, marker=marker.to_text())
    return change_id


def staged_tables(engine: Engine) -> list[str]:
    return [name for name in inspect(engine).get_table_names() if name.startswith("registry_staged_")]


def revisions_of(engine: Engine, change_id: int) -> int:
    with engine.connect() as connection:
        query = select(func.count()).select_from(REVISIONS).where(REVISIONS.c.change_id == change_id)
        return int(connection.scalar(query) or 0)


def test_nothing_is_left(registry_engine: Engine) -> None:
    assert "Nothing is left unfinished." in run(registry_engine)
    assert "Không có gì dở dang." in run(registry_engine, lang="vi")
    assert answer(registry_engine) == []


def test_one_is_cleared_and_the_others_stay(registry_engine: Engine) -> None:
    write(registry_engine, source())
    first, second = begun(registry_engine, "first.csv"), begun(registry_engine, "second.csv")
    told = run(registry_engine)
    assert "first.csv" in told
    assert "12,345" in told
    assert "--abandon" in told
    assert "Số dòng đã xử lý" in run(registry_engine, lang="vi")
    assert [(one["change_id"], one["file_name"], one["rows"], one["running"]) for one in answer(registry_engine)] == [
        (first, "first.csv", 12_345, False),
        (second, "second.csv", 12_345, False),
    ]
    assert "its rows were cleared" in run(registry_engine, "--abandon", str(first))
    assert [one["change_id"] for one in answer(registry_engine)] == [second]
    assert revisions_of(registry_engine, first) == 0
    assert staged_tables(registry_engine) == [f"registry_staged_{second}_organisations"]
    assert commit_change(registry_engine, second).added == 2


def test_what_runs_is_not_cleared_unless_forced(registry_engine: Engine) -> None:
    write(registry_engine, source())
    change_id = begun(registry_engine, "running.csv", running=True)
    assert answer(registry_engine)[0]["running"] is True
    with pytest.raises(HinterlandError, match="seems to be running"):
        run(registry_engine, "--abandon", str(change_id))
    run(registry_engine, "--abandon", str(change_id), "--force")
    assert find_unfinished(registry_engine) == ()
    assert staged_tables(registry_engine) == []


def test_an_id_that_is_none_is_refused(registry_engine: Engine) -> None:
    with pytest.raises(HinterlandError, match="No unfinished change has the id 999"):
        run(registry_engine, "--abandon", "999")
