"""Names of firms taken apart: legal form, part of a firm, what it does, where, numbers, and the name proper."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from supplychain.linkage.syllables import fold_word, from_telex, has_telex_letters, marked_word
from supplychain.linkage.tables import Phrase, phrases

_WORD: Final = re.compile(r"[^\W_]+|[()\[\];–—]|-(?=\s)")
_DOTTED: Final = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.\s?){2,}(?:[^\W\d_](?![^\W_]))?")
_SLASHED: Final = re.compile(r"(?<![^\W_])([A-Za-z])/([A-Za-z])(?![^\W_])")
_ORDINAL: Final = re.compile(r"(\d+)(?:st|nd|rd|th)")
_APOSTROPHES: Final = str.maketrans("", "", "'’‘`´ʼ\"“”„«»")
_ROMAN_AT_THE_END: Final = {"i": 1, "v": 5, "vi": 6, "x": 10, "xi": 11}
_BREAKS: Final = frozenset("()[];–—-")
_NO_NUMBER: Final = frozenset(("so", "no"))
_LEADS_TO_PLACE: Final = frozenset(("tai", "at"))
_FORMER: Final = re.compile(
    r"[(\[,;–—-]?\s*\b(?:trước đây(?: là)?|tên cũ(?: là)?|tiền thân(?: là)?|đổi tên từ|formerly(?: known as)?|"
    r"f/k/a|previously|truoc day(?: la)?|ten cu(?: la)?)\b\s*:?\s*([^)\]]+)[)\]]?",
    re.IGNORECASE,
)
_FORMER_WORDS: Final = ("trước", "tên cũ", "tiền thân", "đổi tên", "former", "f/k/a", "previous", "truoc", "ten cu")
"""What a search for a former name is worth its time with."""
_NAMED_TWICE: Final = frozenset(("activity", "lead", "place", "number"))
_COMPARED_KINDS: Final = frozenset(("word", "generic", "activity", "lead", "place"))
_FORM_KINDS: Final = frozenset(("form", "tail_form"))
_TENS: Final = 20


class Word(NamedTuple):
    """One word of a name.

    Parameters
    ----------
    folded, marked
        Without marks, and with its marks in one order.
    kind
        ``proper``, ``generic``, ``activity``, ``place``, or ``lead``: one syllable taken for an activity because it
        stands ahead.
    concept
        The idea that the phrase it belongs to stands for; empty for words of the name proper.
    phrase
        Number of the phrase it belongs to.
    """

    folded: str
    marked: str
    kind: str
    concept: str
    phrase: int


class NameParts(NamedTuple):
    """A name taken apart; words are folded and in the order of the name.

    Parameters
    ----------
    proper
        The name proper: what is left when everything known is taken out; never empty for a name with any word.
    forms
        Legal forms named: ``limited``, ``joint_stock`` …
    units
        Parts of a firm named: ``branch``, ``factory`` …
    generic, activities, places
        Ideas named that say little, what it does, and where.
    numbers
        Numbers named, as figures, in order.
    aside
        Words in brackets that are nothing known: a trade name or abbreviation.
    words
        All words that are compared one by one, in order: not the legal form, numbers, parts of a firm or brackets.
    general
        Whether the name proper is made of places, activities and the like for want of anything else.
    joined
        The name proper as one word.
    """

    proper: tuple[str, ...]
    forms: frozenset[str]
    units: frozenset[str]
    generic: frozenset[str]
    activities: frozenset[str]
    places: frozenset[str]
    numbers: tuple[str, ...]
    aside: tuple[str, ...]
    words: tuple[Word, ...]
    general: bool
    joined: str

    @property
    def initials(self) -> str:
        """First letters of all words but those of the legal form."""
        return "".join(word.folded[0] for word in self.words)


@dataclass(slots=True)
class _Item:
    """A word, or a phrase of the table, at its place in a name."""

    words: tuple[str, ...]
    marked: tuple[str, ...]
    kind: str
    concept: str
    bracketed: bool


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case with their marks, brackets and dashes apart; ``A.B.C.`` is one word."""
    text = unicodedata.normalize("NFC", text).translate(_APOSTROPHES)
    text = _DOTTED.sub(lambda found: found.group().replace(".", "").replace(" ", "") + " ", text)
    text = _SLASHED.sub(r"\1\2", text.replace("&", " & ").replace("+", " & "))
    return _WORD.findall(text.casefold().replace("&", "and"))


def take_apart(name: str) -> NameParts:
    """Return the parts of a firm's name in Vietnamese or English; an empty name has empty parts."""
    items = _items(name)
    _settle_place_of_unit(items)
    _settle_places_in_the_name(items)
    general = not any(item.kind == "word" and not item.bracketed for item in items)
    if general:
        _take_back(items)
    return _parts(items, general=general)


def former_name_in(name: str) -> tuple[str, str]:
    """Return a name without the former name it tells of, and that former name: *(trước đây là …)*; empty if none."""
    lower = name.casefold()
    found = _FORMER.search(name) if any(word in lower for word in _FORMER_WORDS) else None
    if found is None:
        return name, ""
    return (name[: found.start()] + name[found.end() :]).strip(), found.group(1).strip()


def _items(name: str) -> list[_Item]:
    """Return the words and phrases of a name in order; brackets are told by ``bracketed``."""
    marked, folded = _read_words(name)
    table = phrases()
    items: list[_Item] = []
    depth = 0
    place = 0
    while place < len(folded):
        word = folded[place]
        if word in _BREAKS:
            depth = max(0, depth + (word in "([") - (word in ")]"))
            place += 1
            continue
        phrase = _phrase_at(table.get(word, ()), folded, place)
        if phrase is None:
            kind, concept = ("number", _figure(word)) if word[0].isdecimal() else ("word", "")
            items.append(_Item((word,), (marked[place],), kind, concept, depth > 0))
            place += 1
            continue
        length = len(phrase.words)
        items.append(_Item(phrase.words, tuple(marked[place : place + length]), phrase.kind, phrase.concept, depth > 0))
        place += length
    return items


def _read_words(name: str) -> tuple[list[str], list[str]]:
    """Return the words with marks and folded; Telex keys are read as what they stand for, if the name holds some."""
    raw = words_of(name)
    folded = [fold_word(word) for word in raw]
    marked = [marked_word(word) for word in raw]
    if any(has_telex_letters(word) for word in folded):
        for place, word in enumerate(folded):
            meant = from_telex(word)
            if meant is not None:
                folded[place] = marked[place] = fold_word(meant)
    return marked, folded


def _figure(word: str) -> str:
    """Return a word that starts with a figure as a number; ordinals and leading zeros taken off."""
    ordinal = _ORDINAL.fullmatch(word)
    return (ordinal.group(1) if ordinal else word).lstrip("0") or "0"


def _phrase_at(known: Sequence[Phrase], folded: Sequence[str], place: int) -> Phrase | None:
    """Return the longest known phrase that starts at a place."""
    for phrase in known:
        words = phrase.words
        if len(words) == 1 or tuple(folded[place : place + len(words)]) == words:
            return phrase
    return None


def _settle_places_in_the_name(items: list[_Item]) -> None:
    """Give words that mean something only ahead of the name proper, or only after it, what they mean where they are."""
    first = next((k for k, item in enumerate(items) if item.kind in ("word", "tail_place")), len(items))
    left_over = sum(len(item.words) for item in items[first:] if item.kind in ("word", "tail_place"))
    for k, item in enumerate(items):
        if item.kind == "lead_activity":
            # A name of one syllable is rare: Sơn Hải is a name and no paint shop, Sơn Á Đông is one.
            item.kind = "lead" if k < first and left_over != 1 else "word"
        elif item.kind == "lead_unit":
            after = items[k + 1].kind if k + 1 < len(items) else "stop"
            item.kind = "unit" if k == 0 or after in _FORM_KINDS | {"tail_place", "place", "number"} else "generic"
    last = max((k for k, item in enumerate(items) if item.kind == "word" and not item.bracketed), default=-1)
    for k, item in enumerate(items):
        if item.kind in ("tail_form", "tail_place"):
            settled = "form" if item.kind == "tail_form" else "place"
            item.kind = settled if k > last or item.bracketed or (k == 0 and settled == "form") else "word"
    _settle_numbers(items)


def _settle_place_of_unit(items: list[_Item]) -> None:
    """Read words after *at* in the name of a branch as where it is: chi nhánh … tại Minh Hưng."""
    if not any(item.kind in ("unit", "lead_unit") for item in items):
        return
    after = False
    for k, item in enumerate(items):
        if item.kind == "tail_place" and k > 0 and items[k - 1].kind in ("unit", "lead_unit"):
            item.kind = "unit_place"
        elif after and item.kind in ("word", "place", "tail_place", "lead_activity"):
            item.kind, item.concept = "unit_place", item.concept or "_".join(item.words)
        elif item.kind == "place":
            item.kind = "unit_place"
        after = (after and item.kind in ("unit_place", "stop")) or item.words[0] in _LEADS_TO_PLACE


def _settle_numbers(items: list[_Item]) -> None:
    """Read Roman figures at the end of a name, and words that only lead to a number."""
    last = max((k for k, item in enumerate(items) if item.kind in ("word", "number")), default=-1)
    for k, item in enumerate(items):
        if item.kind != "word":
            continue
        word = item.words[0]
        if k == last and k > 0 and word in _ROMAN_AT_THE_END:
            item.kind, item.concept = "number", str(_ROMAN_AT_THE_END[word])
        elif word in _NO_NUMBER and k + 1 < len(items) and items[k + 1].kind == "number":
            item.kind = "stop"


def _take_back(items: list[_Item]) -> None:
    """Make a name proper of a name that has none: of its places, else of what it does, else of any words."""
    for kinds in (("place",), ("activity", "lead"), ("generic", "number", "unit"), ("form", "stop")):
        found = [item for item in items if item.kind in kinds and not item.bracketed]
        if found:
            for item in found:
                item.kind = "word" if item.kind not in _NAMED_TWICE else f"{item.kind} word"
            return
    for item in items:
        item.bracketed = False


def _parts(items: list[_Item], *, general: bool) -> NameParts:
    """Return the parts of a name whose items are settled."""
    proper: list[str] = []
    aside: list[str] = []
    words: list[Word] = []
    named: dict[str, list[str]] = defaultdict(list)
    for number, item in enumerate(items):
        kind, _, also = item.kind.partition(" ")
        named["activity" if kind == "lead" else kind].append(item.concept)
        is_proper = kind == "word" or bool(also)
        if item.bracketed and is_proper:
            aside.extend(item.words)
            continue
        if is_proper:
            proper.extend(item.words)
        if kind in _COMPARED_KINDS:
            named_kind = "proper" if is_proper else kind
            concept = "" if kind == "word" else item.concept
            for folded, marked_as in zip(item.words, item.marked, strict=True):
                words.append(Word(folded, marked_as, named_kind, concept, number))
    return NameParts(
        proper=tuple(proper),
        forms=frozenset(named["form"]),
        units=frozenset(named["unit"]),
        generic=frozenset(part for concept in named["generic"] for part in concept.split("_")),
        activities=frozenset(one for concept in named["activity"] for one in concept.split("|")),
        places=frozenset((*named["place"], *named["unit_place"])),
        numbers=_sum_tens(named["number"]),
        aside=tuple(aside),
        words=tuple(words),
        general=general,
        joined="".join(proper),
    )


def _sum_tens(numbers: list[str]) -> tuple[str, ...]:
    """Return numbers with tens and units that follow each other as one: forty, four are 44."""
    found: list[str] = []
    for number in numbers:
        tens = int(found[-1]) if found and found[-1].isdecimal() and len(found[-1]) == 2 else 0  # noqa: PLR2004 - figures
        if tens >= _TENS and tens % 10 == 0 and number.isdecimal() and len(number) == 1:
            found[-1] = str(tens + int(number))
        else:
            found.append(number)
    return tuple(found)
