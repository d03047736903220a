"""Vietnamese syllables: which letters make one, how marks are compared, and what Telex keys left in a text."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from supplychain.text import fold

_INITIALS: Final = "ngh|nh|ng|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnprstvx]"
_RIMES: Final = (
    "a ac ach ai am an ang anh ao ap at au ay e ec ech em en eng enh eo ep et eu i ia ich iec iem ien ieng iep iet ieu "
    "im in inh ip it iu o oa oac oach oai oam oan oang oanh oao oap oat oay oc oe oen oeo oet oi om on ong ooc oong op "
    "ot u ua uan uang uat uay uc ue uech uenh ui um un ung uo uoc uoi uom uon uong uop uot uou up ut uu uy uya uych "
    "uyen uyet uynh uyt uyu y yem yen yet yeu ynh yt"
)
_SYLLABLE: Final = re.compile(f"(?:{_INITIALS})?(?:{'|'.join(sorted(_RIMES.split(), key=len, reverse=True))})")
_TONES: Final = {"̀": "2", "́": "1", "̉": "3", "̃": "4", "̣": "5"}
_Y_FOR_I: Final = re.compile(r"(?<=[bcdghklmnpqrstvx])y$|(?<=qu)y$")
_TELEX: Final = re.compile(r"aa|ee|oo|dd|[aou]w|w|[sfrxj]$")
_TELEX_INSIDE: Final = re.compile(r"aa|ee|oo|dd|[aou]w|w")
_CACHED: Final = 1 << 16


@lru_cache(maxsize=_CACHED)
def is_syllable(folded: str) -> bool:
    """Return whether folded letters make a Vietnamese syllable."""
    return _SYLLABLE.fullmatch(folded) is not None


@lru_cache(maxsize=_CACHED)
def fold_word(word: str) -> str:
    """Return a word folded, ``y`` written ``i`` where Vietnamese spelling allows both (Mỹ, Mĩ)."""
    return _Y_FOR_I.sub("i", fold(word))


@lru_cache(maxsize=_CACHED)
def marked_word(word: str) -> str:
    """Return a word with its marks in one order: letters with their own marks, then the tone as a figure.

    Hòa and Hoà are the same word, and so are Mỹ and Mĩ.
    """
    letters, tone = [], ""
    for character in unicodedata.normalize("NFD", word.casefold()):
        if character in _TONES:
            tone = _TONES[character]
        else:
            letters.append(character)
    return _Y_FOR_I.sub("i", unicodedata.normalize("NFC", "".join(letters))) + tone


def from_telex(folded: str) -> str | None:
    """Return the folded syllable that Telex keys left in a word stand for; None if they stand for none.

    ``dduwowngf`` is *đường*, ``nghieejp`` is *nghiệp*. Words that are syllables as they stand are left alone.
    """
    if is_syllable(folded) or not _TELEX.search(folded):
        return None
    plain = folded
    tone = next((place for place in range(len(plain) - 1, 0, -1) if plain[place] in "sfrxj"), None)
    if tone is not None and not is_syllable(_without_letters(plain)):
        plain = plain[:tone] + plain[tone + 1 :]
    plain = _without_letters(plain)
    return plain if is_syllable(plain) else None


def _without_letters(word: str) -> str:
    """Return a word without the keys that gave its letters their own marks."""
    word = re.sub(r"(?<=[aou])w|aa(?=a)", "", word).replace("uow", "uo")
    word = re.sub(r"([aeo])\1", r"\1", word)
    word = re.sub(r"d(.*)d", r"d\1", word, count=1) if word.startswith("d") else word
    return re.sub(r"^(\w*?)([aeo])(\w{1,2})\2$", r"\1\2\3", word)


@lru_cache(maxsize=_CACHED)
def has_telex_letters(folded: str) -> bool:
    """Return whether a word holds keys inside it that only Telex leaves there, and reads as a syllable without."""
    return bool(_TELEX_INSIDE.search(folded)) and from_telex(folded) is not None
