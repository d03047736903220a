"""Rows of the pack that links stand for, also on a stored network joined with the pack's corridors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geodata.columns import ROW_TABLES

if TYPE_CHECKING:
    from optimizer.case import Case

NETWORK_LINKS: Final = "network_links"
LINKS: Final = "links"


class LinkRows:
    """Looks up the table and row of each link.

    Parameters
    ----------
    case
        Its network, and the stored network this was made from, if so.
    """

    def __init__(self, case: Case) -> None:
        self._links = case.network.links
        stored = case.infrastructure
        self._corridors: dict[str, str] = {}
        if stored is not None:
            pairs = zip(stored.links.link_id, stored.links.corridor, strict=True)
            self._corridors = {str(link): str(corridor) for link, corridor in pairs if corridor}

    def of(self, link: int) -> tuple[str, str]:
        """Return table and row of a link; a link of a stored network that is a corridor of the pack is its row."""
        table, row_id = ROW_TABLES[int(self._links.row_table[link])], str(self._links.row_id[link])
        if table == NETWORK_LINKS and row_id in self._corridors:
            return LINKS, self._corridors[row_id]
        return table, row_id
