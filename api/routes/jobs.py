"""What a worker runs for questions to the network: the answer as the command line gives it, and its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from api.job_listening import WRITING, JobListener, cut_document, job_folder, keep_path, told_texts
from api.network.uploads import check_ending, fetch_files, write_polygon
from api.routes import catchment, chains, isochrone, nearest, route, skim
from api.routes.answer import Answer, check_output, write_answer
from api.routes.ground import GroundRequest
from geodata.answers.places import Place, check_position
from geodata.answers.places_file import read_places

if TYPE_CHECKING:
    from api.jobs.kinds import JobContext

MOST_PAIRS: Final = 1_000_000
"""Pairs of places of one question that comes over the network."""

AREAS: Final = "areas.geojson"
"""File with the areas of an answer, kept whatever files are asked for: maps are drawn from it."""

ALL_ROWS: Final = "csv"
"""Format that is kept, asked for or not, where a result does not hold all rows."""


def run_route(context: JobContext, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Find a route, and other ways."""
    listener = JobListener(context, route.STEPS)
    ends = [_place(request[name]) for name in ("origin", "destination")]
    chosen = request["objective"], request["alternatives"], request["arrive"]
    found = route.find_routes(route.RouteRequest(_ground(context, request), ends[0], ends[1], *chosen), listener)
    return _kept(context, request, found.answer, listener)


def run_skim(context: JobContext, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Work out the values between many places."""
    listener = JobListener(context, skim.STEPS)
    ground, objective = _ground(context, request), request["objective"]
    with job_folder(context) as folder:
        origins, destinations = (_places(context, request, name, folder) for name in ("origins", "destinations"))
    # A layer of lines is made only where a file of layers is asked for, and told to be left out only then.
    out = Path("skim.gpkg") if "gpkg" in request["files"] or "geojson" in request["files"] else None
    asked = skim.SkimRequest(ground, origins, destinations, objective, out=out)
    answer, _ = skim.find_skim(asked, listener, MOST_PAIRS)
    return _kept(context, request, answer, listener)


def run_isochrone(context: JobContext, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Work out the area reached."""
    listener = JobListener(context, isochrone.STEPS)
    minutes = ",".join(f"{one:g}" for one in request["minutes"])
    place = _place(request["place"])
    asked = isochrone.IsochroneRequest(_ground(context, request), place, minutes, request["to"], request["buffer_m"])
    answer, ground, _ = isochrone.find_isochrones(asked, listener)
    return _kept(context, request, answer, listener, areas=("isochrones", ground.licence))


def run_catchment(context: JobContext, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Work out which gateway serves what best."""
    listener = JobListener(context, catchment.STEPS)
    with job_folder(context) as folder:
        gateways, places = (_places(context, request, name, folder) for name in ("gateways", "places"))
        within = None if request["within"] is None else write_polygon(request["within"], folder / "within.geojson")
        asked = catchment.CatchmentRequest(
            _ground(context, request),
            gateways,
            places,
            request["objective"],
            request["from_gateways"],
            within,
            request["near_m"],
            request["spacing_m"],
        )
        answer, ground = catchment.find_catchments(asked, listener)
    return _kept(context, request, answer, listener, areas=("catchments", ground.licence))


def run_nearest(context: JobContext, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Work out the nearest facilities of each place."""
    listener = JobListener(context, nearest.STEPS)
    with job_folder(context) as folder:
        places, facilities = (_places(context, request, name, folder) for name in ("places", "facilities"))
    chosen = request["count"], request["from_facilities"], request["objective"]
    asked = nearest.NearestRequest(_ground(context, request), places, facilities, *chosen)
    answer, _ = nearest.find_nearest(asked, listener, MOST_PAIRS)
    return _kept(context, request, answer, listener)


def run_chains(context: JobContext, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Work out the best path of each chain of modes."""
    listener = JobListener(context, chains.STEPS)
    asked = chains.ChainRequest(
        request["origin"],
        request["destination"],
        class_id=request["freight_class"],
        objective=request["objective"],
        legs=request["legs"],
        carbon_price_per_t=request["carbon_price_per_t"],
        hand_over=request["hand_over"],
        network=request["network"] or "",
    )
    found = chains.find_chains(asked, context.database, listener)
    return _kept(context, request, found.answer, listener)


def _ground(context: JobContext, request: Mapping[str, Any]) -> GroundRequest:
    return GroundRequest(
        context.database,
        request["network"],
        request["profile"],
        None,
        request["depart"],
        request["reach_m"],
        reads_files=False,
    )


def _place(given: str | Mapping[str, Any]) -> str | Place:
    """Return a place given by its position, or the text that names one."""
    if isinstance(given, str):
        return given
    lat, lon = float(given["lat"]), float(given["lon"])
    place_id = given["id"] or f"{lat:.6f},{lon:.6f}"
    check_position(lat, lon, place_id)
    return Place(place_id, lon, lat, given["name"])


def _places(context: JobContext, request: Mapping[str, Any], name: str, folder: Path) -> Sequence[str | Place]:
    """Return the places named one by one, and those of a file that was sent."""
    found = [_place(one) for one in request[name]]
    if request[f"{name}_file"] is None:
        return found
    for path in fetch_files(context, [request[f"{name}_file"]], folder / name):
        check_ending(path, (".csv", ".txt"))
        found += read_places(path)
    return found


def _kept(
    context: JobContext,
    request: Mapping[str, Any],
    answer: Answer,
    listener: JobListener,
    areas: tuple[str, str] | None = None,
) -> dict[str, Any]:
    """Keep the files of an answer and its areas, where it names a layer and a licence, and return the job's result."""
    document, left_out = cut_document(answer.document)
    wanted = list(request["files"])
    if left_out and ALL_ROWS not in wanted:
        wanted.append(ALL_ROWS)
    kept = []
    context.tell(WRITING)
    with job_folder(context) as folder:
        for ending in wanted:
            out = folder / f"{answer.provenance['question']}.{ending}"
            crs = request["crs"] if ending == "gpkg" else "EPSG:4326"
            check_output(out, crs)
            kept += [keep_path(context, path) for path in write_answer(answer, out, crs)]
        if areas is not None:
            layer, licence = areas
            said = {**answer.provenance, "licence": licence}
            drawn = replace(answer, layers=lambda: {layer: answer.layers()[layer]}, provenance=said)
            kept += [keep_path(context, path) for path in write_answer(drawn, folder / AREAS)]
    return {
        "answer": document,
        "left_out": left_out,
        "notes": told_texts(tuple(answer.notes)),
        "warnings": told_texts(listener.warnings),
        "files": kept,
    }
