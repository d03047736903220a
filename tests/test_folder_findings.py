"""What the reader of flow tables refuses or notes: one fault at a time in a sound folder, found where it stands."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from optimizer.folder.read import FolderError, read_folder
from supplychain.errors import Finding

EXAMPLES = Path(__file__).parents[1] / "optimizer/folder/examples"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the example with every feature."""
    return Path(shutil.copytree(EXAMPLES / "all_features", tmp_path / "case"))


def change(folder: Path, file: str, old: str, new: str) -> None:
    """Put one text in place of another that stands in the file once."""
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


def findings_of(folder: Path) -> tuple[Finding, ...]:
    """Return what is refused; each in both languages."""
    with pytest.raises(FolderError) as caught:
        read_folder(folder)
    for finding in caught.value.findings:
        assert finding.text.vi
        assert finding.text.vi != finding.text.en
        assert "{" not in finding.text.en + finding.text.vi
    return caught.value.findings


CELLS = [
    ("modes.csv", "train,35,", "train,-35,", 3, "speed_kmh", "above 0"),
    ("modes.csv", "train,35,", "train,0,", 3, "speed_kmh", "above 0"),
    ("modes.csv", "train,35,", "train,3500,", 3, "speed_kmh", "3500 is above the most believed, 1200 km/h"),
    ("modes.csv", "train,35,", "train,fast,", 3, "speed_kmh", "'fast' is not a number"),
    ("modes.csv", "train,35,", "train,nan,", 3, "speed_kmh", "'nan' is not a number"),
    ("modes.csv", "train,35,", "train,inf,", 3, "speed_kmh", "'inf' is not a number"),
    ("modes.csv", "train,35,", "train,1e999,", 3, "speed_kmh", "not a number"),
    ("modes.csv", "train,35,", "train,1_0,", 3, "speed_kmh", "'1_0' is not a number"),
    ("modes.csv", "train,35,", "train,٣٥,", 3, "speed_kmh", "is not a number"),
    ("modes.csv", "train,35,", "train,#REF!,", 3, "speed_kmh", "'#REF!' is not a number"),
    ("modes.csv", "train,35,", "train,=5*7,", 3, "speed_kmh", "'=5\\*7' is not a number"),
    ("modes.csv", "train,35,", "train,35 km/h,", 3, "speed_kmh", "without the unit; the column is in km/h"),
    ("modes.csv", "train,35,", "train,35km/h,", 3, "speed_kmh", "without the unit"),
    ("modes.csv", "train,35,", 'train,"35,5",', 3, "speed_kmh", "write a decimal point"),
    ("modes.csv", "train,35,", "train,1 200,", 3, "speed_kmh", "no sign between thousands"),
    ("modes.csv", ",0.03,,", ",62,,", 4, "kg_co2e_per_t_km", "above the most believed, 50 kg/t-km"),
    ("links.csv", "a_b,park_a,park_b,truck,15,", "a_b,park_a,park_b,truck,,", 3, "length_km", "length is missing"),
    (
        "links.csv",
        "a_b,park_a,park_b,truck,15,",
        "a_b,park_a,park_b,truck,0,",
        3,
        "length_km",
        "far less than the 12.2 km",
    ),
    ("links.csv", "a_b,park_a,park_b,truck,15,", "a_b,park_a,park_b,truck,0.015,", 3, "length_km", "far less"),
    ("links.csv", "a_b,park_a,park_b,truck,15,", "a_b,park_a,park_b,truck,15,0.01", 3, "time_h", "1,500 km/h"),
    ("links.csv", "a_b,park_a,park_b", "a_b,park_a,park_c", 3, "to_node_id", "Did you mean 'park_"),
    ("links.csv", "a_b,park_a", "a_b,", 3, "from_node_id", "must not be empty"),
    ("links.csv", "a_b,park_a,park_b,truck", "a_b,park_a,park_b,trucks", 3, "mode", "Did you mean 'truck'"),
    ("links.csv", "river,quay,", "railway,quay,", 16, "link_id", "stands in row 13 already with another from_node_id"),
    ("links.csv", "river,quay,", "a\x1b[2Jb,quay,", 13, "link_id", "<U\\+001B>"),
    ("links.csv", "river,quay,", "a\u202eb,quay,", 13, "link_id", "<U\\+202E>"),
    ("links.csv", "river,quay,", "a|b,quay,", 13, "link_id", "cannot be a name"),
    ("links.csv", "river,quay,", "a" * 201 + ",quay,", 13, "link_id", "at most 200"),
    ("links.csv", "1500,t,,", "1500,tons,,", 13, "capacity_unit", "not one of: t, TEU, vehicle"),
    ("links.csv", "1500,t,,", ",t,100,", 13, "background_per_day", "capacity_per_day is empty"),
    ("links.csv", "yes,1500,", "maybe,1500,", 13, "both_ways", "must be yes or no"),
    ("links.csv", "vehicle,450,0.1", "vehicle,450,1.1", 11, "floor_share", "above the most believed, 1 share"),
    ("nodes.csv", "106.60,11.45", "11.45,106.60", 2, "lat", "look swapped"),
    ("nodes.csv", "106.60,11.45", "106.60,111.45", 2, "lat", "above the most believed, 90 degrees"),
    ("classes.csv", "boxes,,1500,12,", "boxes,,1500,,", 2, "t_per_teu", "capacity counts TEU"),
    ("classes.csv", "logs,truck,", "logs,truck;truck,", 5, "modes", "once each"),
    ("classes.csv", "logs,truck,", "logs,truck;,", 5, "modes", "once each"),
    ("classes.csv", "logs,truck,", "logs,truck;boat,", 5, "modes", "'boat' does not stand in modes.csv"),
    ("modes.csv", "0.9,20,", "0.9,,", 2, "t_per_vehicle", "prices or emissions per vehicle-km"),
    ("link_classes.csv", "railway,empties,,3", "city_road,logs,yes,3", 3, None, "row 2 already with another allowed"),
    ("demands.csv", ",evening\n", ",night\n", 5, "due_period", "comes before ready_period 'morning'"),
    (
        "demands.csv",
        "mill,sea_port",
        "park_b;mill;mile,sea_port",
        6,
        "origins",
        "'mile' does not stand in nodes.csv, plants.csv",
    ),
    ("demands.csv", "sea_port;city_port,boards,120", "sea_port,logs,120", 6, "origins", "does not make class 'logs'"),
    ("demands.csv", "boxes,600,3000000", "boxes,600,3e10", 3, "penalty_per_t", "above the most believed"),
    ("demands.csv", "boxes,600,3000000", "boxes,600,", 3, "penalty_per_t", "must not be empty"),
    ("capacities.csv", "truck_fleet,vehicle_h", "truck_fleet,hours", 4, "unit", "not one of"),
    ("capacity_links.csv", "truck_fleet,gate,2", "truck_fleet,gate,two", 14, "count", "not a number"),
    ("capacity_links.csv", "truck_fleet,gate,2", "truck_fleet,a_b,2", 14, None, "stands in row 6 already. Keep one"),
    ("plants.csv", "300,50,", "30,50,", 2, "min_t", "above max_t 30"),
    ("plants.csv", "50,500000,", "50,,", 2, "penalty_per_t", "min_t is above 0"),
    ("plant_flows.csv", "boards,out", "boards,made", 3, "direction", "not one of: in, out"),
    ("plant_flows.csv", "out,0.45", "out,0", 3, "t_per_t", "above 0"),
    ("periods.csv", "day,0.375", "day,", 4, "days", "must not be empty"),
    ("link_periods.csv", "morning,city_road,,", "morning,city_road,truck,", 2, "link_id", "Exactly one"),
    ("link_periods.csv", "day,,train", "day,,", 5, "link_id", "Exactly one"),
    ("link_periods.csv", "gate,,,0.5", "gate,,,5", 4, "capacity_share", "above the most believed, 1"),
    ("empties.csv", "import_boxes,empties", "import_boxes,import_boxes", 2, "empty_class_id", "its own empties"),
    ("empties.csv", "depot;city_port", "", 2, "depots", "must not be empty"),
    ("settings.csv", "price_year,2025", "price_year,25", 3, "value", "not a year"),
    ("settings.csv", "currency,VND", "currency,A currency of too many letters", 2, "value", "no currency word"),
    ("settings.csv", "currency,VND", "currency,$$", 2, "value", "no currency word"),
    ("settings.csv", "price_year", "price_yaer", 3, "key", "Did you mean 'price_year'"),
    ("settings.csv", "250000", "-1", 4, "value", "below the least allowed"),
    ("settings.csv", "periods_repeat,yes", "periods_repeat,sometimes", 5, "value", "yes or no"),
]


@pytest.mark.parametrize(("file", "old", "new", "row", "column", "match"), CELLS)
def test_a_fault_is_found_alone_and_where_it_stands(
    folder: Path, file: str, old: str, new: str, row: int, column: str | None, match: str
) -> None:
    change(folder, file, old, new)
    found = findings_of(folder)
    assert [(one.file, one.row, one.column) for one in found] == [(file, row, column)]
    assert re.search(match, found[0].text.en)


UNITS = [
    (
        "capacity_links.csv",
        "truck_fleet,gate",
        "truck_fleet,wharf_load",
        ("modes.csv", 5, "t_per_vehicle"),
        "'wharf_load'",
    ),
    ("modes.csv", "truck,40", "truck,", ("capacity_links.csv", 5, "link_id"), "'forest_road' has no time"),
    ("link_classes.csv", "railway,empties,,", "sea_unload,logs,yes,", ("classes.csv", 5, "t_per_teu"), "'sea_unload'"),
    ("classes.csv", "logs,truck,", "logs,,", ("classes.csv", 5, "t_per_teu"), "'sea_unload'"),
]


@pytest.mark.parametrize(("file", "old", "new", "place", "match"), UNITS)
def test_what_turns_tonnes_into_units_is_asked_for_where_it_belongs(
    folder: Path, file: str, old: str, new: str, place: tuple[str, int, str], match: str
) -> None:
    change(folder, file, old, new)
    found = findings_of(folder)
    assert (found[0].file, found[0].row, found[0].column) == place
    assert re.search(match, found[0].text.en)


def test_a_class_kept_off_every_link_that_counts_teu_needs_no_teu(folder: Path) -> None:
    change(folder, "classes.csv", "logs,truck,", "logs,,")
    change(folder, "link_classes.csv", "city_road,logs,no,,,", "sea_unload,logs,no,,,\ntracks_unload,logs,no,,,")
    classes = read_folder(folder).tables["classes"].set_index("class_id")
    assert np.isnan(classes["t_per_teu"]["logs"])


BYTES = [
    ("nodes.csv", b"", None, "The file is empty"),
    ("nodes.csv", b"  \n\n", None, "The file is empty"),
    ("nodes.csv", "node_id,name\nA,Bến\n".encode("utf-16"), 1, "It looks like UTF-16"),
    (
        "nodes.csv",
        "node_id,name\nA,Ca\u0309ng Sa\u0300i Go\u0300n\n".encode("cp1258"),
        2,
        "It looks like Windows-1258",
    ),
    ("nodes.csv", "node_id,name\nA,Cảng\n".encode()[:-3] + b"\xff\n", 2, "not UTF-8"),
    ("nodes.csv", b"node_id,name\nA,b\0\n", 2, "NUL byte"),
    ("nodes.csv", b"node_id;name\nA;b\n", 1, "parted by ';'"),
    ("nodes.csv", b"node_id\tname\nA\tb\n", 1, "parted by tabs"),
    ("nodes.csv", b'node_id,name\nA,"b\nB,c\n', 2, "no valid CSV"),
    ("nodes.csv", b'node_id,name\nA,"b"c\n', 2, "no valid CSV"),
    ("nodes.csv", b'node_id,name\nA,"' + b"b" * 200_000 + b'"\n', 2, "longer than"),
    ("nodes.csv", b"node_id,name,name\nA,b,c\n", 1, "'name' more than once"),
    ("nodes.csv", b"name\nb\n", 1, "column 'node_id' is missing"),
]


@pytest.mark.parametrize(("file", "content", "row", "match"), BYTES)
def test_a_file_that_cannot_be_read_is_told_once_and_nothing_that_follows_from_it(
    folder: Path, file: str, content: bytes, row: int | None, match: str
) -> None:
    (folder / file).write_bytes(content)
    found = findings_of(folder)
    assert [(one.file, one.row, one.column) for one in found] == [(file, row, None)]
    assert match in found[0].text.en


HEADERS = [
    ("node_id,name,lon,lat,zone", "no column 'zone'"),
    ("node_id,nmae,lon,lat", "Did you mean 'name'"),
    ("Node_ID,name,lon,lat", "Did you mean 'node_id'"),
    ("node_id,name,lon,lat,\x1b[31m", "<U+001B>"),
]


@pytest.mark.parametrize(("header", "match"), HEADERS)
def test_a_column_nobody_reads_is_refused_with_the_nearest_name(folder: Path, header: str, match: str) -> None:
    text = (folder / "nodes.csv").read_text(encoding="utf-8").splitlines()
    rows = [line + "," * (header.count(",") - 3) for line in text[1:]]
    (folder / "nodes.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    assert any(match in finding.text.en and finding.row == 1 for finding in findings_of(folder))


def test_a_column_without_a_name_may_only_be_empty(folder: Path) -> None:
    text = (folder / "periods.csv").read_text(encoding="utf-8")
    (folder / "periods.csv").write_text("".join(f"{line},\n" for line in text.splitlines()), encoding="utf-8")
    read_folder(folder)
    change(folder, "periods.csv", "08:00 to 17:00,", "08:00 to 17:00,x")
    assert [(one.row, "Column 4" in one.text.en) for one in findings_of(folder)] == [(1, True)]


@pytest.mark.parametrize(("row", "found"), [("day", 1), ("day,0,375,x", 4)])
def test_a_row_with_too_few_or_too_many_cells_is_told_and_its_name_is_still_known(
    folder: Path, row: str, found: int
) -> None:
    change(folder, "periods.csv", "day,0.375,08:00 to 17:00", row)
    (finding,) = findings_of(folder)
    assert (finding.file, finding.row, finding.column) == ("periods.csv", 4, None)
    assert f"has {found} cells, the header 3" in finding.text.en


def test_a_missing_folder_and_missing_files_are_told(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="There is no folder"):
        read_folder(tmp_path / "nowhere")
    with pytest.raises(FolderError, match="There is no folder"):
        read_folder(folder / "nodes.csv")
    (folder / "nodes.csv").rename(folder / "node.csv")
    (folder / "demands.csv").unlink()
    told = {finding.file: finding.text.en for finding in findings_of(folder)}
    assert set(told) == {"node.csv", "nodes.csv", "demands.csv"}
    assert "Did you mean 'nodes.csv'" in told["node.csv"]
    assert "Did you mean 'node.csv'" in told["nodes.csv"]


def test_a_folder_in_place_of_a_file_and_a_pipe_are_told(folder: Path) -> None:
    (folder / "nodes.csv").unlink()
    (folder / "nodes.csv").mkdir()
    (folder / "storage.csv").unlink()
    os.mkfifo(folder / "storage.csv")
    assert [(one.file, one.text.en[:16]) for one in findings_of(folder)] == [
        ("nodes.csv", "This is a folder"),
        ("storage.csv", "This is a folder"),
    ]


def test_a_file_that_is_no_table_is_noted_and_a_misspelt_one_refused(folder: Path) -> None:
    (folder / "photos.xlsx").write_bytes(b"")
    (folder / "read me.txt").write_bytes(b"")
    assert [note.file for note in read_folder(folder).notes] == ["photos.xlsx"]
    (folder / "storage.csv").rename(folder / "storages.csv")
    (finding,) = findings_of(folder)
    assert (finding.file, "Did you mean 'storage.csv'" in finding.text.en) == ("storages.csv", True)


def test_everything_is_found_at_once_in_the_order_of_the_files(folder: Path) -> None:
    change(folder, "demands.csv", "boxes,600,3000000", "boxes,lots,3000000")
    change(folder, "nodes.csv", "106.60,11.45", "106.60,x")
    change(folder, "links.csv", "a_b,park_a", "a_b,park_x")
    change(folder, "links.csv", "1500,t", "-5,t")
    (folder / "empties.csv").write_bytes(b"")
    places = [(one.file, one.row, one.column) for one in findings_of(folder)]
    assert places == [
        ("nodes.csv", 2, "lat"),
        ("links.csv", 3, "from_node_id"),
        ("links.csv", 13, "capacity_per_day"),
        ("demands.csv", 3, "mass_t"),
        ("empties.csv", None, None),
    ]
    with pytest.raises(FolderError, match=r"findings: 5\. Nothing was planned") as caught:
        read_folder(folder)
    assert caught.value.sentence("vi").startswith("Thư mục")
    assert "links.csv:13 [capacity_per_day]: -5 nhỏ hơn mức cho phép" in caught.value.sentence("vi")


def test_of_one_column_a_hundred_findings_are_listed_and_the_rest_counted(folder: Path) -> None:
    rows = "".join(f"x{row},park_a,sea_port,boxes,{-row},1\n" for row in range(1, 251))
    with (folder / "demands.csv").open("a", encoding="utf-8") as stream:
        stream.write(rows.replace(",1\n", ",1,,,,\n"))
    found = findings_of(folder)
    assert len(found) == 101
    assert [one.row for one in found[:3]] == [7, 8, 9]
    assert (found[-1].row, found[-1].text.en[:34]) == (None, "150 more findings in this column a")
    with pytest.raises(FolderError, match="findings: 250"):
        read_folder(folder)


NOTES = [
    ("modes.csv", "0.03,,", "3.5,,", "kg_co2e_per_t_km", "Are these grams"),
    ("modes.csv", "24000,0.9", "24000,900", "kg_co2e_per_vehicle_km", "45 kg CO2e per tonne"),
    ("modes.csv", "800,400", "800,40000", "minimum_lot_t", "larger than every demand (at most 900 t)"),
    ("links.csv", "truck,15,,", "truck,15,20,", "time_h", "Are these minutes"),
    ("links.csv", "truck,15,,", "truck,15000,,", "length_km", "Are these metres"),
    ("links.csv", "a_b,park_a,park_b,truck", "a_b,park_a,park_a,truck", "to_node_id", "to itself"),
    (
        "demands.csv",
        "import_a,sea_port,",
        "import_a,sea_port;park_a,",
        "destinations",
        "both an origin and a destination",
    ),
    ("demands.csv", "boxes,600,3000000", "boxes,600,0", "penalty_per_t", "nothing is lost when the freight stays"),
    ("capacities.csv", "wharf_terminal,", "idle,t,5,,\nwharf_terminal,", "capacity_id", "limits nothing"),
    ("plants.csv", "mill,", "idle,park_a,5,,,\nmill,", "plant_id", "No row of plant_flows.csv"),
    ("plant_flows.csv", "logs,in", "empties,in", "class_id", "Nothing supplies class 'empties'"),
    ("supplies.csv", "forest,logs", "park_a,boxes,1,\nforest,logs", "class_id", "No plant takes in class 'boxes'"),
    ("classes.csv", "logs,truck", "extra,plane,,,\nlogs,truck", "modes", "No link has a mode"),
]


@pytest.mark.parametrize(("file", "old", "new", "column", "match"), NOTES)
def test_what_is_doubtful_is_noted_and_read(
    folder: Path, file: str, old: str, new: str, column: str, match: str
) -> None:
    change(folder, file, old, new)
    if "plane" in new:
        change(folder, "modes.csv", "handling,", "plane,800,,,,,,\nhandling,")
    notes = [note for note in read_folder(folder).notes if (note.file, note.column) == (file, column)]
    assert len(notes) == 1
    assert match in notes[0].text.en
    assert notes[0].text.vi != notes[0].text.en


def test_waiting_without_periods_is_noted(folder: Path) -> None:
    for file in ("periods.csv", "link_periods.csv"):
        (folder / file).unlink()
    change(folder, "demands.csv", "morning,evening", ",")
    notes = [(note.file, note.row) for note in read_folder(folder).notes]
    assert notes == [("settings.csv", 5), *(("storage.csv", row) for row in (2, 3, 4, 5))]


def test_periods_that_are_not_there_are_unknown(folder: Path) -> None:
    (folder / "periods.csv").unlink()
    (folder / "link_periods.csv").unlink()
    assert [one.column for one in findings_of(folder)] == ["ready_period", "due_period"]


def test_a_file_with_its_header_alone_is_noted_where_it_must_be_there(folder: Path) -> None:
    (folder / "demands.csv").write_text("demand_id,origins,destinations,class_id,mass_t,penalty_per_t\n")
    assert "demands.csv" in [note.file for note in read_folder(folder).notes if note.row is None]
