"""Stub."""

from collections.abc import Mapping

from optimizer.folder.tables import TableReading


def check_network(readings: Mapping[str, TableReading]) -> None:
    """Stub."""
