"""A folder of flow tables as DataFrames: worked by hand, the round trip of any valid folder, its page, its size."""

from __future__ import annotations

import csv
import io
import math
import time
import tomllib
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.flow_problem_page import PAGE, main
from optimizer.folder.columns import TABLES
from optimizer.folder.page import MARKER, flow_problem_page
from optimizer.folder.read import FlowSettings, read_folder

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "optimizer/folder/examples"


def write(folder: Path, **files: str) -> Path:
    """Write the files of a folder; ``name`` stands for ``name.csv``."""
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def smallest(folder: Path, **files: str) -> Path:
    """Write the smallest folder there is, and the files given in place of its own."""
    least = {
        "nodes": "node_id\na\nb\n",
        "modes": "mode\nroad\n",
        "links": "link_id,from_node_id,to_node_id,mode\nab,a,b,road\n",
        "classes": "class_id\ngoods\n",
        "demands": "demand_id,origins,destinations,class_id,mass_t,penalty_per_t\nd,a,b,goods,1,9\n",
    }
    return write(folder, **{**least, **files})


def test_the_smallest_folder_has_every_table_and_every_default(tmp_path: Path) -> None:
    tables = read_folder(smallest(tmp_path))
    assert tables.settings == FlowSettings("VND", None, 0.0, periods_repeat=False)
    assert tables.notes == ()
    assert set(tables.tables) == set(TABLES) - {"settings"}
    for name, frame in tables.tables.items():
        assert tuple(frame.columns) == TABLES[name].column_names
        assert [str(dtype) for dtype in frame.dtypes] == [column.dtype for column in TABLES[name].columns]
    link = tables.tables["links"].loc[2].to_dict()
    nothing = [name for name, value in link.items() if isinstance(value, float) and math.isnan(value)]
    assert nothing == ["time_h", "capacity_per_day", "minimum_lot_t"]
    assert {name: value for name, value in link.items() if name not in nothing} == {
        "link_id": "ab",
        "from_node_id": "a",
        "to_node_id": "b",
        "mode": "road",
        "length_km": 0.0,
        "money_per_t": 0.0,
        "kg_co2e_per_t": 0.0,
        "both_ways": False,
        "capacity_unit": "t",
        "background_per_day": 0.0,
        "floor_share": 0.0,
    }
    assert tables.tables["classes"]["modes"].tolist() == [()]
    assert tables.tables["demands"]["origins"].tolist() == [("a",)]
    assert tables.tables["periods"].to_dict("list") == {"period_id": ["day"], "days": [1.0]}


def test_two_routes_reads_as_its_files_say(tmp_path: Path) -> None:
    """The figures of optimizer/folder/examples/two_routes/README.md."""
    tables = read_folder(EXAMPLES / "two_routes").tables
    assert tables["links"].index.tolist() == [2, 3, 4]
    assert tables["links"]["length_km"].tolist() == [80.0, 20.0, 90.0]
    assert tables["links"]["money_per_t"].tolist() == [0.0, 0.0, 30_000.0]
    assert tables["modes"].set_index("mode")["money_per_t_km"].to_dict() == {"road": 2000.0, "barge": 500.0}
    assert tables["classes"]["value_of_time_per_t_h"].tolist() == [1000.0]
    assert not tmp_path.joinpath("results").exists()


def test_ftot_quick_start_states_the_published_inputs_exactly() -> None:
    """FTOT, US DOT Volpe Center, first quick-start scenario: 518.4 vehicle-miles, 2,568 USD and 717,558 g CO2.

    100 short tons go 134.8 miles in trucks of 26 (a short ton is 0.90718474 t, a mile 1.609344 km); the inputs and
    where they stand are in the README of the folder.
    """
    read = read_folder(EXAMPLES / "ftot_quick_start")
    (mode,), (link,), (demand,) = (read.tables[name].to_dict("records") for name in ("modes", "links", "demands"))
    assert demand["mass_t"] == 100 * 0.90718474
    assert mode["t_per_vehicle"] == pytest.approx(26 * 0.90718474, rel=1e-15)
    assert link["length_km"] == pytest.approx(134.8 * 1.609344, rel=1e-15)
    vehicle_km = demand["mass_t"] / mode["t_per_vehicle"] * link["length_km"]
    assert vehicle_km / 1.609344 == pytest.approx(518.4, rel=2e-4)
    assert vehicle_km * mode["kg_co2e_per_vehicle_km"] * 1000 == pytest.approx(717_558, rel=2e-4)
    assert demand["mass_t"] * link["length_km"] * mode["money_per_t_km"] == pytest.approx(2568, rel=2e-4)
    assert (read.settings.currency, read.notes) == ("USD", ())


def test_every_file_stands_in_the_example_of_every_feature_and_reads_without_a_note() -> None:
    folder = EXAMPLES / "all_features"
    assert {path.name for path in folder.glob("*.csv")} == {table.file for table in TABLES.values()}
    tables = read_folder(folder)
    assert tables.notes == ()
    assert tables.settings == FlowSettings("VND", 2025, 250_000.0, periods_repeat=True)
    assert tables.tables["demands"]["destinations"].tolist()[0] == ("sea_port", "city_port")
    assert tables.tables["link_classes"]["allowed"].tolist()[0] is False
    assert tables.tables["link_classes"]["allowed"].isna().tolist() == [False, True]
    assert tables.tables["capacity_links"]["count"].tolist()[:4] == [1.0, 1.0, 1.0, 2.0]
    used = set()
    for name, table in TABLES.items():
        filled = pd.read_csv(folder / table.file, dtype=str).notna().any()
        used |= {(name, column) for column in filled.index[filled]}
    declared = {(name, column) for name, table in TABLES.items() for column in table.column_names}
    assert declared - used == set()


def test_text_is_kept_as_it_is_written(tmp_path: Path) -> None:
    """Leading zeros, formulas, spaces inside, Vietnamese in composed and decomposed form, CRLF, BOM, blank rows."""
    nodes = '\ufeffnode_id,name\r\n\r\n007,=SUM(A1:A2)\r\n,\r\n"Cảng, số 1","a ""b""\r\nc"\r\n' + " b 2 ,\r\n"
    links = "link_id,from_node_id,to_node_id,mode\n1,007,b 2,road\n2," + unicodedata.normalize("NFD", '"Cảng, số 1"')
    demands = 'demand_id,origins,destinations,class_id,mass_t,penalty_per_t\n1, 007 ; b 2,"Cảng, số 1",goods,1.50,+9\n'
    folder = smallest(tmp_path, links=links + ",007,road\n", demands=demands)
    (folder / "nodes.csv").write_bytes(nodes.encode())
    tables = read_folder(folder).tables
    assert tables["nodes"]["node_id"].to_dict() == {3: "007", 5: "Cảng, số 1", 6: "b 2"}
    assert tables["nodes"]["name"].tolist() == ["=SUM(A1:A2)", 'a "b"\nc', ""]
    assert tables["links"]["from_node_id"].tolist() == ["007", "Cảng, số 1"]
    assert tables["demands"]["origins"].tolist() == [("007", "b 2")]
    assert tables["demands"]["mass_t"].tolist() == [1.5]


def test_columns_may_stand_in_any_order_and_remarks_are_not_read(tmp_path: Path) -> None:
    folder = smallest(tmp_path, nodes="remark,lat,node_id,lon\nwhy,11.5,a,106\n;|\t=,11.5,b,107\n")
    nodes = read_folder(folder).tables["nodes"]
    assert nodes.to_dict("list") == {"node_id": ["a", "b"], "name": ["", ""], "lon": [106.0, 107.0], "lat": [11.5] * 2}


IDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters=";|"), min_size=1, max_size=8
).map(lambda text: unicodedata.normalize("NFC", text))
AMOUNTS = st.floats(0, 1e6).map(lambda value: value + 0.0)
POSITIVE = st.floats(1e-3, 1e3)
SHARES = st.floats(0, 1).map(lambda value: value + 0.0)


def _ids(least: int = 1, most: int = 4) -> st.SearchStrategy[list[str]]:
    return st.lists(IDS.filter(lambda text: text == text.strip()), min_size=least, max_size=most, unique=True)


@st.composite
def folders(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """Draw rows of valid tables; None stands for an empty cell."""

    def maybe(values: st.SearchStrategy[Any]) -> Any:  # noqa: ANN401 - a cell
        return draw(st.none() | values)

    def some(names: list[str]) -> tuple[str, ...]:
        return tuple(draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)))

    nodes, modes, classes, periods = draw(_ids(2)), draw(_ids()), draw(_ids()), draw(_ids())
    links = [
        {
            "link_id": name,
            "from_node_id": draw(st.sampled_from(nodes)),
            "to_node_id": draw(st.sampled_from(nodes)),
            "mode": draw(st.sampled_from(modes)),
            "length_km": draw(st.floats(0, 1000)) + 0.0,
            "time_h": maybe(st.floats(1, 100)),
            "both_ways": maybe(st.booleans()),
            "capacity_per_day": draw(AMOUNTS),
            "capacity_unit": maybe(st.sampled_from(["t", "TEU", "vehicle"])),
            "floor_share": maybe(SHARES),
            "minimum_lot_t": maybe(AMOUNTS),
        }
        for name in draw(_ids())
    ]
    capacities = draw(_ids(0))
    members = [(name, link["link_id"]) for name in capacities for link in links]
    return {
        "nodes": [{"node_id": name, "name": maybe(IDS)} for name in nodes],
        "modes": [{"mode": name, "speed_kmh": maybe(POSITIVE), "t_per_vehicle": draw(POSITIVE)} for name in modes],
        "links": links,
        "classes": [
            {"class_id": name, "modes": maybe(st.just(some(modes))), "t_per_teu": draw(st.floats(1, 30))}
            for name in classes
        ],
        "demands": [
            {
                "demand_id": name,
                "origins": some(nodes),
                "destinations": some(nodes),
                "class_id": draw(st.sampled_from(classes)),
                "mass_t": draw(AMOUNTS),
                "penalty_per_t": draw(AMOUNTS),
                "max_time_h": maybe(AMOUNTS),
                "ready_period": maybe(st.just(periods[0])),
                "due_period": maybe(st.just(periods[-1])),
            }
            for name in draw(_ids(0))
        ],
        "periods": [{"period_id": name, "days": draw(POSITIVE)} for name in periods],
        "capacities": [
            {
                "capacity_id": name,
                "unit": draw(st.sampled_from(["t", "TEU", "vehicle"])),
                "capacity_per_day": draw(AMOUNTS),
            }
            for name in capacities
        ],
        "capacity_links": [
            {"capacity_id": name, "link_id": link, "count": maybe(POSITIVE)}
            for name, link in draw(
                st.lists(st.sampled_from(members), unique=True, max_size=4) if members else st.just([])
            )
        ],
        "link_classes": [
            {
                "link_id": links[0]["link_id"],
                "class_id": name,
                "allowed": maybe(st.booleans()),
                "time_h": maybe(AMOUNTS.filter(lambda hours: hours < 8784)),
            }
            for name in classes
        ],
    }


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ";".join(value) if isinstance(value, tuple) else str(value)


def _write_rows(path: Path, rows: list[dict[str, Any]], table: str, style: dict[str, Any]) -> None:
    names = list(rows[0]) if rows else [column.name for column in TABLES[table].columns if column.required]
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, sorted(names) if style["sorted"] else names, **style["csv"])
    writer.writeheader()
    writer.writerows([{name: _cell(value) for name, value in row.items()} for row in rows])
    path.write_bytes(stream.getvalue().encode("utf-8-sig" if style["bom"] else "utf-8"))


STYLES = st.fixed_dictionaries(
    {
        "sorted": st.booleans(),
        "bom": st.booleans(),
        "csv": st.fixed_dictionaries(
            {
                "lineterminator": st.sampled_from(["\n", "\r\n"]),
                "quoting": st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
            }
        ),
    }
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(rows=folders(), style=STYLES)
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, rows: dict[str, list[dict[str, Any]]], style: dict[str, Any]
) -> None:
    folder = tmp_path_factory.mktemp("folder")
    for name, table_rows in rows.items():
        _write_rows(folder / f"{name}.csv", table_rows, name, style)
    tables = read_folder(folder).tables
    for name, table_rows in rows.items():
        frame = tables[name]
        assert len(frame) == len(table_rows)
        assert frame.index.tolist() == list(range(2, len(table_rows) + 2))
        for position, row in enumerate(table_rows):
            for column, value in row.items():
                _assert_same(frame[column].iloc[position], value, name, column)


def _assert_same(read: Any, written: Any, table: str, column: str) -> None:  # noqa: ANN401 - any cell
    declared = TABLES[table].column(column)
    if written is not None:
        assert read == written
        return
    if declared.kind == "list":
        assert read == ()
    elif declared.default is not None:
        assert read == declared.default
    elif declared.kind == "text":
        assert read == ""
    else:
        assert pd.isna(read)


def test_the_page_follows_from_the_declarations(tmp_path: Path) -> None:
    """Make it anew with ``python -m api.flow_problem_page``."""
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    assert page == flow_problem_page(page)
    for table in TABLES.values():
        assert f"### `{table.file}`" in page
    copy = tmp_path / "page.md"
    copy.write_text(page.split(MARKER)[0] + MARKER, encoding="utf-8")
    main([str(copy)])
    assert copy.read_text(encoding="utf-8") == page
    with pytest.raises(ValueError, match="once"):
        flow_problem_page("no marker")


def test_every_column_is_declared_in_both_languages_and_within_believable_limits() -> None:
    for table in TABLES.values():
        for column in table.columns:
            assert column.meaning.en
            assert column.meaning.vi
            if column.kind == "number":
                assert column.unit, f"{table.file} {column.name}"
                assert column.minimum is not None
                assert column.maximum is not None
            for target in column.references:
                name, key = target.split(".")
                assert TABLES[name].column(key).kind == "id"
    with pytest.raises(KeyError, match=r"nodes\.csv has no column 'x'"):
        TABLES["nodes"].column("x")


def test_the_examples_ship_with_the_package() -> None:
    """Hatch packs every file of a package that git does not ignore."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "optimizer" in config["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert not {"*.csv", "*.md"} & set(ignored)


def test_a_hundred_thousand_demands_are_read_in_seconds(tmp_path: Path) -> None:
    """A million take some fifteen CPU seconds; each row costs the same."""
    count = 100_000
    rng = np.random.default_rng(3)
    nodes = pd.DataFrame({"node_id": [f"n{index}" for index in range(20_000)]})
    ends = rng.integers(0, len(nodes), (2, count))
    demands = pd.DataFrame(
        {
            "demand_id": [f"d{index}" for index in range(count)],
            "origins": [f"n{node}" for node in ends[0]],
            "destinations": [f"n{node}" for node in ends[1]],
            "class_id": "goods",
            "mass_t": rng.random(count),
            "penalty_per_t": rng.integers(1, 10**6, count),
        }
    )
    links = "link_id,from_node_id,to_node_id,mode\nab,n0,n1,road\n"
    folder = smallest(tmp_path, nodes=nodes.to_csv(index=False), demands=demands.to_csv(index=False), links=links)
    start = time.process_time()
    read = read_folder(folder).tables["demands"]
    assert time.process_time() - start < 15
    assert read["mass_t"].tolist() == demands["mass_t"].tolist()
    assert read["origins"].map(lambda one: one[0]).tolist() == demands["origins"].tolist()
