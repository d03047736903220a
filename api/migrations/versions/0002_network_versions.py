"""Versions of the network: nodes, links, conditions, turns and candidates that never change once stored."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

from supplychain.database import is_sqlite
from supplychain.geometry import Geometry
from supplychain.geopackage import Layer, add_layer, remove_layer

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LAYERS: Final = (
    Layer("network_versions", "Stored versions of the network"),
    Layer("network_nodes", "Nodes of stored network versions", "geometry", "POINT", 4326),
    Layer("network_links", "Links of stored network versions", "geometry", "LINESTRING", 4326),
    Layer("network_conditions", "Access and speed by hour or vehicle"),
    Layer("network_schedules", "Hours of the week that conditions and turns name"),
    Layer("network_turns", "Turn restrictions"),
    Layer("network_turn_members", "Links of turn restrictions, in the order of travel"),
    Layer("network_candidates", "Places that may be terminals, parks or stations", "geometry", "POINT", 4326),
    Layer("network_outlines", "Outlines of such places", "geometry", "POLYGON", 4326),
    Layer("network_records", "What imports noted, repairs did and merges kept", "geometry", "POINT", 4326),
)
ROW_TABLES: Final = tuple(layer.table for layer in LAYERS[1:])

FROZEN: Final = (
    "A stored network version never changes. Save the edit as a new version (hinterland network import-gis)."
)
IN_USE: Final = "A run used this network version. It stays, so that the run can be explained."


def upgrade() -> None:
    """Apply the change."""
    _make_versions()
    _make_nodes()
    _make_links()
    _make_conditions()
    _make_schedules()
    _make_turns()
    _make_turn_members()
    _make_candidates()
    _make_outlines()
    _make_records()
    op.add_column("runs", sa.Column("network_version", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_runs_network_version"), "runs", ["network_version"], unique=False)
    bind = op.get_bind()
    if is_sqlite(bind):
        for layer in LAYERS:
            add_layer(bind, layer)
        _freeze_sqlite()
        return
    for layer in LAYERS:
        if layer.geometry_column is not None:
            name = f"ix_{layer.table}_{layer.geometry_column}"
            op.create_index(name, layer.table, [layer.geometry_column], postgresql_using="gist")
    _freeze_postgis()


def downgrade() -> None:
    """Take the change back."""
    bind = op.get_bind()
    for layer in reversed(LAYERS):
        if is_sqlite(bind):
            remove_layer(bind, layer)
        op.drop_table(layer.table)
    if not is_sqlite(bind):
        for function in ("network_is_frozen", "network_is_whole", "network_is_used"):
            op.execute(f"DROP FUNCTION {function}()")
    op.drop_index(op.f("ix_runs_network_version"), "runs")
    op.drop_column("runs", "network_version")


def _freeze_sqlite() -> None:
    """Refuse changes of rows whose version is listed: rows come before their version and go after it."""
    for table in ("network_versions", *ROW_TABLES):
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END"
        )
    for table in ROW_TABLES:
        for event, row in (("insert", "NEW"), ("delete", "OLD")):
            op.execute(
                f"CREATE TRIGGER {table}_no_{event} BEFORE {event.upper()} ON {table}"  # noqa: S608 - our names
                f" WHEN EXISTS (SELECT 1 FROM network_versions WHERE fid = {row}.version)"
                f" BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END"
            )
    op.execute(
        "CREATE TRIGGER network_versions_no_delete BEFORE DELETE ON network_versions"  # noqa: S608 - our names
        " WHEN EXISTS (SELECT 1 FROM runs WHERE network_version = OLD.fid)"
        f" BEGIN SELECT RAISE(ABORT, '{IN_USE}'); END"
    )


def _freeze_postgis() -> None:
    """Refuse the same on PostgreSQL."""
    op.execute(
        "CREATE FUNCTION network_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN RAISE EXCEPTION '{FROZEN}'; END $$"
    )
    op.execute(
        "CREATE FUNCTION network_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE touched integer; BEGIN"  # noqa: S608 - our names
        " IF TG_OP = 'INSERT' THEN touched := NEW.version; ELSE touched := OLD.version; END IF;"
        f" IF EXISTS (SELECT 1 FROM network_versions WHERE fid = touched) THEN RAISE EXCEPTION '{FROZEN}'; END IF;"
        " IF TG_OP = 'INSERT' THEN RETURN NEW; END IF; RETURN OLD; END $$"
    )
    op.execute(
        "CREATE FUNCTION network_is_used() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"  # noqa: S608 - our names
        f" IF EXISTS (SELECT 1 FROM runs WHERE network_version = OLD.fid) THEN RAISE EXCEPTION '{IN_USE}'; END IF;"
        " RETURN OLD; END $$"
    )
    for table in ("network_versions", *ROW_TABLES):
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION network_is_frozen()"
        )
    for table in ROW_TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE INSERT OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION network_is_whole()"
        )
    op.execute(
        "CREATE TRIGGER network_versions_no_delete BEFORE DELETE ON network_versions"
        " FOR EACH ROW EXECUTE FUNCTION network_is_used()"
    )


def _make_versions() -> None:
    op.create_table(
        "network_versions",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("attribution", sa.Text(), nullable=False),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("nodes", sa.Integer(), nullable=False),
        sa.Column("links", sa.Integer(), nullable=False),
        sa.Column("conditions", sa.Integer(), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("candidates", sa.Integer(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("length_km", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_network_versions")),
        sa.UniqueConstraint("name", name=op.f("uq_network_versions_name")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_network_versions_content_hash"), "network_versions", ["content_hash"], unique=False)


def _make_nodes() -> None:
    op.create_table(
        "network_nodes",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("feature", sa.Text(), nullable=True),
        sa.Column("closed", sa.Text(), nullable=False),
        sa.Column("max_height_m", sa.Double(), nullable=True),
        sa.Column("max_weight_t", sa.Double(), nullable=True),
        sa.Column("max_width_m", sa.Double(), nullable=True),
        sa.Column("source", sa.Integer(), nullable=True),
        sa.Column("geometry", Geometry("POINT", 4326), nullable=False),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_network_nodes")),
    )
    op.create_index(op.f("ix_network_nodes_version"), "network_nodes", ["version"], unique=False)


def _make_links() -> None:
    op.create_table(
        "network_links",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Text(), nullable=False),
        sa.Column("from_node_id", sa.Text(), nullable=False),
        sa.Column("to_node_id", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=True),
        sa.Column("link_class", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("ref", sa.Text(), nullable=True),
        sa.Column("length_m", sa.Double(), nullable=True),
        sa.Column("oneway", sa.Boolean(), nullable=False),
        sa.Column("access_forward", sa.Text(), nullable=False),
        sa.Column("access_backward", sa.Text(), nullable=False),
        sa.Column("destination_only", sa.Text(), nullable=False),
        sa.Column("lanes", sa.Integer(), nullable=True),
        sa.Column("surface", sa.Text(), nullable=True),
        sa.Column("speed_kmh", sa.Double(), nullable=True),
        sa.Column("speed_hgv_kmh", sa.Double(), nullable=True),
        sa.Column("observed_kmh", sa.Double(), nullable=True),
        sa.Column("toll", sa.Boolean(), nullable=False),
        sa.Column("toll_per_km", sa.Double(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("price_year", sa.Integer(), nullable=True),
        sa.Column("bridge", sa.Boolean(), nullable=False),
        sa.Column("tunnel", sa.Boolean(), nullable=False),
        sa.Column("layer", sa.Integer(), nullable=True),
        sa.Column("max_weight_t", sa.Double(), nullable=True),
        sa.Column("max_axle_load_t", sa.Double(), nullable=True),
        sa.Column("max_height_m", sa.Double(), nullable=True),
        sa.Column("max_length_m", sa.Double(), nullable=True),
        sa.Column("max_width_m", sa.Double(), nullable=True),
        sa.Column("max_draught_m", sa.Double(), nullable=True),
        sa.Column("max_vessel_t", sa.Double(), nullable=True),
        sa.Column("gauge_mm", sa.Integer(), nullable=True),
        sa.Column("track_use", sa.Text(), nullable=True),
        sa.Column("electrified", sa.Boolean(), nullable=False),
        sa.Column("capacity_per_day", sa.Double(), nullable=True),
        sa.Column("capacity_unit", sa.Text(), nullable=True),
        sa.Column("background_per_day", sa.Double(), nullable=True),
        sa.Column("capacity_group", sa.Text(), nullable=True),
        sa.Column("corridor", sa.Text(), nullable=True),
        sa.Column("row_id", sa.Text(), nullable=True),
        sa.Column("source", sa.Integer(), nullable=True),
        sa.Column("geometry", Geometry("LINESTRING", 4326), nullable=False),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_network_links")),
    )
    op.create_index(op.f("ix_network_links_version"), "network_links", ["version"], unique=False)


def _make_conditions() -> None:
    op.create_table(
        "network_conditions",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Text(), nullable=False),
        sa.Column("directions", sa.Text(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("above_weight_t", sa.Double(), nullable=True),
        sa.Column("above_length_m", sa.Double(), nullable=True),
        sa.Column("above_axle_load_t", sa.Double(), nullable=True),
        sa.Column("above_height_m", sa.Double(), nullable=True),
        sa.Column("speed_kmh", sa.Double(), nullable=True),
        sa.Column("schedule", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_network_conditions")),
    )
    op.create_index(op.f("ix_network_conditions_version"), "network_conditions", ["version"], unique=False)


def _make_schedules() -> None:
    op.create_table(
        "network_schedules",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("schedule", sa.Integer(), nullable=False),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.Column("intervals_min", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_network_schedules")),
    )
    op.create_index(op.f("ix_network_schedules_version"), "network_schedules", ["version"], unique=False)


def _make_turns() -> None:
    op.create_table(
        "network_turns",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("turn_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("schedule", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_network_turns")),
    )
    op.create_index(op.f("ix_network_turns_version"), "network_turns", ["version"], unique=False)


def _make_turn_members() -> None:
    op.create_table(
        "network_turn_members",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Text(), nullable=False),
        sa.Column("along", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_network_turn_members")),
    )
    op.create_index(op.f("ix_network_turn_members_version"), "network_turn_members", ["version"], unique=False)


def _make_candidates() -> None:
    op.create_table(
        "network_candidates",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("area_ha", sa.Double(), nullable=True),
        sa.Column("outline", sa.Integer(), nullable=True),
        sa.Column("source", sa.Integer(), nullable=True),
        sa.Column("geometry", Geometry("POINT", 4326), nullable=True),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_network_candidates")),
    )
    op.create_index(op.f("ix_network_candidates_version"), "network_candidates", ["version"], unique=False)


def _make_outlines() -> None:
    op.create_table(
        "network_outlines",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("geometry", Geometry("POLYGON", 4326), nullable=False),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_network_outlines")),
    )
    op.create_index(op.f("ix_network_outlines_version"), "network_outlines", ["version"], unique=False)


def _make_records() -> None:
    op.create_table(
        "network_records",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("text_vi", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("geometry", Geometry("POINT", 4326), nullable=True),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_network_records")),
    )
    op.create_index(op.f("ix_network_records_version"), "network_records", ["version"], unique=False)
