"""Industrial parks found by the names people write: KCN VSIP I, VSIP 1, Khu công nghiệp Việt Nam – Singapore."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from supplychain.text import Text, fold

_NUMERALS: Final = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8"}
_NUMERAL: Final = re.compile(r"(viii|vii|vi|iv|v|iii|ii|i)([a-d])?")
_WORD: Final = re.compile(r"[^\W_]+")
_GLUED: Final = re.compile(r"([^\W\d_]{2,})(\d+[a-d]?)")
_GENERIC: Final = re.compile(
    r"\b(khu cong nghiep|khu cn|khu che xuat|kcn|kcx|industrial (?:park|zone|estate)|export processing zone"
    r"|ip|iz|epz)\b"
)
_BRANDS: Final = ((re.compile(r"\bviet ?nam singapore\b"), "vsip"),)
_BRACKETS: Final = re.compile(r"\(([^)]*)\)")

UNKNOWN_PARK: Final = Text(
    en="The registry has no park '{name}'.{hint} Write its name or id as `hinterland registry export` gives it.",
    vi="Sổ đăng ký không có khu công nghiệp '{name}'.{hint} Hãy ghi tên hoặc mã như trong sổ đăng ký.",
)
AMBIGUOUS_PARK: Final = Text(
    en="'{name}' may be any of: {candidates}. Write which one.",
    vi="'{name}' có thể là một trong các khu: {candidates}. Hãy ghi rõ khu nào.",
)
DID_YOU_MEAN: Final = Text(en=" Did you mean {names}?", vi=" Có phải ý là {names}?")


def park_key(name: str) -> str:
    """Return what tells a park's name from others: no marks, no generic words, numerals as digits.

    ``KCN VSIP II-A`` and ``vsip_2a`` both give ``vsip 2a``.
    """
    text = " ".join(_WORD.findall(fold(name).replace("_", " ")))
    text = _GLUED.sub(r"\1 \2", text)
    bare = " ".join(_GENERIC.sub(" ", text).split()) or text
    for pattern, brand in _BRANDS:
        bare = pattern.sub(brand, bare)
    words: list[str] = []
    for place, word in enumerate(bare.split()):
        numeral = _NUMERAL.fullmatch(word) if place else None
        if numeral:
            words.append(_NUMERALS[numeral.group(1)] + (numeral.group(2) or ""))
        elif words and word in "abcd" and words[-1].isdigit():
            words[-1] += word
        else:
            words.append(word)
    return " ".join(words)


class ParkNames:
    """The parks of the registry by every name they go by.

    Parameters
    ----------
    parks
        ``(park_id, name_vi, name_en)`` of each.
    """

    def __init__(self, parks: Iterable[tuple[str, str, str | None]]) -> None:
        self._ids: dict[str, set[str]] = defaultdict(set)
        self._shown: dict[str, str] = {}
        self._found: dict[str, str | Text] = {}
        for park_id, name_vi, name_en in parks:
            self.add(park_id, name_vi, name_en)

    def add(self, park_id: str, name_vi: str, name_en: str | None) -> None:
        """Let a park be found too."""
        self._found.clear()
        self._shown[park_id] = name_vi
        for name in (park_id, name_vi, name_en or ""):
            for alias in (name, _BRACKETS.sub(" ", name), *_BRACKETS.findall(name)):
                key = park_key(alias)
                if key:
                    self._ids[key].add(park_id)

    def find(self, name: str) -> str | Text:
        """Return the id of the one park that goes by a name, or why there is not exactly one."""
        if name not in self._found:
            self._found[name] = self._find(name)
        return self._found[name]

    def _find(self, name: str) -> str | Text:
        if name in self._shown:
            return name
        keys = [park_key(name)]
        if "," in name:
            keys.append(park_key(name.split(",", maxsplit=1)[0]))
        for key in keys:
            found = self._ids.get(key, set())
            if len(found) == 1:
                return next(iter(found))
            family = found or self._family(key)
            if len(family) > 1:
                names = "; ".join(sorted(self._shown[park_id] for park_id in family))
                return AMBIGUOUS_PARK.format(name=name, candidates=names)
        return self._unknown(name, keys[0])

    def _family(self, key: str) -> set[str]:
        """Return the parks whose names begin with the words of a key: several numbered parks, one of which is meant."""
        start = f"{key} "
        return {park for known, parks in self._ids.items() if key and known.startswith(start) for park in parks}

    def _unknown(self, name: str, key: str) -> Text:
        close = get_close_matches(key, list(self._ids), n=2, cutoff=0.75)
        near = (*sorted(self._family(key)), *(park for known in close for park in sorted(self._ids[known])))
        parks = dict.fromkeys(near)
        names = ", ".join(self._shown[park] for park in parks)
        hint = DID_YOU_MEAN.format(names=names) if names else Text(en="", vi="")
        return Text(
            en=UNKNOWN_PARK.en.format(name=name, hint=hint.en), vi=UNKNOWN_PARK.vi.format(name=name, hint=hint.vi)
        )
