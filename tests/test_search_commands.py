"""``hinterland search`` and ``hinterland registry index``, and the benchmark on a few firms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from registry_parts import facility, offer, offer_month, organisation, set_values, source, write
from typer.testing import CliRunner

import api.cli
from api.database import migrate
from benchmarks.search_million import ask_questions, compare
from benchmarks.synthetic_firms import draw_firms, firm_entries
from supplychain.database import make_engine
from supplychain.errors import HinterlandError
from supplychain.registry.values import Edit


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database with a park and three firms, one of them made up, one without position."""
    path = tmp_path_factory.mktemp("search") / "firms.gpkg"
    engine = make_engine(str(path))
    migrate(engine)
    said = {"source": "tenant_list", "confidence": "high"}
    park = {"name_vi": "KCN Một", "name_en": "Park One", "lat": 11.0, "lon": 106.7, "position_accuracy_m": 100.0}
    park |= {"former_province": "Bình Dương", "in_region": True, "area_ha": 100.0, "leased_pct": 50.0, "status": "open"}
    write(
        engine,
        source(),
        Edit("parks", "park_one", {**park, **said}),
        organisation("org_a", name_vi="Công ty Khuôn mẫu An"),
        facility("fac_a", "org_a", park_id="park_one"),
        offer("off_a", "fac_a", article_vi="Khuôn ép nhựa", hs_code="848071", capacity_t_per_month=5.0),
        offer_month("m_a", "off_a", "2026-03", capacity=5.0, free_capacity=2.0),
        organisation("org_b", name_vi="Công ty Khuôn mẫu Bình"),
        facility("fac_b", "org_b"),
        offer("off_b", "fac_b", article_vi="Khuôn ép nhựa", capacity_t_per_month=50.0),
        organisation("org_s", name_vi="Công ty Khuôn mẫu Sơn", synthetic=True),
        facility("fac_s", "org_s", synthetic=True),
        offer("off_s", "fac_s", article_vi="Khuôn ép nhựa", synthetic=True),
    )
    engine.dispose()
    return path


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the index of each test in a folder of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    return tmp_path


def run(*arguments: str, database: Path) -> str:
    """Return what a command prints."""
    result = CliRunner().invoke(api.cli.app, [*arguments, "-d", str(database), "--lang", "en"])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def answer(*arguments: str, database: Path) -> Any:  # noqa: ANN401 - parsed JSON
    """Return the JSON answer of a command."""
    return json.loads(run(*arguments, "--json", database=database))


def test_offers_near_a_park_are_found_with_their_distance(database: Path) -> None:
    told = answer("search", "khuon ep nhua", "--near", "park_one", "--km", "40", database=database)
    assert told["total"] == 1
    assert told["without_position"] == 1
    hit = told["hits"][0]
    assert (hit["organisation_id"], hit["offer_id"], hit["distance_km"], hit["distance_to_park"]) == (
        "org_a",
        "off_a",
        0.0,
        True,
    )
    assert sum(hit["parts"].values()) == hit["score"]
    printed = run("search", "khuon ep nhua", "--near", "11.0,106.7", database=database)
    assert "1 organisations match; 1 shown." in printed
    assert "1 more match but for the circle: nobody has said where they stand." in printed


def test_every_limit_can_be_set(database: Path) -> None:
    assert answer("search", "--code", "hs:84", "--code", "hs:39", database=database)["total"] == 1
    assert answer("search", "khuôn", "--capacity", "5.1", database=database)["total"] == 1
    assert answer("search", "khuôn", "--capacity", "2", "--month", "2026-03", database=database)["total"] == 1
    assert answer("search", "khuôn", "--synthetic", "--limit", "1", database=database)["total"] == 3
    assert answer("search", "khuôn", "--needs", database=database)["total"] == 0
    assert answer("search", "khuôn", "--certificate", "ISO 9001", "--on", "2026-01-01", database=database)["total"] == 0


def test_how_words_were_taken_is_told(database: Path) -> None:
    assert "typing error" in run("search", "khuno ép nhựa", database=database)
    assert "half of them were enough" in run("search", "khuôn ép cao su", database=database)
    printed = run("search", "Công ty khuôn mẫu", database=database)
    assert "Words passed over: công, ty." in printed
    assert "Nothing matches." in run("search", "xyzzy", database=database)


def test_a_month_that_leaves_firms_out_is_told(database: Path) -> None:
    told = answer("search", "khuôn", "--month", "2026-04", database=database)
    assert (told["total"], told["without_month"]) == (0, 2)
    assert "2 match without the month 2026-04" in run("search", "khuôn", "--month", "2026-04", database=database)


def test_the_viewer_decides_what_is_found(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.gpkg"
    copy.write_bytes(database.read_bytes())
    engine = make_engine(str(copy))
    write(engine, set_values("organisations", "org_b", visibility="private"))
    engine.dispose()
    totals = {
        who: answer("search", "khuôn", "--viewer", who, database=copy)["total"] for who in ("public", "everything")
    }
    assert totals == {"public": 1, "everything": 2}
    assert answer("search", "khuôn", "--viewer", "org_b", database=copy)["total"] == 2


def test_the_index_is_made_and_made_again(database: Path, cache: Path) -> None:
    told = answer("registry", "index", database=database)
    assert told["number"] == 1
    assert told["entries"] == 3
    assert Path(told["folder"]).is_relative_to(cache)
    printed = run("registry", "index", "--rebuild", database=database).replace("\n", "")
    assert "holds 3 entries, up to change 1" in printed


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        (("--near", "nowhere"), '"nowhere" is no place'),
        (("--near", "11,abc"), '"11,abc" is no place'),
        (("--near", "106.7,11.0"), "latitude and longitude are swapped"),
        (("--near", "nan,106"), "is no place"),
        (("--near", "11,106.7", "--km", "-1"), "radius must be more than 0"),
        (("--near", "11,106.7", "--km", "nan"), "radius must be more than 0"),
        (("--capacity", "-1"), "least capacity"),
        (("--unit", "kg"), "no unit kg"),
        (("--month", "March"), "March"),
        (("--on", "31/03/2026"), '"31/03/2026" is no day'),
        (("--code", "85"), "does not say its system"),
        (("--viewer", "nobody"), "no organisation nobody"),
    ],
)
def test_bad_input_is_one_clear_sentence(database: Path, arguments: tuple[str, ...], match: str) -> None:
    with pytest.raises(HinterlandError, match=match) as caught:
        run("search", "khuôn", *arguments, database=database)
    assert caught.value.sentence("vi") != caught.value.sentence("en")


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("'; DROP khuôn", 2),
        ('"khuôn" +ép -nhựa~2 (^*?:\\/[]{}', 2),
        ("\u202ekhuôn\x00ép", 2),
        ("NOT OR", 0),
        ("a" * 1000, 0),
    ],
)
def test_no_text_is_taken_for_a_query_language(database: Path, text: str, total: int) -> None:
    assert answer("search", text, database=database)["total"] == total


def test_made_up_firms_are_the_same_for_the_same_seed() -> None:
    first, again, other = (list(firm_entries(draw_firms(200, seed))) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert len({entry.organisation_id for entry in first}) == 200
    assert all(entry.synthetic for entry in first)


def test_questions_are_the_same_however_many_are_asked() -> None:
    kind = "the same with a typing error"
    assert ask_questions(kind, 5) == ask_questions(kind, 50)[:5]


def test_the_benchmark_agrees_with_the_scan_on_a_few_firms() -> None:
    cases = list(compare(3_000, 20, 20))
    assert [case.relative_difference for case in cases] == [0.0] * 4
    assert all(case.meets_target for case in cases)
    assert json.loads(cases[0].to_json())["checked"] == 20


@pytest.mark.parametrize("text", ["\x00", "🙂", '"+-^~*?:\\/()[]{}"'])
def test_a_text_without_a_word_is_refused(database: Path, text: str) -> None:
    with pytest.raises(HinterlandError, match="holds no word"):
        run("search", text, database=database)
