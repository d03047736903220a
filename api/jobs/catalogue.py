"""Every kind of job there is; each owner adds its lines here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from api.files.kinds import FILE_KINDS
from api.jobs.kinds import JobKind
from api.jobs.ping import PING
from api.planning.kinds import PLANNING_KINDS

_KINDS: Final[tuple[JobKind, ...]] = (PING, *FILE_KINDS, *PLANNING_KINDS)

JOB_KINDS: Final[Mapping[str, JobKind]] = MappingProxyType({kind.name: kind for kind in _KINDS})
"""Kinds by name."""
