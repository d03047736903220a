"""The legacy Vietnamese fonts: which letter each character of a text set in them stands for.

Such a text is made of Western characters (Windows-1252) that only a special font shows as Vietnamese. TCVN3 (the ABC
fonts, part 3 of TCVN 5712:1993) gives each accented letter one character; its capitals with tone marks exist only as
another font (``.VnTimeH``). VSCII-1 (part 1) adds those capitals in the control range. VNI-Windows writes a vowel
followed by a character for its marks.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_TCVN_HIGH: Final = (
    "\u00a0ĂÂÊÔƠƯĐăâêôơưđẰ"
    "\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴ"
    "ẮẦẨẪẤỀặầẩẫấậèỂẻẽ"
    "éẹềểễếệìỉỄẾỒĩíịò"
    "Ổỏõóọồổỗốộờởỡớợù"
    "ỖủũúụừửữứựỳỷỹýỵỐ"
)
"""Characters A0 to FF of TCVN 5712:1993."""

_TCVN_CONTROL: Final = "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ"
"""Characters 80 to 9F of TCVN 5712:1993 part 1."""

_TCVN_LOW: Final = {
    1: "Ú",
    2: "Ụ",
    4: "Ừ",
    5: "Ử",
    6: "Ữ",
    17: "Ứ",
    18: "Ự",
    19: "Ỳ",
    20: "Ỷ",
    21: "Ỹ",
    22: "Ý",
    23: "Ỵ",
}
"""The capitals that part 1 keeps below the space."""

TONES: Final = ("\u0301", "\u0300", "\u0309", "\u0303", "\u0323")
"""Acute, grave, hook, tilde, dot below: the order of the VNI marks."""

_VNI_PLAIN: Final = "ùøûõï"
_VNI_CIRCUMFLEX: Final = "áàåãä"
_VNI_BREVE: Final = "éèúüë"
_VNI_SINGLE: Final = {
    "ô": "ơ", "ö": "ư", "ñ": "đ", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ",
}  # fmt: skip
"""Characters that are a whole letter of VNI."""


def _western(byte: int) -> tuple[str, ...]:
    """Return the characters a program may have made of one byte of a legacy text: Latin-1 and Windows-1252."""
    latin = chr(byte)
    windows = bytes([byte]).decode("cp1252", errors="ignore")
    return (latin, windows) if windows and windows != latin else (latin,)


def _tcvn3() -> dict[int, str]:
    return {0xA0 + place: letter for place, letter in enumerate(_TCVN_HIGH)}


def _vscii() -> dict[int, str]:
    table = _tcvn3() | _TCVN_LOW
    for place, letter in enumerate(_TCVN_CONTROL):
        table |= {ord(character): letter for character in _western(0x80 + place)}
    return table


def _vni() -> dict[str, str]:
    """Return every VNI spelling of a letter, one or two characters long, with both cases of the mark."""
    table: dict[str, str] = {}
    for vowel, letter in (*((v, v) for v in "aeouy"), ("ô", "ơ"), ("ö", "ư")):
        marks = [pair for pair in zip(_VNI_PLAIN, TONES, strict=True) if vowel + pair[0] != "yï"]  # ỵ is î
        if vowel in "aeo":
            marks += [("â", "\u0302"), *((m, "\u0302" + t) for m, t in zip(_VNI_CIRCUMFLEX, TONES, strict=True))]
        if vowel == "a":
            marks += [("ê", "\u0306"), *((m, "\u0306" + t) for m, t in zip(_VNI_BREVE, TONES, strict=True))]
        for mark, combining in marks:
            whole = unicodedata.normalize("NFC", letter + combining)
            table |= {vowel + mark: whole, vowel + mark.upper(): whole}
            table |= {vowel.upper() + mark: whole.upper(), vowel.upper() + mark.upper(): whole.upper()}
    for character, letter in _VNI_SINGLE.items():
        table |= {character: letter, character.upper(): letter.upper()}
    return table


TCVN3: Final = _tcvn3()
"""Character code of a Western text to the letter of TCVN3."""

VSCII: Final = _vscii()
"""As ``TCVN3``, with the capitals of part 1."""

VNI: Final = _vni()
"""One or two Western characters to the letter of VNI-Windows."""

_VNI_PATTERN: Final = re.compile("|".join(sorted(map(re.escape, VNI), key=len, reverse=True)))

_SHOUTED: Final = re.compile(r"[^\W\d_]+")


def from_tcvn3(text: str) -> str:
    """Return a TCVN3 text (Western characters) as Vietnamese in form NFC; words in capitals become capitals whole.

    A capital font leaves small accented letters among capitals ("TR¸CH NHIÖM"): a word that has capitals and no plain
    small letter, standing in a text of such words, is set in capitals.
    """
    return _capitals(unicodedata.normalize("NFC", text.translate(TCVN3)))


def from_vscii(text: str) -> str:
    """Return a VSCII-1 text (Western characters) as Vietnamese in form NFC."""
    return unicodedata.normalize("NFC", text.translate(VSCII))


def from_vni(text: str) -> str:
    """Return a VNI-Windows text (Western characters) as Vietnamese in form NFC."""
    return unicodedata.normalize("NFC", _VNI_PATTERN.sub(lambda found: VNI[found.group()], text))


def _capitals(text: str) -> str:
    return "\n".join(_capitals_of_line(line) for line in text.split("\n"))


def _capitals_of_line(line: str) -> str:
    if line.isascii() or line == line.lower():
        return line
    return _SHOUTED.sub(lambda found: found.group().upper() if _is_shouted(found.group()) else found.group(), line)


def _is_shouted(word: str) -> bool:
    """Tell whether a word has two plain capitals and no plain small letter."""
    plain = [letter for letter in word if letter.isascii()]
    return sum(letter.isupper() for letter in plain) >= 2 and not any(letter.islower() for letter in plain)  # noqa: PLR2004 - two letters make a word in capitals
