"""Files that expired, and what stopped programs left of files, cleared away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Engine, select

from api.files.store import delete_file, remove_unused_content
from api.files.tables import CONTENTS, FILES
from supplychain.database import clear_errors

GRACE: Final = timedelta(hours=24)
"""Files are absent as soon as they expire, and removed so much later: a clock set wrong for an hour loses nothing."""

SILENT: Final = timedelta(hours=1)
"""Of a file that has been arriving without another part for so long nobody sends the rest."""


def clear_files(engine: Engine, at: datetime | None = None) -> int:
    """Remove files that expired a day ago and what is left of files that never arrived whole; return how many.

    Safe at any time and from several programs at once; no transaction is long.

    Parameters
    ----------
    engine
        Database.
    at
        The present time; None asks the clock.

    Raises
    ------
    DatabaseTroubleError
        If the database cannot be read or written.
    """
    present = datetime.now(UTC) if at is None else at.astimezone(UTC)
    expired = select(FILES.c.file_id).where(FILES.c.expires_at < _text(present - GRACE))
    held = select(FILES.c.fid).where(FILES.c.content_fid == CONTENTS.c.fid).exists()
    unheld = select(CONTENTS.c.fid).where(CONTENTS.c.touched_at < _text(present - SILENT), ~held)
    with clear_errors(engine), engine.connect() as connection:
        files = connection.scalars(expired).all()
        contents = connection.scalars(unheld).all()
    for file_id in files:
        delete_file(engine, file_id)
    for content_fid in contents:
        with clear_errors(engine):
            remove_unused_content(engine, content_fid)
    return len(files) + len(contents)


def _text(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
