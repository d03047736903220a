"""Every kind of job there is; each owner adds its lines here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from api.files.kinds import FILE_KINDS
from api.gis.exports.kinds import LAYER_KINDS
from api.jobs.kinds import JobKind
from api.jobs.ping import PING
from api.network.kinds import NETWORK_KINDS
from api.planning.kinds import PLANNING_KINDS
from api.registry.registry_jobs import REGISTRY_KINDS
from api.routes.kinds import QUESTION_KINDS

_KINDS: Final[tuple[JobKind, ...]] = (
    PING,
    *FILE_KINDS,
    *REGISTRY_KINDS,
    *PLANNING_KINDS,
    *NETWORK_KINDS,
    *QUESTION_KINDS,
    *LAYER_KINDS,
)

JOB_KINDS: Final[Mapping[str, JobKind]] = MappingProxyType({kind.name: kind for kind in _KINDS})
"""Kinds by name."""
