"""Bases, stacks, dates and contradictions of scenarios, and the laws that hold of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
import yaml
from gis_infrastructures import crossroads
from hypothesis import given, settings
from hypothesis import strategies as st
from scenario_parts import changed_cells, file_of, findings_of, resolved, scenario_pack

from geodata.infrastructure.infrastructure import Infrastructure
from optimizer.case import build_case
from optimizer.runs.inputs import inputs_sha256
from optimizer.scenarios.changes import apply_changes
from optimizer.scenarios.diff import AS_IT_IS, diff_scenarios
from optimizer.scenarios.file import parse_scenario_file
from optimizer.scenarios.on_network import refuse_lost_links
from optimizer.scenarios.resolve import parse_scenario, plain_scenario, resolve_scenario, stack_scenarios
from optimizer.scenarios.scenario import CarbonPrice, Scenario
from optimizer.scenarios.stated import ScenarioFile
from supplychain.errors import FindingsError

SLOW = "- change: speed\n  links: [road_1]\n  by: 0.5"
SLOWER = "- change: speed\n  links: [road_1, road_2]\n  by: 0.8"
SIXTY = "- change: speed\n  links: [road_1]\n  speed: 60 km/h"
SEVENTY = "- change: speed\n  links: [road_1]\n  speed: 70 km/h"
CLOSED = "- change: close\n  links: [river_1]"
DOUBLED = "- change: capacity\n  terminals: [city]\n  by: 2"
MORE_FREIGHT = "- change: demand\n  by: 1.5"
FACTORY = (
    "- change: factory\n  place: park_a\n  commodity: furniture\n  market: overseas\n  direction: export\n"
    "  add: 8 t/day"
)
BRIDGE = (
    "- change: add_link\n  id: bridge\n  from_node: r1\n  to_node: r3\n  link_class: trunk\n  speed: 50 km/h\n"
    "  road: Cầu mới"
)
SPEED_1 = ("links", "road_1", "speed_kmh")


def library(**changes: str | tuple[str, ...]) -> dict[str, ScenarioFile]:
    """Return files by id, each of some changes; ``base`` and ``stack`` stand before a bar in the id's own text."""
    files = {}
    for name, some in changes.items():
        parts = (some,) if isinstance(some, str) else some
        more = "".join(part for part in parts if not part.startswith("-"))
        files[name] = file_of(*(part for part in parts if part.startswith("-")), name=name, more=more)
    return files


def worked(name: str, known: Mapping[str, ScenarioFile]) -> Scenario:
    """Return one of some files worked out."""
    return resolve_scenario(known[name], known, scenario_pack())


def refused(name: str, known: Mapping[str, ScenarioFile]) -> list[tuple[str, int | None, str | None, str]]:
    """Return the findings of one of some files: file, line, field, sentence."""
    with pytest.raises(FindingsError) as error:
        worked(name, known)
    return [(one.file, one.row, one.column, one.text.en) for one in error.value.findings]


def infrastructure_of(corridor: str) -> Infrastructure:
    """Return a network of which one link is a corridor of the pack."""
    found = crossroads()
    corridors = np.array([corridor, *[""] * (len(found.links) - 1)], dtype=np.object_)
    return replace(found, links=replace(found.links, corridor=corridors))


def test_no_change_is_the_base_same_problem_and_same_hash() -> None:
    pack = scenario_pack()
    base, nothing = build_case(pack, AS_IT_IS), build_case(pack, resolved())
    assert nothing.pack == base.pack
    assert inputs_sha256(nothing) == inputs_sha256(base)
    assert nothing.problem.demand_ids == base.problem.demand_ids
    assert (nothing.problem.money_per_t == base.problem.money_per_t).all()
    assert (nothing.problem.capacity_per_day == base.problem.capacity_per_day).all()
    assert inputs_sha256(build_case(pack, resolved(CLOSED))) != inputs_sha256(base)
    assert inputs_sha256(build_case(pack, resolved(MORE_FREIGHT))) != inputs_sha256(base)
    assert inputs_sha256(build_case(pack, resolved(more="tariff_level: high\n"))) != inputs_sha256(base)


STACKABLE = library(a=SLOW, b=SLOWER, c=(CLOSED, MORE_FREIGHT), d=("base: a\n", DOUBLED), e=BRIDGE, f=FACTORY)


@settings(deadline=None, max_examples=6)
@given(st.lists(st.sampled_from(sorted(STACKABLE)), min_size=1, max_size=6, unique=True).flatmap(st.permutations))
def test_a_stack_gives_one_answer_in_any_order(ids: list[str]) -> None:
    pack = scenario_pack()
    found = stack_scenarios([STACKABLE[name] for name in ids], STACKABLE, pack)
    again = stack_scenarios([STACKABLE[name] for name in sorted(ids)], STACKABLE, pack)
    assert found == again
    stated = file_of(name="top", more=f"stack: [{', '.join(ids)}]\n")
    assert resolve_scenario(stated, STACKABLE, pack).effect() == again.effect()
    assert resolve_scenario(stated, STACKABLE, pack).changes == again.changes


def test_factors_of_a_stack_multiply_and_a_shared_base_counts_once() -> None:
    """40 km/h × 0.5 × 0.8 = 16; d builds on a, whose half is not taken twice."""
    cells = changed_cells(stack_scenarios([STACKABLE[name] for name in "abd"], STACKABLE, scenario_pack()))
    assert cells[SPEED_1] == pytest.approx(16.0)
    assert cells["links", "road_2", "speed_kmh"] == pytest.approx(40.0)
    assert cells["terminals", "city", "capacity_teu_per_year"] == 3000.0


def test_a_child_overrides_its_base_and_what_that_builds_on() -> None:
    known = library(old=SIXTY, middle=("base: old\n", CLOSED), child=("base: middle\n", SEVENTY))
    assert changed_cells(worked("child", known))[SPEED_1] == 70.0
    scaled = library(old=SIXTY, child=("base: old\n", SLOW))
    assert changed_cells(worked("child", scaled))[SPEED_1] == 30.0
    (difference,) = diff_scenarios(worked("middle", known), worked("child", known), scenario_pack())
    assert (difference.before, difference.after, difference.unit) == (60.0, 70.0, "km/h")
    assert "speed_kmh 60 → 70 km/h" in difference.text.en


def test_settings_come_from_the_scenario_then_its_base() -> None:
    price = "carbon_price: {value: 50, unit: USD/t, price_year: 2025}\n"
    known = library(
        old=(price, "tariff_level: high\n"),
        child=("base: old\n", "tariff_level: low\n"),
        beside=("stack: [old]\n", "carbon_price: {value: 10, unit: USD/t, price_year: 2025}\n"),
    )
    child = worked("child", known)
    assert child.carbon_price == CarbonPrice(50.0, "USD", 2025)
    assert child.tariff_level == "low"
    ((file, line, field, sentence),) = refused("beside", known)
    assert (file, line, field) == ("beside.yaml", 6, "carbon_price")
    assert "10.0 USD/t (2025)" in sentence
    assert "old.yaml:5:15" in sentence


@pytest.mark.parametrize(
    ("known", "file", "line", "words"),
    [
        (library(top=(SIXTY, SEVENTY)), "top.yaml", 10, "to 70.0, but top.yaml:6:3 sets it to 60.0"),
        (library(top=(SIXTY, SLOW)), "top.yaml", 10, "multiplies speed_kmh of links road_1, but top.yaml:6:3 sets it"),
        (library(one=SIXTY, top=("stack: [one]\n", SEVENTY)), "top.yaml", 7, "one.yaml:6:3"),
        (library(one=SIXTY, two=SEVENTY, top="stack: [two, one]\n"), "two.yaml", 6, "one.yaml:6:3"),
        (library(one=SIXTY, two=SLOW, top="stack: [one, two]\n"), "two.yaml", 6, "one.yaml:6:3"),
        (
            library(one=BRIDGE, two=BRIDGE.replace("50 km/h", "60 km/h"), top="stack: [one, two]\n"),
            "two.yaml",
            6,
            "adds links bridge, but one.yaml:6:3 adds another",
        ),
    ],
)
def test_two_changes_of_one_thing_contradict_and_both_places_are_named(
    known: Mapping[str, ScenarioFile], file: str, line: int, words: str
) -> None:
    assert any(one[:2] == (file, line) and words in one[3] for one in refused("top", known))


def test_what_is_set_alike_or_added_alike_does_not_contradict() -> None:
    known = library(one=(SIXTY, BRIDGE), two=(SIXTY, BRIDGE), top="stack: [one, two]\n")
    assert changed_cells(worked("top", known)) == changed_cells(worked("one", known))


@pytest.mark.parametrize(
    ("known", "field", "words"),
    [
        (library(top="base: tpo\n"), "base", "no scenario tpo"),
        (library(other=SLOW, top="base: othr\n"), "base", "did you mean other?"),
        (library(other=SLOW, top="stack: [other, othr]\n"), "stack", "did you mean other?"),
        (library(a="base: b\n", b="base: a\n", top="base: a\n"), "base", "a → b → a"),
        (library(a="stack: [top]\n", top="base: a\n"), "stack", "top → a → top"),
    ],
)
def test_unknown_and_circular_bases_are_findings_at_their_place(
    known: Mapping[str, ScenarioFile], field: str, words: str
) -> None:
    found = refused("top", known)
    assert any(one[2] == field and words in one[3] and one[1] == 5 for one in found), found


def test_changes_hold_on_their_days_only_and_both_ends_count() -> None:
    march = f"{SIXTY}\n  from: 2026-03-01\n  to: 2026-03-31"
    for day, holds in (("2026-02-28", False), ("2026-03-01", True), ("2026-03-31", True), ("2026-04-01", False)):
        scenario = resolved(march, CLOSED, more=f"date: {day}\n")
        assert (SPEED_1 in changed_cells(scenario)) == holds
        assert scenario.date is not None
        assert scenario.date.isoformat() == day
    (finding,) = findings_of(march)
    assert (finding.row, finding.character, finding.column) == (9, 9, "date")
    assert "write the day planned" in finding.text.en
    known = library(dated=march, top=("base: dated\n", "date: 2026-03-05\n"))
    assert changed_cells(worked("top", known))[SPEED_1] == 60.0


def test_two_dates_in_a_stack_need_one_of_its_own() -> None:
    known = library(
        a=("date: 2026-01-01\n", SLOW),
        b=("date: 2026-02-01\n", CLOSED),
        top="stack: [a, b]\n",
        dated=("stack: [a, b]\n", "date: 2026-03-01\n"),
    )
    ((file, _line, field, sentence),) = refused("top", known)
    assert (file, field) == ("top.yaml", "date")
    assert "2026-01-01" in sentence
    assert str(worked("dated", known).date) == "2026-03-01"


FORM_1 = """\
scenario_id: old
name: {vi: Cũ, en: Old}
description: {vi: Cũ, en: Old}
carbon_price: {value: 0, currency: VND, price_year: 2025}
changes:
  - table: links
    where: {mode: [road], status: open}
    scale: {speed_kmh: 0.6}
    reason: Chậm
  - table: terminals
    ids: [city]
    set: {status: closed}
    reason: Đóng
"""
FORM_2 = """\
format: 2
scenario_id: new
name: Mới
description: Mới
changes:
  - {change: speed, links: {mode: [road], status: open}, by: 0.6, reason: Chậm}
  - {change: close, terminals: [city], reason: Đóng}
"""


def test_form_1_and_its_translation_give_the_same_pack_and_hash() -> None:
    pack = scenario_pack()
    old = resolve_scenario(parse_scenario_file(FORM_1), {}, pack)
    new = resolve_scenario(parse_scenario_file(FORM_2), {}, pack)
    assert apply_changes(pack, old) == apply_changes(pack, new) == apply_changes(pack, parse_scenario(FORM_1))
    assert diff_scenarios(old, new, pack) == ()
    case_1, case_2 = build_case(pack, old), build_case(pack, new)
    assert inputs_sha256(case_1) == inputs_sha256(case_2)


EVERYTHING = (SLOW, CLOSED, DOUBLED, MORE_FREIGHT, FACTORY, BRIDGE)


@settings(deadline=None, max_examples=6)
@given(st.lists(st.sampled_from(EVERYTHING), unique=True), st.sampled_from(["", "tariff_level: low\n"]))
def test_a_scenario_worked_out_written_and_read_again_is_the_same_and_works_out_to_itself(
    some: list[str], more: str
) -> None:
    pack = scenario_pack()
    scenario = resolved(*some, more=f"{more}date: 2026-03-01\n")
    text = yaml.safe_dump(scenario.to_dict(), allow_unicode=True, sort_keys=False)
    file = parse_scenario_file(text, scenario.file)
    again = plain_scenario(file)
    assert again.effect() == scenario.effect()
    assert apply_changes(pack, again) == apply_changes(pack, scenario)
    twice = resolve_scenario(file, {}, pack)
    assert twice.to_dict() == scenario.to_dict()
    assert replace(twice, changes=(), demand_changes=()) == replace(scenario, changes=(), demand_changes=())


def test_a_scenario_differs_from_itself_in_nothing_and_from_the_region_in_what_it_changes() -> None:
    pack = scenario_pack()
    scenario = resolved(*EVERYTHING, more="carbon_price: {value: 50, unit: USD/t, price_year: 2025}\n")
    assert diff_scenarios(scenario, scenario, pack) == ()
    found = diff_scenarios(AS_IT_IS, scenario, pack)
    back = diff_scenarios(scenario, AS_IT_IS, pack)
    assert len(found) == len(back) == 7
    assert {(one.table, one.row_id, one.column, one.before, one.after) for one in found} == {
        (one.table, one.row_id, one.column, one.after, one.before) for one in back
    }
    words = " | ".join(one.text.en for one in found)
    for expected in (
        "carbon_price: 0 VND/t (2025) → 50 USD/t (2025)",
        "links road_1: speed_kmh 40 → 20 km/h",
        "links river_1: status open → closed",
        "capacity_teu_per_year 1500 → 3000 TEU/year",
        "links bridge (Cầu mới): a new row",
        "demand, new: all laden freight × 1.5",
        "furniture · export · park_a · overseas + 8 t/day",
    ):
        assert expected in words.replace("road_1 (x)", "road_1").replace("river_1 (x)", "river_1")
    assert all(one.reason.vi == "Thử" for one in found if one.kind != "setting")


def test_a_scenario_recorded_as_json_is_read_exactly() -> None:
    """JSON writes 1e-07 where YAML wants a point; a recorded scenario is read by JSON's own rules."""
    pack = scenario_pack()
    scenario = resolved(
        "- change: speed\n  links: [road_1]\n  by: 0.5", "- change: demand\n  by: 0.0000001", MORE_FREIGHT
    )
    again = parse_scenario(json.dumps(scenario.to_dict(), ensure_ascii=False), "record")
    assert again.effect() == scenario.effect()
    assert apply_changes(pack, again) == apply_changes(pack, scenario)


def test_links_that_a_stored_network_lacks_are_refused_and_not_lost() -> None:
    scenario = resolved(BRIDGE)
    refuse_lost_links(resolved(CLOSED), infrastructure_of("road_1"))
    refuse_lost_links(scenario, infrastructure_of("bridge"))
    with pytest.raises(FindingsError, match="stored network") as refusal:
        refuse_lost_links(scenario, infrastructure_of("road_1"))
    (finding,) = refusal.value.findings
    assert (finding.file, finding.row, finding.character) == ("what_if.yaml", 6, 3)
    assert "adds the link bridge" in finding.text.en


def test_a_file_that_needs_a_region_says_so_where_there_is_none() -> None:
    for changes, more in (((SIXTY,), ""), ((), "base: other\n"), ((), "stack: [other]\n")):
        with pytest.raises(FindingsError) as refusal:
            plain_scenario(file_of(*changes, more=more))
        assert "hinterland load" in refusal.value.findings[0].text.en


def test_a_change_that_does_not_hold_that_day_names_what_there_is_all_the_same() -> None:
    """A slip in a change of May is told in March too; it may name what another change of May adds."""
    march = "date: 2026-03-02\n"
    may = "\n  from: 2026-05-01"
    (finding,) = findings_of("- change: close\n  links: [road_9]" + may, more=march)
    assert (finding.row, finding.column) == (8, "links")
    slow = "- change: speed\n  links: [bridge]\n  by: 0.5"
    assert findings_of(BRIDGE + may, slow + may, more=march) == ()
    assert findings_of(CLOSED + may, more=march) == ()


def test_money_of_a_year_without_a_rate_and_endless_growth_are_findings() -> None:
    price = "carbon_price: {value: 5, unit: USD/t, price_year: 1900}\n"
    (finding,) = findings_of(CLOSED, more=price)
    assert (finding.row, finding.column) == (5, "carbon_price.price_year")
    (finding,) = findings_of("- change: demand\n  growth: 1000 %/year\n  until: 2100")
    assert finding.column == "growth"
    assert "more than a million times" in finding.text.en


def test_a_contradiction_is_worded_in_one_language() -> None:
    (finding,) = findings_of(SIXTY, SEVENTY)
    assert "speed_kmh của links road_1" in finding.text.vi
    assert "speed_kmh of links road_1" in finding.text.en
