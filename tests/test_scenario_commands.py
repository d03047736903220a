"""``hinterland scenario`` as people and programs use it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from api.cli import app
from supplychain.errors import HinterlandError

RUNNER = CliRunner()
REGION = ("--region", "binh_duong")
REFUSED = 2


def run(*arguments: str, status: int = 0) -> str:
    """Return what ``hinterland scenario`` prints."""
    done = RUNNER.invoke(app, ["scenario", *arguments])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == status, done.output
    return done.stdout


def write(folder: Path, name: str, text: str) -> Path:
    """Return a scenario file written."""
    file = folder / f"{name}.yaml"
    file.write_text(f"format: 2\nscenario_id: {name}\nname: Thử\ndescription: Thử\n{text}", encoding="utf-8")
    return file


def test_a_file_is_made_checked_filled_in_shown_and_compared(tmp_path: Path) -> None:
    """A branch of a shipped scenario: its base has the bridge closed, the branch doubles a port and adds a factory."""
    file = tmp_path / "my_branch.yaml"
    assert "my_branch.yaml" in run("new", str(file), "--base", "dong_nai_bridge_closed", "--lang", "en")
    assert "no findings" in run("validate", str(file), *REGION, "--lang", "en")
    with file.open("a", encoding="utf-8") as out:
        out.write(
            "- change: capacity\n  terminals: [cat_lai]\n  by: 1.5\n  reason: {vi: Thêm cầu bến, en: More quays}\n"
            "- change: factory\n  place: vsip_2\n  commodity: furniture\n  market: us_west\n  direction: export\n"
            "  add: 120 t/day\n  reason: Nhà máy mới\n"
        )
    shown = run("show", str(file), *REGION, "--lang", "en")
    assert "builds on dong_nai_bridge_closed" in shown
    assert "# More quays" in shown
    assert "terminals cat_lai (Cảng Tân Cảng – Cát Lái): capacity_teu_per_year 5500000 → 8250000 TEU/year" in shown
    assert "status open → closed" in shown
    assert "furniture · export · vsip_2 · us_west + 120 t/day" in shown
    told = json.loads(run("diff", "dong_nai_bridge_closed", str(file), *REGION, "--json"))
    assert [one["kind"] for one in told["differences"]] == ["cell", "demand_added"]
    assert told["differences"][0]["before"] == 5_500_000.0
    assert told["differences"][0]["after"] == 8_250_000.0
    document = json.loads(run("show", str(file), *REGION, "--json"))
    added = document["freight_t_per_day"]["after"] - document["freight_t_per_day"]["before"]
    assert 120.0 <= added < 180.0  # with its empties
    assert document["scenario"]["format"] == 2


def test_findings_of_several_files_are_told_together_with_line_and_character(tmp_path: Path) -> None:
    bad = write(tmp_path, "bad", "changes:\n- change: close\n  links: [dong_nai_brige]\n  reason: x\n")
    worse = write(tmp_path, "worse", "colour: red\nchanges: []\n")
    good = write(tmp_path, "good", "base: base\nchanges: []\n")
    told = run("validate", str(bad), str(worse), str(good), *REGION, "--lang", "en", status=REFUSED)
    assert "bad.yaml:7:11 [links]: there is no link 'dong_nai_brige' (did you mean dong_nai_bridge?)." in told
    assert "worse.yaml:5:1 [colour]: is not known here" in told
    assert "good.yaml: no findings." in told
    document = json.loads(run("validate", str(bad), str(good), *REGION, "--json", status=REFUSED))
    assert [one["valid"] for one in document["scenarios"]] == [False, True]
    (finding,) = document["scenarios"][0]["findings"]
    assert (finding["line"], finding["character"], finding["field"]) == (7, 11, "links")
    assert "có phải ý là dong_nai_bridge" in finding["text"]["vi"]


def test_files_build_on_files_beside_them_and_scenarios_stack_on_the_command_line(tmp_path: Path) -> None:
    write(tmp_path, "below", "changes:\n- {change: close, links: [dong_nai_bridge], reason: x}\n")
    above = write(tmp_path, "above", "base: below\nstack: [act_river_ports]\n")
    told = run("show", str(above), *REGION, "--lang", "vi")
    assert "dựa trên below, act_river_ports" in told
    assert "dong_nai_bridge" in told
    one, other = (
        json.loads(run("show", names, *REGION, "--json"))
        for names in ("dong_nai_bridge_closed+act_river_ports", "act_river_ports+dong_nai_bridge_closed")
    )
    assert one == other
    assert "No difference" in run("diff", "base", "base", *REGION, "--lang", "en")


def test_scenarios_that_contradict_are_refused_with_both_places(tmp_path: Path) -> None:
    one = write(tmp_path, "one", "changes:\n- {change: speed, links: [dong_nai_bridge], speed: 30 km/h, reason: x}\n")
    two = write(tmp_path, "two", "changes:\n- {change: speed, links: [dong_nai_bridge], speed: 20 km/h, reason: x}\n")
    with pytest.raises(HinterlandError) as refused:
        run("show", f"{one}+{two}", *REGION)
    assert "two.yaml:6:3" in refused.value.sentence("en")
    assert "one.yaml:6:3" in refused.value.sentence("en")


def test_new_never_overwrites_and_takes_ids_alone(tmp_path: Path) -> None:
    file = write(tmp_path, "mine", "changes: []\n")
    before = file.read_bytes()
    for arguments, words in (
        ([str(file)], "already"),
        ([str(tmp_path / "Mine.yaml")], "scenario's id"),
        ([str(tmp_path / "mine.json")], "YAML file"),
        ([str(tmp_path / "other.yaml"), "--base", "Ring Roads"], "scenario's id"),
    ):
        with pytest.raises(HinterlandError, match=words):
            run("new", *arguments)
    assert file.read_bytes() == before
    assert sorted(found.name for found in tmp_path.iterdir()) == ["mine.yaml"]


def test_list_and_schema(tmp_path: Path) -> None:
    document: dict[str, Any] = json.loads(run("list", *REGION, "--json"))
    ids = [one["scenario_id"] for one in document["scenarios"]]
    assert ids == sorted(ids)
    assert {"base", "river_first", "ring_roads_3_4"} <= set(ids)
    assert "river_first" in run("list", *REGION, "--lang", "vi")
    out = tmp_path / "schema.json"
    run("schema", "--out", str(out))
    assert json.loads(out.read_text(encoding="utf-8")) == json.loads(run("schema"))


def test_an_unknown_scenario_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(HinterlandError, match="did you mean river_first"):
        run("show", "river_frist", *REGION)
    with pytest.raises(HinterlandError, match="1 finding"):
        run("show", str(tmp_path / "missing.yaml"), *REGION)


def test_a_shown_scenario_written_as_a_file_is_the_same_scenario(tmp_path: Path) -> None:
    document = json.loads(run("show", "river_first", *REGION, "--json"))["scenario"]
    file = tmp_path / "river_first.yaml"
    file.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")
    assert "No difference" in run("diff", "river_first", str(file), *REGION, "--lang", "en")


def test_a_base_under_another_name_is_refused_and_an_idle_change_is_told(tmp_path: Path) -> None:
    """A file found by its name but of another id would be laid on as a stranger; in April, May changes nothing."""
    write(tmp_path, "lower", "changes: []\n").rename(tmp_path / "renamed.yaml")
    above = write(tmp_path, "above", "base: renamed\nchanges: []\n")
    assert "renamed.yaml:2:14 [scenario_id]: is lower" in run("validate", str(above), *REGION, "--lang", "en", status=2)
    lost = write(tmp_path, "lost", f"base: {'a' * 300}\nchanges: []\n")
    assert "lost.yaml:5:7 [base]: there is no scenario" in run("validate", str(lost), *REGION, "--lang", "en", status=2)
    later = write(
        tmp_path,
        "later",
        "date: 2026-04-01\nchanges:\n- change: close\n  links: [dong_nai_bridge]\n  from: 2026-05-01\n  reason: x\n",
    )
    for command in ("validate", "show"):
        told = run(command, str(later), *REGION, "--lang", "en")
        assert "later.yaml:7:3: close does not hold on 2026-04-01" in told


def test_a_course_of_fifty_thousand_points_is_checked_in_seconds(tmp_path: Path) -> None:
    points = ", ".join(f"{106.714 + place * 1e-6:.6f} 10.827" for place in range(50_000))
    change = (
        "changes:\n- change: add_link\n  id: l_new\n  from_node: n_ql13_binh_trieu\n  to_node: n_ql13_vinh_phu\n"
        f"  link_class: trunk\n  speed: 60 km/h\n  geometry: LINESTRING ({points})\n  reason: x\n"
    )
    file = write(tmp_path, "long_course", change)
    began = time.process_time()
    assert "its line ends" in run("validate", str(file), *REGION, "--lang", "en", status=2)
    assert time.process_time() - began < 20.0  # half a minute when each point was compared with a box of its own
