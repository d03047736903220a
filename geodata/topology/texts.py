"""Every reason an issue can have, and the words its sentences are made of, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from geodata.infrastructure.columns import ROAD_KINDS, TRUCK_KINDS
from geodata.topology.reason import Reason
from geodata.topology.reasons_drawn import DRAWN
from geodata.topology.reasons_used import USED
from supplychain.text import Text

REASONS: Final[Mapping[str, Reason]] = MappingProxyType({**DRAWN, **USED})
"""Reasons by key, in the order in which issues are told."""

KINDS: Final[tuple[str, ...]] = tuple(dict.fromkeys(reason.kind for reason in REASONS.values()))
"""Kinds of issues, in the order in which they are told."""

MODE_WORDS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "road": Text(en="road", vi="đường bộ"),
        "rail": Text(en="rail", vi="đường sắt"),
        "inland_waterway": Text(en="waterway", vi="đường thủy"),
    }
)

VEHICLE_WORDS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "car": Text(en="cars", vi="xe con"),
        "goods": Text(en="vans", vi="xe tải nhẹ"),
        "hgv": Text(en="lorries", vi="xe tải"),
        "articulated": Text(en="articulated lorries", vi="xe đầu kéo"),
        "train": Text(en="trains", vi="tàu hỏa"),
        "vessel": Text(en="vessels", vi="tàu, sà lan"),
    }
)

PLACE_WORDS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "seaport": Text(en="seaport", vi="cảng biển"),
        "river_port": Text(en="river port", vi="cảng thủy nội địa"),
        "dry_port": Text(en="dry port", vi="cảng cạn"),
        "rail_station": Text(en="rail station", vi="ga đường sắt"),
        "rail_yard": Text(en="rail yard", vi="bãi ga"),
        "airport": Text(en="airport", vi="cảng hàng không"),
        "ferry_terminal": Text(en="ferry terminal", vi="bến phà"),
        "industrial_park": Text(en="industrial park", vi="khu công nghiệp"),
        "warehouse": Text(en="warehouse", vi="kho"),
    }
)


ROAD_WORDS: Final = (Text(en="road vehicles", vi="xe đường bộ"),)
LORRY_WORDS: Final = (Text(en="lorries of any kind", vi="mọi loại xe tải"),)


def capital(text: Text) -> Text:
    """Return a text with a capital first letter in both languages."""
    return Text(en=text.en[:1].upper() + text.en[1:], vi=text.vi[:1].upper() + text.vi[1:])


def vehicles_text(mask: int) -> Text:
    """Return the vehicle kinds of a mask as words, the first letter small."""
    whole: tuple[Text, ...] = ()
    if mask & ROAD_KINDS == ROAD_KINDS:
        mask, whole = mask & ~ROAD_KINDS, ROAD_WORDS
    elif mask & TRUCK_KINDS == TRUCK_KINDS:
        mask, whole = mask & ~TRUCK_KINDS, LORRY_WORDS
    words = [*whole, *(word for bit, word in enumerate(VEHICLE_WORDS.values()) if mask >> bit & 1)]
    return Text(en=_listed([word.en for word in words], "and"), vi=_listed([word.vi for word in words], "và"))


def _listed(words: list[str], joint: str) -> str:
    if not words:
        return "–"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {joint} {words[-1]}"
