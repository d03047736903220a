"""Where an answer comes from, as plain texts that stand in every file and below every table."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from supplychain.text import Text

if TYPE_CHECKING:
    from api.console import Talk
    from geodata.infrastructure.infrastructure import Source
    from supplychain.pack import Pack

SOURCES: Final = Text(en="Sources: {sources}.", vi="Nguồn dữ liệu: {sources}.")


def attribution_of(sources: Iterable[Source], pack: Pack | None = None) -> str:
    """Return what must stand beside anything made from some sources and a region pack, with licences, each once."""
    rows = [(one.name, one.attribution or one.name, one.licence) for one in sources]
    if pack is not None:
        region = pack.region
        rows = [row for row in rows if row[0] != region.region_id]
        rows.append((region.region_id, f"{region.name.en} ({region.region_id})", region.licence))
    told = (", ".join(part for part in row[1:] if part) for row in rows)
    return "; ".join(dict.fromkeys(text for text in told if text))


def provenance(question: str, attribution: str, **facts: str) -> dict[str, str]:
    """Return the provenance of an answer.

    Parameters
    ----------
    question
        Name of the command.
    attribution
        What must be told of the sources.
    facts
        What else the answer follows from, such as the network and the vehicle.
    """
    made = datetime.now(UTC).isoformat(timespec="seconds")
    return {
        "question": question,
        **facts,
        "attribution": attribution,
        "made_at": made,
        "hinterland": version("hinterland"),
    }


def tell_sources(attribution: str, talk: Talk) -> None:
    """Print the sources below an answer, where there are any."""
    if attribution:
        talk.say(SOURCES.format(sources=attribution))
