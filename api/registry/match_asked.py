"""A question of matching as it came over the network: checked, and turned into what the command is asked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, Final

from api.registry.match_means import MeansRequest
from api.registry.match_request import MatchRequest, PlotRequest, SetRequest
from supplychain.errors import HinterlandError
from supplychain.rules import shown
from supplychain.text import Text

FILE_SUFFIXES: Final = (".pbf", ".gpkg")
NO_FILES: Final = Text(
    en="{name} is no stored network. Write its name or number, latest, pack for the region's main roads, or none.",
    vi="{name} không phải mạng lưới đã lưu. Hãy ghi tên hoặc số phiên bản, latest, pack cho các tuyến chính của vùng, "
    "hoặc none.",
)
MEANS: Final = ("network", "profile", "depart", "reach_m")


def request_from(asked: Mapping[str, Any], database: str) -> MatchRequest:
    """Return what matching is asked, from a document as the service checked it.

    Raises
    ------
    HinterlandError
        If the network is a file: a question over the network names none of this machine's.
    """
    means = MeansRequest(database, **{name: asked[name] for name in MEANS if asked.get(name) is not None})
    if PurePath(means.network).suffix.lower() in FILE_SUFFIXES:
        raise HinterlandError(NO_FILES.format(name=shown(means.network)))
    plots, choice = asked.get("plots"), asked.get("choice")
    others: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in asked.items()
        if name not in (*MEANS, "plots", "choice") and value is not None
    }
    return MatchRequest(
        means,
        plots=None
        if plots is None
        else PlotRequest(**{name: value for name, value in plots.items() if value is not None}),
        choice=SetRequest() if choice is None else SetRequest(**choice),
        **others,
    )
