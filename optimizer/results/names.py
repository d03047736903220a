"""Names of the things that result tables speak of, in both languages, looked up in the pack."""

from __future__ import annotations

from typing import Final

import pandas as pd

from supplychain.pack import Pack
from supplychain.text import Text

GATEWAY_NAMES: Final = {
    "hcmc_ports": Text(en="Ho Chi Minh City ports", vi="Cảng Thành phố Hồ Chí Minh"),
    "cai_mep": Text(en="Cái Mép–Thị Vải", vi="Cái Mép – Thị Vải"),
    "other": Text(en="Other gateways (Hiệp Phước, rail, air)", vi="Cửa ngõ khác (Hiệp Phước, đường sắt, hàng không)"),
}
"""Reporting groups of gateways (column ``terminals.gateway_group``)."""

MODE_NAMES: Final = {
    "road": Text(en="road", vi="đường bộ"),
    "rail": Text(en="rail", vi="đường sắt"),
    "inland_waterway": Text(en="inland waterway", vi="đường thủy nội địa"),
    "sea": Text(en="sea", vi="đường biển"),
    "air": Text(en="air", vi="đường hàng không"),
}

MINUS: Final = "\N{MINUS SIGN}"

FORM_NAMES: Final = {
    "container": Text(en="in containers", vi="công-ten-nơ"),
    "reefer": Text(en="in reefers", vi="công-ten-nơ lạnh"),
    "bulk": Text(en="bulk", vi="hàng rời"),
}

NAME_COLUMNS: Final = ["name_vi", "name_en"]


def place_table(pack: Pack) -> pd.DataFrame:
    """Return parks and zones together: place_id, name_vi, name_en, place_kind (park or zone), lat, lon."""
    parts = []
    for table, key, kind in (("parks", "park_id", "park"), ("zones", "zone_id", "zone")):
        part = pack.table(table)[[key, *NAME_COLUMNS, "lat", "lon"]].rename(columns={key: "place_id"})
        parts.append(part.assign(place_kind=kind))
    return pd.concat(parts, ignore_index=True)


def names_of(pack: Pack, table: str) -> pd.DataFrame:
    """Return name_vi and name_en of a table's rows, by its key."""
    rows = pack.table(table)
    return rows.set_index(rows.columns[0])[NAME_COLUMNS]


def subject_names(pack: Pack) -> dict[str, Text]:
    """Return the names of every place, terminal and market by id."""
    named: dict[str, Text] = {}
    for table in ("parks", "zones", "terminals", "markets", "services", "commodities"):
        frame = names_of(pack, table)
        for row_id, name_vi, name_en in zip(frame.index, frame["name_vi"], frame["name_en"], strict=True):
            named[str(row_id)] = Text(en=str(name_en), vi=str(name_vi))
    return named


def gateway_names(group: str) -> Text:
    """Return the name of a gateway group; an unknown group names itself."""
    return GATEWAY_NAMES.get(group, Text(en=group, vi=group))


def figure(value: float, form: str = ",.0f") -> Text:
    """Return a number as written in each language: −1,234.5 in English, −1.234,5 in Vietnamese."""
    english = format(value, form).replace("-", MINUS)
    return Text(en=english, vi=english.translate(_VIETNAMESE_SEPARATORS))


_VIETNAMESE_SEPARATORS: Final = str.maketrans(",.", ".,")
