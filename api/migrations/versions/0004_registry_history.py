"""The registry's history: numbered changes, revisions that never change, ids merged away, erasures."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from alembic import op

from supplychain.database import is_sqlite
from supplychain.geometry import Geometry
from supplychain.geopackage import Layer, add_layer, remove_layer

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

LAYERS: Final = (
    Layer("registry_changes", "Numbered changes of the registry"),
    Layer("registry_revisions", "Records of the registry after each change"),
    Layer("registry_redirects", "Ids merged away"),
    Layer("registry_erasures", "What was erased from history, and why"),
)

INDEXES: Final = {
    "organisations": ("parent_id", "group_id", "tax_code"),
    "parks": ("developer_id",),
    "terminals": ("operator_id",),
    "plots": ("park_id",),
    "facilities": ("organisation_id", "park_id", "plot_id"),
    "articles": ("commodity_id",),
    "offers": ("facility_id", "article_id", "commodity_id"),
    "offer_months": ("offer_id",),
    "needs": ("facility_id", "article_id", "commodity_id"),
    "certificates": ("facility_id",),
    "supply_relations": ("supplier_facility_id", "customer_facility_id", "article_id", "commodity_id"),
    "partnerships": ("organisation_a_id", "organisation_b_id"),
}

REQUIRED: Final = {
    "plots": ("park_id",),
    "facilities": ("organisation_id",),
    "offers": ("facility_id",),
    "offer_months": ("offer_id",),
    "needs": ("facility_id",),
    "certificates": ("facility_id",),
    "supply_relations": ("supplier_facility_id", "customer_facility_id"),
    "partnerships": ("organisation_a_id", "organisation_b_id"),
}
"""Of these columns those that always have a value; of the others only rows with a value are indexed."""

KEYS: Final = {
    "sources": "source_id",
    "organisations": "organisation_id",
    "parks": "park_id",
    "plots": "plot_id",
    "terminals": "terminal_id",
    "facilities": "facility_id",
    "articles": "article_id",
    "offers": "offer_id",
    "offer_months": "offer_month_id",
    "needs": "need_id",
    "certificates": "certificate_id",
    "supply_relations": "relation_id",
    "partnerships": "partnership_id",
}
"""Tables whose rows have a history, and the column that names a record."""

FROZEN: Final = "What a numbered change of the registry says never changes. Make a new change, or undo it."
WRITTEN: Final = "EXISTS (SELECT 1 FROM registry_changes WHERE fid = {row}.change_id AND number IS NOT NULL)"
ERASING: Final = (
    "EXISTS (SELECT 1 FROM registry_erasures AS e WHERE e.under_way AND e.table_name = OLD.table_name"
    " AND e.record_id = OLD.record_id)"
)


def upgrade() -> None:
    """Apply the change."""
    _make_changes()
    _make_revisions()
    _make_redirects()
    _make_erasures()
    for table, columns in INDEXES.items():
        for column in columns:
            filled = None if column in REQUIRED.get(table, ()) else sa.text(f"{column} IS NOT NULL")
            name = op.f(f"ix_{table}_{column}")
            op.create_index(name, table, [column], unique=False, sqlite_where=filled, postgresql_where=filled)
    bind = op.get_bind()
    _adopt(bind)
    if is_sqlite(bind):
        for layer in LAYERS:
            add_layer(bind, layer)
        _freeze_sqlite()
    else:
        _freeze_postgis()


def downgrade() -> None:
    """Take the change back: the present stays, its history goes."""
    bind = op.get_bind()
    staged = [name for name in sa.inspect(bind).get_table_names() if name.startswith("registry_staged_")]
    for name in staged:
        op.drop_table(name)
    for table in KEYS:
        op.execute(f"UPDATE {table} SET change = NULL")  # noqa: S608 - our names
    for table, columns in INDEXES.items():
        for column in columns:
            op.drop_index(op.f(f"ix_{table}_{column}"), table)
    for layer in reversed(LAYERS):
        if is_sqlite(bind):
            remove_layer(bind, layer)
        op.drop_table(layer.table)
    if not is_sqlite(bind):
        for function in ("registry_is_frozen", "registry_is_numbered", "registry_is_written"):
            op.execute(f"DROP FUNCTION {function}()")


def _adopt(bind: sa.Connection) -> None:
    """Give the rows that are there already their first revision, in one change of the program itself."""
    found: list[dict[str, Any]] = []
    for name, key in KEYS.items():
        rows = bind.exec_driver_sql(f"SELECT * FROM {name} ORDER BY fid").mappings()  # noqa: S608 - our names
        found.extend(_revision(name, key, dict(row), bind.dialect) for row in rows)
    if not found:
        return
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    bind.execute(
        sa.text(
            "INSERT INTO registry_changes (number, kind, status, author, source_id, note, started_at, committed_at,"
            " added) VALUES (1, 'load', 'committed', 'hinterland', 'own_estimate', 'What was there before history was"
            " kept', :now, :now, :added)"
        ),
        {"now": now, "added": len(found)},
    )
    change = bind.scalar(sa.text("SELECT fid FROM registry_changes WHERE number = 1"))
    statement = sa.text(
        "INSERT INTO registry_revisions (change_id, table_name, record_id, operation, touched, content, origins,"
        " in_pack) VALUES (:change, :table, :record, 'added', '', :content, :origins, :in_pack)"
    )
    for row in found:
        row["origins"] = json.dumps([[row.pop("source"), now, None]])
        bind.execute(statement, {"change": change, **row})
    for name in KEYS:
        bind.execute(sa.text(f"UPDATE {name} SET change = 1"))  # noqa: S608 - our names


def _revision(table: str, key: str, row: dict[str, Any], dialect: sa.Dialect) -> dict[str, Any]:
    in_pack = bool(row.pop("in_pack"))
    for name in ("fid", "change"):
        row.pop(name)
    point = Geometry("POINT", 4326).process_result_value(row.pop("geometry", None), dialect)
    if point is not None:
        row |= {"lat": point.y, "lon": point.x}
    for name in ("in_region", "synthetic"):
        if row.get(name) is not None:
            row[name] = bool(row[name])
    values = {name: value for name, value in row.items() if value is not None}
    content = json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=lambda day: day.isoformat())
    source = row.get("source") or row[key]
    return {"table": table, "record": row[key], "content": content, "in_pack": in_pack, "source": source}


def _freeze_sqlite() -> None:
    """Refuse changes of what a numbered change says; an erasure under way may rewrite a record's revisions."""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END"
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER registry_changes_no_{event.lower()} BEFORE {event} ON registry_changes"
            f" WHEN OLD.number IS NOT NULL {refuse}"
        )
    for event, row, unless in (("INSERT", "NEW", ""), ("UPDATE", "OLD", f" AND NOT {ERASING}"), ("DELETE", "OLD", "")):
        op.execute(
            f"CREATE TRIGGER registry_revisions_no_{event.lower()} BEFORE {event} ON registry_revisions"
            f" WHEN {WRITTEN.format(row=row)}{unless} {refuse}"
        )


def _freeze_postgis() -> None:
    """Refuse the same on PostgreSQL."""
    op.execute(
        "CREATE FUNCTION registry_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN RAISE EXCEPTION '{FROZEN}'; END $$"
    )
    op.execute(
        "CREATE FUNCTION registry_is_numbered() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF OLD.number IS NOT NULL THEN RAISE EXCEPTION '{FROZEN}'; END IF;"
        " IF TG_OP = 'UPDATE' THEN RETURN NEW; END IF; RETURN OLD; END $$"
    )
    op.execute(
        "CREATE FUNCTION registry_is_written() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF TG_OP = 'INSERT' THEN IF {WRITTEN.format(row='NEW')} THEN RAISE EXCEPTION '{FROZEN}'; END IF;"
        " RETURN NEW; END IF;"
        f" IF {WRITTEN.format(row='OLD')} AND (TG_OP = 'DELETE' OR NOT {ERASING}) THEN"
        f" RAISE EXCEPTION '{FROZEN}'; END IF;"
        " IF TG_OP = 'UPDATE' THEN RETURN NEW; END IF; RETURN OLD; END $$"
    )
    op.execute(
        "CREATE TRIGGER registry_changes_no_change BEFORE UPDATE OR DELETE ON registry_changes"
        " FOR EACH ROW EXECUTE FUNCTION registry_is_numbered()"
    )
    op.execute(
        "CREATE TRIGGER registry_revisions_no_change BEFORE INSERT OR UPDATE OR DELETE ON registry_revisions"
        " FOR EACH ROW EXECUTE FUNCTION registry_is_written()"
    )
    for table in ("registry_changes", "registry_revisions"):
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION registry_is_frozen()"
        )


def _make_changes() -> None:
    whole = {"nullable": False, "server_default": "0"}
    op.create_table(
        "registry_changes",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("file_sha256", sa.Text(), nullable=True),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("committed_at", sa.Text(), nullable=True),
        sa.Column("undoes", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Integer(), **whole) for name in ("added", "changed", "removed", "unchanged", "chunks")),
        sa.Column("marker", sa.Text(), server_default="", nullable=False),
        sa.Column("detail", sa.Text(), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_registry_changes")),
        sa.UniqueConstraint("number", name=op.f("uq_registry_changes_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_registry_changes_file_sha256"), "registry_changes", ["file_sha256"], unique=False)


def _make_revisions() -> None:
    op.create_table(
        "registry_revisions",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("touched", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("origins", sa.Text(), nullable=True),
        sa.Column("in_pack", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("merged_into", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["change_id"], ["registry_changes.fid"], name=op.f("fk_registry_revisions_change_id")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_registry_revisions")),
        sa.UniqueConstraint(
            "table_name", "record_id", "change_id", name=op.f("uq_registry_revisions_table_name_record_id_change_id")
        ),
    )
    op.create_index(op.f("ix_registry_revisions_change_id"), "registry_revisions", ["change_id"], unique=False)


def _make_redirects() -> None:
    op.create_table(
        "registry_redirects",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("into_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_registry_redirects")),
        sa.UniqueConstraint("table_name", "record_id", name=op.f("uq_registry_redirects_table_name_record_id")),
    )
    op.create_index(
        op.f("ix_registry_redirects_table_name_into_id"), "registry_redirects", ["table_name", "into_id"], unique=False
    )


def _make_erasures() -> None:
    op.create_table(
        "registry_erasures",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("erased_at", sa.Text(), nullable=False),
        sa.Column("under_way", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["registry_changes.fid"], name=op.f("fk_registry_erasures_change_id")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_registry_erasures")),
    )
