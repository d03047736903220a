"""Which layers an infrastructure is written as, and the short column names of Shapefile."""

from __future__ import annotations

from typing import Final

from geodata.columns import Column
from geodata.infrastructure.columns import (
    CANDIDATE_COLUMNS,
    CONDITION_COLUMNS,
    INFRASTRUCTURE_LINK_COLUMNS,
    INFRASTRUCTURE_NODE_COLUMNS,
)

NODES: Final = "network_nodes"
LINKS: Final = "network_links"
CONDITIONS: Final = "network_conditions"
TURNS: Final = "network_turns"
CANDIDATES: Final = "network_candidates"
OUTLINES: Final = "network_outlines"
SCHEDULES: Final = "network_schedules"
SOURCES: Final = "network_sources"

LAYER_NAMES: Final = (NODES, LINKS, CONDITIONS, TURNS, CANDIDATES, OUTLINES, SCHEDULES, SOURCES)
TABLE_NAMES: Final = (SCHEDULES, SOURCES)
"""Those without geometry."""
GEOMETRY_TYPES: Final = {
    NODES: "Point",
    LINKS: "LineString",
    CONDITIONS: "LineString",
    TURNS: "LineString",
    CANDIDATES: "Point",
    OUTLINES: "Polygon",
}

DRAWN_LENGTH: Final = "drawn_m"
"""Length of the line when it was written: tells whether the line was edited since."""

_ELSEWHERE: Final = ("lon", "lat", "from_index", "to_index", "link_index", "schedule", "source", "outline")


def plain_columns(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Return the columns that are written cell by cell: all but places, indices and sources."""
    return tuple(column for column in columns if column.name not in _ELSEWHERE)


NODE_CELLS: Final = plain_columns(INFRASTRUCTURE_NODE_COLUMNS)
LINK_CELLS: Final = plain_columns(INFRASTRUCTURE_LINK_COLUMNS)
CONDITION_CELLS: Final = plain_columns(CONDITION_COLUMNS)
CANDIDATE_CELLS: Final = plain_columns(CANDIDATE_COLUMNS)

SHORT_NAMES: Final = {
    "max_height_m": "max_high_m",
    "max_weight_t": "max_wght_t",
    "max_width_m": "max_wide_m",
    "from_node_id": "from_node",
    "to_node_id": "to_node",
    "access_forward": "acc_forw",
    "access_backward": "acc_back",
    "destination_only": "dest_only",
    "speed_hgv_kmh": "hgv_kmh",
    "observed_kmh": "obs_kmh",
    "toll_per_km": "toll_km",
    "max_axle_load_t": "max_axle_t",
    "max_length_m": "max_long_m",
    "max_draught_m": "max_drau_m",
    "max_vessel_t": "max_vess_t",
    "electrified": "electrif",
    "capacity_per_day": "cap_day",
    "capacity_unit": "cap_unit",
    "background_per_day": "backg_day",
    "capacity_group": "cap_group",
    "above_weight_t": "abv_wght_t",
    "above_length_m": "abv_long_m",
    "above_axle_load_t": "abv_axle_t",
    "above_height_m": "abv_high_m",
    "candidate_id": "cand_id",
    "ring_points": "ring_pts",
}
"""Shapefile holds names of ten characters at most."""
