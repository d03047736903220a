"""What the registry says of organisations, facilities, offers and needs; plots, articles and months of offers."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

from supplychain.database import is_sqlite
from supplychain.geometry import Geometry
from supplychain.geopackage import Layer, add_layer, remove_layer

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LAYERS: Final = (
    Layer("articles", "Articles: goods and services by name and codes"),
    Layer("plots", "Plots of industrial parks", "geometry", "POINT", 4326),
    Layer("offer_months", "Capacity of offers month by month"),
)

TEXT: Final = sa.Text()
NUMBER: Final = sa.Double()
DAY: Final = sa.Date()
WHOLE: Final = sa.Integer()

CONTACT: Final[dict[str, Any]] = dict.fromkeys(
    ("website", "phone", "email", "contact_name", "contact_phone", "contact_email"), TEXT
)
CODES: Final[dict[str, Any]] = dict.fromkeys(("hs_code", "vsic_code", "vsic_version"), TEXT)
QUANTITY: Final[dict[str, Any]] = {"unit": TEXT, "unit_mass_kg": NUMBER}
UNITS_OF_PLACE: Final[dict[str, Any]] = dict.fromkeys(("ward_code", "former_ward_code"), TEXT)

ADDED: Final[dict[str, dict[str, Any]]] = {
    "sources": {},
    "parks": {},
    "terminals": {"un_locode": TEXT},
    "organisations": {
        "short_name": TEXT,
        "stage": TEXT,
        "lei": TEXT,
        "gln": TEXT,
        "vsic_code": TEXT,
        "vsic_version": TEXT,
        "founded_year": WHOLE,
        "country": TEXT,
        "representative": TEXT,
        "group_id": "organisations.organisation_id",
        **UNITS_OF_PLACE,
        **CONTACT,
        "visibility": TEXT,
    },
    "facilities": {
        "short_name": TEXT,
        "address": TEXT,
        "plot_id": "plots.plot_id",
        "gln": TEXT,
        "vsic_code": TEXT,
        "vsic_version": TEXT,
        "floor_area_m2": NUMBER,
        **UNITS_OF_PLACE,
        **CONTACT,
        "visibility": TEXT,
    },
    "offers": {
        "kind": TEXT,
        "article_id": "articles.article_id",
        "capacity_per_month": NUMBER,
        "minimum_order": NUMBER,
        "price_per_unit": NUMBER,
        "valid_from": DAY,
        "valid_to": DAY,
        **CODES,
        **QUANTITY,
        "currency": TEXT,
        "price_year": WHOLE,
        "visibility": TEXT,
    },
    "needs": {
        "kind": TEXT,
        "article_id": "articles.article_id",
        "quantity_per_month": NUMBER,
        "first_month": TEXT,
        "last_month": TEXT,
        "latest_arrival": DAY,
        "certificates_required": TEXT,
        "longest_minutes": NUMBER,
        **CODES,
        **QUANTITY,
        "visibility": TEXT,
    },
    "certificates": {
        "number": TEXT,
        "scope_codes": TEXT,
        "withdrawn_on": DAY,
        "evidence": TEXT,
        "visibility": TEXT,
    },
    "supply_relations": {
        "article_id": "articles.article_id",
        "since": DAY,
        "until": DAY,
        "evidence": TEXT,
        "visibility": TEXT,
    },
    "partnerships": {"subject": TEXT, "until_year": WHOLE, "evidence": TEXT, "visibility": TEXT},
}
"""Columns by table: a type, or the column a reference names. Each table also gets ``in_pack`` and ``change``."""

LOOSENED: Final = {
    "organisations": ("name_en",),
    "facilities": ("name_en", "geometry", "position_accuracy_m"),
    "offers": ("commodity_id", "article_en"),
    "needs": ("commodity_id", "article_en"),
    "supply_relations": ("commodity_id",),
}
"""Columns that need no value any more."""


def upgrade() -> None:
    """Apply the change."""
    _make_articles()
    _make_plots()
    _make_offer_months()
    bind = op.get_bind()
    for table, columns in ADDED.items():
        for name, kind in columns.items():
            _add_column(table, name, kind)
        op.add_column(table, sa.Column("in_pack", sa.Boolean(), server_default=sa.false(), nullable=False))
        op.add_column(table, sa.Column("change", sa.Integer(), nullable=True))
        # Until now every row came with a region pack.
        op.execute(f"UPDATE {table} SET in_pack = {'1' if is_sqlite(bind) else 'true'}")  # noqa: S608 - our names
    for table, names in LOOSENED.items():
        _set_required(table, names, required=False)
    if is_sqlite(bind):
        for layer in LAYERS:
            add_layer(bind, layer)
    else:
        op.create_index("ix_plots_geometry", "plots", ["geometry"], postgresql_using="gist")


def downgrade() -> None:
    """Take the change back; refused while rows hold what the older tables cannot."""
    bind = op.get_bind()
    for table, names in LOOSENED.items():
        _set_required(table, names, required=True)
    for table, columns in ADDED.items():
        for name, kind in columns.items():
            _drop_column(table, name, kind)
        op.drop_column(table, "change")
        op.drop_column(table, "in_pack")
    for name in ("offer_months", "articles", "plots"):
        if is_sqlite(bind):
            remove_layer(bind, next(layer for layer in LAYERS if layer.table == name))
        op.drop_table(name)


def _add_column(table: str, name: str, kind: Any) -> None:  # noqa: ANN401 - a type or the column referred to
    if not isinstance(kind, str):
        op.add_column(table, sa.Column(name, kind, nullable=True))
        return
    target, column = kind.split(".")
    op.add_column(table, sa.Column(name, sa.Text(), nullable=True))
    key = op.f(f"fk_{table}_{name}")
    if is_sqlite(op.get_bind()):
        first = f"CONSTRAINT pk_{table} PRIMARY KEY (fid)"
        _rewrite(table, first, first + _reference(table, name, target, column))
    else:
        op.create_foreign_key(key, table, target, [name], [column], initially="DEFERRED", deferrable=True)


def _reference(table: str, name: str, target: str, column: str) -> str:
    return (
        f", CONSTRAINT fk_{table}_{name} FOREIGN KEY({name}) REFERENCES {target} ({column})"
        " DEFERRABLE INITIALLY DEFERRED"
    )


def _drop_column(table: str, name: str, kind: Any) -> None:  # noqa: ANN401 - a type or the column referred to
    if isinstance(kind, str):
        target, column = kind.split(".")
        if is_sqlite(op.get_bind()):
            _rewrite(table, _reference(table, name, target, column), "")
        else:
            op.drop_constraint(op.f(f"fk_{table}_{name}"), table)
    op.drop_column(table, name)


def _set_required(table: str, names: tuple[str, ...], *, required: bool) -> None:
    if not is_sqlite(op.get_bind()):
        for name in names:
            op.alter_column(table, name, nullable=not required)
        return
    if required:
        empty = " OR ".join(f"{name} IS NULL" for name in names)
        count = op.get_bind().exec_driver_sql(f"SELECT count(*) FROM {table} WHERE {empty}").scalar()  # noqa: S608
        if count:
            msg = f"{count} rows of {table} are empty where the older tables need a value ({', '.join(names)})."
            raise ValueError(msg)
    for name in names:
        kind = {"geometry": "POINT", "position_accuracy_m": "DOUBLE"}.get(name, "TEXT")
        bare, filled = f"{name} {kind}", f"{name} {kind} NOT NULL"
        if required:
            _rewrite(table, f"{bare},", f"{filled},")
        else:
            _rewrite(table, filled, bare)


def _rewrite(table: str, old: str, new: str) -> None:
    """Change the declaration of a SQLite table as its manual allows where rows stay as they are on disk.

    Making the table anew would drop its R*Tree triggers and break every reference to it half-way; see "Making Other
    Kinds Of Table Schema Changes" in https://www.sqlite.org/lang_altertable.html.
    """
    bind = op.get_bind()
    sql = bind.exec_driver_sql("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?", (table,)).scalar_one()
    if sql.count(old) != 1:
        msg = f"the declaration of {table} does not hold {old!r} once."
        raise ValueError(msg)
    version = bind.exec_driver_sql("PRAGMA schema_version").scalar_one()
    bind.exec_driver_sql("PRAGMA writable_schema = ON")
    bind.exec_driver_sql(
        "UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = ?", (sql.replace(old, new), table)
    )
    bind.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema = OFF")


def _source_columns(table: str) -> tuple[sa.SchemaItem, ...]:
    return (
        sa.Column("visibility", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Text(), nullable=False),
        sa.Column("assumption_ids", sa.Text(), nullable=True),
        sa.Column("in_pack", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=True),
        _foreign_key(table, "source", "sources.source_id"),
    )


def _foreign_key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [target], name=name, initially="DEFERRED", deferrable=True)


def _make_articles() -> None:
    op.create_table(
        "articles",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("name_vi", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("short_name", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("commodity_id", sa.Text(), nullable=True),
        sa.Column("isic_code", sa.Text(), nullable=True),
        sa.Column("synonyms", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("hs_code", sa.Text(), nullable=True),
        sa.Column("vsic_code", sa.Text(), nullable=True),
        sa.Column("vsic_version", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("unit_mass_kg", sa.Double(), nullable=True),
        *_source_columns("articles"),
        _foreign_key("articles", "commodity_id", "commodities.commodity_id"),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_articles")),
        sa.UniqueConstraint("article_id", name=op.f("uq_articles_article_id")),
    )


def _make_plots() -> None:
    op.create_table(
        "plots",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("plot_id", sa.Text(), nullable=False),
        sa.Column("park_id", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("area_ha", sa.Double(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("vacant_from", sa.Date(), nullable=True),
        sa.Column("power_kva", sa.Double(), nullable=True),
        sa.Column("water_m3_per_day", sa.Double(), nullable=True),
        sa.Column("ready_built_m2", sa.Double(), nullable=True),
        sa.Column("industries", sa.Text(), nullable=True),
        sa.Column("rent_per_m2_year", sa.Double(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("geometry", Geometry("POINT", 4326), nullable=True),
        sa.Column("position_accuracy_m", sa.Double(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("price_year", sa.Integer(), nullable=True),
        *_source_columns("plots"),
        _foreign_key("plots", "park_id", "parks.park_id"),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_plots")),
        sa.UniqueConstraint("plot_id", name=op.f("uq_plots_plot_id")),
    )


def _make_offer_months() -> None:
    op.create_table(
        "offer_months",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("offer_month_id", sa.Text(), nullable=False),
        sa.Column("offer_id", sa.Text(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Double(), nullable=False),
        sa.Column("free_capacity", sa.Double(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        *_source_columns("offer_months"),
        _foreign_key("offer_months", "offer_id", "offers.offer_id"),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_offer_months")),
        sa.UniqueConstraint("offer_month_id", name=op.f("uq_offer_months_offer_month_id")),
    )
