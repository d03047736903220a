"""The columns of an infrastructure, declared once: name, type, default, unit and meaning."""

from __future__ import annotations

from typing import Final

import numpy as np

from geodata.columns import NO_CODE, UNITS, Column
from geodata.models import LINK_CLASSES
from supplychain.vocabulary import CURRENCIES, NETWORK_MODES

VEHICLE_KINDS: Final = ("car", "goods", "hgv", "articulated", "train", "vessel")
"""Bits of every mask of vehicle kinds, from the lowest: 1 car, 2 goods van up to 3.5 t, 4 rigid lorry, 8 articulated
lorry, 16 train, 32 vessel."""

ROAD_KINDS: Final = 0b001111
TRUCK_KINDS: Final = 0b001100
TRAIN_KINDS: Final = 0b010000
VESSEL_KINDS: Final = 0b100000

FORWARD: Final = 1
BACKWARD: Final = 2

NODE_FEATURES: Final = (
    "barrier",
    "gate",
    "toll_booth",
    "lock",
    "level_crossing",
    "traffic_signals",
    "ferry_terminal",
    "extract_edge",
)
SURFACES: Final = ("paved", "unpaved")
TRACK_USES: Final = ("main", "branch", "industrial", "siding", "yard", "spur", "crossover")
CANDIDATE_KINDS: Final = (
    "seaport",
    "river_port",
    "dry_port",
    "rail_station",
    "rail_yard",
    "airport",
    "ferry_terminal",
    "industrial_park",
    "warehouse",
)
TURN_KINDS: Final = ("no", "only")

INFRASTRUCTURE_NODE_COLUMNS: Final = (
    Column("node_id", np.object_, "", "Unique id, stable from one import to the next"),
    Column("lon", np.float64, np.nan, "Longitude, WGS 84 degrees"),
    Column("lat", np.float64, np.nan, "Latitude, WGS 84 degrees"),
    Column("feature", np.int8, NO_CODE, "What stands there, if anything", NODE_FEATURES),
    Column("closed", np.uint8, 0, "Mask of the vehicle kinds that may not pass through the node"),
    Column("max_height_m", np.float64, np.nan, "Greatest height that passes the node, m; NaN: no limit known"),
    Column("max_weight_t", np.float64, np.nan, "Greatest gross weight that passes the node, t; NaN: no limit known"),
    Column("max_width_m", np.float64, np.nan, "Greatest width that passes the node, m; NaN: no limit known"),
    Column("source", np.int16, NO_CODE, "Index into Infrastructure.sources"),
)

INFRASTRUCTURE_LINK_COLUMNS: Final = (
    Column("link_id", np.object_, "", "Unique id, stable from one import to the next"),
    Column("from_index", np.int32, NO_CODE, "Index of the node its line starts at"),
    Column("to_index", np.int32, NO_CODE, "Index of the node its line ends at"),
    Column("mode", np.int8, NO_CODE, "Mode; ferries that carry lorries are of mode road", NETWORK_MODES),
    Column("link_class", np.int8, NO_CODE, "Class of the road, railway or waterway", LINK_CLASSES),
    Column("name", np.object_, "", "Name, in the local language"),
    Column("ref", np.object_, "", "Short number, such as QL13"),
    Column("length_m", np.float64, 0.0, "Length, m: geodesic along its line, or as its source (a pack) states it"),
    Column("oneway", np.bool_, False, "Traffic runs from its first node to its last only"),  # noqa: FBT003
    Column("access_forward", np.uint8, 0, "Mask of the vehicle kinds that may run from first node to last"),
    Column("access_backward", np.uint8, 0, "Mask of the vehicle kinds that may run from last node to first"),
    Column("destination_only", np.uint8, 0, "Mask of the kinds that may use it only to reach a place on it"),
    Column("lanes", np.int8, NO_CODE, "Lanes of both directions together; -1: not known"),
    Column("surface", np.int8, NO_CODE, "Surface", SURFACES),
    Column("speed_kmh", np.float64, np.nan, "Highest speed allowed, km/h; NaN: not known"),
    Column("speed_hgv_kmh", np.float64, np.nan, "Highest speed allowed to lorries, km/h; NaN: as speed_kmh"),
    Column("observed_kmh", np.float64, np.nan, "Speed freight vehicles really run, km/h; NaN: as the profile says"),
    Column("toll", np.bool_, False, "Whether a toll is paid"),  # noqa: FBT003
    Column("toll_per_km", np.float64, np.nan, "Toll of a class-5 container truck, currency per km; NaN: not known"),
    Column("currency", np.int8, NO_CODE, "Currency of toll_per_km", CURRENCIES),
    Column("price_year", np.int16, 0, "Price year of toll_per_km; 0: none"),
    Column("bridge", np.bool_, False, "On a bridge (any part of it)"),  # noqa: FBT003
    Column("tunnel", np.bool_, False, "In a tunnel (any part of it)"),  # noqa: FBT003
    Column("layer", np.int8, 0, "Vertical order where links cross without a junction"),
    Column("max_weight_t", np.float64, np.nan, "Greatest gross weight, t; NaN: no limit known"),
    Column("max_axle_load_t", np.float64, np.nan, "Greatest load of one axle, t; NaN: no limit known"),
    Column("max_height_m", np.float64, np.nan, "Greatest height, or clearance over water, m; NaN: no limit known"),
    Column("max_length_m", np.float64, np.nan, "Greatest vehicle length, m; NaN: no limit known"),
    Column("max_width_m", np.float64, np.nan, "Greatest vehicle width, m; NaN: no limit known"),
    Column("max_draught_m", np.float64, np.nan, "Greatest draught of a vessel, m; NaN: no limit known"),
    Column("max_vessel_t", np.float64, np.nan, "Largest barge, t; NaN: no limit known"),
    Column("gauge_mm", np.int16, 0, "Track gauge, mm; 0: not known"),
    Column("track_use", np.int8, NO_CODE, "What a track is used for", TRACK_USES),
    Column("electrified", np.bool_, False, "Whether a track is electrified"),  # noqa: FBT003
    Column("capacity_per_day", np.float64, np.nan, "Capacity of both directions a day; NaN: not limited"),
    Column("capacity_unit", np.int8, NO_CODE, "Unit of capacity and background", UNITS),
    Column("background_per_day", np.float64, np.nan, "Use by others a day; NaN: none known"),
    Column("capacity_group", np.object_, "", "Links of one group share one capacity; empty: its own"),
    Column("corridor", np.object_, "", "Link row of a region pack that rules its speed, toll, bans and capacity"),
    Column("row_id", np.object_, "", "Row it came from: OSM way ids (; between), a pack's link, a file's feature"),
    Column("source", np.int16, NO_CODE, "Index into Infrastructure.sources"),
)

CONDITION_COLUMNS: Final = (
    Column("link_index", np.int32, NO_CODE, "Link it is about"),
    Column("directions", np.uint8, FORWARD | BACKWARD, "1 forward, 2 backward, 3 both"),
    Column("kinds", np.uint8, ROAD_KINDS, "Mask of the vehicle kinds it is about"),
    Column("is_open", np.bool_, False, "True where it opens the link, false where it closes it"),  # noqa: FBT003
    Column("above_weight_t", np.float64, np.nan, "Only vehicles of more gross weight than this, t; NaN: all"),
    Column("above_length_m", np.float64, np.nan, "Only vehicles longer than this, m; NaN: all"),
    Column("above_axle_load_t", np.float64, np.nan, "Only vehicles of more axle load than this, t; NaN: all"),
    Column("above_height_m", np.float64, np.nan, "Only vehicles higher than this, m; NaN: all"),
    Column("speed_kmh", np.float64, np.nan, "Speed limit while it holds, km/h; NaN: it is about access"),
    Column("schedule", np.int32, NO_CODE, "Index into Infrastructure.schedules; -1: always"),
)

CANDIDATE_COLUMNS: Final = (
    Column("candidate_id", np.object_, "", "Unique id, stable from one import to the next"),
    Column("kind", np.int8, NO_CODE, "What it may be", CANDIDATE_KINDS),
    Column("name", np.object_, "", "Name as the source gives it"),
    Column("lon", np.float64, np.nan, "Longitude of a point in it, WGS 84 degrees"),
    Column("lat", np.float64, np.nan, "Latitude of a point in it, WGS 84 degrees"),
    Column("area_ha", np.float64, np.nan, "Area, ha; NaN for a point"),
    Column("outline", np.int32, NO_CODE, "Index into Infrastructure.outlines; -1: none"),
    Column("source", np.int16, NO_CODE, "Index into Infrastructure.sources"),
)
