"""Conditions and turn restrictions of edited links: they follow pieces, and go with links that were deleted."""

from __future__ import annotations

from typing import Final

import numpy as np

from geodata.columns import Ids
from geodata.gis.as_layers import escape, unescape
from geodata.gis.cells import texts_of
from geodata.gis.layouts import CONDITIONS, LINKS, TURNS
from geodata.gis.read import ReadTable
from geodata.gis.remarks import Remarks
from supplychain.text import Text

GONE_CONDITIONS: Final = Text(
    en="Conditions of links that are not there any more were left out: rows {rows}.",
    vi="Bỏ qua điều kiện của các đoạn tuyến không còn: các dòng {rows}.",
)
GONE_TURNS: Final = Text(
    en="Turn restrictions over links that are not there any more were left out: rows {rows}.",
    vi="Bỏ qua hạn chế rẽ đi qua các đoạn tuyến không còn: các dòng {rows}.",
)
SPREAD: Final = Text(
    en="Conditions of split links hold on every piece: rows {rows}.",
    vi="Điều kiện của đoạn bị cắt áp dụng cho mọi phần: các dòng {rows}.",
)
FOLLOWED: Final = Text(
    en="Turn restrictions over split links were led over the pieces: rows {rows}.",
    vi="Hạn chế rẽ qua đoạn bị cắt được chuyển sang các phần: các dòng {rows}.",
)
NOT_FOLLOWED: Final = Text(
    en="Turn restrictions over split links whose pieces do not follow one another were left out: rows {rows}.",
    vi="Bỏ qua hạn chế rẽ qua đoạn bị cắt mà các phần không nối tiếp nhau: các dòng {rows}.",
)

Steps = list[tuple[str, bool]]


def follow_links(tables: dict[str, ReadTable], before: Ids, turned: set[str], remarks: Remarks) -> None:
    """Put the rules of split and deleted links right, in place.

    Parameters
    ----------
    tables
        Layers by name; links have unique ids.
    before
        Id each link row had in the file, which pieces of a split link share; empty for new rows.
    turned
        Ids of links whose line was turned round.
    remarks
        Takes what is to be said.
    """
    links = tables[LINKS]
    now = texts_of(links.cells["link_id"])
    starts, ends = texts_of(links.cells["from_node_id"]), texts_of(links.cells["to_node_id"])
    pieces: dict[str, list[int]] = {}
    for row, link_id in enumerate(before):
        if link_id:
            pieces.setdefault(link_id, []).append(row)
    new = {link_id: [row] for row, link_id in enumerate(now) if link_id not in pieces}
    chains = {
        link_id: _chain(rows, starts, ends) if len(rows) > 1 else rows for link_id, rows in (pieces | new).items()
    }
    if CONDITIONS in tables:
        tables[CONDITIONS] = _conditions(tables[CONDITIONS], pieces | new, now, remarks)
    if TURNS in tables:
        tables[TURNS] = _turns(tables[TURNS], chains, now, turned, remarks)


def _chain(rows: list[int], starts: Ids, ends: Ids) -> list[int]:
    """Return the pieces of a split link from its start to its end; empty where they do not follow one another."""
    by_start = {starts[row]: row for row in rows}
    entered = {ends[row] for row in rows}
    first = [row for row in rows if starts[row] not in entered]
    if len(by_start) < len(rows) or len(first) != 1:
        return []
    chain = [first[0]]
    while len(chain) < len(rows) and ends[chain[-1]] in by_start:
        chain.append(by_start[ends[chain[-1]]])
    return chain if len(chain) == len(rows) else []


def _conditions(table: ReadTable, pieces: dict[str, list[int]], now: Ids, remarks: Remarks) -> ReadTable:
    if "link_id" not in table.cells:
        return table
    names = texts_of(table.cells["link_id"])
    counts = np.array([len(pieces.get(name, [])) for name in names], dtype=np.int64)
    remarks.add_rows("conditions_gone", GONE_CONDITIONS, table.rows[counts == 0].tolist(), loss=True)
    remarks.add_rows("conditions_spread", SPREAD, table.rows[counts > 1].tolist())
    ids = [now[row] for name in names for row in pieces.get(name, [])]
    spread = table.take(np.repeat(np.arange(len(table)), counts))
    return spread.with_cells(link_id=np.array(ids, dtype=np.object_))


def _turns(table: ReadTable, chains: dict[str, list[int]], now: Ids, turned: set[str], remarks: Remarks) -> ReadTable:
    if "links" not in table.cells:
        return table
    texts = texts_of(table.cells["links"])
    gone, followed, broken, kept = [], [], [], []
    for row, text in enumerate(texts):
        if any(part.strip()[-1] not in "<>" for part in text.split(";") if part.strip()):
            kept.append(row)  # told as a cell that cannot be read
            continue
        steps = _steps(text, turned)
        chains_of = [chains.get(link_id) for link_id, _ in steps]
        if any(chain is None for chain in chains_of):
            gone.append(row)
            continue
        if not all(chains_of):
            broken.append(row)
            continue
        led = _led(steps, chains)
        new_text = ";".join(escape(now[piece]) + (">" if along else "<") for piece, along in led)
        if new_text != text:
            followed.append(row)
        texts[row] = new_text
        kept.append(row)
    for kind, message, rows, loss in (
        ("turns_gone", GONE_TURNS, gone, True),
        ("turns_broken", NOT_FOLLOWED, broken, True),
        ("turns_followed", FOLLOWED, followed, False),
    ):
        remarks.add_rows(kind, message, table.rows[np.array(rows, dtype=np.int64)].tolist(), loss=loss)
    return table.with_cells(links=texts).take(np.array(kept, dtype=np.int64))


def _steps(text: str, turned: set[str]) -> Steps:
    """Return the links of a sequence, and whether each is driven along its line as it is now."""
    parts = [part.strip() for part in text.split(";") if part.strip()]
    read = [(unescape(part[:-1]), part[-1] == ">") for part in parts]
    return [(link_id, along != (link_id in turned)) for link_id, along in read]


def _led(steps: Steps, chains: dict[str, list[int]]) -> list[tuple[int, bool]]:
    """Return the sequence over pieces: of the first link its last piece, of the last its first, of others all."""
    led: list[tuple[int, bool]] = []
    for place, (link_id, along) in enumerate(steps):
        driven = chains[link_id] if along else chains[link_id][::-1]
        if place == 0:
            driven = driven[-1:]
        elif place == len(steps) - 1:
            driven = driven[:1]
        led.extend((piece, along) for piece in driven)
    return led
