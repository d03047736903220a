"""An address as words, and where in it a name of an administrative unit may stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from supplychain.codes.unit_index import KIND_MARKERS, UnitIndex
from supplychain.codes.unit_names import has_marks, marked, word_key
from supplychain.codes.units import Level, Unit
from supplychain.text import fold

LONGEST_ADDRESS: Final = 1_000
"""Characters of an address that are looked at; nothing longer is one."""

LONGEST_NAME: Final = 6
"""Words of the longest name of a unit."""

_PIECE: Final = re.compile(r"[^\s,;|()\[\]:.\-\u2010-\u2015]+|[,;|()\[\]:\n]|[.\-\u2010-\u2015]")
_GLUED: Final = re.compile(r"(p|f|q|phuong|quan)(\d{1,2})")
_STREET_WORDS: Final = frozenset(
    {"duong", "lo", "pho", "hem", "ngo", "kiet", "ql", "dt", "tl", "kcn", "ccn", "street", "st", "road", "rd", "park"}
)
_STREET_PAIRS: Final = frozenset({"khu pho", "cong nghiep", "khu vuc", "dan cu", "do thi", "che xuat", "kinh te"})
_COUNTRY: Final = frozenset({"vietnam", "vn"})
_TWO_WORDS: Final = frozenset(word for words in KIND_MARKERS.values() for word in words if " " in word)
_AFTER: Final = frozenset({"ward", "commune", "township", "townlet", "district", "dist", "town", "citi", "province"})
_ANY_MARKER: Final = frozenset(word for words in KIND_MARKERS.values() for word in words)

_WITH_MARKS: Final = {fold(word): marked(word) for word in ("phường", "xã", "quận", "huyện", "tỉnh")}

NO_BREAK, SOFT_BREAK, HARD_BREAK = 0, 1, 2


@dataclass(slots=True)
class Words:
    """The words of an address.

    Parameters
    ----------
    text
        The address as typed.
    keys
        Lookup key of each word.
    spans
        First and last position of each word in the text.
    breaks
        What stands before each word: nothing, a point or hyphen, or a comma or the like.
    used
        Whether a word was taken for a unit.
    """

    text: str
    keys: list[str]
    spans: list[tuple[int, int]]
    breaks: list[int]
    used: list[bool]

    def ends(self) -> Iterator[int]:
        """Yield the positions where a name may end, the last first: before breaks, units found, and at the end."""
        for end in range(len(self.keys), 0, -1):
            if not self.used[end - 1] and (end == len(self.keys) or self.breaks[end] or self.used[end]):
                yield end

    def typed(self, start: int, end: int) -> str:
        """Return words as typed."""
        return self.text[self.spans[start][0] : self.spans[end - 1][1]]


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in an address that units of one level bear.

    Parameters
    ----------
    start, end
        First word (with the word for the kind) and the one after the last.
    typed
        The bare name as typed.
    kind
        Kind that was written; empty where the word fits several, None where none was written.
    run_on
        Whether other words stand directly before it, so that it may be part of something longer.
    units
        Every unit of the level with that name.
    """

    start: int
    end: int
    typed: str
    kind: str | None
    run_on: bool
    units: tuple[Unit, ...]


def read_words(address: str) -> Words:
    """Return the words of an address; the country and a postal code at its end count as used."""
    text = address[:LONGEST_ADDRESS]
    words = Words(text, [], [], [], [])
    state = HARD_BREAK
    for piece in _PIECE.finditer(text):
        found = piece.group()
        if found in ",;|()[]:\n":
            state = HARD_BREAK
        elif found[0] in ".-" or "\u2010" <= found[0] <= "\u2015":
            state = max(state, SOFT_BREAK)
        else:
            _append(words, found, piece.span(), state)
            state = NO_BREAK
    words.used.extend([False] * len(words.keys))
    _use_country(words)
    return words


def find_mention(words: Words, level: Level, index: UnitIndex, *, ends: bool = True) -> Iterator[Mention]:
    """Yield what may name a unit of the level: names after a word for the kind first, then those that end a part.

    ``ends`` False leaves the second kind out.
    """
    if level != "province":
        yield from _after_markers(words, level, index)
    last = True
    for end in words.ends() if ends else ():
        yield from _ending_at(words, end, level, index, last=last)
        last = False


def _append(words: Words, found: str, span: tuple[int, int], state: int) -> None:
    key = word_key(found)
    glued = _GLUED.fullmatch(key)
    if glued:
        cut = span[0] + len(glued[1])
        words.keys += [glued[1], glued[2].lstrip("0") or "0"]
        words.spans += [(span[0], cut), (cut, span[1])]
        words.breaks += [state, NO_BREAK]
    else:
        words.keys.append(key)
        words.spans.append(span)
        words.breaks.append(state)


def _use_country(words: Words) -> None:
    last = len(words.keys)
    for _ in range(2):
        if last and (words.keys[last - 1] in _COUNTRY or _is_postal(words, last - 1)):
            last -= 1
        elif last > 1 and words.keys[last - 2] + words.keys[last - 1] in _COUNTRY:
            last -= 2
    for place in range(last, len(words.keys)):
        words.used[place] = True


def _is_postal(words: Words, place: int) -> bool:
    return place > 0 and len(words.keys[place]) >= 5 and words.keys[place].isdigit()  # noqa: PLR2004 - 5 or 6 digits


def _after_markers(words: Words, level: Level, index: UnitIndex) -> Iterator[Mention]:
    markers = KIND_MARKERS[level]
    for place in range(len(words.keys) - 2, -1, -1):
        pair = f"{words.keys[place]} {words.keys[place + 1]}"
        if pair in markers:
            yield from _name_after(words, place, place + 2, level, index)
        elif words.keys[place] in markers and pair not in _TWO_WORDS and not _part_of_name(words, place, index):
            yield from _name_after(words, place, place + 1, level, index)


def _part_of_name(words: Words, place: int, index: UnitIndex) -> bool:
    """Tell whether what looks like a word for a kind belongs to a name, as ``Xá`` does in Ninh Xá."""
    typed = words.typed(place, place + 1)
    if has_marks(typed) and marked(typed) != _WITH_MARKS.get(words.keys[place]):
        return True
    if not place:
        return False
    before = words.keys[place - 1]
    if f"{before} {words.keys[place]}" in _TWO_WORDS:
        return True
    bare = not has_marks(typed) and words.breaks[place] == NO_BREAK and not before[:1].isdigit()
    return bare and bool(index.named("ward", before + words.keys[place]))


def _name_after(words: Words, start: int, first: int, level: Level, index: UnitIndex) -> Iterator[Mention]:
    if words.breaks[first] == HARD_BREAK:
        return
    limit = first
    while limit < min(len(words.keys), first + LONGEST_NAME) and not words.used[limit]:
        if limit > first and words.breaks[limit] == HARD_BREAK:
            break
        limit += 1
    for end in range(limit, first, -1):
        units = index.named(level, "".join(words.keys[first:end]))
        if units:
            kind = KIND_MARKERS[level][" ".join(words.keys[start:first])]
            yield Mention(start, end, words.typed(first, end), kind, run_on=False, units=units)
            return


def _ending_at(words: Words, end: int, level: Level, index: UnitIndex, *, last: bool) -> Iterator[Mention]:
    after: str | None = None
    stop = end
    if words.keys[end - 1] in _AFTER and words.keys[end - 1] in KIND_MARKERS[level] and end > 1:
        after = KIND_MARKERS[level][words.keys[end - 1]]
        stop = end - 1
    for start in _starts(words, stop):
        units = index.named(level, "".join(words.keys[start:stop]))
        if not units:
            continue
        found = _mention(words, (start, stop, end), level, units, after)
        if found is not None and (last or not found.run_on or _meets_unit(words, end)):
            yield found
            return


def _starts(words: Words, stop: int) -> Iterator[int]:
    """Yield where a name that stops there may start, the longest name first."""
    first = stop - 1
    while first > max(0, stop - LONGEST_NAME) and words.breaks[first] != HARD_BREAK and not words.used[first - 1]:
        first -= 1
    yield from range(first, stop)


def _meets_unit(words: Words, end: int) -> bool:
    return end == len(words.keys) or words.used[end]


def _mention(
    words: Words, place: tuple[int, int, int], level: Level, units: tuple[Unit, ...], after: str | None
) -> Mention | None:
    start, stop, end = place
    markers = KIND_MARKERS[level]
    for size in (2, 1):
        before = " ".join(words.keys[max(0, start - size) : start]) if start >= size else ""
        if before in markers and words.breaks[start] != HARD_BREAK:
            return Mention(start - size, end, words.typed(start, stop), markers[before], run_on=False, units=units)
        if before in _ANY_MARKER and words.breaks[start] != HARD_BREAK:
            return None
    if after is None and (words.keys[start].isdigit() or (stop - start == 1 and len(words.keys[start]) == 1)):
        return None
    run_on = start > 0 and words.breaks[start] == NO_BREAK and not words.used[start - 1]
    if run_on and _is_street(words, start):
        return None
    return Mention(start, end, words.typed(start, stop), after, run_on and after is None, units)


def _is_street(words: Words, start: int) -> bool:
    """Tell whether the name is that of a street or estate: after such a word, or with only a house number before it."""
    before = start - 1
    if words.keys[before] in _STREET_WORDS and "ư" not in words.typed(before, start).casefold().replace("đư", ""):
        return True
    if before and f"{words.keys[before - 1]} {words.keys[before]}" in _STREET_PAIRS:
        return True
    while words.keys[before][:1].isdigit() or words.keys[before] in {"so", "no"}:
        if words.breaks[before] == HARD_BREAK or before == 0:
            return True
        before -= 1
    return False
