"""Region packs as files: read, refused with every finding, written and read again."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from pack_strategies import Tables, small_pack, small_tables
from small_region import FILES, spoil, write_small_region

from api.columns_page import PAGE
from api.regions import PACK_MODELS, check_region, region_folder
from supplychain.columns import ColumnDeclaration
from supplychain.errors import Finding, FindingsError
from supplychain.models import REGISTRY_MODELS
from supplychain.pack import (
    Pack,
    PackCheck,
    UnknownAssumptionError,
    check_pack,
    declare,
    read_pack,
    split_list,
    write_pack,
    write_templates,
)
from supplychain.pack.columns_page import columns_page
from supplychain.text import Text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_small_region(tmp_path / "small")


def findings_of(folder: Path) -> tuple[Finding, ...]:
    with pytest.raises(FindingsError) as caught:
        read_pack(folder, PACK_MODELS)
    return caught.value.findings


def sentences(folder: Path) -> list[str]:
    return [finding.sentence("en") for finding in findings_of(folder)]


def test_pack_holds_region_and_typed_tables(folder: Path) -> None:
    pack = read_pack(folder, PACK_MODELS)
    parks = pack.table("parks")
    assert pack.region.name == Text(en="Small region", vi="Vùng nhỏ")
    assert parks["lat"].tolist() == [10.9, 11.1]
    assert parks["founded_year"].tolist() == [1996, 2004]
    assert str(parks["opening_year"].dtype) == "Int64"
    assert parks["opening_year"].isna().tolist() == [False, True]
    assert parks["in_region"].dtype == bool
    assert pd.isna(parks.loc[1, "road_node_id"])
    assert pack.table("organisations").loc[0, "tax_code"] == "0370000001"
    assert pack.table("sources").loc[0, "remark"] == 'Hai dòng,\n"trích" nguyên văn'
    assert pack.table("links").loc[0, "geometry"] == "LINESTRING (106.7 10.9, 106.72 10.85, 106.75 10.8)"
    assert split_list(pack.table("terminals").loc[0, "modes"]) == ("road", "sea")
    assert pack.table("scenarios")["scenario_id"].tolist() == ["base"]
    assert pack.table("offers").empty
    assert pack.assumption("peak_factor") == 1.1
    assert pack.row_count == 17


def test_table_is_a_copy_that_leaves_the_pack_alone(folder: Path) -> None:
    pack = read_pack(folder, PACK_MODELS)
    before = pack.sha256
    parks = pack.table("parks")
    parks.loc[0, "area_ha"] = 1.0
    assert pack.table("parks").loc[0, "area_ha"] == 500.0
    changed = pack.with_tables({"parks": parks})
    assert changed.table("parks").loc[0, "area_ha"] == 1.0
    assert changed != pack
    assert pack.sha256 == before != changed.sha256


def test_hash_does_not_depend_on_the_order_of_rows_or_columns(folder: Path) -> None:
    pack = read_pack(folder, PACK_MODELS)
    parks = pack.table("parks").iloc[::-1]
    turned = pack.with_tables({"parks": parks[parks.columns[::-1]]})
    assert turned.sha256 == pack.sha256
    assert turned == pack


def test_byte_order_mark_and_windows_line_ends_change_nothing(folder: Path) -> None:
    plain = read_pack(folder, PACK_MODELS)
    for name in FILES:
        path = folder / name
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_pack(folder, PACK_MODELS) == plain


def test_unknown_names_are_refused(folder: Path) -> None:
    pack = read_pack(folder, PACK_MODELS)
    with pytest.raises(ValueError, match="no table park in this pack"):
        pack.table("park")
    with pytest.raises(ValueError, match="parks has no column area"):
        pack.with_tables({"parks": pack.table("parks").rename(columns={"area_ha": "area"})})
    with pytest.raises(ValueError, match="parks needs the column area_ha"):
        pack.with_tables({"parks": pack.table("parks").drop(columns="area_ha")})
    with pytest.raises(ValueError, match="area_ha must hold number values"):
        pack.with_tables({"parks": pack.table("parks").astype({"area_ha": "str"}).replace({"area_ha": "500.0"}, "x")})
    with pytest.raises(UnknownAssumptionError, match="no assumption 'peak'"):
        pack.assumption("peak")


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("parks.csv", "500,500,95.5", '500,"1,5",95.5', "parks.csv:2 [area_ha]: '1,5' is not a number here"),
        ("parks.csv", "500,500,95.5", "500,abc,95.5", "parks.csv:2 [area_ha]: 'abc' is not a number"),
        ("parks.csv", "500,500,95.5", "500,nan,95.5", "parks.csv:2 [area_ha]: 'nan' is not a number"),
        ("parks.csv", "500,500,95.5", "500,inf,95.5", "parks.csv:2 [area_ha]: 'inf' is not a number"),
        ("parks.csv", "500,500,95.5", "500,1e999,95.5", "parks.csv:2 [area_ha]: '1e999' is not a number"),
        ("parks.csv", "500,500,95.5", "500,1_000,95.5", "parks.csv:2 [area_ha]: '1_000' is not a number here"),
        ("parks.csv", "500,500,95.5", "500,٥,95.5", "parks.csv:2 [area_ha]: '٥' is not a number"),
        ("parks.csv", "500,500,95.5", "500,-500,95.5", "parks.csv:2 [area_ha]: -500 is below the least allowed"),
        ("parks.csv", "500,500,95.5", "500,500,101", "parks.csv:2 [leased_pct]: 101 is above the most allowed, 100"),
        ("parks.csv", "500,500,95.5", "500,,95.5", "parks.csv:2 [area_ha]: The cell must not be empty"),
        ("parks.csv", ",1996,becamex", ",1996.5,becamex", "parks.csv:2 [founded_year]: '1996.5' is not a whole number"),
        ("parks.csv", ",1996,becamex", ",1996,becamax", "parks.csv:2 [developer_id]: 'becamax' does not stand in"),
        ("parks.csv", ",1996,becamex", ",1996,becamax", "Did you mean 'becamex'?"),
        ("parks.csv", "mixed,r1,open", "mixed,r1,opened", "parks.csv:2 [status]: 'opened' is not one of: open, "),
        ("parks.csv", "yes,10.9,106.7", "true,10.9,106.7", "parks.csv:2 [in_region]: 'true' must be yes or no"),
        ("parks.csv", "yes,10.9,106.7", "yes,106.7,10.9", "parks.csv:2 [lat]: lat 106.7 and lon 10.9 look swapped"),
        ("parks.csv", "yes,10.9,106.7", "yes,0,0", "parks.csv:2 [lat]: lat 0.0, lon 0.0 lies "),
        ("parks.csv", "yes,10.9,106.7", "yes,10.9,1067", "parks.csv:2 [lon]: 1067 is above the most allowed, 180"),
        ("parks.csv", "Khu A,Park A", "=1+1,Park A", "parks.csv:2 [name_vi]: '=1+1' looks like a spreadsheet formula"),
        ("parks.csv", "Khu A,Park A", "Khu A,#REF!", "parks.csv:2 [name_en]: '#REF!' looks like a spreadsheet"),
        (
            "parks.csv",
            "Khu A,Park A",
            "Khu\x07 A,Park A",
            "parks.csv:2 [name_vi]: The cell holds the control character",
        ),
        ("parks.csv", "Khu A,Park A", "Khu A,Park,A", "parks.csv:2: The row has 21 cells, the header 20"),
        ("parks.csv", "Khu A,Park A", '"Khu" A,Park A', "parks.csv:2: The line is no valid CSV"),
        ("parks.csv", "park_b,", "park_a,", "parks.csv:3 [park_id]: The id 'park_a' stands in row 2 already"),
        ("parks.csv", "park_b,", "cat_lai,", "The id 'cat_lai' is taken: parks.csv:3"),
        ("parks.csv", "park_b,", "Khu B,", "parks.csv:3 [park_id]: 'Khu B' is not an id"),
        ("parks.csv", "park_id,name_vi", "park_id,name_vn", "parks.csv:1: The column 'name_vi' is missing"),
        ("parks.csv", "park_id,name_vi", "park_id,name_vn", "no column 'name_vn'. Did you mean 'name_vi'?"),
        ("parks.csv", "park_id,name_vi", "park_id,ward", "parks.csv:1: The header names the column 'ward' more than"),
        (
            "terminals.csv",
            "4000000,1,1",
            "7000000,1,1",
            "background_teu_per_year is 7000000, above capacity_teu_per_year",
        ),
        ("terminals.csv", "6000000,4", "-6000000,4", "terminals.csv:2 [capacity_teu_per_year]: -6000000 is below"),
        ("terminals.csv", "road;sea", "road;;sea", "terminals.csv:2 [modes]: 'road;;sea' is not a list"),
        ("terminals.csv", "road;sea", "road;see", "terminals.csv:2 [modes]: 'see' is not one of"),
        (
            "trade.csv",
            "2500,,",
            "2500,10,",
            "trade.csv:2: Exactly one of value_musd, mass_t_per_year must have a value; 2",
        ),
        ("trade.csv", "2500,,", ",,", "trade.csv:2: Exactly one of value_musd, mass_t_per_year must have a value; 0"),
        ("links.csv", "r1,r2", "r1,r1", "links.csv:2 [from_node_id]: from_node_id, to_node_id must differ"),
        ("links.csv", "r1,r2", "r1,r9", "links.csv:2 [to_node_id]: 'r9' does not stand in nodes.node_id"),
        ("links.csv", "20000,pcu", "20000,", "links.csv:2 [capacity_unit]: capacity_unit needs a value because"),
        ("links.csv", "(106.70 10.9,", "(10.9 106.70,", "links.csv:2 [geometry]: 'LINESTRING (10.9 106.70, 106.72"),
        ("links.csv", "LINESTRING (", "POLYGON (", "links.csv:2 [geometry]: 'POLYGON (106.70 10.9"),
        ("certificates.csv", "2027-02-28", "2027-02-30", "certificates.csv:2 [valid_to]: '2027-02-30' is not a date"),
        ("certificates.csv", "2027-02-28", "2023-02-28", "valid_from is 2024-03-01, above valid_to with 2023-02-28"),
        ("assumptions.csv", "1,1.1,1.35", "1,1.5,1.35", "assumptions.csv:2 [mid]: mid is 1.5, above high with 1.35"),
        ("assumptions.csv", "parks.area_ha", "parks.name_vi", "assumptions.csv:3 [applies_to]: An assumption of kind"),
        ("pack.yaml", "EPSG:4326", "EPSG:9210", "pack.yaml [crs]: Coordinates must be in EPSG:4326"),
        ("pack.yaml", "base_year: 2024", "base_year: x", "pack.yaml: The file must hold these keys"),
        ("pack.yaml", "base_year: 2024", "base_year: 2024\nyear: 1", "pack.yaml: The file has keys nobody reads: year"),
        ("pack.yaml", "base_year: 2024", "price_year: 2024", "the key 'price_year' stands there twice"),
        ("pack.yaml", "base_year: 2024", "base_year: [", "pack.yaml:7: The file is no valid YAML"),
        ("scenarios/base.yaml", "scenario_id: base", "scenario_id: bas", "scenarios/base.yaml [scenario_id]: The file"),
        ("scenarios/base.yaml", "changes: []", "changes: 2025-13-45", "scenarios/base.yaml: The file is no valid YAML"),
    ],
)
def test_spoiled_cell_is_named(folder: Path, name: str, old: str, new: str, expected: str) -> None:
    spoil(folder, name, old, new)
    found = sentences(folder)
    assert any(expected in sentence for sentence in found), found


def test_finding_speaks_vietnamese(folder: Path) -> None:
    spoil(folder, "parks.csv", "500,500,95.5", "500,-500,95.5")
    (finding,) = findings_of(folder)
    assert finding.sentence("vi") == "parks.csv:2 [area_ha]: -500 nhỏ hơn mức cho phép là 0.001."


def test_one_fault_gives_one_finding(folder: Path) -> None:
    spoil(folder, "nodes.csv", "r1,,road,10.9", "r1,,road,abc")
    assert len(findings_of(folder)) == 1


@pytest.mark.parametrize(
    ("encoding", "looks"),
    [("cp1258", "Windows-1258"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"), ("cp1252", "Windows-1252")],
)
def test_wrong_encoding_is_named_and_never_guessed(folder: Path, encoding: str, looks: str) -> None:
    path = folder / "organisations.csv"
    text = path.read_text(encoding="utf-8").replace("Becamex,Becamex", "Công ty cô phân xây dưng,Becamex")
    if encoding == "cp1258":
        text = text.replace("phân", "ph\u00e2\u0300n").replace("dưng", "d\u01b0\u0323ng")
    if encoding == "cp1252":
        text = text.replace("dưng", "dung")
    path.write_bytes(text.encode(encoding))
    (finding,) = findings_of(folder)
    assert finding.file == "organisations.csv"
    assert looks in finding.sentence("vi")
    assert "byte" in finding.sentence("en")


def test_line_and_byte_of_the_first_wrong_byte(folder: Path) -> None:
    path = folder / "nodes.csv"
    content = path.read_bytes().replace("Ngã".encode(), b"Ng\xe3")
    path.write_bytes(content)
    (finding,) = findings_of(folder)
    assert finding.row == 3
    assert f"byte {content.index(0xE3) + 1} (0xE3)" in finding.text.en


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, "nodes.csv: The file is missing"),
        (b"", "nodes.csv: The file is empty"),
        (b" \n\n", "nodes.csv: The file is empty"),
        (b"node_id,mode\nr1,ro\x00ad\n", "nodes.csv:2: There is a NUL byte at byte 19"),
        (b"node_id;mode\nr1;road\n", "nodes.csv:1: The columns are parted by ';'"),
        (b'node_id,mode\nr1,"road\nr2,road\n', "nodes.csv:2: The line is no valid CSV"),
        (b'node_id,mode\nr1,"road"x\n', "nodes.csv:2: The line is no valid CSV"),
        (b"node_id,mode\nr1," + b"x" * 200_000, "nodes.csv:2: A cell is longer than 131072 characters"),
    ],
)
def test_unreadable_file_is_one_finding(folder: Path, content: bytes | None, expected: str) -> None:
    path = folder / "nodes.csv"
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    found = sentences(folder)
    assert len(found) == 1, found
    assert found[0].startswith(expected)


def test_directory_in_place_of_a_file_is_a_finding(folder: Path) -> None:
    (folder / "nodes.csv").unlink()
    (folder / "nodes.csv").mkdir()
    assert sentences(folder) == ["nodes.csv: The file cannot be read: Is a directory."]


def test_file_of_no_table_is_refused(folder: Path) -> None:
    (folder / "park.csv").write_text("park_id\n", encoding="utf-8")
    (found,) = sentences(folder)
    assert found.startswith("park.csv: No table has this name")
    assert "Did you mean 'parks.csv'?" in found


def test_absent_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FindingsError, match="not taken over") as caught:
        read_pack(tmp_path / "nowhere", PACK_MODELS)
    assert "Không có thư mục" in caught.value.sentence("vi")


def test_rows_are_counted_as_an_editor_does(folder: Path) -> None:
    """The source before has two lines and a blank line follows, so the wrong row stands at line 5."""
    path = folder / "sources.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\nsecond,Second,,1066,press,,x,\n", encoding="utf-8")
    (found,) = sentences(folder)
    assert found.startswith("sources.csv:5 [year]: 1066 is below")


def test_all_findings_come_at_once(folder: Path) -> None:
    """Each file is spoiled in its own way; the checks of other rooms run on what is sound."""
    spoil(folder, "commodities.csv", "modes,source", "mode,source")
    spoil(folder, "parks.csv", "becamex,mixed", "becamix,mixed")
    spoil(folder, "terminals.csv", "6000000,4", "-6000000,4")
    (folder / "facilities.csv").write_bytes("facility_id,name_vi\nplant,Nhà máy\n".encode("utf-16"))
    spoil(folder, "scenarios/base.yaml", "base\n", "best\n")
    check = PackCheck(("parks", "nodes"), lambda _pack: [Finding("parks.csv", 3, None, Text(en="far", vi="xa"))])
    with pytest.raises(FindingsError) as caught:
        read_pack(folder, PACK_MODELS, checks=[check])
    files = {finding.file for finding in caught.value.findings}
    assert files == {"commodities.csv", "parks.csv", "terminals.csv", "facilities.csv", "scenarios/base.yaml"}
    assert "parks.csv:3: far" in caught.value.sentence("en").splitlines()


def test_further_check_waits_for_sound_tables(folder: Path) -> None:
    """A faulty reference cannot be mended without guessing; a negative area can."""
    seen: list[float] = []

    def look(pack: Pack) -> list[Finding]:
        seen.append(float(pack.table("parks").loc[0, "area_ha"]))
        return [Finding("parks.csv", 2, "area_ha", Text(en="told already", vi="đã báo"))]

    spoil(folder, "parks.csv", "500,500,95.5", "500,-500,95.5")
    for table, runs in (("parks", 1), ("links", 1)):
        with pytest.raises(FindingsError) as caught:
            read_pack(folder, PACK_MODELS, checks=[PackCheck((table, "parks"), look)])
        assert len(caught.value.findings) == 1
        assert len(seen) == runs
        if table == "parks":
            spoil(folder, "parks.csv", "park_b,Khu B", "Park_b,Khu B")
            spoil(folder, "parks.csv", "500,-500,95.5", "500,500,95.5")
    assert seen == [0.001]


def test_shipped_region_with_the_faults_of_a_bad_day(tmp_path: Path) -> None:
    """Missing column, unknown id, negative capacity, wrong encoding, unreachable park, scenario without its link."""
    folder = tmp_path / "region"
    shutil.copytree(region_folder("binh_duong"), folder)
    _edit(folder / "indicators.csv", lambda frame: frame.drop(columns="unit"))
    _edit(folder / "milestones.csv", lambda frame: frame.assign(action_id=["nowhere", *frame["action_id"][1:]]))
    _edit(folder / "terminals.csv", _with_negative_capacity)
    _edit(folder / "parks.csv", lambda frame: frame.assign(lat=["13.9", *frame["lat"][1:]], road_node_id=""))
    certificates = folder / "certificates.csv"
    certificates.write_bytes(certificates.read_text(encoding="utf-8").encode("utf-16"))
    scenario = folder / "scenarios" / "base.yaml"
    text = scenario.read_text(encoding="utf-8").replace("changes: []", "")
    change = {"table": "links", "ids": ["no_such_link"], "set": {"status": "closed"}, "reason": "x"}
    scenario.write_text(f"{text}\nchanges: {json.dumps([change])}\n", encoding="utf-8")
    with pytest.raises(FindingsError) as caught:
        check_region(folder)
    found = caught.value.sentence("en")
    for expected in (
        "indicators.csv:1: The column 'unit' is missing",
        "milestones.csv:2 [action_id]: 'nowhere' does not stand in actions.action_id",
        "[capacity_teu_per_year]: -1 is below the least allowed",
        "certificates.csv:1: The file is not UTF-8",
        "parks.csv:2 [road_node_id]: vsip_1 is joined to no road",
        "has no row 'no_such_link'",
    ):
        assert expected in found


@pytest.mark.parametrize(("old", "new"), [("changes: []", "changes: 2025-13-45"), ("name:", "name: [")])
def test_unreadable_scenario_is_one_finding_and_the_others_are_still_checked(
    tmp_path: Path, old: str, new: str
) -> None:
    folder = tmp_path / "region"
    shutil.copytree(region_folder("binh_duong"), folder)
    spoil(folder, "scenarios/base.yaml", old, new)
    spoil(folder, "scenarios/river_first.yaml", "carbon_price:", "carbon_prize:")
    with pytest.raises(FindingsError) as caught:
        check_region(folder)
    files = [finding.file for finding in caught.value.findings]
    assert files.count("scenarios/base.yaml") == 1
    assert "scenarios/river_first.yaml" in files


def _with_negative_capacity(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(capacity_teu_per_year=["-1", *frame["capacity_teu_per_year"][1:]])


def _edit(path: Path, change: Any) -> None:  # noqa: ANN401 - a function of a DataFrame
    change(pd.read_csv(path, dtype="str", keep_default_na=False)).to_csv(path, index=False)


def test_partial_reading_passes_over_what_is_not_asked_for(folder: Path) -> None:
    (folder / "links.csv").unlink()
    models = tuple(model for model in REGISTRY_MODELS if model.__tablename__ in ("sources", "parks", "terminals"))
    pack = read_pack(folder, models, partial=True)
    assert set(pack.tables) == {"sources", "parks", "terminals"}
    assert "links" not in read_pack(folder, PACK_MODELS, partial=True).tables


def test_check_pack_counts_rows_as_the_file_would(folder: Path) -> None:
    pack = read_pack(folder, PACK_MODELS)
    parks = pack.table("parks")
    parks.loc[1, "leased_pct"] = float("inf")
    (finding,) = check_pack(pack.with_tables({"parks": parks}))
    assert finding.sentence("en").startswith("parks.csv:3 [leased_pct]: 'inf' is not a number")


def test_templates_are_an_empty_pack(tmp_path: Path) -> None:
    files = write_templates(tmp_path, PACK_MODELS)
    (tmp_path / "pack.yaml").write_text(FILES["pack.yaml"], encoding="utf-8")
    assert len(files) == len(PACK_MODELS) - 1
    assert read_pack(tmp_path, PACK_MODELS).row_count == 0


def test_every_column_says_what_it_means_in_both_languages() -> None:
    for table in declare(PACK_MODELS).values():
        for column in table.columns:
            assert column.meaning.en, f"{table.name}.{column.name}"
            assert column.meaning.vi, f"{table.name}.{column.name}"


def test_every_reference_names_a_declared_column() -> None:
    tables = declare(PACK_MODELS)
    targets = {target for table in tables.values() for column in table.columns for target in column.references}
    for target in targets:
        table, name = target.split(".")
        assert name in tables[table].column_names


def test_page_of_columns_is_in_step_with_the_declarations() -> None:
    """Write it anew with ``python -m api.columns_page``."""
    page = Path(__file__).parents[1] / PAGE
    assert page.read_text(encoding="utf-8") == columns_page(PACK_MODELS)


def test_declaration_with_crossed_limits_is_refused() -> None:
    with pytest.raises(ValueError, match="minimum 2 is above maximum 1"):
        ColumnDeclaration("x", "number", required=True, meaning=Text(en="x", vi="x"), minimum=2, maximum=1)


def test_shipped_region_is_right(region_pack: Pack) -> None:
    assert region_pack.region.region_id == "binh_duong"
    assert len(region_pack.table("links")) >= 200


def test_shipped_region_survives_writing(region_pack: Pack, tmp_path: Path) -> None:
    write_pack(region_pack, tmp_path)
    again = read_pack(tmp_path, PACK_MODELS)
    assert again.sha256 == region_pack.sha256
    for name, frame in region_pack.tables.items():
        pd.testing.assert_frame_equal(again.tables[name], frame)


@given(tables=small_tables())
@settings(max_examples=30, deadline=None)
def test_written_pack_reads_back_the_same(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> None:
    pack = small_pack(tables)
    folder = tmp_path_factory.mktemp("pack")
    write_pack(pack, folder)
    again = read_pack(folder, PACK_MODELS)
    assert again.sha256 == pack.sha256
    for name in tables:
        pd.testing.assert_frame_equal(again.tables[name], pack.tables[name])


def test_organisations_that_belong_to_one_another_in_a_circle_are_told_once(folder: Path) -> None:
    """The file's own organisation names a new one, which names it back."""
    file = folder / "organisations.csv"
    header, *lines = file.read_text(encoding="utf-8").splitlines()
    names = header.split(",")
    first = dict(zip(names, next(csv.reader(lines)), strict=True))
    second = first | {"organisation_id": "zz_other", "parent_id": first["organisation_id"], "tax_code": ""}
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, names)
        writer.writeheader()
        writer.writerows([first | {"parent_id": "zz_other"}, second])
    first_id = first["organisation_id"]
    (told,) = [sentence for sentence in sentences(folder) if "circle" in sentence]
    assert told.startswith("organisations.csv:2 [parent_id]: ")
    assert f"in a circle: {first_id} → zz_other → {first_id}. Empty one of the cells." in told
