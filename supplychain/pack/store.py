"""A pack in the database: loaded all or nothing, read back the same."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, Final

import pandas as pd
import shapely
from shapely import Point
from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session

from supplychain.errors import FindingsError, HinterlandError
from supplychain.geopackage import refresh_contents
from supplychain.models import Region as RegionRow
from supplychain.models.base import METADATA, Base
from supplychain.pack import messages
from supplychain.pack.cells import format_line
from supplychain.pack.check import PackCheck, check_pack
from supplychain.pack.check_rows import is_empty
from supplychain.pack.declaration import TableDeclaration, declare
from supplychain.pack.pack import Pack, Region, normalise_table, plain_rows
from supplychain.registry.loading import Rows, load_rows
from supplychain.registry.values import REGISTRY_TABLES
from supplychain.registry.writing import take_turn
from supplychain.text import Text

OTHER_REGION: Final = Text(
    en="The database holds the region '{held}', the pack is of '{given}'. A database holds one region: make another "
    "one for '{given}' with `hinterland init --database OTHER`.",
    vi="Cơ sở dữ liệu đang chứa vùng '{held}', còn gói là của '{given}'. Mỗi cơ sở dữ liệu chứa một vùng: hãy tạo cơ "
    "sở dữ liệu khác cho '{given}' bằng `hinterland init --database TÊN_KHÁC`.",
)
NO_PACK: Final = Text(
    en="The database holds no region yet. Load one with `hinterland load`.",
    vi="Cơ sở dữ liệu chưa có vùng nào. Hãy nạp bằng `hinterland load`.",
)


LOADER: Final = "hinterland load"
"""Author of the changes that loading a pack makes."""


class OtherRegionError(HinterlandError):
    """The database holds another region already."""


class NoPackError(HinterlandError):
    """The database holds no region pack."""


def load_pack(
    session: Session,
    pack: Pack,
    models: Sequence[type[Base]],
    *,
    checks: Sequence[PackCheck] = (),
    on_note: Callable[[Text], None] | None = None,
) -> int:
    """Put a pack in place of the one the database holds, and return the number of its rows.

    The tables of the registry are written through it as one numbered change: records that others added stay, and so
    do the fields of the pack's rows that others changed since. Of the other tables nothing but the pack's rows is kept.

    All is done in the session's transaction: until the caller commits, nothing is changed for anybody else, and
    when anything raises the caller's rollback leaves the database as it was.

    Parameters
    ----------
    session
        On the database; on an embedded one best opened for writing (``supplychain.database.for_writing``).
    pack, models
        The pack and the models of exactly its tables.
    checks
        Further checks of the pack.
    on_note
        Told what of others was kept although the pack says otherwise.

    Raises
    ------
    FindingsError
        If anything is wrong with the pack, or a row that left it is still referred to by a record of others.
    OtherRegionError
        If the database holds another region.
    ValueError
        If the pack does not have exactly the tables of the models.
    """
    if set(pack.tables) != set(declare(models)):
        msg = f"the pack has the tables {sorted(pack.tables)}, the models {sorted(declare(models))}."
        raise ValueError(msg)
    findings = check_pack(pack, checks)
    if findings:
        raise FindingsError(messages.SUMMARY.format(count=len(findings)), findings)
    held = session.scalar(select(RegionRow.region_id))
    if held is not None and held != pack.region.region_id:
        raise OtherRegionError(OTHER_REGION.format(held=held, given=pack.region.region_id))
    connection = session.connection()
    take_turn(connection)
    tables = [METADATA.tables[name] for name in (RegionRow.__tablename__, *declare(models))]
    others = [table for table in tables if table.name not in REGISTRY_TABLES]
    for table in others:
        session.execute(delete(table))
    session.execute(insert(tables[0]), [_region_row(pack.region)])
    for table in others[1:]:
        rows = _database_rows(pack.tables[table.name], pack.declarations[table.name])
        if rows:
            session.execute(insert(table), rows)
    change = load_rows(connection, _registry_rows(pack), author=LOADER, note=f"{pack.region.region_id} {pack.sha256}")
    session.expire_all()
    if on_note is not None:
        for note in change.notes:
            on_note(note)
    if connection.dialect.name == "sqlite":
        refresh_contents(connection, tables)
    return pack.row_count


def _registry_rows(pack: Pack) -> Rows:
    rows = {}
    for name in REGISTRY_TABLES:
        if name in pack.tables:
            frame, key = pack.tables[name], pack.declarations[name].key
            columns = list(frame.columns)
            values = (dict(zip(columns, row, strict=True)) for row in plain_rows(frame))
            rows[name] = [(row[key], row) for row in values]
    return rows


def _region_row(region: Region) -> dict[str, Any]:
    return {
        "region_id": region.region_id,
        "name_vi": region.name.vi,
        "name_en": region.name.en,
        "currency": region.currency,
        "price_year": region.price_year,
        "base_year": region.base_year,
        "crs": region.crs,
        "licence": region.licence,
        "remark_vi": region.remark.vi if region.remark else None,
        "remark_en": region.remark.en if region.remark else None,
    }


def _database_rows(frame: pd.DataFrame, declaration: TableDeclaration) -> list[dict[str, Any]]:
    columns: dict[str, list[Any]] = {}
    for column in declaration.columns:
        values = [None if is_empty(value) else value for value in frame[column.name].tolist()]
        match column.kind:
            case "date":
                values = [value and date.fromisoformat(value) for value in values]
            case "line":
                values = [value and shapely.from_wkt(value) for value in values]
            case _:
                pass
        columns[column.name] = values
    if declaration.has_position:
        pairs = zip(columns.pop("lon"), columns.pop("lat"), strict=True)
        columns["geometry"] = [None if lon is None or lat is None else Point(lon, lat) for lon, lat in pairs]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def read_pack_from_database(session: Session, models: Sequence[type[Base]]) -> Pack:
    """Return the pack the database holds, equal to the one that was loaded.

    Raises
    ------
    NoPackError
        If it holds none.
    """
    region = session.scalar(select(RegionRow))
    if region is None:
        raise NoPackError(NO_PACK)
    declarations = declare(models)
    frames = {
        name: _read_table(session, METADATA.tables[name], declaration) for name, declaration in declarations.items()
    }
    return Pack(_region(region), declarations, MappingProxyType(frames))


def _region(row: RegionRow) -> Region:
    remark = Text(en=row.remark_en, vi=row.remark_vi) if row.remark_en and row.remark_vi else None
    return Region(
        region_id=row.region_id,
        name=Text(en=row.name_en, vi=row.name_vi),
        currency=row.currency,
        price_year=row.price_year,
        base_year=row.base_year,
        crs=row.crs,
        licence=row.licence,
        remark=remark,
    )


def _read_table(session: Session, table: Table, declaration: TableDeclaration) -> pd.DataFrame:
    query = select(table).order_by(table.c.fid)
    if "in_pack" in table.c:
        query = query.where(table.c.in_pack.is_(True))
    rows = session.execute(query).all()
    names = table.columns.keys()
    columns: Mapping[str, list[Any]] = dict(
        zip(names, (list(values) for values in zip(*rows, strict=True)), strict=True)
        if rows
        else ((name, []) for name in names)
    )
    return normalise_table(pd.DataFrame(dict(_frame_columns(columns, declaration))), declaration)


def _frame_columns(
    columns: Mapping[str, list[Any]], declaration: TableDeclaration
) -> itertools.chain[tuple[str, list[Any]]]:
    plain = [(column.name, columns[column.name]) for column in declaration.columns if column.name in columns]
    kinds = {column.name: column.kind for column in declaration.columns}
    shown = [(name, _shown_values(values, kinds[name])) for name, values in plain]
    if not declaration.has_position:
        return itertools.chain(shown)
    points = columns["geometry"]
    position = [("lat", [point and point.y for point in points]), ("lon", [point and point.x for point in points])]
    return itertools.chain(shown, position)


def _shown_values(values: list[Any], kind: str) -> list[Any]:
    match kind:
        case "date":
            return [value and value.isoformat() for value in values]
        case "line":
            return [value and format_line(shapely.get_coordinates(value).tolist()) for value in values]
        case _:
            return values
