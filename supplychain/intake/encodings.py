"""In which encoding or legacy font a text is, decided for the whole file on how Vietnamese its words become."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from supplychain.errors import HinterlandError
from supplychain.intake.encodings_syllables import is_syllable, marked_tokens
from supplychain.intake.encodings_tables import from_tcvn3, from_vni, from_vscii
from supplychain.text import Text

Scheme = Literal["unicode", "tcvn3", "vscii", "vni", "mojibake", "viqr"]

ENCODINGS: Final = (
    "utf-8", "utf-16-le", "utf-16-be", "windows-1258", "tcvn3", "vscii", "vni", "windows-1252", "iso-8859-1",
)  # fmt: skip
"""Names that a person may give; a file's own byte order mark needs none."""

NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "unicode": "Unicode",
        "utf-8": "UTF-8",
        "utf-16-le": "UTF-16 LE",
        "utf-16-be": "UTF-16 BE",
        "windows-1258": "Windows-1258",
        "tcvn3": "TCVN3 (ABC)",
        "vscii": "VSCII-1 (TCVN 5712)",
        "vni": "VNI-Windows",
        "windows-1252": "Windows-1252",
        "iso-8859-1": "ISO 8859-1",
        "mojibake": "UTF-8 read as Windows-1252",
        "viqr": "VIQR",
    }
)

ENOUGH_WORDS: Final = 5
SURE_SHARE: Final = 0.9
LEAST_SHARE: Final = 0.6
LEAST_LEAD: Final = 0.25
LEAST_LETTERS: Final = 3
LEAST_WORDS: Final = 3
SUSPICIOUS_SHARE: Final = 0.01
WORDS_LOOKED_AT: Final = 20_000


class EncodingError(HinterlandError):
    """It cannot be told in which encoding a file is, or it is in one that is not read."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Which encoding or font was decided on, and on what evidence.

    Parameters
    ----------
    name
        Name from ``ENCODINGS``, or a ``Scheme`` for text that is Unicode already.
    words, good
        Words with characters beyond ASCII that were looked at, and how many of them are Vietnamese syllables this way.
    sure
        Whether nine in ten are, of at least five.
    example
        One word before and after, for a person to look at; None where nothing changes.
    suspected
        Legacy font that some of the words of a text in Unicode are in.
    """

    name: str
    words: int
    good: int
    sure: bool
    example: tuple[str, str] | None = None
    suspected: str | None = None

    @property
    def text(self) -> Text:
        """The decision as a finding."""
        name = NAMES[self.name]
        if self.example is None:
            return Text(
                en=f"The text was read as {name}: {self.good} of {self.words} words with marks are Vietnamese.",
                vi=f"Văn bản được đọc theo bảng mã {name}: {self.good} trên {self.words} từ có dấu là tiếng Việt.",
            )
        before, after = self.example
        sure_en = "" if self.sure else " This is likely, not certain: look at the text before you commit it."
        sure_vi = "" if self.sure else " Chưa chắc chắn: hãy xem lại văn bản trước khi ghi."
        return Text(
            en=f"The text was converted from {name}: {self.good} of {self.words} words with marks are Vietnamese that "
            f"way, such as '{before}' → '{after}'.{sure_en}",
            vi=f"Văn bản được chuyển từ bảng mã {name}: {self.good} trên {self.words} từ có dấu thành tiếng Việt, "
            f"chẳng hạn '{before}' → '{after}'.{sure_vi}",
        )


def from_mojibake(text: str) -> str:
    """Return the text whose UTF-8 bytes had been read as Windows-1252.

    Raises
    ------
    UnicodeError
        If the text is not the result of such a mistake.
    """
    if text.isascii():
        return text
    return b"".join(map(_byte_of, text)).decode("utf-8")


def _byte_of(character: str) -> bytes:
    code = ord(character)
    return bytes([code]) if code <= 0xFF else character.encode("cp1252")  # noqa: PLR2004 - largest byte


def _unchanged(text: str) -> str:
    return text


CONVERTERS: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {"unicode": _unchanged, "tcvn3": from_tcvn3, "vscii": from_vscii, "vni": from_vni, "mojibake": from_mojibake}
)
"""How text that was read as Unicode becomes Vietnamese, by scheme."""

_SIGNS: Final = re.compile(r"[¼½¾±×÷°µ§©®«»·]*[a-z]*[¼½¾±×÷°§©®«»²³ªº™]*", re.IGNORECASE)
"""A word with signs that stand around plain letters in any text, such as "½", "cm²", "µm", "ABC®": no evidence."""

_VIQR: Final = re.compile(r"\b[A-Za-z]*(?:dd|[aAeEoOuU][\^(+*])[\^(+*'`?~.a-zA-Z]*")


def decode_western(data: bytes) -> str:
    """Return bytes as Windows-1252, the five bytes it leaves open as control characters: nothing is lost."""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return "".join(bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in data)


def decode(data: bytes, name: str) -> str:
    """Return bytes of whole lines as Unicode text.

    Raises
    ------
    UnicodeError
        If the bytes are not in the encoding.
    """
    if name in {"tcvn3", "vscii", "vni"}:
        return CONVERTERS[name](decode_western(data))
    if name == "windows-1252":
        return decode_western(data)
    if name == "windows-1258":
        return unicodedata.normalize("NFC", data.decode("cp1258"))
    return data.decode(name)


def decide_scheme(texts: Iterable[str]) -> Decision:
    """Return whether texts that were read as Unicode are so in truth, or in a legacy font or wrongly converted.

    Parameters
    ----------
    texts
        A sample of the file's texts.

    Raises
    ------
    EncodingError
        If the texts are in VIQR, which is recognised and not converted.
    """
    sample = list(texts)
    words = _words(sample)
    if not words:
        _refuse_viqr(sample)
        return Decision("unicode", 0, 0, sure=True)
    scores = {name: _score(words, convert) for name, convert in CONVERTERS.items()}
    own = scores.pop("unicode")
    name = max(scores, key=lambda scheme: scores[scheme])
    share, own_share = scores[name] / len(words), own / len(words)
    enough = _strong(words, CONVERTERS[name]) >= LEAST_WORDS
    if share < LEAST_SHARE or own_share > 1 - LEAST_SHARE or share - own_share < LEAST_LEAD or not enough:
        return Decision("unicode", len(words), own, sure=True, suspected=_suspected(words))
    return Decision(name, len(words), scores[name], _sure(scores[name], len(words)), _example(words, CONVERTERS[name]))


def decide_bytes(lines: Iterable[bytes]) -> Decision:
    """Return the one-byte encoding that makes Vietnamese of lines that are not UTF-8.

    Parameters
    ----------
    lines
        Lines of the file that have a byte above 7F.

    Raises
    ------
    EncodingError
        If no encoding makes Vietnamese of them, or two do it about as well.
    """
    sample = [line for line in lines if not line.isascii()]
    western = _words(map(decode_western, sample))
    scores = {name: _score(western, CONVERTERS[name]) for name in ("tcvn3", "vscii", "vni")}
    scores["windows-1258"] = _score(western, _as_1258)
    count = max(len(western), 1)
    ranked = sorted(scores, key=lambda name: -scores[name])
    best, second = ranked[0], next(name for name in ranked[1:] if {ranked[0], name} != {"tcvn3", "vscii"})
    share, lead = scores[best] / count, (scores[best] - scores[second]) / count
    convert = _as_1258 if best == "windows-1258" else CONVERTERS[best]
    if share < LEAST_SHARE or lead < LEAST_LEAD or not _strong(western, convert):
        raise EncodingError(_unclear(scores, count))
    return Decision(best, count, scores[best], _sure(scores[best], count), _example(western, convert))


def looks_legacy(text: str, scheme: str) -> bool:
    """Tell whether every marked word of a text becomes Vietnamese under a scheme and none is so as it stands."""
    words = marked_tokens(text)
    if not words:
        return False
    convert = CONVERTERS[scheme]
    if any(map(is_syllable, words)) or all(len(word) < LEAST_LETTERS or _SIGNS.fullmatch(word) for word in words):
        return False
    return _score(words, convert) == len(words)


def _suspected(words: list[str]) -> str | None:
    """Return the legacy font that makes syllables of some words that are none as they stand."""
    strange = [word for word in words if not is_syllable(word)]
    scores = {name: _strong(strange, convert) for name, convert in CONVERTERS.items() if name != "unicode"}
    name = max(scores, key=lambda scheme: scores[scheme])
    needed = max(ENOUGH_WORDS, SUSPICIOUS_SHARE * len(words)) if len(strange) < len(words) else 2
    return name if scores[name] >= needed else None


def _strong(words: list[str], convert: Callable[[str], str]) -> int:
    """Return how many words are evidence, and become syllables that are none as they stand."""
    return _score([word for word in words if _is_evidence(word) and not is_syllable(word)], convert)


def _is_evidence(word: str) -> bool:
    """Tell whether a word says something of its font: it is not short, has plain letters and more than common signs."""
    has_plain = any("a" <= character.lower() <= "z" for character in word)
    return len(word) >= LEAST_LETTERS and has_plain and _SIGNS.fullmatch(word) is None


def _words(texts: Iterable[str]) -> list[str]:
    words: list[str] = []
    for text in texts:
        words += marked_tokens(text)
        if len(words) >= WORDS_LOOKED_AT:
            break
    return words


def _score(words: list[str], convert: Callable[[str], str]) -> int:
    return sum(is_syllable(converted) for converted in _converted(words, convert))


def _converted(words: list[str], convert: Callable[[str], str]) -> Iterable[str]:
    for word in words:
        try:
            if convert is not _unchanged:
                for character in word:
                    _byte_of(character)  # a legacy text has Western characters alone
            yield unicodedata.normalize("NFC", convert(word))
        except UnicodeError:
            yield ""


def _as_1258(word: str) -> str:
    return b"".join(map(_byte_of, word)).decode("cp1258")


def _sure(good: int, count: int) -> bool:
    return count >= ENOUGH_WORDS and good >= SURE_SHARE * count


def _example(words: list[str], convert: Callable[[str], str]) -> tuple[str, str] | None:
    pairs = zip(words, _converted(words, convert), strict=True)
    good = [(before, after) for before, after in pairs if is_syllable(after) and before != after]
    return max(good, key=lambda pair: len(pair[1])) if good else None


def _refuse_viqr(sample: list[str]) -> None:
    found = [word for text in sample[:2_000] for word in _VIQR.findall(text)]
    if len(found) >= ENOUGH_WORDS:
        raise EncodingError(
            Text(
                en=f"The text looks like VIQR, such as '{found[0]}'. Convert it to Unicode (with UniKey, for example) "
                "and import it again.",
                vi=f"Văn bản có vẻ viết theo VIQR, chẳng hạn '{found[0]}'. Hãy chuyển sang Unicode (bằng UniKey chẳng "
                "hạn) rồi nhập lại.",
            )
        )


def _unclear(scores: Mapping[str, int], count: int) -> Text:
    tried = ", ".join(f"{NAMES[name]} {score}/{count}" for name, score in scores.items())
    names = ", ".join(ENCODINGS)
    return Text(
        en=f"The file is not UTF-8, and no encoding makes Vietnamese of it (words that become syllables: {tried}). "
        f"Save it as 'CSV UTF-8', or name its encoding: {names}.",
        vi=f"Tệp không phải UTF-8 và không bảng mã nào cho ra tiếng Việt (số từ thành âm tiết: {tried}). "
        f"Hãy lưu lại dạng 'CSV UTF-8', hoặc chỉ rõ bảng mã: {names}.",
    )
