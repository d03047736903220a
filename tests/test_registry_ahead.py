"""What was found out before a commit counts as long as nobody wrote to the registry, whatever is written beside it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from registry_parts import organisation, source, write
from sqlalchemy import Engine, insert, text

from api.service.tables import SECRETS
from supplychain.registry.ahead import look_ahead
from supplychain.registry.changes import begin_change, stage_edits


def beside(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(insert(SECRETS).values(name="a", value=b"x", made_at="2026-01-01"))


def change(engine: Engine) -> None:
    write(engine, organisation("org_other"))


def past_the_history(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM organisations WHERE organisation_id = 'org_old'"))


@pytest.mark.parametrize(("meanwhile", "holds"), [(beside, True), (change, False), (past_the_history, False)])
def test_it_counts_while_the_registry_is_as_it_was(
    sqlite_engine: Engine, meanwhile: Callable[[Engine], None], *, holds: bool
) -> None:
    write(sqlite_engine, source(), organisation("org_old"))
    change_id = begin_change(sqlite_engine, kind="import", author="Lan", source_id="tenant_list")
    stage_edits(sqlite_engine, change_id, [organisation("org_new", parent_id="org_old")])
    with sqlite_engine.connect() as connection:
        with connection.begin():
            seen = look_ahead(connection, change_id)
        assert seen.is_sound
        meanwhile(sqlite_engine)
        assert seen.holds(connection) is holds
