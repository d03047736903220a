"""What is compared: a firm, school or state body as somebody wrote it down, as one frozen value."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Party:
    """One record of an organisation, from a file or the registry; empty and unknown are both None.

    Parameters
    ----------
    party_id
        Key by which the record is named in answers: an id of the registry, or a row of a file.
    name
        Name as written, in Vietnamese where it has one.
    name_en, short_name, former_name
        Name in English, trade name or abbreviation, and the name it bore before.
    tax_code, lei, gln
        Identifiers as written.
    address
        As written, with units from before or since July 2025.
    ward, district, province, park
        Parts of the address that stand in columns of their own, as written.
    ward_code, former_ward_code
        Codes of its ward since and before July 2025, where known.
    phone, email, website
        As written; several may stand in one text.
    park_id
        Park it stands in.
    lat, lon
        Degrees, WGS 84.
    vsic_code
        Main activity.
    """

    party_id: str
    name: str
    name_en: str | None = None
    short_name: str | None = None
    former_name: str | None = None
    tax_code: str | None = None
    lei: str | None = None
    gln: str | None = None
    address: str | None = None
    ward: str | None = None
    district: str | None = None
    province: str | None = None
    park: str | None = None
    ward_code: str | None = None
    former_ward_code: str | None = None
    phone: str | None = None
    email: str | None = None
    website: str | None = None
    park_id: str | None = None
    lat: float | None = None
    lon: float | None = None
    vsic_code: str | None = None

    def __post_init__(self) -> None:
        for name, value in (("lat", self.lat), ("lon", self.lon)):
            if value is not None and not math.isfinite(value):
                msg = f"{name} of {self.party_id} must be a number of degrees, got {value}."
                raise ValueError(msg)

    @classmethod
    def of(cls, party_id: str, values: Mapping[str, Any]) -> Party:
        """Return the party that a record's values by column name describe; ``name_vi`` is its name."""
        known = {name: values[name] or None for name in _COLUMNS if values.get(name) not in (None, "")}
        return cls(party_id=party_id, name=values.get("name_vi") or values.get("name") or "", **known)


_COLUMNS = tuple(field.name for field in fields(Party) if field.name not in ("party_id", "name"))
