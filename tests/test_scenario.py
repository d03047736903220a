"""Scenarios: read from YAML with every finding, and applied to a pack."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from planner_pack import BASE, REASON, planner_pack, scenario_of, set_change

from optimizer.scenarios.changes import apply_changes, check_scenario
from optimizer.scenarios.file import read_scenario_file
from optimizer.scenarios.resolve import list_scenarios, parse_scenario, read_scenario
from optimizer.scenarios.scenario import CarbonPrice, Change, Scenario
from supplychain.errors import FindingsError
from supplychain.pack import Pack
from supplychain.text import Text

GOOD = """\
scenario_id: two_changes
name: {vi: Hai thay đổi, en: Two changes}
description: {vi: Thử nghiệm, en: A test}
carbon_price: {value: 50, currency: USD, price_year: 2025}
changes:
  - table: links
    where: {road: [QL13, VĐ3], status: planned}
    set: {status: open}
    reason: {vi: Thông xe, en: Opened}
  - table: terminals
    ids: [river]
    scale: {capacity_teu_per_year: 2}
    reason: Twice the quays
"""
BAD = """\
scenario_id: Two Changes
name: Two changes
description: {vi: Thử nghiệm, en: A test}
colour: red
carbon_price: {value: -1, currency: USD, price_year: 2025}
changes:
  - table: links
    where: {road: QL13}
    ids: [road_1]
    set: {status: open}
    reason: {vi: Thông xe, en: Opened}
  - table: terminals
    ids: [river]
    scale: {capacity_teu_per_year: -2}
    reason: {vi: Sai, en: Wrong}
"""


def test_a_file_gives_its_changes_with_the_lines_they_stand_on() -> None:
    scenario = parse_scenario(GOOD)
    assert scenario.carbon_price == CarbonPrice(50.0, "USD", 2025)
    first, second = scenario.changes
    assert isinstance(first, Change)
    assert isinstance(second, Change)
    assert first.where == (("road", ("QL13", "VĐ3")), ("status", ("planned",)))
    assert first.set_values == (("status", "open"),)
    assert (first.line, second.line) == (6, 10)
    assert second.ids == ("river",)
    assert second.scale == (("capacity_teu_per_year", 2.0),)
    assert second.reason == Text(en="Twice the quays", vi="Twice the quays")


def test_all_findings_of_a_file_are_told_at_once_with_their_line() -> None:
    with pytest.raises(FindingsError, match="6 finding") as refused:
        parse_scenario(BAD, "bad.yaml")
    places = [(finding.row, finding.character, finding.column) for finding in refused.value.findings]
    assert places == [
        (1, 14, "scenario_id"),
        (2, 7, "name"),
        (4, 1, "colour"),
        (5, 23, "carbon_price.value"),
        (7, 5, None),
        (14, 36, "scale.capacity_teu_per_year"),
    ]
    assert "bad.yaml:14:36" in refused.value.sentence("vi")


@pytest.mark.parametrize("text", ["changes: [", "- a list", "", "changes:\n  - {table: [}"])
def test_what_is_no_scenario_is_refused(text: str) -> None:
    with pytest.raises(FindingsError, match="finding"):
        parse_scenario(text)


def test_a_file_that_is_not_utf_8_or_not_there_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "latin.yaml"
    file.write_bytes("name: Đường".encode("utf-16"))
    with pytest.raises(FindingsError) as refused:
        read_scenario(file)
    assert "UTF-8" in refused.value.findings[0].text.en
    with pytest.raises(FindingsError):
        read_scenario(tmp_path / "missing.yaml")


words = st.text("abcđê ", min_size=1, max_size=8).filter(lambda text: text.strip() == text)
values = st.one_of(st.booleans(), st.integers(-5, 5), st.floats(-5, 5), words)
changes = st.builds(
    lambda ids, where, set_values, scale: Change(
        "links", tuple(ids), () if ids else where, set_values, scale if set_values else (("a", 2.0),), REASON
    ),
    st.lists(words, max_size=3, unique=True),
    st.tuples(st.tuples(words, st.tuples(values, values))),
    st.dictionaries(words, values, max_size=2).map(lambda found: tuple(found.items())),
    st.dictionaries(words, st.floats(0, 9), max_size=2).map(lambda found: tuple(found.items())),
)


@settings(deadline=None, max_examples=50)
@given(st.lists(changes, max_size=3), st.floats(0, 1e6))
def test_a_scenario_written_and_read_again_is_the_same(some: list[Change], price: float) -> None:
    scenario = replace(BASE, carbon_price=CarbonPrice(price, "VND", 2025), changes=tuple(some))
    read = parse_scenario(yaml.safe_dump(scenario.to_dict(), allow_unicode=True, sort_keys=False))
    assert tuple(replace(change, line=None, character=None) for change in read.changes) == tuple(some)
    assert replace(read, changes=(), file=BASE.file) == replace(scenario, changes=())


def test_changes_set_and_scale_the_rows_they_name_in_order() -> None:
    """Twice 30,000 TEU is 60,000; set after that, 7,000 stays; no other row changes, nor the given pack."""
    pack = planner_pack()
    doubled = Change("terminals", ("river",), (), (), (("capacity_teu_per_year", 2.0),), REASON)
    rows = apply_changes(pack, scenario_of(doubled)).table("terminals").set_index("terminal_id")
    assert rows.loc["river", "capacity_teu_per_year"] == 60_000.0
    assert rows.loc["port", "capacity_teu_per_year"] == 600_000.0
    last = set_change("terminals", "river", capacity_teu_per_year=7_000)
    rows = apply_changes(pack, scenario_of(doubled, last)).table("terminals").set_index("terminal_id")
    assert rows.loc["river", "capacity_teu_per_year"] == 7_000.0
    assert pack == planner_pack()


def test_where_means_rows_that_match_every_column() -> None:
    change = Change("links", (), (("mode", ("road",)), ("length_m", (50_000.0,))), (("status", "closed"),), (), REASON)
    rows = apply_changes(planner_pack(), scenario_of(change)).table("links").set_index("link_id")
    assert rows["status"].to_dict() == {"road_1": "open", "road_2": "closed", "river_1": "open"}


@pytest.mark.parametrize(
    ("change", "place", "words_of_it"),
    [
        (set_change("roads", "road_1", status="open"), "table", "no table 'roads'"),
        (set_change("links", "road_9", status="open"), "ids", "no row 'road_9'"),
        (set_change("links", "road_1", colour="red"), "colour", "no column 'colour'"),
        (set_change("links", "road_1", status="opne"), "status", "not 'opne'"),
        (set_change("links", "road_1", speed_kmh=-3), "speed_kmh", "below the least allowed, 0.1"),
        (set_change("links", "road_1", speed_kmh="fast"), "speed_kmh", "'fast' is not one"),
        (set_change("links", "road_1", link_id="x"), "link_id", "cannot be changed"),
        (set_change("links", "road_1", length_m=None), "length_m", "cannot be empty"),
        (Change("links", (), (("road", ("QL99",)),), (("status", "open"),), (), REASON), "where", "no row"),
        (Change("links", ("road_1",), (), (), (("status", 2.0),), REASON), "status", "cannot be scaled"),
    ],
)
def test_changes_that_do_not_fit_the_pack_are_findings(change: Change, place: str, words_of_it: str) -> None:
    scenario = scenario_of(change)
    (finding,) = check_scenario(planner_pack(), scenario)
    assert finding.column == place
    assert words_of_it in finding.text.en
    with pytest.raises(FindingsError, match="1 finding"):
        apply_changes(planner_pack(), scenario)


def test_every_shipped_scenario_fits_the_shipped_pack(region_pack: Pack) -> None:
    folder = Path(__file__).parents[1] / "supplychain" / "regions" / "binh_duong"
    files = list_scenarios(folder)
    assert files[0].stem == "base"
    assert len(files) >= 6
    known = {one.stem: read_scenario_file(one) for one in files}
    for file in files:
        scenario = read_scenario(file, region_pack, known)
        assert scenario.scenario_id == file.stem
        assert check_scenario(region_pack, scenario) == ()


def test_a_change_without_rows_or_effect_is_refused() -> None:
    with pytest.raises(ValueError, match="exactly one of ids and where"):
        Change("links", (), (), (("status", "open"),), (), REASON)
    with pytest.raises(ValueError, match="a set or a scale"):
        Change("links", ("road_1",), (), (), (), REASON)
    with pytest.raises(ValueError, match="at least 0"):
        CarbonPrice(-1.0, "USD", 2025)
    assert Scenario("empty", BASE.name, BASE.description).changes == ()
