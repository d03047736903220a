"""Values out of the file of a chain: each of the right kind, or a finding that says where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final

from supplychain.codes import CodeError, check_hs, check_isic, check_vsic
from supplychain.errors import Finding
from supplychain.text import LANGUAGES, Text

_ID: Final = re.compile(r"[a-z][a-z0-9_]*")

MISSING: Final = Text(en="{key} is missing.", vi="Thiếu {key}.")
UNKNOWN: Final = Text(
    en="The key '{key}' is not known here. Known are: {known}.",
    vi="Không có khóa '{key}' ở đây. Các khóa được dùng: {known}.",
)
NO_MAPPING: Final = Text(
    en="Here must stand keys with values, got {value}.", vi="Ở đây phải là các khóa và giá trị, nhận được {value}."
)
NO_LIST: Final = Text(en="Here must stand a list, got {value}.", vi="Ở đây phải là danh sách, nhận được {value}.")
EMPTY_LIST: Final = Text(en="The list must not be empty.", vi="Danh sách không được để trống.")
NO_TEXT: Final = Text(
    en="Here must stand text in quotation marks, got {value}.",
    vi="Ở đây phải là chữ trong ngoặc kép, nhận được {value}.",
)
NO_YES: Final = Text(en="Here must stand yes or no, got {value}.", vi="Ở đây phải là yes hoặc no, nhận được {value}.")
NO_ID: Final = Text(
    en="'{value}' is no id: small letters a-z, digits and _ only, beginning with a letter.",
    vi="'{value}' không phải là mã: chỉ dùng chữ thường a-z, chữ số và dấu _, bắt đầu bằng chữ.",
)
NO_CHOICE: Final = Text(en="'{value}' is not one of: {known}.", vi="'{value}' không thuộc: {known}.")

LONGEST_SHOWN: Final = 40


@dataclass(slots=True)
class Fields:
    """Reads values and collects what is wrong with them.

    Parameters
    ----------
    file
        Name of the file as the user knows it.
    findings
        Everything found wrong so far.
    """

    file: str
    findings: list[Finding] = field(default_factory=list)

    def find(self, place: str, text: Text) -> None:
        """Add a finding."""
        self.findings.append(Finding(self.file, None, place, text))

    def mapping(self, value: Any, place: str, known: Iterable[str], needed: Iterable[str]) -> Mapping[str, Any]:  # noqa: ANN401 - what a YAML file holds
        """Return a mapping with known keys only; needed ones that are not there are found."""
        if not isinstance(value, dict):
            self.find(place, NO_MAPPING.format(value=_shown(value)))
            return {}
        names = tuple(known)
        for key in value:
            if key not in names:
                listed = ", ".join(get_close_matches(str(key), names, n=1) or names)
                self.find(place, UNKNOWN.format(key=_shown(key), known=listed))
        for key in needed:
            if value.get(key) is None:
                self.find(place, MISSING.format(key=key))
        return {key: one for key, one in value.items() if key in names}

    def items(self, value: Any, place: str, *, needed: bool = False) -> list[Any]:  # noqa: ANN401 - as above
        """Return a list; nothing counts as an empty one unless it is needed."""
        if value is None:
            return []
        if not isinstance(value, list):
            self.find(place, NO_LIST.format(value=_shown(value)))
            return []
        if needed and not value:
            self.find(place, EMPTY_LIST)
        return value

    def both(self, value: Any, place: str) -> Text:  # noqa: ANN401 - as above
        """Return a text in both languages."""
        if value is None:
            return Text(en="", vi="")
        said = self.mapping(value, place, LANGUAGES, LANGUAGES)
        texts = {name: self.text(said.get(name), f"{place}.{name}") for name in LANGUAGES}
        return Text(en=texts["en"], vi=texts["vi"])

    def text(self, value: Any, place: str) -> str:  # noqa: ANN401 - as above
        """Return a text that is not empty."""
        if value is None:
            return ""
        if not isinstance(value, str) or not value.strip():
            self.find(place, NO_TEXT.format(value=_shown(value)))
            return ""
        return value.strip()

    def key(self, value: Any, place: str) -> str:  # noqa: ANN401 - as above
        """Return an id."""
        name = self.text(value, place)
        if name and not _ID.fullmatch(name):
            self.find(place, NO_ID.format(value=_shown(name)))
        return name

    def yes(self, value: Any, place: str) -> bool:  # noqa: ANN401 - as above
        """Return yes or no; nothing is no."""
        if value is None:
            return False
        if not isinstance(value, bool):
            self.find(place, NO_YES.format(value=_shown(value)))
        return value is True

    def texts(self, value: Any, place: str) -> tuple[str, ...]:  # noqa: ANN401 - as above
        """Return a list of texts."""
        said = [self.text(one, f"{place}[{number}]") for number, one in enumerate(self.items(value, place), 1)]
        return tuple(one for one in said if one)

    def choices(self, value: Any, place: str, known: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ANN401 - as above
        """Return a list of words out of a closed list."""
        said = self.texts(value, place)
        for one in said:
            if one not in known:
                self.find(place, NO_CHOICE.format(value=_shown(one), known=", ".join(known)))
        return tuple(one for one in said if one in known)

    def codes(self, value: Any, place: str, system: str) -> tuple[str, ...]:  # noqa: ANN401 - as above
        """Return a list of codes of one system in their normal form."""
        found = []
        for one in self.texts(value, place):
            try:
                found.append(CHECKS[system](one))
            except CodeError as error:
                self.find(place, error.text)
        return tuple(found)


def _vsic(version: str) -> Callable[[str], str]:
    return lambda code: check_vsic(code, version)


CHECKS: Final[Mapping[str, Callable[[str], str]]] = {
    "hs": check_hs,
    "vsic_2018": _vsic("2018"),
    "vsic_2025": _vsic("2025"),
    "isic": check_isic,
}
"""By key of a sign, the check of its codes."""


def _shown(value: Any) -> str:  # noqa: ANN401 - as above
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
