"""Whether a word is a Vietnamese syllable: the evidence on which an encoding is decided.

A syllable is an onset, a rhyme and a tone. Onsets and rhymes are closed lists (Đoàn Thiện Thuật, *Ngữ âm tiếng Việt*,
1977), and a rhyme that ends in p, t, c or ch takes only the tones sắc and nặng.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_ONSETS: Final = (
    "ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|b|c|d|đ|g|h|k|l|m|n|p|r|s|t|v|x"  # the longer before what it begins with
)

_RHYME_WORDS: Final = (
    "a ac ach ai am an ang anh ao ap at au ay ă ăc ăm ăn ăng ăp ăt â âc âm ân âng âp ât âu ây "
    "e ec em en eng eo ep et ê êch êm ên ênh êp êt êu êng i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu "
    "o oa oac oach oai oam oan oang oanh oao oap oat oay oc oe oen oeo oet oi om on ong oong ooc op ot "
    "oă oăc oăm oăn oăng oăt ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt ơng "
    "u ua uc ui um un ung up ut uâ uân uâng uât uây uê uêch uên uênh uêt uêu uy uya uych uyn uynh uyp uyt uyu "
    "uyên uyêt uôc uôi uôm uôn uông uôt uơ uơi uơn uơt uao uai uan uang uanh uat uay uau uac uach uam uap "
    "ue uen ueo uet uăn uăng uăc uăm uăt uăp "
    "ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu y yêm yên yêng yêt yêu yê"
)
_RHYMES: Final = frozenset(_RHYME_WORDS.split())

_TONED: Final = {"\u0300": 1, "\u0301": 2, "\u0303": 3, "\u0309": 4, "\u0323": 5}
_STOP: Final = re.compile(r"(?:[ptc]|ch)$")
_SYLLABLE: Final = re.compile(rf"({_ONSETS})?(.+)")
_TOKEN: Final = re.compile(r"[^\s!-/:-@\[-`{-~0-9\u2013\u2014\u201c\u201d\u2018\u2019\u2026\u00a0]+")
_SHORTEST_I: Final = {"gi": "i"}


def marked_tokens(text: str) -> list[str]:
    """Return the words of a text that have a character beyond ASCII; Western symbols inside a word belong to it."""
    return [token for token in _TOKEN.findall(text) if not token.isascii()]


@lru_cache(maxsize=65_536)
def is_syllable(word: str) -> bool:
    """Tell whether a word in form NFC is written as a Vietnamese syllable, or two joined as in a place's name."""
    if len(word) > 7 or word not in {word.lower(), word.upper(), word[:1].upper() + word[1:].lower()}:  # noqa: PLR2004 - "nghiêng" is the longest
        return False
    if any(map(unicodedata.combining, word)):  # a mark that no letter takes
        return False
    word = word.casefold()
    tones: set[int] = set()
    letters: list[str] = []
    for character in unicodedata.normalize("NFD", word):
        if character in _TONED:
            if tones:
                return False
            tones.add(_TONED[character])
        else:
            letters.append(character)
    toneless = unicodedata.normalize("NFC", "".join(letters))
    return any(_fits(rhyme, tones) for rhyme in _rhymes(toneless))


def _rhymes(toneless: str) -> list[str]:
    """Return what may be the rhyme of a syllable without tone: after the longest onset, or after none."""
    found = _SYLLABLE.fullmatch(toneless)
    candidates = [found.group(2)] if found is not None else []
    if toneless in _SHORTEST_I:
        candidates.append(_SHORTEST_I[toneless])
    if toneless.startswith("gi"):  # "giếng" is gi + iêng, "gìn" g + in
        candidates += [toneless[1:], "i" + toneless[2:]]
    if toneless.startswith("qu"):
        candidates += [toneless[1:], "u" + toneless[2:]]
    return [*candidates, toneless]


def _fits(rhyme: str, tones: set[int]) -> bool:
    if rhyme not in _RHYMES:
        return False
    return not _STOP.search(rhyme) or bool(tones & {2, 5})
