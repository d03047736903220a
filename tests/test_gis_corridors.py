"""Corridors of a region pack as an infrastructure, and hours of the week as text."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.regions import PACK_MODELS, region_folder
from geodata.geodesy import line_length_m
from geodata.gis.corridors import daily_ban, infrastructure_of_pack
from geodata.gis.hours import format_hours, joined_intervals, parse_hours
from geodata.infrastructure.columns import ROAD_KINDS, TRUCK_KINDS, VESSEL_KINDS
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.tables import lines, open_rows
from supplychain.pack import Pack, read_pack


@pytest.fixture(scope="module")
def pack() -> Pack:
    return read_pack(region_folder("binh_duong"), PACK_MODELS)


@pytest.fixture(scope="module")
def corridors(pack: Pack) -> Infrastructure:
    return infrastructure_of_pack(pack)


def test_corridors_hold_every_open_link_row_with_its_id_length_and_ends(pack: Pack, corridors: Infrastructure) -> None:
    table = open_rows(pack, "links")
    assert corridors.links.link_id.tolist() == table["link_id"].tolist()
    assert corridors.links.length_m.tolist() == table["length_m"].tolist()
    assert corridors.nodes.node_id[corridors.links.from_index].tolist() == table["from_node_id"].tolist()
    assert corridors.nodes.node_id[corridors.links.to_index].tolist() == table["to_node_id"].tolist()
    assert corridors.links.observed_kmh.tolist() == table["speed_kmh"].tolist()
    assert np.isnan(corridors.links.speed_kmh).all()
    assert len(corridors.nodes) == len(pack.table("nodes"))
    assert (corridors.links.length_m > line_length_m(lines(table)) * 0.999).all()


def test_the_morning_ban_on_ql13_is_a_condition_of_lorries(corridors: Infrastructure) -> None:
    """The row l_ql13_binh_trieu__ql13_binh_phuoc bans from 6 to 9: minutes 360 to 540 of each of seven days."""
    link = corridors.link_places["l_ql13_binh_trieu__ql13_binh_phuoc"]
    conditions = corridors.conditions
    (row,) = np.flatnonzero(conditions.link_index == link)
    assert conditions.kinds[row] == TRUCK_KINDS
    assert not conditions.is_open[row]
    schedule = int(conditions.schedule[row])
    assert corridors.schedules.text[schedule] == "06:00-09:00"
    minutes = range(0, 7 * 1440, 60)
    held = [minute for minute in minutes if corridors.schedules.holds(schedule, minute)]
    assert held == [day * 1440 + hour * 60 for day in range(7) for hour in (6, 7, 8)]


def test_access_follows_mode_and_oneway(corridors: Infrastructure) -> None:
    links = corridors.links
    columns = links.to_columns()
    assert (links.access_forward[columns["mode"] == "road"] == ROAD_KINDS).all()
    assert (links.access_forward[columns["mode"] == "inland_waterway"] == VESSEL_KINDS).all()
    assert (links.access_backward[links.oneway] == 0).all()
    assert (links.access_backward[~links.oneway] == links.access_forward[~links.oneway]).all()


def test_rows_of_other_statuses_come_when_asked_for(pack: Pack, corridors: Infrastructure) -> None:
    planned = infrastructure_of_pack(pack, ("open", "building", "planned"))
    assert set(corridors.links.link_id) < set(planned.links.link_id)


@pytest.mark.parametrize(
    ("from_h", "to_h", "hours"),
    [
        (6, 9, "06:00-09:00"),
        (22, 6, "22:00-06:00"),
        (0, 24, "24/7"),
        (6.5, 24, "06:30-24:00"),
        (24, 6, "00:00-06:00"),
        (18, 0, "18:00-24:00"),
        (6, 6.001, "off"),
    ],
)
def test_a_daily_ban_reads_as_hours(from_h: float, to_h: float, hours: str) -> None:
    assert format_hours(daily_ban(from_h, to_h)) == hours


@pytest.mark.parametrize(
    ("text", "intervals"),
    [
        ("Mo-Fr 06:00-09:00", [(day * 1440 + 360, day * 1440 + 540) for day in range(5)]),
        ("T2-T6 6h-9h", [(day * 1440 + 360, day * 1440 + 540) for day in range(5)]),
        ("CN 6:30-7:00", [(6 * 1440 + 390, 6 * 1440 + 420)]),
        ("Sa 22:00-06:00", [(5 * 1440 + 1320, 6 * 1440 + 360)]),
        ("Su 22:00-06:00", [(0, 360), (6 * 1440 + 1320, 7 * 1440)]),
        ("Mo 06:00-09:00,08:00-10:00", [(360, 600)]),
        ("Sa-Mo 00:00-24:00", [(0, 1440), (5 * 1440, 7 * 1440)]),
        ("24/7", [(0, 7 * 1440)]),
        ("off", []),
    ],
)
def test_hours_are_read(text: str, intervals: list[tuple[int, int]]) -> None:
    assert list(parse_hours(text)) == intervals


@pytest.mark.parametrize(
    "text", ["PH 06:00-09:00", "Mo-Fr", "06:00-06:00", "25:00-26:00", "Xx 06:00-07:00", "sunset-06:00"]
)
def test_hours_not_understood_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"got|must"):
        parse_hours(text)


@given(st.lists(st.tuples(st.integers(0, 10079), st.integers(1, 10080)), max_size=8))
def test_hours_written_are_hours_read(pairs: list[tuple[int, int]]) -> None:
    week = joined_intervals((start, end) for start, end in pairs if start < end)
    assert parse_hours(format_hours(week)) == week
