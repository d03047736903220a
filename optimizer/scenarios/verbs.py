"""Every verb of a scenario file: reading, checks, JSON Schema and documentation are made from these declarations."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from optimizer.scenarios.verbs_flow import FLOW_VERBS
from optimizer.scenarios.verbs_goods import GOODS_VERBS
from optimizer.scenarios.verbs_new import NEW_VERBS

VERBS: Final = MappingProxyType({verb.name: verb for verb in (*FLOW_VERBS, *GOODS_VERBS, *NEW_VERBS)})
"""Every verb by its name, in the order of the documentation."""
