"""The kind of job that exports layers."""

from __future__ import annotations

from typing import Final

from api.jobs.kinds import JobKind
from supplychain.text import Text

LAYER_KINDS: Final = (
    JobKind(
        "layer_export",
        Text(en="Export of layers", vi="Xuất lớp bản đồ"),
        "exports:run",
        "api.gis.exports.job:run_layer_export",
    ),
)
"""Whoever may export, exports what they may see."""
