"""`hinterland catchment`: which gateway serves which roads, places and areas best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from api.numbers import number
from api.routes.answer import Answer, check_output, records, write_answer
from api.routes.ground import Ground, GroundRequest, read_ground
from api.routes.positions import Prepared, hour_notes, prepare, tell_hour
from api.routes.provenance import provenance, tell_sources
from api.routes.tell import tell_written, warn
from api.routes.within import read_within
from api.styles import LayerStyle
from geodata.answers.areas import area_km2
from geodata.answers.catchments import NEAR_ROAD_M, best_two, catchment_areas, sample_links
from geodata.answers.frames import (
    OBJECTIVE_COLUMNS,
    catchment_table,
    gateway_table,
    place_layer,
    served_layer,
    to_layer,
)
from geodata.answers.places import Place
from supplychain.errors import HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from api.console import Talk
    from api.listening import Listener

MOST_GATEWAYS: Final = 500
PALETTE: Final = (
    "#1f6fb2",
    "#c58a00",
    "#2f7d4f",
    "#b4532a",
    "#7b4ea3",
    "#3b8f8f",
    "#c2321f",
    "#6b6b1f",
    "#a3447b",
    "#0b3c6f",
    "#8fb98a",
    "#8a5a2b",
)

TOO_MANY: Final = Text(
    en="At most {most} gateways are compared at once, got {count}.",
    vi="Mỗi lần so tối đa {most} cửa ngõ, nhận được {count}.",
)
SWEEPING: Final = Text(en="Comparing gateways", vi="So sánh các cửa ngõ")
DRAWING: Final = Text(en="Drawing areas", vi="Vẽ các vùng")
TITLE: Final = {
    True: Text(en="Best gateway to go to, by {objective}", vi="Cửa ngõ đến tốt nhất, theo {objective}"),
    False: Text(en="Best gateway to come from, by {objective}", vi="Cửa ngõ xuất phát tốt nhất, theo {objective}"),
}
OBJECTIVE_NAMES: Final = {
    "time": Text(en="minutes", vi="số phút"),
    "distance": Text(en="km", vi="số km"),
    "cost": Text(en="cost", vi="chi phí"),
    "co2e": Text(en="kg CO2e", vi="kg CO2e"),
}
METHOD: Final = Text(
    en="By the way on this vehicle's network only; handling at the gateway is not counted. Areas: nearest road point "
    "(every {spacing} m), {cut}.",
    vi="Chỉ tính quãng đường của phương tiện này; chưa tính xếp dỡ tại cửa ngõ. Vùng: điểm đường gần nhất (cách nhau "
    "{spacing} m), {cut}.",
)
CUT_NEAR: Final = Text(
    en="cut {near} m from the road (the outline true to {step} m)", vi="cắt cách đường {near} m (sai số viền {step} m)"
)
CUT_WITHIN: Final = Text(en="cut to {file}", vi="cắt theo {file}")
UNSERVED: Final = Text(
    en="{count} places reach no gateway: {first}.", vi="{count} nơi không đến được cửa ngõ nào: {first}."
)


@dataclass(frozen=True, slots=True)
class CatchmentRequest:
    """What the command was asked.

    Parameters
    ----------
    ground
        Network, vehicle and hour.
    gateways, places
        Places as ``Ground.places`` reads them; no places for roads and areas alone.
    objective
        time, distance, cost or co2e.
    from_gateways
        True for freight that comes from the gateways.
    within
        File of polygons that areas are cut to, or None.
    near_m, spacing_m
        Distance from the road that counts, and greatest distance between road points, metres.
    out, crs
        Where to write, and in which coordinate reference system.
    """

    ground: GroundRequest
    gateways: str | Sequence[str | Place]
    places: str | Sequence[str | Place] = ""
    objective: str = "time"
    from_gateways: bool = False
    within: Path | None = None
    near_m: float = NEAR_ROAD_M
    spacing_m: float = 250.0
    out: Path | None = None
    crs: str = "EPSG:4326"


STEPS: Final = 4
"""Steps that answering takes."""


def find_catchments(request: CatchmentRequest, listener: Listener) -> tuple[Answer, Ground]:
    """Return which gateway serves what best, and what that stands on.

    Raises
    ------
    HinterlandError
        If there are too many gateways, a place is not known, or all are off the network.
    """
    frame = None if request.within is None else read_within(request.within)
    ground = read_ground(request.ground, listener)
    gateways = ground.places(request.gateways)
    if len(gateways) > MOST_GATEWAYS:
        raise HinterlandError(TOO_MANY.format(most=MOST_GATEWAYS, count=len(gateways)))
    places = ground.places(request.places) if request.places else ()
    prepared = prepare(ground, listener)
    return _answer(request, prepared, (gateways, places), frame, listener), ground


def run_catchment(request: CatchmentRequest, talk: Talk) -> None:
    """Work out, tell and write which gateway serves what best."""
    check_output(request.out, request.crs)
    with talk.steps(STEPS) as steps:
        answer, ground = find_catchments(request, steps)
    tell_hour(ground, talk)
    _tell(request, answer, ground, talk)
    if request.out is not None:
        tell_written(write_answer(answer, request.out, request.crs), talk)
    tell_sources(ground.attribution, talk)
    talk.answer(answer.document)


def _answer(
    request: CatchmentRequest,
    prepared: Prepared,
    sets: tuple[tuple[Place, ...], tuple[Place, ...]],
    frame: Any,  # noqa: ANN401 - a shapely polygon
    listener: Listener,
) -> Answer:
    ground, (gateways, places) = prepared.ground, sets
    column, to = OBJECTIVE_COLUMNS[request.objective], not request.from_gateways
    gates = prepared.positions(gateways, "destination" if to else "origin", listener)
    spots = prepared.positions(places, "origin" if to else "destination", listener)
    listener.begin(SWEEPING)
    samples = sample_links(ground.infrastructure, prepared.graph, request.spacing_m)
    known = [spot for spot in spots if spot is not None]
    link = np.concatenate([samples.link, np.array([spot.link for spot in known], dtype=np.int64)])
    fraction = np.concatenate([samples.fraction, np.array([spot.fraction for spot in known], dtype=np.float64)])

    def tell(done: int, total: int) -> None:
        listener.detail(Text(en=f"{SWEEPING.en} {done}/{total}", vi=f"{SWEEPING.vi} {done}/{total}"))

    found = best_two(prepared.graph, request.objective, gates, (link, fraction), to=to, progress=tell)
    roads, count = found.rows(np.arange(len(samples.link))), len(samples.link)
    at = np.full(len(places), -1, dtype=np.int64)
    at[[row for row, spot in enumerate(spots) if spot is not None]] = count + np.arange(len(known))
    table = catchment_table(places, gateways, found.rows(at), column)
    listener.begin(DRAWING)
    areas = catchment_areas(samples, roads.best, len(gateways), frame, request.near_m)
    length = samples.share * ground.infrastructure.links.length_m[samples.link] / 1000.0
    served = roads.best >= 0
    km = np.bincount(roads.best[served], weights=length[served], minlength=len(gateways)).astype(np.float64)
    main = gateway_table(gateways, [area_km2(area) for area in areas], km)
    main["places"] = [int((table["gateway_id"] == place.place_id).sum()) for place in gateways]
    facts = {
        "direction": "to gateways" if to else "from gateways",
        "objective": request.objective,
        "within": "" if request.within is None else request.within.name,
        "near_m": f"{request.near_m:g}",
        "spacing_m": f"{request.spacing_m:g}",
    }
    said = provenance("catchment", ground.attribution, **facts, **ground.facts)

    def layers() -> dict[str, Any]:
        return {
            "catchments": to_layer(main, list(areas)),
            "road_points": served_layer(ground.infrastructure, samples, roads, gateways, column),
            "gateways": place_layer(gateways, gates),
            "places": place_layer(places, spots, gateway_id=table["gateway_id"].to_numpy()),
        }

    document = {**said, "gateways": records(main), "places": records(table)}
    tables, notes = {"gateways": main, "places_served": table}, (*hour_notes(ground), _method(request))
    return Answer(tables, layers, document, said, _styles(gateways), notes=notes)


def _method(request: CatchmentRequest) -> Text:
    cut = (
        CUT_NEAR.format(near=f"{request.near_m:g}", step=f"{0.18 * request.near_m:.0f}")
        if request.within is None
        else CUT_WITHIN.format(file=request.within.name)
    )
    spacing = f"{request.spacing_m:g}"
    return Text(en=METHOD.en.format(spacing=spacing, cut=cut.en), vi=METHOD.vi.format(spacing=spacing, cut=cut.vi))


def _styles(gateways: tuple[Place, ...]) -> tuple[LayerStyle, ...]:
    colours = {place.place_id: PALETTE[row % len(PALETTE)] for row, place in enumerate(gateways)}
    names = {place.place_id: Text(en=place.label, vi=place.label) for place in gateways}
    return (
        LayerStyle("catchments", "polygon", "gateway_id", colours, names, 0.3),
        LayerStyle("road_points", "point", "gateway_id", colours, names, 0.6),
        LayerStyle("gateways", "point", "place_id", colours, names, 3.2),
        LayerStyle("places", "point", "gateway_id", colours, names, 2.4),
    )


def _tell(request: CatchmentRequest, answer: Answer, ground: Ground, talk: Talk) -> None:
    language = talk.language
    headings = (
        Text(en="Gateway", vi="Cửa ngõ"),
        Text(en="km²", vi="km²"),
        Text(en="km of links", vi="km đoạn đường"),
        Text(en="places", vi="số nơi"),
    )
    rows = [
        (
            f"{row['gateway_id']} {row['name']}".strip(),
            number(row["area_km2"], 1).of(language),
            number(row["road_km"], 1).of(language),
            number(row["places"]).of(language),
        )
        for row in answer.tables["gateways"].to_dict("records")
    ]
    objective = OBJECTIVE_NAMES[request.objective]
    title = TITLE[not request.from_gateways]
    talk.table(
        Text(en=title.en.format(objective=objective.en), vi=title.vi.format(objective=objective.vi)), headings, rows
    )
    _tell_places(request, answer.tables["places_served"], ground, talk)
    talk.say(_method(request))


def _tell_places(request: CatchmentRequest, table: pd.DataFrame, ground: Ground, talk: Talk) -> None:
    if not len(table):
        return
    language, column = talk.language, OBJECTIVE_COLUMNS[request.objective]
    unit = ground.profile.currency if request.objective == "cost" else OBJECTIVE_NAMES[request.objective].of(language)
    headings = (
        Text(en="Place", vi="Nơi"),
        Text(en="Best gateway", vi="Cửa ngõ tốt nhất"),
        Text(en=unit, vi=unit),
        Text(en="Second best", vi="Tốt thứ nhì"),
        Text(en="more by", vi="hơn"),
    )
    digits = 0 if request.objective == "cost" else 1
    served = table[table["gateway_id"] != ""]
    rows = [
        (
            row["place_id"],
            row["gateway_id"],
            number(row[column], digits).of(language),
            row["second_gateway_id"] or "–",
            number(row[f"margin_{column}"], digits).of(language),
        )
        for row in served.to_dict("records")
    ]
    talk.table(Text(en="Places", vi="Các nơi"), headings, rows)
    cut = table.loc[table["gateway_id"] == "", "place_id"].tolist()
    if cut:
        warn(UNSERVED.format(count=len(cut), first=", ".join(cut[:10])), talk)
