"""Every collection, in the order in which they are listed; each owner adds its line here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from api.gis.collections import Collection

COLLECTIONS: Final[Mapping[str, Collection]] = MappingProxyType({})
"""Collection by name."""
