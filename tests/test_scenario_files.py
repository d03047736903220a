"""Scenario files of form 2: every slip is a finding at its line and character; the published schema agrees."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from scenario_parts import text_of

from api.scenarios.commands import schema_text
from api.scenarios.page import verbs_page
from optimizer.scenarios.file import parse_scenario_file, read_scenario_file
from optimizer.scenarios.nearest import nearest
from optimizer.scenarios.schema import scenario_schema
from optimizer.scenarios.template import scenario_template
from optimizer.scenarios.units import Quantity, UnitError, parse_hours, parse_quantity
from optimizer.scenarios.verbs import VERBS
from supplychain.errors import Finding, FindingsError

ROOT = Path(__file__).parents[1]
PUBLISHED = ROOT / "docs" / "planning" / "scenario.schema.json"
SHIPPED = sorted((ROOT / "supplychain" / "regions" / "binh_duong" / "scenarios").glob("*.yaml"))
VALIDATOR = jsonschema.Draft202012Validator(scenario_schema())


def findings(text: str, file: str = "s.yaml") -> tuple[Finding, ...]:
    """Return what is wrong with a text."""
    try:
        parse_scenario_file(text, file)
    except FindingsError as error:
        return error.findings
    return ()


def place(text: str, file: str = "s.yaml") -> tuple[int | None, int | None, str | None, str]:
    """Return line, character, field and sentence of the one finding of a text."""
    (finding,) = findings(text, file)
    assert finding.text.vi
    assert finding.text.vi != finding.text.en
    return finding.row, finding.character, finding.column, finding.text.en


def head(more: str) -> str:
    """Return a file without changes but with these keys from line 5 on."""
    return text_of(more=more).replace("changes:\n", "")


@pytest.mark.parametrize(
    ("more", "line", "character", "field", "words"),
    [
        ("tariff_level: hgih\n", 5, 15, "tariff_level", "did you mean high?"),
        ("tarif_level: high\n", 5, 1, "tarif_level", "did you mean tariff_level?"),
        ("date: 2026-02-30\n", 5, 7, "date", "date of the calendar"),
        ("date: tomorrow\n", 5, 7, "date", "'tomorrow'"),
        ("base: Ring Roads\n", 5, 7, "base", "a–z, 0–9 and _"),
        ("base: what_if\n", 5, 7, "base", "the scenario itself"),
        ("stack: [what_if]\n", 5, 8, "stack", "the scenario itself"),
        ("carbon_price: 50\n", 5, 15, "carbon_price", "needs value, unit"),
        ("carbon_price: {value: -5, unit: USD/t, price_year: 2025}\n", 5, 23, "carbon_price.value", "at least 0"),
        ("carbon_price: {value: 5, unit: EUR/t, price_year: 2025}\n", 5, 32, "carbon_price.unit", "VND/t, USD/t"),
        ("carbon_price: {value: 5, unit: USD/t, price_year: soon}\n", 5, 51, "carbon_price.price_year", "a year"),
        ("carbon_price: {value: 5, price_year: 2025}\n", 5, 15, "carbon_price.unit", "needs value, unit"),
        ("name: Again\n", 5, 1, "name", "stands twice; the first is on line 3"),
        ("changes: none\n", 5, 10, "changes", "must be a list"),
        ("changes: [close]\n", 5, 11, None, "begins with change:"),
        ("date: &day 2026-01-01\n", 5, 7, None, "write the value out"),
        ("date: !!binary aGk=\n", 5, 7, None, "!!binary"),
        ("date: {\n", 6, 1, None, "not valid YAML"),
    ],
)
def test_a_slip_in_the_head_is_a_finding_at_its_place(
    more: str, line: int, character: int, field: str | None, words: str
) -> None:
    found = place(head(more))
    assert found[:3] == (line, character, field), found
    assert words in found[3]


@pytest.mark.parametrize(
    ("change", "line", "character", "field", "words"),
    [
        ("- change: spede", 6, 11, "change", "did you mean speed?"),
        ("- verb: speed", 6, 3, "change", "verbs are open, close"),
        ("- change: close", 6, 3, None, "exactly one of links, terminals, services, places"),
        ("- change: close\n  links: []", 7, 10, "links", "at least one id"),
        ("- change: close\n  link: [a]\n  links: [a]", 7, 3, "link", "did you mean links?"),
        ("- change: close\n  where: {road: QL13}\n  links: [a]", 7, 3, "where", "write links: {…} instead"),
        ("- change: speed\n  links: [a]", 6, 3, None, "at least one of speed, by"),
        ("- change: speed\n  links: [a]\n  speed: 60", 8, 10, "speed", "60 has no unit; write it as '60 km/h'"),
        ("- change: speed\n  links: [a]\n  speed: 60 mph", 8, 10, "speed", "'mph' is not a unit of this"),
        ("- change: speed\n  links: [a]\n  speed: -60 km/h", 8, 10, "speed", "at least 0"),
        ("- change: speed\n  links: [a]\n  speed: 6,5 km/h", 8, 10, "speed", "decimal point"),
        ("- change: speed\n  links: [a]\n  speed: fast", 8, 10, "speed", "no number with a unit"),
        ("- change: speed\n  links: [a]\n  by: 0.8 km/h", 8, 7, "by", "a plain factor"),
        ("- change: speed\n  links: [a]\n  by: .nan", 8, 7, "by", "a plain factor"),
        ("- change: speed\n  links: [a]\n  by: 2\n  speed: 60 km/h", 9, 10, "speed", "cannot stand beside by"),
        ("- change: capacity\n  links: [a]\n  capacity: 20 000 pcu/day", 8, 13, "capacity", "between thousands"),
        ("- change: available\n  links: [a]\n  share: 1.5", 8, 10, "share", "0 to 1"),
        ("- change: speed\n  by: 0.8", 6, 3, None, "needs exactly one of links, where"),
        ("- change: gate\n  terminals: [a]\n  hours: 6-22", 8, 10, "hours", "06:00-22:00"),
        ("- change: gate\n  terminals: [a]\n  hours: 06:75-22:00", 8, 10, "hours", "06:00-22:00"),
        ("- change: gate\n  terminals: [a]\n  hours: 22:00-22:00", 8, 10, "hours", "one time"),
        ("- change: truck_ban\n  links: [a]\n  lift: maybe", 8, 9, "lift", "yes or no"),
        ("- change: modes\n  commodities: [a]\n  allow: [rod]", 8, 11, "allow", "did you mean road?"),
        ("- change: demand\n  by: 2\n  until: soon", 8, 10, "until", "a year from 1850"),
        ("- change: demand\n  by: 2\n  growth: 3 %/year", 8, 11, "growth", "cannot stand beside by"),
        ("- change: close\n  links: [a]\n  from: 2026-03-02\n  to: 2026-03-01", 9, 7, "to", "before it begins"),
        ("- change: close\n  links: [a]\n  from: 1 March", 8, 9, "from", "date of the calendar"),
        ("- change: add_link\n  id: x\n  from_node: r1", 6, 3, "to_node", "needs to_node"),
        (
            "- change: add_node\n  id: x\n  mode: road\n  at: {lat: 106.7, lon: 10.9}",
            9,
            7,
            "at",
            "are swapped",
        ),
        ("- change: add_node\n  id: x\n  mode: road\n  at: [10.9, 106.7]", 9, 7, "at", "must be a place"),
        (
            "- change: add_link\n  id: x\n  from_node: a\n  to_node: b\n  geometry: LINESTRING (10.9 106.7, 10.8 106)",
            10,
            13,
            "geometry",
            "longitude before latitude",
        ),
        (
            "- change: add_link\n  id: x\n  from_node: a\n  to_node: b\n  geometry: {type: Point, coordinates: [1, 2]}",
            10,
            13,
            "geometry",
            "GeoJSON of type LineString",
        ),
        ("- change: add_link\n  id: x\n  from_node: a\n  to_node: b\n  lanes: 2.5", 10, 10, "lanes", "whole number"),
        ("- change: table\n  table: links\n  set: {status: open}", 6, 3, None, "exactly one of ids, where"),
        (
            "- change: table\n  table: links\n  ids: [a]\n  scale: {speed_kmh: -1}",
            9,
            22,
            "scale.speed_kmh",
            "a plain factor",
        ),
    ],
)
def test_a_slip_in_a_change_is_a_finding_at_its_place(
    change: str, line: int, character: int, field: str | None, words: str
) -> None:
    found = place(text_of(change))
    assert found[:3] == (line, character, field), found
    assert words in found[3]


def test_a_change_without_a_reason_and_a_file_of_a_newer_form_are_findings() -> None:
    text = text_of("- change: close\n  links: [a]").replace("  reason: Thử\n", "")
    assert place(text)[2:] == ("reason", "needs a text in both languages: {vi: …, en: …}.")
    line, character, field, words = place(text_of().replace("format: 2", "format: 3"))
    assert (line, character, field) == (1, 9, "format")
    assert "reads forms 1 and 2" in words
    assert place(text_of().replace("format: 2", "format: two"))[2] == "format"


def test_json_is_read_with_places_and_its_own_faults() -> None:
    """Tabs are blank in JSON but not in YAML; a string keeps its own."""
    document = yaml.safe_load(text_of("- change: close\n  links: [a]", name="as_json"))
    text = json.dumps(document, ensure_ascii=False, indent="\t")
    read = parse_scenario_file(text, "as_json.json")
    assert read.changes[0].selections["links"].ids == ("a",)
    assert (read.changes[0].place.line, read.changes[0].place.character) == (7, 3)
    line, character, field, _words = place(text.replace('"close"', '"clsoe"'), "as_json.json")
    assert (line, character, field) == (8, 14, "change")
    assert place(text.replace('"format": 2,', '"format": 2'), "as_json.json")[0] == 3
    assert "stands twice" in findings(text.replace('"format": 2,', '"format": 2, "format": 2,'), "a.json")[0].text.en


@settings(deadline=None, max_examples=150)
@given(st.one_of(st.text(max_size=60), st.binary(max_size=60)), st.sampled_from(["", "changes:\n- ", "format: 2\n"]))
def test_whatever_a_file_holds_the_answer_is_findings(tmp_path_factory: Any, content: str | bytes, before: str) -> None:  # noqa: ANN401 - pytest's
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_bytes(before.encode() + (content if isinstance(content, bytes) else content.encode("utf-8", "ignore")))
    with pytest.raises(FindingsError) as refused:
        read_scenario_file(file)
    assert refused.value.findings


@pytest.mark.parametrize("text", ["a: " * 3000, "[" * 4000, "x" * 2_000_001, "a: \x00", "- " * 3000])
def test_monstrous_files_are_findings_too(text: str) -> None:
    assert findings(text)


@settings(deadline=None)
@given(st.floats(0, 1e12), st.sampled_from(["pcu/day", "TEU/week", "t/day"]), st.sampled_from(["", " ", "  "]))
def test_a_quantity_written_is_read_again(value: float, unit: str, space: str) -> None:
    units = ("pcu/day", "TEU/week", "t/day")
    assert parse_quantity(f"{value!r}{space}{unit}", units) == Quantity(value, unit)
    assert parse_quantity(str(Quantity(value, unit)), units) == Quantity(value, unit)


def test_quantities_and_hours() -> None:
    assert parse_quantity("60km/h", ("km/h",)) == Quantity(60.0, "km/h")
    assert parse_quantity("5000 teu / week", ("TEU/week",)) == Quantity(5000.0, "TEU/week")
    assert Quantity(1.0, "USD/t/h").of == "USD"
    assert Quantity(1.0, "TEU/week").per == "week"
    assert parse_hours("06:30-22:00") == (6.5, 22.0)
    assert parse_hours("22:00 – 06:00") == (22.0, 6.0)
    assert parse_hours("00:00-24:00") == (0.0, 24.0)
    for wrong in ("24:30-06:00", "6", 6, None, True):
        with pytest.raises(UnitError):
            parse_hours(wrong)
    assert parse_quantity("1.234 km/h", ("km/h",)).value == 1.234
    for grouped in ("1.234.567 km/h", "1,234 km/h", "1 234 km/h", "1_234 km/h"):
        with pytest.raises(UnitError, match="between thousands"):
            parse_quantity(grouped, ("km/h",))
    things: tuple[object, ...] = (True, None, [], "1e999 km/h", "60 km/h/h")
    for no_quantity in things:
        with pytest.raises(UnitError):
            parse_quantity(no_quantity, ("km/h",))


def test_the_nearest_id_is_found_by_id_and_by_name() -> None:
    known = {"cat_lai": "Cảng Tân Cảng – Cát Lái\nTân Cảng–Cát Lái Terminal", "tcit": "Cảng Cái Mép", "road_1": ""}
    assert "cat_lai" in nearest("catlai", known).en
    assert "cat_lai" in nearest("Cát Lái", known).vi
    assert "road_1" in nearest("road1", known).en
    assert nearest("zzzzzz", known).en == ""


def test_the_published_schema_is_the_one_of_the_declarations() -> None:
    jsonschema.Draft202012Validator.check_schema(scenario_schema())
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text(), "run: hinterland scenario schema --out " + str(
        PUBLISHED
    )


def test_the_page_of_verbs_is_the_one_of_the_declarations() -> None:
    assert (ROOT / "docs" / "planning" / "verbs.md").read_text(encoding="utf-8") == verbs_page(), (
        "run: python -m api.scenarios.page"
    )


def test_the_example_of_the_documentation_is_a_scenario_and_keeps_the_schema() -> None:
    page = (ROOT / "docs" / "planning" / "scenarios.md").read_text(encoding="utf-8")
    text = page.split("```yaml\n")[1].split("```")[0]
    assert [change.verb for change in parse_scenario_file(text).changes] == ["available", "factory"]
    document = json.loads(json.dumps(yaml.safe_load(text), default=str))
    VALIDATOR.validate(document)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_every_shipped_scenario_keeps_the_schema(file: Path) -> None:
    VALIDATOR.validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    assert read_scenario_file(file).scenario_id == file.stem


@pytest.mark.parametrize("name", VERBS)
def test_the_example_of_every_verb_is_read_and_keeps_the_schema(name: str) -> None:
    text = text_of(VERBS[name].example, more="date: 2026-03-02\n")
    assert parse_scenario_file(text).changes[0].verb == name
    VALIDATOR.validate(json.loads(json.dumps(yaml.safe_load(text), default=str)))


@pytest.mark.parametrize(
    "change",
    [
        "- change: spede",
        "- change: close",
        "- change: speed\n  links: [a]\n  speed: 60",
        "- change: speed\n  links: [a]\n  speed: 60 mph",
        "- change: speed\n  links: [a]\n  by: 2\n  speed: 60 km/h",
        "- change: speed\n  links: [a]\n  by: -2",
        "- change: close\n  links: [a]\n  terminals: [b]",
        "- change: table\n  table: links\n  set: {status: open}",
        "- change: add_link\n  id: x\n  from_node: r1",
        "- change: gate\n  terminals: [a]\n  hours: 6-22",
    ],
)
def test_what_the_reader_refuses_by_its_form_the_schema_refuses_too(change: str) -> None:
    assert findings(text_of(change))
    assert list(VALIDATOR.iter_errors(yaml.safe_load(text_of(change))))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_template_is_a_scenario_and_every_comment_in_it_is_a_change(language: Any) -> None:  # noqa: ANN401 - a literal
    text = scenario_template("mine", language, base="base", stack=("other",))
    read = parse_scenario_file(text, "mine.yaml")
    assert (read.base, read.stack, read.changes) == ("base", ("other",), ())
    body = text[text.index("changes:") :]
    examples = "\n".join(line[2:] for line in body.splitlines() if line.startswith(("# - ", "#   ")))
    head_ = "format: 2\nscenario_id: mine\nname: x\ndescription: x\ndate: 2026-03-02\nchanges:\n"
    assert [change.verb for change in parse_scenario_file(head_ + examples).changes] == list(VERBS)


def test_the_place_of_what_is_no_text_is_told(tmp_path: Path) -> None:
    """A letter of Latin-1 on line 3, a character that YAML does not take, a halved one of JSON, a long or deep file."""
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(head("").encode().replace("Thử".encode(), b"Th\xe9", 1))
    with pytest.raises(FindingsError) as refused:
        read_scenario_file(latin)
    line = head("").split("Thử", 1)[0].count("\n") + 1
    assert refused.value.findings[0].row == line
    assert refused.value.findings[0].character
    assert place(head("") + "\x00")[:2] == (head("").count("\n") + 1, 1)
    assert place('{"a": 1,\n "b": "\\ud800"}', "s.json")[:2] == (2, 8)
    assert place("x" * 2_000_001)[:2] == (1, 2_000_001)
    assert place("[" * 4000)[:2] == (1, 1)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ("- change: close\n  links: [a, b, a]", "links", "names 'a' twice"),
        ("- change: demand\n  by: 10000001", "by", "at most a million"),
        ("- change: table\n  table: links\n  ids: [a]\n  scale: {speed_kmh: 10000001}", "scale.speed_kmh", "million"),
        ("- change: capacity\n  terminals: [a]\n  capacity: 1e300 TEU/week", "capacity", "at most 1e15"),
    ],
)
def test_ids_named_twice_and_numbers_beyond_sense_are_findings(change: str, field: str, words: str) -> None:
    found = place(text_of(change))
    assert found[2] == field
    assert words in found[3]
