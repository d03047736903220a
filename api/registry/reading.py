"""The registry of a database, opened for reading as one viewer sees it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from supplychain.errors import HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from supplychain.registry.visibility import Viewer

NO_VIEWER: Final = Text(
    en="There is no organisation {who} to look as. Name public, everything, or the id of an organisation.",
    vi="Không có tổ chức {who} để xem với tư cách đó. Hãy ghi public, everything hoặc mã của một tổ chức.",
)


@contextmanager
def open_registry(database: str) -> Iterator[Connection]:
    """Give a connection to a database that is up to date.

    Raises
    ------
    HinterlandError
        If the database is not there, cannot be used, or is of another version.
    """
    from api.readiness import opened  # noqa: PLC0415 - keeps `--help` quick

    with opened(database) as engine, engine.connect() as connection:
        yield connection


def viewer_named(connection: Connection, who: str) -> Viewer:
    """Return the viewer that ``public``, ``everything`` or the id of an organisation names.

    Raises
    ------
    HinterlandError
        If no organisation has that id.
    """
    from supplychain.registry.history import read_record  # noqa: PLC0415 - keeps `--help` quick
    from supplychain.registry.visibility import Viewer  # noqa: PLC0415

    viewer = Viewer.named(who)
    if viewer.kind == "organisation" and read_record(connection, "organisations", who) is None:
        raise HinterlandError(NO_VIEWER.format(who=who))
    return viewer
