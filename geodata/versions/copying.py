"""Staged rows copied to the tables of the embedded database a piece at a time, so that no transaction is long.

Whoever else wants to write waits for ``TURN_S`` and a little more, and gets their turn in the pause that follows.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Final

from sqlalchemy import Connection

from geodata.versions.bulk import columns_of
from geodata.versions.rows import Rows

TURN_S: Final = 0.4
"""Seconds after which a transaction begins no further piece of work."""

PAUSE_S: Final = 0.12
"""Seconds between two transactions: a program that waits for SQLite's write lock asks for it every 0.1 s."""

PIECE_ROWS: Final = 500

Work = Callable[[float], bool]
"""Works until a moment of ``time.monotonic()``, at least one piece; tells whether all is done."""


def in_turns(connection: Connection, work: Work, between: Callable[[], None], turn_s: float = TURN_S) -> None:
    """Do work in one short transaction after the other until it is done.

    Parameters
    ----------
    connection
        Its transactions take the write lock at once.
    work
        Called within each transaction.
    between
        Called after each transaction but the last; what it raises stops the work.
    turn_s
        Seconds after which a transaction begins no further piece of work.
    """
    while True:
        with connection.begin():
            if work(time.monotonic() + turn_s):
                return
        between()
        time.sleep(PAUSE_S)


class StagedCopy:
    """The copying of what ``stage`` staged: first the rows, then their boxes in the order they were staged in.

    Parameters
    ----------
    cursor
        The driver's cursor of the connection that staged.
    parts
        What was staged.
    """

    def __init__(self, cursor: Any, parts: Sequence[Rows]) -> None:  # noqa: ANN401 - the driver's
        self._cursor = cursor
        self._left: deque[tuple[Rows, bool, int]] = deque()
        for rows in parts:
            starts = range(0, rows.count, PIECE_ROWS)
            self._left.extend((rows, False, start) for start in starts)
            if rows.boxes is not None and rows.count:
                cursor.execute(f"CREATE TABLE staged.{rows.table.name}_shifts (first INTEGER PRIMARY KEY, shift)")
                self._left.extend((rows, True, start) for start in starts)
        self._pieces = len(self._left) or 1

    @property
    def share(self) -> float:
        """Share that is copied, 0 to 1."""
        return 1.0 - len(self._left) / self._pieces

    def run(self, version: int, until: float) -> bool:
        """Copy inside the caller's transaction until a moment; return whether all is copied."""
        shifts: dict[str, int] = {}
        triggers: list[str] = []
        while self._left:
            rows, are_boxes, start = self._left.popleft()
            name = rows.table.name
            if are_boxes:
                self._copy_boxes(name, start)
            else:
                if name not in shifts:
                    shifts[name] = self._shift(name, start)
                    # Row by row the R*Tree would be asked through a trigger that calls Python.
                    triggers += [self._drop_trigger(name)] if rows.boxes is not None else []
                self._copy_rows(rows, start, (shifts[name], version))
            if time.monotonic() >= until:
                break
        for trigger in triggers:
            self._cursor.execute(trigger)
        return not self._left

    def _shift(self, name: str, start: int) -> int:
        """Return what is added to staged row numbers to give numbers no row has, and note it for the boxes."""
        last = self._cursor.execute(f"SELECT coalesce(max(fid), 0) FROM main.{name}").fetchone()[0]  # noqa: S608 - our names
        shift = int(last) - start
        if self._cursor.execute("SELECT 1 FROM staged.sqlite_master WHERE name = ?", (f"{name}_shifts",)).fetchone():
            self._cursor.execute(f"INSERT INTO staged.{name}_shifts VALUES (?, ?)", (start + 1, shift))  # noqa: S608 - our names
        return shift

    def _drop_trigger(self, name: str) -> str:
        trigger = f"rtree_{name}_geometry_insert"
        made = self._cursor.execute("SELECT sql FROM main.sqlite_master WHERE name = ?", (trigger,)).fetchone()[0]
        self._cursor.execute(f'DROP TRIGGER main."{trigger}"')
        return str(made)

    def _copy_rows(self, rows: Rows, start: int, numbers: tuple[int, int]) -> None:
        name, names = rows.table.name, ", ".join(columns_of(rows.table))
        self._cursor.execute(
            f"INSERT INTO main.{name} (fid, version, {names})"  # noqa: S608 - our names
            f" SELECT rowid + ?, ?, {names} FROM staged.{name} WHERE rowid > ? AND rowid <= ? ORDER BY rowid",
            (*numbers, start, start + PIECE_ROWS),
        )

    def _copy_boxes(self, name: str, start: int) -> None:
        shift = f"SELECT shift FROM staged.{name}_shifts WHERE first <= place ORDER BY first DESC LIMIT 1"  # noqa: S608 - our names
        self._cursor.execute(
            f"INSERT INTO main.rtree_{name}_geometry"  # noqa: S608 - our names
            f" SELECT place + ({shift}), minx, maxx, miny, maxy FROM staged.{name}_boxes"
            " WHERE rowid > ? AND rowid <= ? ORDER BY rowid",
            (start, start + PIECE_ROWS),
        )
