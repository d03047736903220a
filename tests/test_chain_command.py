"""`hinterland stages` on both databases: what it tells, to whom, and what it refuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from chain_parts import certificate, facility, offer, organisation
from registry_parts import emptied
from sqlalchemy import Engine

from api.console import Talk
from api.registry.chain import ChainRequest, answer_request, run_chain
from supplychain.chains.answer import StageAnswer
from supplychain.errors import HinterlandError
from supplychain.registry.changes import make_change
from supplychain.registry.values import Edit

SOURCE = {
    "source_id": "own_estimate",
    "title": "Estimate",
    "kind": "own_estimate",
    "reference": "none",
}
KEYS = {
    "sources": "source_id",
    "organisations": "organisation_id",
    "facilities": "facility_id",
    "offers": "offer_id",
    "certificates": "certificate_id",
}


def fill(engine: Engine) -> None:
    """Put a board maker, a hidden one, a made-up chip packager and a school into a registry."""
    rows = {
        "sources": [SOURCE],
        "organisations": [
            organisation("chain_open"),
            organisation("chain_hidden", visibility="private"),
            organisation("chain_made_up", synthetic=True),
        ],
        "facilities": [
            facility("chain_f_open", "chain_open"),
            facility("chain_f_hidden", "chain_hidden"),
            facility("chain_f_made_up", "chain_made_up", synthetic=True),
        ],
        "offers": [
            offer("chain_o_open", "chain_f_open", "Bảng mạch in", hs_code="8534"),
            offer("chain_o_hidden", "chain_f_hidden", "Bảng mạch in", hs_code="8534"),
            offer("chain_o_made_up", "chain_f_made_up", "Vi mạch", hs_code="854231", synthetic=True),
        ],
        "certificates": [certificate("chain_c", "chain_f_open", "ISO 9001:2015")],
    }
    edits = [Edit(table, str(row[KEYS[table]]), row) for table, found in rows.items() for row in found]
    make_change(engine, edits, kind="edit", author="test", source_id="own_estimate")


@pytest.fixture
def database(sqlite_engine: Engine, tmp_path: Path) -> str:
    fill(sqlite_engine)
    return str(tmp_path / "hinterland.gpkg")


@pytest.fixture(scope="module")
def server(postgis_engine: Engine, postgis_url: str) -> Iterator[str]:
    with emptied(postgis_engine) as engine:
        fill(engine)
        yield postgis_url


def stage(request: ChainRequest, stage_id: str) -> StageAnswer:
    return next(one for one in answer_request(request).stages if one.stage.stage_id == stage_id)


@pytest.fixture(params=["database", pytest.param("server", marks=pytest.mark.postgis)])
def registry(request: pytest.FixtureRequest) -> str:
    """Return each of the two databases in turn."""
    found: str = request.getfixturevalue(request.param)
    return found


def test_private_and_made_up_firms_stand_nowhere_for_the_public(registry: str) -> None:
    request = ChainRequest("semiconductor", registry)
    assert stage(request, "substrates").organisations == ("chain_open",)
    assert stage(request, "packaging_test").state == "open"
    assert "chain_hidden" not in str(answer_request(request))


def test_the_operator_and_the_owner_see_what_is_hidden(registry: str) -> None:
    for viewer in ("everything", "chain_hidden"):
        request = ChainRequest("semiconductor", registry, viewer=viewer)
        assert stage(request, "substrates").organisations == ("chain_hidden", "chain_open")
    assert stage(ChainRequest("semiconductor", registry, viewer="chain_open"), "substrates").state == "single"


def test_made_up_firms_count_when_they_are_asked_for(registry: str) -> None:
    packaging = stage(ChainRequest("semiconductor", registry, synthetic=True), "packaging_test")
    assert packaging.organisations == ("chain_made_up",)
    assert packaging.present[0].synthetic


def test_certificates_count_on_the_day_asked(registry: str) -> None:
    for day, fault in (("2026-11-22", ""), ("2030-01-01", "not_valid")):
        found = stage(ChainRequest("semiconductor", registry, on=day), "substrates")
        assert found.present[0].certificates[0].fault == fault


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (ChainRequest("steel", ""), "no chain steel"),
        (ChainRequest("semiconductor", "", on="22/11/2026"), "is no date"),
        (ChainRequest("semiconductor", "", stage="fab"), "has no stage fab"),
        (ChainRequest("semiconductor", "", viewer="nobody"), "no organisation nobody"),
    ],
)
def test_what_cannot_be_answered_is_refused(database: str, asked: ChainRequest, said: str) -> None:
    with pytest.raises(HinterlandError, match=said) as caught:
        run_chain(replace(asked, database=database), Talk("en"))
    assert caught.value.text.vi != caught.value.text.en


def command(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONUTF8": "1"}
    line = [sys.executable, "-m", "api.cli", "stages", *words]
    return subprocess.run(line, capture_output=True, text=True, cwd=folder, check=False, env=environment)


def test_the_document_is_whole_and_in_both_languages(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    run_chain(ChainRequest("semiconductor", database), Talk("vi", as_json=True))
    document = json.loads(capsys.readouterr().out)
    assert document["viewer"] == "public"
    assert sum(document["states"].values()) == len(document["stages"]) == 13
    substrates = next(one for one in document["stages"] if one["stage"] == "substrates")
    assert substrates["present"][0]["facility_id"] == "chain_f_open"
    assert substrates["present"][0]["certificates"][0] == {
        "scheme": "ISO 9001",
        "essential": True,
        "held": True,
        "fault": None,
    }
    for one in document["stages"]:
        assert all(reason["vi"] and reason["en"] for reason in one["reasons"])


@pytest.mark.parametrize(("language", "said"), [("vi", "Bán dẫn"), ("en", "Semiconductors")])
def test_people_are_told_in_their_language(
    database: str, capsys: pytest.CaptureFixture[str], language: str, said: str
) -> None:
    run_chain(ChainRequest("semiconductor", database), Talk("vi" if language == "vi" else "en"))
    told = capsys.readouterr().out
    assert said in told
    assert "chain_hidden" not in told


def test_one_stage_is_shown_whole_and_long_lists_are_cut_with_a_word(
    database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    request = ChainRequest("semiconductor", database, viewer="everything", stage="substrates", show=1)
    run_chain(request, Talk("en"))
    told = capsys.readouterr().out
    assert "chain_f_hidden" in told
    assert "and 1 more; --show 2 prints all" in told
    run_chain(ChainRequest("semiconductor", database, stage="packaging_test"), Talk("en"))
    assert "Who could enter" in capsys.readouterr().out


def test_without_a_name_the_chains_are_listed(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    run_chain(ChainRequest("", database), Talk("en"))
    assert "semiconductor" in capsys.readouterr().out


def test_a_file_of_ones_own_is_read_and_a_wrong_one_refused_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("version: 1\nchain_id: mine\nstages: []\n", encoding="utf-8")
    done = command("mine.yaml", "--lang", "en", folder=tmp_path)
    assert done.returncode != 0
    assert "name is missing" in done.stderr
    assert "Traceback" not in done.stderr
