"""What explaining reads off a subject: ends of demands, modes of a way, where a row lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from optimizer.explain.blockages import Ends
from optimizer.subject import NO_LETTER
from supplychain.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.subject import Subject

CONNECTOR: Final = "connector"
SERVICE: Final = "service"


def ends_of(subject: Subject) -> Ends | None:
    """Return what a subject knows of places and markets; None where it tells no connectors from other links."""
    connector, service = subject.link_kind == CONNECTOR, subject.link_kind == SERVICE
    demands = subject.demands
    if not connector.any() or "place_id" not in demands:
        return None
    return Ends(connector, service, (demands["origin_id"] == demands["place_id"]).to_numpy(dtype=np.bool_))


def word_of(subject: Subject, links: NDArray[np.int64]) -> tuple[int, ...]:
    """Return the letters of a way, neighbours of one mode once."""
    letters = subject.letter[links]
    letters = letters[letters != NO_LETTER]
    if not letters.size:
        return ()
    new = np.append([True], letters[1:] != letters[:-1])
    return tuple(int(one) for one in letters[new])


def chain_of(subject: Subject, word: tuple[int, ...]) -> str:
    """Return the modes of a way, such as ``road>inland_waterway>sea``."""
    return ">".join(subject.letters[letter] for letter in word)


def chain_name(subject: Subject, word: tuple[int, ...]) -> Text:
    """Return the modes of a way as people say them."""
    names = [subject.names.get(subject.letters[one], Text(subject.letters[one], subject.letters[one])) for one in word]
    return Text(en=" → ".join(one.en for one in names), vi=" → ".join(one.vi for one in names))
