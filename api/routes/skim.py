"""`hinterland skim`: time, distance, money and CO2e between many places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from api.numbers import number
from api.routes.answer import Answer, check_output, records, write_answer
from api.routes.ground import Ground, GroundRequest, read_ground
from api.routes.kept import is_kept, kept_hierarchy
from api.routes.positions import MOST_PAIRS, check_pairs, hour_notes, prepare, tell_hour
from api.routes.provenance import provenance, tell_sources
from api.routes.tell import tell_written, warn
from api.styles import LayerStyle
from geodata.answers.frames import (
    OBJECTIVE_COLUMNS,
    TABLE_VALUES,
    UNREACHED,
    desire_lines,
    place_layer,
    place_table,
    skim_matrices,
    skim_table,
)
from geodata.answers.places import Place
from geodata.answers.skims import skim_places, skim_prepared
from supplychain.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from api.console import Talk
    from api.listening import Listener

MOST_LINES: Final = 200_000
SHOWN_REASONS: Final = 10
MANY_SWEEPS: Final = 200
SOME_SWEEPS: Final = 12
"""Sweeps from which on it pays to prepare a hierarchy, and to read one that is kept."""

STYLES: Final = (
    LayerStyle(
        "desire_lines",
        "line",
        "status",
        {"reached": "#1f6fb2", UNREACHED: "#c2321f"},
        {"reached": Text(en="Reached", vi="Đến được"), UNREACHED: Text(en="Unreachable", vi="Không đến được")},
        0.3,
    ),
)

SWEEPING: Final = Text(en="Searching least paths", vi="Tìm đường đi ngắn nhất")
TITLE: Final = Text(en="{shown} of {pairs} pairs", vi="{shown} trong {pairs} cặp")
UNREACHED_TOLD: Final = Text(
    en="{count} of {pairs} pairs are unreachable: {first}.", vi="{count} trong {pairs} cặp không đến được: {first}."
)
MANY_LINES: Final = Text(
    en="Desire lines are left out of the layers: {count} are more than {most}.",
    vi="Không vẽ đường nối: {count} đường, nhiều hơn {most}.",
)
KEEP_ALL: Final = Text(en="--out FILE keeps all {pairs} pairs.", vi="--out TỆP lưu đủ {pairs} cặp.")


@dataclass(frozen=True, slots=True)
class SkimRequest:
    """What the command was asked.

    Parameters
    ----------
    ground
        Network, vehicle and hour.
    origins, destinations
        Places as ``Ground.places`` reads them; empty destinations are the origins.
    objective
        time, distance, cost or co2e.
    show
        Most pairs printed.
    out, crs
        Where to write, and in which coordinate reference system.
    """

    ground: GroundRequest
    origins: str | Sequence[str | Place]
    destinations: str | Sequence[str | Place] = ""
    objective: str = "time"
    show: int = 12
    out: Path | None = None
    crs: str = "EPSG:4326"


STEPS: Final = 3
"""Steps that answering takes."""


def find_skim(request: SkimRequest, listener: Listener, most_pairs: int = MOST_PAIRS) -> tuple[Answer, Ground]:
    """Return the values between places, and what they stand on.

    Raises
    ------
    HinterlandError
        If there are too many pairs, a place is not known, or all are off the network.
    """
    ground = read_ground(request.ground, listener)
    origins = ground.places(request.origins)
    destinations = ground.places(request.destinations) if request.destinations else origins
    check_pairs(len(origins), len(destinations), most_pairs)
    return _answer(request, ground, (origins, destinations), listener), ground


def run_skim(request: SkimRequest, talk: Talk) -> None:
    """Work out, tell and write the values between places."""
    check_output(request.out, request.crs)
    with talk.steps(STEPS) as steps:
        answer, ground = find_skim(request, steps)
    tell_hour(ground, talk)
    _tell(request, answer.tables["skim"], ground, talk)
    if request.out is not None:
        tell_written(write_answer(answer, request.out, request.crs), talk)
    tell_sources(ground.attribution, talk)
    talk.answer(answer.document)


def _answer(
    request: SkimRequest, ground: Ground, places: tuple[tuple[Place, ...], tuple[Place, ...]], listener: Listener
) -> Answer:
    prepared = prepare(ground, listener)
    origins, destinations = places
    starts = prepared.positions(origins, "origin", listener)
    ends = prepared.positions(destinations, "destination", listener)
    listener.begin(SWEEPING)

    def tell(done: int, total: int) -> None:
        listener.detail(Text(en=f"{SWEEPING.en} {done}/{total}", vi=f"{SWEEPING.vi} {done}/{total}"))

    sweeps = min(len(starts), len(ends))
    if sweeps >= MANY_SWEEPS or (sweeps >= SOME_SWEEPS and is_kept(ground, request.objective)):
        hierarchy = kept_hierarchy(ground, prepared.graph, request.objective, listener)
        found = skim_prepared(prepared.graph, request.objective, hierarchy, starts, ends)
    else:
        found = skim_places(prepared.graph, request.objective, starts, ends, tell)
    found = found.with_places(origins, destinations)
    table = skim_table(origins, destinations, found)
    drawn = len(table) <= MOST_LINES
    if not drawn and request.out is not None:
        listener.warn(MANY_LINES.format(count=len(table), most=MOST_LINES))

    def layers() -> dict[str, Any]:
        lines = {"desire_lines": desire_lines(origins, destinations, table)} if drawn else {}
        return {**lines, "origins": place_layer(origins, starts), "destinations": place_layer(destinations, ends)}

    provenance_ = provenance("skim", ground.attribution, objective=request.objective, **ground.facts)
    document = {**provenance_, "pairs": records(table)}
    wide = skim_matrices(origins, destinations, found)
    tables = {
        "skim": table,
        "origins": place_table(origins, starts),
        "destinations": place_table(destinations, ends),
    }
    return Answer(tables, layers, document, provenance_, STYLES, wide, hour_notes(ground))


def _tell(request: SkimRequest, table: pd.DataFrame, ground: Ground, talk: Talk) -> None:
    language = talk.language
    headings = (
        Text(en="From", vi="Từ"),
        Text(en="To", vi="Đến"),
        Text(en="min", vi="phút"),
        Text(en="km", vi="km"),
        Text(en=ground.profile.currency, vi=ground.profile.currency),
        Text(en="kg CO2e", vi="kg CO2e"),
    )
    reached = table[(table["status"] != UNREACHED) & (table["origin_id"] != table["destination_id"])]
    shown = reached.sort_values(OBJECTIVE_COLUMNS[request.objective], kind="stable").head(request.show)
    digits = {"time_min": 1, "distance_km": 1, "cost": 0, "co2e_kg": 1}
    rows = [
        (
            row["origin_id"],
            row["destination_id"],
            *(number(row[name], digits[name]).of(language) for name in TABLE_VALUES),
        )
        for row in shown.to_dict("records")
    ]
    talk.table(TITLE.format(shown=len(rows), pairs=len(table)), headings, rows)
    if request.out is None and len(table) > len(rows):
        talk.say(KEEP_ALL.format(pairs=len(table)))
    cut = table[table["status"] == UNREACHED]
    if len(cut):
        first = "; ".join(
            f"{row['origin_id']} → {row['destination_id']}: {row[f'reason_{language}']}"
            for row in cut.head(SHOWN_REASONS).to_dict("records")
        )
        warn(UNREACHED_TOLD.format(count=len(cut), pairs=len(table), first=first), talk)
