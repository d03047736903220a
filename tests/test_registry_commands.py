"""The commands on records: what a person reads, what a program reads, and every refusal in one sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from registry_parts import facility, organisation, set_values, source, write
from typer.testing import CliRunner

from api.cli import app
from api.database import create_database
from supplychain.database import make_engine
from supplychain.errors import HinterlandError


@pytest.fixture
def database(tmp_path: Path, sqlite_template: Path) -> str:
    """Return an embedded database with two records of one firm."""
    path = tmp_path / "registry.gpkg"
    path.write_bytes(sqlite_template.read_bytes())
    create_database(str(path))
    engine = make_engine(str(path))
    write(
        engine,
        source(),
        organisation("sao_mai", phone="0274 1", representative="Nguyễn Văn A"),
        organisation("sao_mai_2", email="a@saomai.vn"),
        facility("f", "sao_mai_2", visibility="private"),
    )
    write(engine, set_values("organisations", "sao_mai", phone="0274 2"), note="gọi lại")
    engine.dispose()
    return str(path)


def run(database: str, *arguments: str, lang: str = "en") -> str:
    """Return what a command prints."""
    result = CliRunner().invoke(app, ["registry", *arguments, "-d", database, "--lang", lang])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def answer(database: str, *arguments: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(run(database, *arguments, "--json"))


def test_show_tells_source_licence_and_time_of_each_value(database: str) -> None:
    told = run(database, "show", "sao_mai")
    assert "0274 2" in told
    assert "CC BY 4.0" in told
    assert "Nguyễn" not in told
    assert "Giấy phép" in run(database, "show", "sao_mai", lang="vi")
    document = answer(database, "show", "sao_mai", "--as-of", "1", "--viewer", "everything")
    assert (document["values"]["phone"], document["values"]["representative"]) == ("0274 1", "Nguyễn Văn A")
    (phone,) = [one for one in document["origins"] if one["column"] == "phone"]
    assert (phone["source_id"], phone["licence"], phone["publisher"]) == ("tenant_list", "CC BY 4.0", "Sở")
    assert answer(database, "show", "sao_mai", "--as-of", "2999-01-01")["values"]["phone"] == "0274 2"


def test_history_and_changes(database: str) -> None:
    document = answer(database, "history", "sao_mai", "--viewer", "everything")
    assert [(one["number"], one["touched"]) for one in document["revisions"]][1] == (2, ["phone"])
    assert "phone = 0274 2" in run(database, "history", "sao_mai")
    public = answer(database, "history", "sao_mai")
    assert "Nguyễn" not in json.dumps(public, ensure_ascii=False)
    assert {one["author"] for one in public["revisions"]} == {""}
    lines = answer(database, "changes")["changes"]
    assert [(line["number"], line["added"], line["changed"]) for line in lines] == [(2, 0, 1), (1, 4, 0)]
    assert "gọi lại" in run(database, "changes")
    assert "no such change" in run(database, "changes", "--kind", "merge")


def test_merge_split_undo(database: str) -> None:
    merged = answer(database, "merge", "sao_mai", "sao_mai_2", "--choose", "email=sao_mai_2", "--author", "Lan")
    assert (merged["number"], merged["removed"]) == (3, 1)
    assert "was merged into sao_mai" in run(database, "show", "sao_mai_2")
    assert answer(database, "show", "f", "--viewer", "sao_mai")["values"]["organisation_id"] == "sao_mai"
    assert "Change 4" in run(database, "split", "3")
    assert "Hoàn tác" in run(database, "undo", "2", lang="vi")
    assert answer(database, "show", "sao_mai")["values"]["phone"] == "0274 1"
    assert "so already" in run(database, "undo", "2")


def test_adopt(database: str) -> None:
    engine = make_engine(database)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE organisations SET phone = '0274 7' WHERE organisation_id = 'sao_mai'")
    engine.dispose()
    assert "Change 3: 0 added, 1 changed" in run(database, "adopt", "--source", "tenant_list", "--note", "QGIS")
    assert answer(database, "show", "sao_mai")["values"]["phone"] == "0274 7"


def test_erase(database: str) -> None:
    assert "Erased" in run(database, "erase", "sao_mai", "--reason", "đơn", "--author", "Lan")
    assert answer(database, "show", "sao_mai", "--viewer", "everything")["values"]["representative"] is None


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        (("show", "nobody"), "There is no record nobody that public may see"),
        (("show", "f"), "There is no record f that public may see"),
        (("history", "f"), "There is no record f that public may see"),
        (("show", "sao_mai", "--viewer", "nobody"), "There is no organisation nobody"),
        (("show", "sao_mai", "--as-of", "yesterday"), "yesterday is neither a date"),
        (("show", "sao_mai", "--as-of", "9" * 5000), "999… is neither a date"),
        (("show", "sao_mai", "--table", "firms"), "The registry has no table firms"),
        (("changes", "--kind", "guess"), "--kind is one of"),
        (("undo", "99"), "There is no change 99"),
        (("split", "1"), "Change 1 merged nothing"),
        (("merge", "nobody", "sao_mai"), "The registry has no record nobody"),
        (("merge", "sao_mai", "sao_mai_2", "--choose", "email"), "--choose takes COLUMN=ID"),
        (("erase", "sao_mai", "--reason", " "), "Say why it is erased"),
        (("erase", "sao_mai", "--reason", "x", "--column", "phone"), "phone of organisations is not declared personal"),
    ],
)
def test_refusals(database: str, arguments: tuple[str, ...], match: str) -> None:
    with pytest.raises(HinterlandError, match=match):
        run(database, *arguments)
