"""`hinterland route`: the best route between two places, its itinerary, its waits, and other ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from api.numbers import number, signed
from api.routes.answer import Answer, check_output, records, write_answer
from api.routes.ground import Ground, GroundRequest, parse_depart, read_ground
from api.routes.positions import PREPARING, tell_skipped
from api.routes.provenance import provenance, tell_sources
from api.routes.tell import tell_written
from api.routes.warm import warm_router
from api.styles import LayerStyle
from geodata.answers.frames import place_layer
from geodata.answers.places import Place
from geodata.answers.route_frames import leg_layer, leg_table, route_layer, route_table, wait_layer, wait_table
from geodata.routing.route import Route
from geodata.routing.router import end_roles
from geodata.routing.snapping import Snap
from supplychain.errors import HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    from api.console import Talk
    from api.listening import Listener

SHOWN_LEGS: Final = 60
RANK_COLOURS: Final = ("#1f6fb2", "#c58a00", "#2f7d4f", "#b4532a", "#7b4ea3", "#3b8f8f", "#6b6b6b")
STYLES: Final = (
    LayerStyle(
        "routes",
        "line",
        "rank_text",
        {str(rank): colour for rank, colour in enumerate(RANK_COLOURS, start=1)},
        {
            str(rank): Text(
                en="Best route" if rank == 1 else f"Alternative {rank}",
                vi="Tuyến tốt nhất" if rank == 1 else f"Phương án {rank}",
            )
            for rank in range(1, len(RANK_COLOURS) + 1)
        },
        1.0,
    ),
)

SEARCHING: Final = Text(en="Searching the route", vi="Tìm tuyến đường")
TIME_ONLY: Final = Text(
    en="With a time of departure or arrival the route is the quickest by hour; leave --objective {objective} out.",
    vi="Khi có giờ đi hoặc giờ đến, tuyến là tuyến nhanh nhất theo giờ; hãy bỏ --objective {objective}.",
)
NO_OTHERS: Final = Text(
    en="Alternatives are looked for without a time; leave --alternatives, or --depart and --arrive, out.",
    vi="Phương án khác chỉ tìm khi không có giờ; hãy bỏ --alternatives, hoặc bỏ --depart và --arrive.",
)
ONE_TIME: Final = Text(
    en="Give either --depart or --arrive, not both.", vi="Chỉ ghi --depart hoặc --arrive, không ghi cả hai."
)
FEWER: Final = Text(en="Only {count} routes differ enough from each other.", vi="Chỉ có {count} tuyến đủ khác nhau.")
TITLE: Final = Text(en="{origin} to {destination}: {vehicle}", vi="{origin} đến {destination}: {vehicle}")
LEGS_TITLE: Final = Text(en="Itinerary", vi="Lộ trình")
OTHERS_TITLE: Final = Text(en="Alternatives", vi="Các phương án")
MORE_LEGS: Final = Text(en="{count} more runs; --out keeps them all.", vi="Còn {count} đoạn; --out lưu tất cả.")
WAITED: Final = Text(en="Wait {minutes} min from {start}: {why}", vi="Chờ {minutes} phút từ {start}: {why}")
OFF_ROAD: Final = Text(
    en="Not counted: {start} m from {origin} to the network and {end} m from the network to {destination}.",
    vi="Chưa tính: {start} m từ {origin} ra mạng lưới và {end} m từ mạng lưới vào {destination}.",
)
UNTIMED: Final = Text(
    en="Without --depart, bans and speeds by hour are not applied.",
    vi="Không có --depart nên chưa xét lệnh cấm và tốc độ theo giờ.",
)


@dataclass(frozen=True, slots=True)
class RouteRequest:
    """What the command was asked.

    Parameters
    ----------
    ground
        Network, vehicle and departure.
    origin, destination
        Places as ``Ground.place`` reads them.
    objective
        time, distance, cost or co2e.
    alternatives
        Routes wanted beside the best.
    arrive
        Latest local time of arrival as written: the route then sets out as late as it can; empty for none.
    out, crs
        Where to write, and in which coordinate reference system.
    """

    ground: GroundRequest
    origin: str | Place
    destination: str | Place
    objective: str = "time"
    alternatives: int = 0
    arrive: str = ""
    out: Path | None = None
    crs: str = "EPSG:4326"


STEPS: Final = 3
"""Steps that answering takes."""


@dataclass(frozen=True, slots=True)
class FoundRoutes:
    """The answer, and what it is told from.

    Parameters
    ----------
    answer
        Tables, layers and document.
    ground
        Network, vehicle and departure.
    ends
        Origin and destination.
    routes
        The best first.
    """

    answer: Answer
    ground: Ground
    ends: tuple[Place, Place]
    routes: Sequence[Route]


def find_routes(request: RouteRequest, listener: Listener) -> FoundRoutes:
    """Return the best route and, where asked, other ways.

    Raises
    ------
    HinterlandError
        If the question contradicts itself, a place is not known or off the network, or no route leads there.
    """
    _check(request)
    parse_depart(request.arrive)
    ground = read_ground(request.ground, listener)
    ends = ground.place(request.origin), ground.place(request.destination)
    routes = _routes(request, ground, ends, listener)
    return FoundRoutes(_answer(request, ground, ends, routes), ground, ends, routes)


def run_route(request: RouteRequest, talk: Talk) -> None:
    """Find, tell and write the best route and, where asked, other ways."""
    check_output(request.out, request.crs)
    with talk.steps(STEPS) as steps:
        found = find_routes(request, steps)
    _tell(request, found, talk)
    if request.out is not None:
        tell_written(write_answer(found.answer, request.out, request.crs), talk)
    tell_sources(found.ground.attribution, talk)
    talk.answer(found.answer.document)


def _check(request: RouteRequest) -> None:
    timed = bool(request.ground.depart.strip()) or bool(request.arrive.strip())
    if request.ground.depart.strip() and request.arrive.strip():
        raise HinterlandError(ONE_TIME)
    if timed and request.objective != "time":
        raise HinterlandError(TIME_ONLY.format(objective=request.objective))
    if timed and request.alternatives:
        raise HinterlandError(NO_OTHERS)


def _routes(request: RouteRequest, ground: Ground, ends: tuple[Place, Place], listener: Listener) -> Sequence[Route]:
    name = ground.profile.name
    listener.begin(Text(en=PREPARING.en.format(vehicle=name.en), vi=PREPARING.vi.format(vehicle=name.vi)))
    # With a time of departure hours apply as they pass: the graph of one hour is only what places are tied to.
    still = replace(ground, depart=None)
    router = warm_router(still)
    snaps: list[Snap] = []
    for place, role in zip(ends, end_roles(*((end.lon, end.lat) for end in ends)), strict=True):
        snap = router.snap(place.lon, place.lat, role=role)
        tell_skipped(place, snap, listener)
        snaps.append(snap)
    listener.begin(SEARCHING)
    if request.alternatives:
        found: Sequence[Route] = router.alternatives(
            snaps[0], snaps[1], request.alternatives + 1, objective=request.objective
        )
        if len(found) <= request.alternatives:
            listener.warn(FEWER.format(count=len(found)))
        return found
    arrive = parse_depart(request.arrive)
    if arrive is not None:
        return [router.latest_departure(snaps[0], snaps[1], arrive)]
    return [router.route(snaps[0], snaps[1], depart=ground.depart, objective=request.objective)]


def _answer(request: RouteRequest, ground: Ground, ends: tuple[Place, Place], routes: Sequence[Route]) -> Answer:
    facts = {"origin": ends[0].place_id, "destination": ends[1].place_id, "objective": request.objective}
    told = provenance("route", ground.attribution, **facts, **ground.facts)
    tables = {"routes": route_table(routes), "itinerary": leg_table(routes), "waits": wait_table(routes)}
    best = routes[0]

    def layers() -> dict[str, Any]:
        return {
            "routes": route_layer(routes),
            "itinerary": leg_layer(routes),
            "ends": place_layer(ends, [best.origin, best.destination], role=["origin", "destination"]),
            "waits": wait_layer(routes),
        }

    document = {
        **told,
        "origin_distance_m": best.origin.distance_m,
        "destination_distance_m": best.destination.distance_m,
        **{name: records(table) for name, table in tables.items()},
    }
    notes = (*best.notes, *_closing_notes(ground, ends, best))
    return Answer({"itinerary": tables["itinerary"], **tables}, layers, document, told, STYLES, notes=notes)


def _closing_notes(ground: Ground, ends: tuple[Place, Place], best: Route) -> tuple[Text, ...]:
    away = {"start": round(best.origin.distance_m), "end": round(best.destination.distance_m)}
    off_road = OFF_ROAD.format(origin=ends[0].label, destination=ends[1].label, **away)
    by_hour = len(ground.infrastructure.schedules) or ground.profile.hour_factors
    return (off_road, UNTIMED) if best.depart is None and by_hour else (off_road,)


def _tell(request: RouteRequest, found: FoundRoutes, talk: Talk) -> None:
    ground, ends, routes = found.ground, found.ends, found.routes
    language, best = talk.language, routes[0]
    _tell_totals(ground, ends, best, talk)
    headings = (
        Text(en="Do", vi="Chỉ dẫn"),
        Text(en="at km", vi="tại km"),
        Text(en="at min", vi="tại phút"),
        Text(en="km", vi="km"),
        Text(en="min", vi="phút"),
    )
    legs = leg_table([best]).to_dict("records")
    rows = [
        (
            row[f"instruction_{language}"],
            *(number(row[name], 1).of(language) for name in ("at_km", "at_min", "distance_km", "time_min")),
        )
        for row in legs
    ]
    talk.table(LEGS_TITLE, headings, rows[:SHOWN_LEGS])
    if len(rows) > SHOWN_LEGS:
        talk.say(MORE_LEGS.format(count=len(rows) - SHOWN_LEGS))
    for wait in best.waits:
        minutes, start = number(wait.time_s / 60.0), f"{wait.start:%Y-%m-%d %H:%M}"
        talk.say(
            Text(
                en=WAITED.en.format(minutes=minutes.en, start=start, why=wait.text.en),
                vi=WAITED.vi.format(minutes=minutes.vi, start=start, why=wait.text.vi),
            )
        )
    if request.alternatives:
        _tell_others(ground, routes, talk)
    for note in found.answer.notes:
        talk.say(note)


def _tell_totals(ground: Ground, ends: tuple[Place, Place], best: Route, talk: Talk) -> None:
    language, currency = talk.language, ground.profile.currency
    hours = Text(en="h", vi="giờ").of(language)
    rows = [
        (Text(en="Distance", vi="Quãng đường"), f"{number(best.length_m / 1000.0, 2).of(language)} km"),
        (Text(en="Time", vi="Thời gian"), f"{number(best.time_s / 3600.0, 2).of(language)} {hours}"),
        (Text(en="of which waiting", vi="trong đó chờ"), f"{number(best.waiting_s / 3600.0, 2).of(language)} {hours}"),
        (
            Text(en="Cost, empty run included", vi="Chi phí, gồm chạy rỗng"),
            f"{number(best.cost).of(language)} {currency}",
        ),
        (Text(en="of which tolls", vi="trong đó phí đường"), f"{number(best.toll).of(language)} {currency}"),
        (
            Text(en="Emissions, well to wheel", vi="Phát thải, đủ vòng"),
            f"{number(best.co2e_kg, 1).of(language)} kg CO2e",
        ),
    ]
    if best.depart is not None and best.arrive is not None:
        rows.insert(0, (Text(en="Departure", vi="Khởi hành"), f"{best.depart:%Y-%m-%d %H:%M}"))
        rows.insert(1, (Text(en="Arrival", vi="Đến nơi"), f"{best.arrive:%Y-%m-%d %H:%M:%S}"))
    name = ground.profile.name
    title = Text(
        en=TITLE.en.format(origin=ends[0].label, destination=ends[1].label, vehicle=name.en),
        vi=TITLE.vi.format(origin=ends[0].label, destination=ends[1].label, vehicle=name.vi),
    )
    headings = (Text(en="Whole route", vi="Toàn tuyến"), Text(en=ground.name, vi=ground.name))
    talk.table(title, headings, [(label.of(language), value) for label, value in rows])


def _tell_others(ground: Ground, routes: Sequence[Route], talk: Talk) -> None:
    language = talk.language
    headings = (
        Text(en="Route", vi="Tuyến"),
        Text(en="km", vi="km"),
        Text(en="min", vi="phút"),
        Text(en="more min", vi="hơn, phút"),
        Text(en=ground.profile.currency, vi=ground.profile.currency),
        Text(en="kg CO2e", vi="kg CO2e"),
    )
    rows = [
        (
            str(row["rank"]),
            number(row["distance_km"], 1).of(language),
            number(row["time_min"], 1).of(language),
            signed(row["more_min"], 1).of(language),
            number(row["cost"]).of(language),
            number(row["co2e_kg"], 1).of(language),
        )
        for row in route_table(routes).to_dict("records")
    ]
    talk.table(OTHERS_TITLE, headings, rows)
