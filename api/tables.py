"""Every module that declares tables outside the models of a region: importing this makes the one metadata whole."""

from __future__ import annotations

from types import ModuleType
from typing import Final

import api.access.tables
import api.files.tables
import api.incidents.tables
import api.jobs.tables
import api.scenarios.tables
import api.service.tables
import api.webhooks.tables
import geodata.versions.tables

TABLE_MODULES: Final[tuple[ModuleType, ...]] = (
    api.access.tables,
    api.files.tables,
    api.incidents.tables,
    api.jobs.tables,
    api.scenarios.tables,
    api.service.tables,
    api.webhooks.tables,
    geodata.versions.tables,
)
"""Where they are declared."""
