"""One geometry column type for both databases: a GeoPackage blob on SQLite, ``geometry`` on PostGIS."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Final, Literal

import shapely
from sqlalchemy import LargeBinary
from sqlalchemy.types import TypeDecorator, UserDefinedType

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry
    from sqlalchemy import Dialect
    from sqlalchemy.types import TypeEngine

GeometryKind = Literal["POINT", "LINESTRING", "POLYGON", "MULTIPOLYGON"]

_MAGIC: Final = b"GP"
_LITTLE_ENDIAN: Final = 0x01
_EMPTY: Final = 0x10
_ENVELOPE_XY: Final = 0x02
_HEADER_BYTES: Final = 8
_ENVELOPE_BYTES: Final = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}


def to_geopackage_blob(shape: BaseGeometry, srid: int) -> bytes:
    """Return the GeoPackage binary of a geometry (OGC 12-128r17, clause 2.1.3).

    Points carry no envelope; other geometries carry the XY envelope (min x, max x, min y, max y).
    """
    flags = _LITTLE_ENDIAN
    envelope = b""
    if shape.is_empty:
        flags |= _EMPTY
    elif shape.geom_type != "Point":
        flags |= _ENVELOPE_XY
        west, south, east, north = shape.bounds
        envelope = struct.pack("<4d", west, east, south, north)
    header = _MAGIC + struct.pack("<BBi", 0, flags, srid)
    return header + envelope + bytes(shapely.to_wkb(shape, byte_order=1))


def from_geopackage_blob(blob: bytes) -> BaseGeometry:
    """Return the geometry of a GeoPackage binary.

    Raises
    ------
    ValueError
        If the bytes are no GeoPackage binary.
    """
    return shapely.from_wkb(blob[_wkb_start(blob) :])


def blob_bounds(blob: bytes) -> tuple[float, float, float, float] | None:
    """Return (west, south, east, north) of a GeoPackage binary, in the units of its CRS; None when it is empty."""
    start = _wkb_start(blob)
    flags = blob[3]
    if flags & _EMPTY:
        return None
    if (flags >> 1) & 0x07:
        order = "<" if flags & _LITTLE_ENDIAN else ">"
        west, east, south, north = struct.unpack_from(f"{order}4d", blob, _HEADER_BYTES)
        return west, south, east, north
    shape = shapely.from_wkb(blob[start:])
    if shape.is_empty:
        return None
    west, south, east, north = shape.bounds
    return west, south, east, north


def _wkb_start(blob: bytes) -> int:
    if len(blob) < _HEADER_BYTES or blob[:2] != _MAGIC:
        msg = f"a GeoPackage binary starts with 'GP' and 6 more header bytes, got {bytes(blob[:8])!r}."
        raise ValueError(msg)
    code = (blob[3] >> 1) & 0x07
    if code not in _ENVELOPE_BYTES:
        msg = f"a GeoPackage binary has envelope code 0 to 4, got {code}."
        raise ValueError(msg)
    return _HEADER_BYTES + _ENVELOPE_BYTES[code]


class _GeoPackageColumn(UserDefinedType[Any]):
    """Column type name as the GeoPackage standard wants it: the geometry's own name."""

    cache_ok = True

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def get_col_spec(self, **_options: object) -> str:
        return self.kind


class _PostGisColumn(UserDefinedType[Any]):
    """Column type of PostGIS with geometry kind and CRS."""

    cache_ok = True

    def __init__(self, kind: str, srid: int) -> None:
        self.kind = kind
        self.srid = srid

    def get_col_spec(self, **_options: object) -> str:
        return f"geometry({self.kind},{self.srid})"


class Geometry(TypeDecorator[Any]):
    """Geometry column; values are shapely geometries on both databases.

    Parameters
    ----------
    kind
        Geometry type of every row.
    srid
        EPSG code of the coordinates.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, kind: GeometryKind, srid: int) -> None:
        super().__init__()
        self.kind = kind
        self.srid = srid

    def __repr__(self) -> str:
        return f"Geometry({self.kind!r}, {self.srid})"

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the column type of the database in use."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(_PostGisColumn(self.kind, self.srid))
        return dialect.type_descriptor(_GeoPackageColumn(self.kind))

    def process_bind_param(self, value: BaseGeometry | None, dialect: Dialect) -> bytes | str | None:
        """Return what the driver stores: hex EWKB for PostGIS, a GeoPackage binary for SQLite."""
        if value is None:
            return None
        if value.geom_type.upper() != self.kind:
            msg = f"this column holds {self.kind}, got {value.geom_type}."
            raise ValueError(msg)
        if dialect.name == "postgresql":
            shape = shapely.set_srid(value, self.srid)
            return str(shapely.to_wkb(shape, hex=True, include_srid=True, byte_order=1))
        return to_geopackage_blob(value, self.srid)

    def process_result_value(self, value: Any, dialect: Dialect) -> BaseGeometry | None:  # noqa: ANN401 - driver value
        """Return the geometry of what the driver read."""
        if value is None:
            return None
        if dialect.name == "postgresql":
            return shapely.from_wkb(value)
        return from_geopackage_blob(value)


def geometry(kind: GeometryKind, srid: int) -> Geometry:
    """Return the column type of one geometry kind in one CRS."""
    return Geometry(kind, srid)
