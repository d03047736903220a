"""How the verbs of a scenario are said in the tables of a region pack."""

from __future__ import annotations

from typing import Final

from optimizer.scenarios.asked import Dialect
from optimizer.scenarios.pack_goods_verbs import GOODS_VERBS
from optimizer.scenarios.pack_network_verbs import NETWORK_VERBS
from optimizer.scenarios.pack_new_verbs import NEW_VERBS
from optimizer.scenarios.plain_verbs import PLAIN_VERBS
from supplychain.text import Text
from supplychain.vocabulary import DIRECTIONS, FORMS

PACK_DIALECT: Final = Dialect(
    subjects={
        "links": ("links",),
        "terminals": ("terminals",),
        "services": ("services",),
        "places": ("parks", "zones"),
        "commodities": ("commodities",),
        "markets": ("markets",),
        "vehicles": ("vehicles",),
        "costs": ("costs",),
        "transshipments": ("transshipments",),
    },
    words={"directions": DIRECTIONS, "forms": FORMS},
    verbs={**NETWORK_VERBS, **GOODS_VERBS, **NEW_VERBS, **PLAIN_VERBS},
    title=Text(en="a region pack", vi="gói dữ liệu vùng"),
)
"""Verbs act on the pack's own rows; on a stored network they reach the links that the pack's corridors rule."""
