"""How two names of firms compare, word by word: a level, to which a weight belongs, and the words that differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from rapidfuzz.distance import OSA

from supplychain.linkage.names import NameParts, Word
from supplychain.linkage.syllables import is_syllable

NAME_LEVELS: Final = (
    "equal",
    "marks_dropped",
    "abbreviated",
    "spelling",
    "translated",
    "left_out",
    "initials",
    "former_name",
    "translated_in_part",
    "marks_differ",
    "letter_slipped",
    "similar_word",
    "order_differs",
    "words_added",
    "described_differently",
    "word_replaced",
    "partly",
    "different",
)
"""How names compare, from alike to unlike; ``none`` where there is nothing to compare."""

_RANKS: Final = {level: rank for rank, level in enumerate(NAME_LEVELS)}
_SHORTEST_INITIALS: Final = 2
_SHORTEST_PREFIX: Final = 3
_LONGEST_PREFIX: Final = 5
_VOWELS: Final = "aeiouy"
_MOST_JOINED: Final = 6
_SHORT_WORD: Final = 4
_LONG_WORD: Final = 8
_MAY_BE_PROPER: Final = frozenset(("proper", "lead"))
_SHARED_MOST: Final = 0.5


@dataclass(frozen=True, slots=True)
class NameComparison:
    """How two names compare.

    Parameters
    ----------
    level
        One of :data:`NAME_LEVELS`, or ``none``.
    only_a, only_b
        Words that nothing in the other name answers.
    """

    level: str
    only_a: tuple[str, ...] = ()
    only_b: tuple[str, ...] = ()

    @property
    def rank(self) -> int:
        """Place among the levels, from alike to unlike."""
        return _RANKS.get(self.level, len(_RANKS))


class _Alignment:
    """Words of two names and which answer which."""

    def __init__(self, a: NameParts, b: NameParts) -> None:
        self.a, self.b = a.words, b.words
        self.left_a = [True] * len(self.a)
        self.left_b = [True] * len(self.b)
        self.pairs: list[tuple[int, int]] = []
        self.how: set[str] = set()

    def take(self, places_a: Sequence[int], places_b: Sequence[int], how: str) -> None:
        """Let words answer each other."""
        for place in places_a:
            self.left_a[place] = False
        for place in places_b:
            self.left_b[place] = False
        if places_a and places_b:
            self.pairs.append((places_a[0], places_b[0]))
        if how:
            self.how.add(how)

    def rest(self) -> tuple[list[int], list[int]]:
        """Return the places of the words that nothing answers."""
        rest_a = [place for place, left in enumerate(self.left_a) if left]
        rest_b = [place for place, left in enumerate(self.left_b) if left]
        return rest_a, rest_b


def compare_names(a: NameParts, b: NameParts) -> NameComparison:
    """Return how two names compare, legal forms, numbers and parts of a firm left out."""
    if not a.words or not b.words:
        return NameComparison("none")
    aligned = _Alignment(a, b)
    _take_equal(aligned)
    if any(aligned.left_a) or any(aligned.left_b):
        _take_joined(aligned)
        _take_concepts(aligned)
        _take_misspelt(aligned)
    rest_a, rest_b = aligned.rest()
    only_a = tuple(aligned.a[place].folded for place in rest_a)
    only_b = tuple(aligned.b[place].folded for place in rest_b)
    if not rest_a and not rest_b:
        return NameComparison(_level_of_alike(aligned, a, b))
    if _is_initials(a, b) or _is_initials(b, a):
        return NameComparison("initials")
    level = _level_of_rest(aligned, rest_a, rest_b)
    if level == "left_out" and (a.general or b.general):
        # Names of general words alone share a place or a trade with many: Cảng Sài Gòn, Viễn thông Sài Gòn.
        level = "partly"
    return NameComparison(level, only_a, only_b)


def with_aside(name: NameParts) -> NameParts | None:
    """Return a name whose name proper is what stands in brackets, if anything does."""
    if not name.aside:
        return None
    aside = tuple(Word(word, word, "proper", "", -1) for word in name.aside)
    described = tuple(word for word in name.words if word.kind != "proper")
    return name._replace(
        proper=name.aside,
        words=(*described, *aside),
        aside=(),
        general=False,
        joined="".join(name.aside),
    )


def _take_equal(aligned: _Alignment) -> None:
    """Let equal words answer each other, those of the same kind first."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(aligned.b):
        places.setdefault(word.folded, []).append(place)
    for place, word in enumerate(aligned.a):
        candidates = places.get(word.folded)
        if candidates:
            chosen = next((one for one in candidates if aligned.b[one].kind == word.kind), candidates[0])
            candidates.remove(chosen)
            aligned.take((place,), (chosen,), "")


def _take_joined(aligned: _Alignment) -> None:
    """Let words answer several words written as one, or their first letters."""
    for flipped in (False, True):
        short, long = (aligned.b, aligned.a) if flipped else (aligned.a, aligned.b)
        left_short, left_long = (aligned.left_b, aligned.left_a) if flipped else (aligned.left_a, aligned.left_b)
        for place, word in enumerate(short):
            if not left_short[place] or is_syllable(word.folded):
                continue
            run = _run_for(word.folded, long, left_long)
            if run:
                in_a, in_b = (run, (place,)) if flipped else ((place,), run)
                aligned.take(in_a, in_b, "abbreviated")
    _take_shortened(aligned)
    rest_a, rest_b = aligned.rest()
    if rest_a and rest_b and _joined(aligned.a, rest_a) == _joined(aligned.b, rest_b):
        aligned.take(rest_a, rest_b, "abbreviated")


def _take_shortened(aligned: _Alignment) -> None:
    """Let the beginning of a word answer it: Cont and Container."""
    rest_a, rest_b = aligned.rest()
    for place_a in rest_a:
        for place_b in rest_b:
            short, long = sorted((aligned.a[place_a].folded, aligned.b[place_b].folded), key=len)
            if aligned.left_b[place_b] and _SHORTEST_PREFIX <= len(short) <= _LONGEST_PREFIX and _shortens(short, long):
                aligned.take((place_a,), (place_b,), "abbreviated")
                break


def _shortens(short: str, long: str) -> bool:
    """Return whether a word is a longer one broken off after a consonant, and no syllable itself."""
    return long.startswith(short) and short.isascii() and short[-1] not in _VOWELS and not is_syllable(short)


def _joined(words: Sequence[Word], places: Sequence[int]) -> str:
    """Return words at some places as one."""
    return "".join(words[place].folded for place in places)


def _run_for(text: str, words: Sequence[Word], left: Sequence[bool]) -> tuple[int, ...] | None:
    """Return the places of neighbouring words that a text writes as one word, or by their first letters.

    The text is no syllable: a syllable of Vietnamese stands for itself.
    """
    initials = len(text) >= _SHORTEST_INITIALS
    for start in range(len(words)):
        if not left[start]:
            continue
        joined = letters = ""
        for end in range(start, min(len(words), start + _MOST_JOINED)):
            if not left[end]:
                break
            joined += words[end].folded
            letters += words[end].folded[0]
            if end > start and (joined == text or (initials and letters == text)):
                return tuple(range(start, end + 1))
    return None


def _take_concepts(aligned: _Alignment) -> None:
    """Let words that stand for the same idea answer each other, in two languages or by another word.

    A word that an equal word answers already stands for nothing else: *tiếp vận* is not answered by the *Logistics*
    that both names end in. Words of one phrase of which others are answered go with them.
    """
    ideas_a, ideas_b = _open_ideas(aligned.a, aligned.left_a), _open_ideas(aligned.b, aligned.left_b)
    every_a, every_b = _open_ideas(aligned.a, None), _open_ideas(aligned.b, None)
    sides = ((aligned.a, aligned.left_a, ideas_b, every_b), (aligned.b, aligned.left_b, ideas_a, every_a))
    found = [
        (left, place)
        for words, left, ideas, every in sides
        for place, word in enumerate(words)
        if left[place] and word.concept and _is_among(word.concept, every if _is_begun(words, left, place) else ideas)
    ]
    for left, place in found:
        left[place] = False
        aligned.how.add("translated")


def _open_ideas(words: Sequence[Word], left: Sequence[bool] | None) -> set[str]:
    """Return the ideas of the words of a name; with ``left``, of those without an answer."""
    chosen = (word.concept for place, word in enumerate(words) if word.concept and (left is None or left[place]))
    return {idea for concept in chosen for one in concept.split("|") for idea in (one, *one.split("_"))}


def _is_begun(words: Sequence[Word], left: Sequence[bool], place: int) -> bool:
    """Return whether another word of the same phrase has an answer."""
    phrase = words[place].phrase
    near = range(max(0, place - _MOST_JOINED), min(len(words), place + _MOST_JOINED))
    return any(words[other].phrase == phrase and not left[other] for other in near)


def _is_among(concept: str, ideas: set[str]) -> bool:
    """Return whether an idea, or one of those a word may stand for, is among some; of several in one, all."""
    return any(ideas.issuperset(one.split("_")) for one in concept.split("|"))


def _take_misspelt(aligned: _Alignment) -> None:
    """Let words that are nearly the same answer each other, nearest first."""
    rest_a, rest_b = aligned.rest()
    for place_a in rest_a:
        best: tuple[int, str] | None = None
        for place_b in rest_b:
            if not aligned.left_b[place_b]:
                continue
            found = compare_words(aligned.a[place_a], aligned.b[place_b])
            if found and (best is None or _RANKS[found] < _RANKS[best[1]]):
                best = (place_b, found)
        if best:
            aligned.take((place_a,), (best[0],), best[1])


def compare_words(a: Word, b: Word) -> str | None:
    """Return how near two words are: ``spelling``, ``letter_slipped``, ``similar_word``; None if they are not.

    A slip rarely leaves a syllable: Phta and Phát are one word misspelt. Where it does, a letter is mostly lost and
    the marks stay: Vàn for Vàng. Phát and Phú are two words.
    """
    longest = max(len(a.folded), len(b.folded))
    allowed = 1 if longest <= _LONG_WORD else 2
    distance = OSA.distance(a.folded, b.folded, score_cutoff=allowed)
    if distance > allowed or longest < _SHORT_WORD - 1:
        return None
    if is_syllable(a.folded) != is_syllable(b.folded) or (not is_syllable(a.folded) and longest > _LONG_WORD - 2):
        return "spelling"
    slipped = len(a.folded) != len(b.folded) or sorted(a.folded) == sorted(b.folded)
    marks_stay = OSA.distance(a.marked, b.marked, score_cutoff=2) <= 1 + (len(a.folded) == len(b.folded))
    return "letter_slipped" if slipped and marks_stay and a.marked[0] == b.marked[0] else "similar_word"


def _level_of_alike(aligned: _Alignment, a: NameParts, b: NameParts) -> str:
    """Return the level of names each of whose words answers one of the other."""
    if _order_differs(aligned):
        return "order_differs"
    for level in ("similar_word", "letter_slipped", "spelling"):
        if level in aligned.how:
            return level
    if _marks_differ(aligned, a, b):
        return "marks_differ"
    for level in ("translated", "abbreviated"):
        if level in aligned.how:
            return level
    return "equal" if not (_is_bare(a) ^ _is_bare(b)) else "marks_dropped"


def _order_differs(aligned: _Alignment) -> bool:
    """Return whether the words of the name proper stand in another order, or may: a syllable ahead can be either."""
    proper = [(x, y) for x, y in sorted(aligned.pairs) if {aligned.a[x].kind, aligned.b[y].kind} <= _MAY_BE_PROPER]
    return any(earlier[1] > later[1] for earlier, later in pairwise(proper))


def _marks_differ(aligned: _Alignment, a: NameParts, b: NameParts) -> bool:
    """Return whether two names both typed with marks differ in one."""
    if _is_bare(a) or _is_bare(b):
        return False
    return any(
        aligned.a[x].marked != aligned.b[y].marked
        for x, y in aligned.pairs
        if aligned.a[x].folded == aligned.b[y].folded
    )


def _is_bare(name: NameParts) -> bool:
    """Return whether a name was typed without any marks."""
    return all(word.marked == word.folded for word in name.words)


def _is_initials(short: NameParts, long: NameParts) -> bool:
    """Return whether one name is the first letters of the words of the other."""
    letters = short.joined
    acronym = "".join(word[0] for word in long.proper)
    return len(letters) >= _SHORTEST_INITIALS and len(short.proper) == 1 and letters in (long.initials, acronym)


def _level_of_rest(aligned: _Alignment, rest_a: list[int], rest_b: list[int]) -> str:
    """Return the level of names of which some words have no answer."""
    matched = [(x, y) for x, y in aligned.pairs if "proper" in (aligned.a[x].kind, aligned.b[y].kind)]
    if not matched:
        return "different"
    if "similar_word" in aligned.how or "letter_slipped" in aligned.how:
        return "partly"
    if not rest_a or not rest_b:
        words, rest = (aligned.a, rest_a) if rest_a else (aligned.b, rest_b)
        first = min(x if rest_a else y for x, y in matched)
        return "left_out" if all(_describes(words, place, first) for place in rest) else "words_added"
    return _level_of_both(aligned, rest_a, rest_b, matched)


def _describes(words: Sequence[Word], place: int, first_proper: int) -> bool:
    """Return whether a word says what a firm does: by the table, by standing ahead, or as foreign word behind."""
    word = words[place]
    return word.kind != "proper" or place < first_proper or not is_syllable(word.folded)


def _level_of_both(aligned: _Alignment, rest_a: list[int], rest_b: list[int], matched: list[tuple[int, int]]) -> str:
    """Return the level of names that both have words without an answer."""
    first_a, first_b = min(x for x, _ in matched), min(y for _, y in matched)
    ahead = all(_describes(aligned.a, place, first_a) for place in rest_a) and all(
        _describes(aligned.b, place, first_b) for place in rest_b
    )
    if ahead:
        foreign_a = not any(is_syllable(aligned.a[place].folded) for place in rest_a)
        foreign_b = not any(is_syllable(aligned.b[place].folded) for place in rest_b)
        known = all(aligned.a[place].concept for place in rest_a) and all(aligned.b[place].concept for place in rest_b)
        return "translated_in_part" if foreign_a != foreign_b and not known else "described_differently"
    if len(rest_a) == len(rest_b) == 1:
        return "word_replaced"
    return "partly" if len(matched) / max(len(aligned.a), len(aligned.b)) >= _SHARED_MOST else "different"
