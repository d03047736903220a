"""Where a layer comes from and what whoever hands it on has to do, in both languages."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from api.open_data.licences import licence_address
from geodata.features.source import Named
from supplychain.text import Language, Text

SHARE_ALIKE: Final = Text(
    en="Data of OpenStreetMap went in, under the Open Database Licence 1.0 (https://opendatacommons.org/licenses/odbl/"
    "1-0/): name “© OpenStreetMap contributors” wherever it is shown; whoever hands on this layer, or a database made "
    "from it, does so under the same licence, with this notice, and without locks on the copy that keep others from "
    "the same rights.",
    vi="Có dữ liệu OpenStreetMap, theo giấy phép Open Database Licence 1.0 (https://opendatacommons.org/licenses/odbl/"
    "1-0/): ghi “© OpenStreetMap contributors” ở mọi nơi hiển thị; ai chia sẻ lại lớp này, hoặc cơ sở dữ liệu làm từ "
    "lớp này, phải dùng cùng giấy phép, kèm thông báo này và không khóa bản sao làm mất các quyền đó.",
)
ATTRIBUTE: Final = Text(
    en="Name “{attribution}” wherever it is shown, with the licence ({licence}).",
    vi="Ghi “{attribution}” ở mọi nơi hiển thị, kèm giấy phép ({licence}).",
)
UNKNOWN_LICENCE: Final = Text(
    en="No licence is stated: ask the owner of the data before you hand it on.",
    vi="Không nêu giấy phép: hãy hỏi chủ dữ liệu trước khi chia sẻ lại.",
)
OWN_TERMS: Final = Text(
    en="The licence is {licence}; what it allows is said there.",
    vi="Giấy phép là {licence}; quyền sử dụng theo giấy phép đó.",
)


@dataclass(frozen=True, slots=True)
class Provenance:
    """What goes with every copy of a layer.

    Parameters
    ----------
    layer, title, source
        Which it is and what it was made from.
    licence
        Licences as the sources state them.
    licence_address
        Address of the licence where it is one known to be open; else empty.
    attribution
        What has to be named.
    duties
        What whoever hands it on has to do.
    made_at
        When the content was made or last changed, ISO 8601 UTC; empty where nobody knows.
    version
        Names the content.
    is_share_alike
        Whether the Open Database Licence goes with it.
    """

    layer: str
    title: Text
    source: Text
    licence: str
    licence_address: str
    attribution: str
    duties: Text
    made_at: str
    version: str
    is_share_alike: bool

    @property
    def in_one_line(self) -> str:
        """Source, licence, attribution and date, as one line in both languages."""
        parts = [f"{self.source.vi} · {self.source.en}", self.licence, self.attribution, self.made_at]
        return " | ".join(part for part in parts if part.strip(" ·"))

    def document(self, language: Language) -> Mapping[str, str | bool]:
        """Return it as a JSON object with texts in one language."""
        return {
            "layer": self.layer,
            "title": self.title.of(language),
            "source": self.source.of(language),
            "licence": self.licence,
            "licence_address": self.licence_address,
            "attribution": self.attribution,
            "duties": self.duties.of(language),
            "made_at": self.made_at,
            "version": self.version,
            "is_share_alike": self.is_share_alike,
        }


def plain(text: str) -> str:
    """Return a text without signs that no XML holds: control signs but tabs and ends of lines, halves, no letters."""
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs", "Cn"})


def provenance_of(layer: Named) -> Provenance:
    """Return what goes with every copy of a layer."""
    origin = layer.source.origin
    return Provenance(
        layer.name,
        layer.title,
        Text(en=plain(origin.source.en), vi=plain(origin.source.vi)),
        origin.licence,
        licence_address(origin.licence.replace("ODbL-1.0", "ODbL 1.0")) or "",
        plain(origin.attribution),
        duties_of(origin.licence, origin.attribution, is_share_alike=origin.is_share_alike),
        origin.made_at,
        layer.source.version,
        origin.is_share_alike,
    )


def duties_of(licence: str, attribution: str, *, is_share_alike: bool) -> Text:
    """Return what whoever hands a layer on has to do: all that applies, a sentence each."""
    found = []
    if is_share_alike:
        found.append(SHARE_ALIKE)
    if attribution and not is_share_alike:
        found.append(ATTRIBUTE.format(attribution=attribution, licence=licence or "–"))
    elif is_share_alike and attribution and "openstreetmap" not in attribution.lower():
        found.append(ATTRIBUTE.format(attribution=attribution, licence=licence))
    if not licence:
        found.append(UNKNOWN_LICENCE)
    elif not found:
        found.append(OWN_TERMS.format(licence=licence))
    return Text(en=" ".join(one.en for one in found), vi=" ".join(one.vi for one in found))
