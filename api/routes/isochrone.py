"""`hinterland isochrone`: the area reached from a place, or from which it is reached, within some minutes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from api.numbers import number
from api.routes.answer import Answer, check_output, records, write_answer
from api.routes.ground import Ground, GroundRequest, read_ground
from api.routes.positions import Prepared, hour_notes, prepare, tell_hour, tell_skipped
from api.routes.provenance import provenance, tell_sources
from api.routes.tell import tell_written, warn
from api.styles import LayerStyle
from geodata.answers.frames import isochrone_layer, isochrone_table, place_layer, reached_layer
from geodata.answers.isochrones import BUFFER_M, isochrones
from geodata.answers.places import Place
from geodata.answers.reach import ReachGraph
from supplychain.errors import HinterlandError
from supplychain.plain_numbers import plain_number
from supplychain.text import Text

if TYPE_CHECKING:
    from api.console import Talk
    from api.listening import Listener

MOST_MINUTES: Final = 24 * 60
MOST_BANDS: Final = 24
MOST_BUFFER_M: Final = 50_000.0
RAMP: Final = ("#1a6b54", "#4b9b6a", "#9ec56b", "#e3c44d", "#e08a3c", "#b93a2b")

NO_MINUTES: Final = Text(
    en="Minutes must be numbers above 0 and at most {most}, such as 15,30,45; got {text}.",
    vi="Số phút phải lớn hơn 0 và không quá {most}, ví dụ 15,30,45; nhận được {text}.",
)
TOO_MANY: Final = Text(
    en="At most {most} bands are drawn at once, got {count}.", vi="Mỗi lần vẽ tối đa {most} vùng, nhận được {count}."
)
NO_BUFFER: Final = Text(
    en="The buffer must be above 0 and at most {most} m, got {value}.",
    vi="Vùng đệm phải lớn hơn 0 và không quá {most} m, nhận được {value}.",
)
SWEEPING: Final = Text(en="Searching what is reached", vi="Tìm phạm vi đến được")
TITLE: Final = {
    False: Text(en="Reached from {place}", vi="Phạm vi đến được từ {place}"),
    True: Text(en="From where {place} is reached", vi="Phạm vi đến được {place}"),
}
METHOD: Final = Text(
    en="Area within {buffer} m of every link reached, cut on the link where the minutes end; holes are kept. The way "
    "between {place} and its link, {away} m, is not counted.",
    vi="Vùng cách mọi đoạn đường đến được không quá {buffer} m, cắt đúng chỗ hết thời gian trên đoạn; giữ các lỗ. Chưa "
    "tính quãng {away} m giữa {place} và đoạn đường.",
)
NO_MORE: Final = Text(
    en="Nothing more is reached after {minutes} min, up to {most} min; larger bands are the same.",
    vi="Sau {minutes} phút không đến thêm được nơi nào, cho tới {most} phút; các vùng lớn hơn giống nhau.",
)


@dataclass(frozen=True, slots=True)
class IsochroneRequest:
    """What the command was asked.

    Parameters
    ----------
    ground
        Network, vehicle and hour.
    place
        The place as ``Ground.place`` reads it.
    minutes
        Limits as written, ``,`` between.
    to
        True for where the place is reached from.
    buffer_m
        Distance from a reached link that counts as reached.
    out, crs
        Where to write, and in which coordinate reference system.
    """

    ground: GroundRequest
    place: str | Place
    minutes: str
    to: bool = False
    buffer_m: float = BUFFER_M
    out: Path | None = None
    crs: str = "EPSG:4326"


def parse_minutes(text: str) -> list[float]:
    """Return the minutes of a text such as ``15,30,45``, rising and each once.

    Raises
    ------
    HinterlandError
        If there is none, or one is no number above 0 or larger than a day.
    """
    try:
        minutes = sorted({plain_number(part) for part in text.replace(";", ",").split(",") if part.strip()})
    except ValueError:
        minutes = []
    if not minutes or not all(0 < one <= MOST_MINUTES for one in minutes):
        raise HinterlandError(NO_MINUTES.format(most=MOST_MINUTES, text=text or "''"))
    if len(minutes) > MOST_BANDS:
        raise HinterlandError(TOO_MANY.format(most=MOST_BANDS, count=len(minutes)))
    return minutes


STEPS: Final = 3
"""Steps that answering takes."""


def find_isochrones(request: IsochroneRequest, listener: Listener) -> tuple[Answer, Ground, Place]:
    """Return the area reached, what it stands on, and the place.

    Raises
    ------
    HinterlandError
        If the minutes or the buffer are none, or the place is not known or off the network.
    """
    minutes = parse_minutes(request.minutes)
    if not 0 < request.buffer_m <= MOST_BUFFER_M:
        raise HinterlandError(NO_BUFFER.format(most=f"{MOST_BUFFER_M:,.0f}", value=request.buffer_m))
    ground = read_ground(request.ground, listener)
    place = ground.place(request.place)
    prepared = prepare(ground, listener)
    return _answer(request, prepared, place, minutes, listener), ground, place


def run_isochrone(request: IsochroneRequest, talk: Talk) -> None:
    """Work out, tell and write the area reached."""
    check_output(request.out, request.crs)
    with talk.steps(STEPS) as steps:
        answer, ground, place = find_isochrones(request, steps)
    tell_hour(ground, talk)
    _tell(request, place, answer, talk)
    if request.out is not None:
        tell_written(write_answer(answer, request.out, request.crs), talk)
    tell_sources(ground.attribution, talk)
    talk.answer(answer.document)


def _answer(
    request: IsochroneRequest, prepared: Prepared, place: Place, minutes: Sequence[float], listener: Listener
) -> Answer:
    ground: Ground = prepared.ground
    snap = prepared.position(place, "destination" if request.to else "origin")
    tell_skipped(place, snap, listener)
    listener.begin(SWEEPING)
    seconds = [60.0 * one for one in minutes]
    reach = ReachGraph(prepared.graph).reach(snap, to=request.to, limit=seconds[-1])
    found = isochrones(reach, ground.infrastructure, seconds, request.buffer_m)
    table = isochrone_table(found)
    facts = {
        "place": place.place_id,
        "direction": "to" if request.to else "from",
        "minutes": ",".join(f"{one:g}" for one in minutes),
        "buffer_m": f"{request.buffer_m:g}",
    }
    told = provenance("isochrone", ground.attribution, **facts, **ground.facts)

    def layers() -> dict[str, Any]:
        return {
            "isochrones": isochrone_layer(found),
            "reached_links": reached_layer(ground.infrastructure, found),
            "place": place_layer([place], [snap]),
        }

    document = {**told, "network_distance_m": snap.distance_m, "bands": records(table)}
    notes = (*hour_notes(ground), _method(request, place, snap.distance_m))
    return Answer({"bands": table}, layers, document, told, _styles(list(table["band"])), notes=notes)


def _method(request: IsochroneRequest, place: Place, away_m: float) -> Text:
    away = number(away_m)
    said = {"buffer": f"{request.buffer_m:g}", "place": place.label}
    return Text(en=METHOD.en.format(**said, away=away.en), vi=METHOD.vi.format(**said, away=away.vi))


def _styles(bands: Sequence[str]) -> tuple[LayerStyle, ...]:
    shades = {band: RAMP[round(place * (len(RAMP) - 1) / max(len(bands) - 1, 1))] for place, band in enumerate(bands)}
    names = {band: Text(en=f"{band} min", vi=f"{band} phút") for band in bands}
    return (
        LayerStyle("isochrones", "polygon", "band", shades, names, 0.3),
        LayerStyle("reached_links", "line", "band", shades, names, 0.4),
    )


def _tell(request: IsochroneRequest, place: Place, answer: Answer, talk: Talk) -> None:
    language = talk.language
    headings = (
        Text(en="Within", vi="Trong"),
        Text(en="km²", vi="km²"),
        Text(en="km of links reached", vi="km đoạn đường đến được"),
    )
    bands = answer.document["bands"]
    rows = [
        (
            Text(en=f"{band['band']} min", vi=f"{band['band']} phút").of(language),
            number(band["area_km2"], 2).of(language),
            number(band["reached_km"], 1).of(language),
        )
        for band in bands
    ]
    talk.table(TITLE[request.to].format(place=place.label), headings, rows)
    talk.say(_method(request, place, answer.document["network_distance_m"]))
    same = [band["band"] for band in bands if band["reached_km"] == bands[-1]["reached_km"]]
    if len(same) > 1:
        warn(NO_MORE.format(minutes=same[0], most=same[-1]), talk)
