"""`hinterland nearest`: the facilities a place reaches, or is reached from, first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import shapely

from api.numbers import number
from api.routes.answer import Answer, check_output, records, write_answer
from api.routes.ground import Ground, GroundRequest, read_ground
from api.routes.positions import MOST_PAIRS, Prepared, check_pairs, hour_notes, prepare, tell_hour
from api.routes.provenance import provenance, tell_sources
from api.routes.tell import tell_written
from api.styles import PLACE_COLOURS, PLACE_NAMES, LayerStyle
from geodata.answers.frames import TABLE_VALUES, nearest_table, place_layer, to_layer
from geodata.answers.places import Place
from geodata.answers.skims import REASONS, skim_places
from supplychain.text import Text

if TYPE_CHECKING:
    from api.console import Talk
    from api.listening import Listener

SWEEPING: Final = Text(en="Searching the nearest", vi="Tìm nơi gần nhất")
TITLE: Final = {
    False: Text(en="Nearest to go to", vi="Nơi đến gần nhất"),
    True: Text(en="Nearest to come from", vi="Nơi xuất phát gần nhất"),
}
NONE_REACHED: Final = Text(
    en="{place} reaches none of them: {why}.", vi="{place} không đến được nơi nào trong số đó: {why}."
)
STYLES: Final = (LayerStyle("nearest", "line", "kind", PLACE_COLOURS, PLACE_NAMES, 0.5),)


@dataclass(frozen=True, slots=True)
class NearestRequest:
    """What the command was asked.

    Parameters
    ----------
    ground
        Network, vehicle and hour.
    places, facilities
        Places as ``Ground.places`` reads them.
    count
        Most facilities of each place.
    from_facilities
        True for ways from the facilities to the places.
    objective
        time, distance, cost or co2e.
    out, crs
        Where to write, and in which coordinate reference system.
    """

    ground: GroundRequest
    places: str | Sequence[str | Place]
    facilities: str | Sequence[str | Place]
    count: int = 5
    from_facilities: bool = False
    objective: str = "time"
    out: Path | None = None
    crs: str = "EPSG:4326"


STEPS: Final = 3
"""Steps that answering takes."""


def find_nearest(request: NearestRequest, listener: Listener, most_pairs: int = MOST_PAIRS) -> tuple[Answer, Ground]:
    """Return the nearest facilities of each place, and what that stands on.

    Raises
    ------
    HinterlandError
        If there are too many pairs, a place is not known, or all are off the network.
    """
    ground = read_ground(request.ground, listener)
    places, facilities = ground.places(request.places), ground.places(request.facilities)
    sides = (len(facilities), len(places)) if request.from_facilities else (len(places), len(facilities))
    check_pairs(*sides, most_pairs)
    prepared = prepare(ground, listener)
    return _answer(request, prepared, (places, facilities), listener), ground


def run_nearest(request: NearestRequest, talk: Talk) -> None:
    """Work out, tell and write the nearest facilities."""
    check_output(request.out, request.crs)
    with talk.steps(STEPS) as steps:
        answer, ground = find_nearest(request, steps)
    tell_hour(ground, talk)
    _tell(request, answer, ground, talk)
    if request.out is not None:
        tell_written(write_answer(answer, request.out, request.crs), talk)
    tell_sources(ground.attribution, talk)
    talk.answer(answer.document)


def _answer(
    request: NearestRequest,
    prepared: Prepared,
    sets: tuple[tuple[Place, ...], tuple[Place, ...]],
    listener: Listener,
) -> Answer:
    ground, (places, facilities) = prepared.ground, sets
    back = request.from_facilities
    here = prepared.positions(places, "destination" if back else "origin", listener)
    there = prepared.positions(facilities, "origin" if back else "destination", listener)
    listener.begin(SWEEPING)
    ends = (there, here) if back else (here, there)
    found = skim_places(prepared.graph, request.objective, *ends, lambda _done, _all: listener.detail(SWEEPING))
    if back:
        found = found.turned()
    found = found.with_places(places, facilities)
    table = nearest_table(places, facilities, found, request.objective, request.count)
    for row, place in enumerate(places):
        if not found.reached[row].any():
            reasons = list(dict.fromkeys(found.reason[row].tolist()))
            why = Text(
                en="; ".join(REASONS[code].en for code in reasons), vi="; ".join(REASONS[code].vi for code in reasons)
            )
            en = NONE_REACHED.en.format(place=place.label, why=why.en)
            listener.warn(Text(en=en, vi=NONE_REACHED.vi.format(place=place.label, why=why.vi)))
    facts = {"direction": "from facilities" if back else "to facilities", "objective": request.objective}
    told = provenance("nearest", ground.attribution, **facts, **ground.facts)

    def layers() -> dict[str, Any]:
        return {
            "nearest": _lines(places, facilities, table),
            "places": place_layer(places, here),
            "facilities": place_layer(facilities, there),
        }

    document = {**told, "nearest": records(table)}
    return Answer({"nearest": table}, layers, document, told, STYLES, notes=hour_notes(ground))


def _lines(places: tuple[Place, ...], facilities: tuple[Place, ...], table: pd.DataFrame) -> Any:  # noqa: ANN401 - a GeoDataFrame, which carries no types
    spots = {place.place_id: (place.lon, place.lat) for place in (*places, *facilities)}
    lines = [
        shapely.LineString([spots[place], spots[facility]])
        for place, facility in zip(table["place_id"], table["facility_id"], strict=True)
    ]
    return to_layer(table, lines)


def _tell(request: NearestRequest, answer: Answer, ground: Ground, talk: Talk) -> None:
    language = talk.language
    headings = (
        Text(en="Place", vi="Nơi"),
        Text(en="Facility", vi="Cơ sở"),
        Text(en="Name", vi="Tên"),
        Text(en="min", vi="phút"),
        Text(en="km", vi="km"),
        Text(en=ground.profile.currency, vi=ground.profile.currency),
        Text(en="kg CO2e", vi="kg CO2e"),
    )
    digits = {"time_min": 1, "distance_km": 1, "cost": 0, "co2e_kg": 1}
    rows = [
        (
            f"{row['place_id']} · {row['rank']}",
            row["facility_id"],
            row["name"],
            *(number(row[name], digits[name]).of(language) for name in TABLE_VALUES),
        )
        for row in answer.tables["nearest"].to_dict("records")
    ]
    talk.table(TITLE[request.from_facilities], headings, rows)
