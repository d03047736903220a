"""Stub."""

from collections.abc import Mapping

from optimizer.folder.tables import FlowSettings, TableReading


def check_freight(readings: Mapping[str, TableReading], settings: FlowSettings) -> None:
    """Stub."""
