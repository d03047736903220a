"""Tables of scenarios that people own, of what is shared with whom, and of whose recorded runs are.

None of them is a layer of the GeoPackage. Scenarios of the region (``scenarios``) belong to nobody.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, Integer, Table, Text, UniqueConstraint

from supplychain.models.base import METADATA

OWNED_SCENARIOS: Final = Table(
    "owned_scenarios",
    METADATA,
    Column("scenario_key", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("scenario_id", Text, nullable=False),
    Column("name_vi", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("forked_from", Text),
    Column("made_at", Text, nullable=False),
    Column("changed_at", Text, nullable=False),
    UniqueConstraint("owner", "scenario_id"),
)
"""Scenario files of accounts. ``scenario_key`` (``scn_…``) names one to everybody; ``scenario_id`` is what the file
says, different within one owner's; ``version`` counts the texts it has had."""

SCENARIO_VERSIONS: Final = Table(
    "owned_scenario_versions",
    METADATA,
    Column("scenario_key", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("made_at", Text, nullable=False),
)
"""Every text a scenario has had, its present one included."""

SHARES: Final = Table(
    "planning_shares",
    METADATA,
    Column("subject", Text, primary_key=True),
    Column("holder_kind", Text, primary_key=True),
    Column("holder", Text, primary_key=True),
    Index("ix_planning_shares_holder_kind_holder", "holder_kind", "holder"),
)
"""Who else sees a scenario (its key) or a run (its id): ``holder_kind`` account, role or staff; ``holder`` the account
id, the role, or ``staff``."""

RUN_OWNERS: Final = Table(
    "run_owners",
    METADATA,
    Column("run_id", Text, primary_key=True),
    Column("owner", Text, nullable=False, index=True),
    Column("job_id", Text, nullable=False, index=True),
    Column("tables", Text, nullable=False, server_default="{}"),
)
"""Whose a recorded run is, and the job that made it; runs of the command line have no row and are every planner's.
``tables`` names the files that hold the tables of the plan."""
