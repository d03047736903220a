"""How an entry lies in the index: fields of words, codes, figures and what is shown of a hit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final

import tantivy

from supplychain.search.codes import terms_of
from supplychain.search.entries import Entry, FreeMonth, HeldCertificate
from supplychain.search.words import words_of
from supplychain.sourcing.certificates import Scheme

FORMAT: Final = 1
"""Raised whenever the fields, or what is put into them, change: an index of another format is made again."""

WORD_FIELDS: Final = (
    "article",
    "article_typed",
    "article_pair",
    "name",
    "name_typed",
    "name_pair",
    "other",
    "own_code",
    "code",
    "scheme",
    "month",
)
"""Fields that hold several words, space between them."""

ID_FIELDS: Final = ("organisation", "level", "purpose", "offer_kind", "unit", "state")
"""Fields that hold one term as it is."""

KEY_FIELDS: Final = ("key_1", "key_2", "key_3", "key_rest")
"""The organisation's id as whole numbers in the order of the ids, 8 bytes each; the last tells longer ids apart."""

KEY_BYTES: Final = 8
HEAD_BYTES: Final = 24

SUPPLY: Final = "supply"
NEED: Final = "need"
STATE: Final = "state"


@lru_cache(maxsize=1)
def schema() -> tantivy.Schema:
    """Return the fields of the index."""
    builder = tantivy.SchemaBuilder()
    for name in WORD_FIELDS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    for name in ID_FIELDS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("made_of", tokenizer_name="raw", index_option="basic")
    for name in KEY_FIELDS:
        builder.add_unsigned_field(name, fast=True)
    for name in ("lon", "lat", "capacity_t", "capacity"):
        builder.add_float_field(name, fast=True)
    for name in ("first_day", "last_day"):
        builder.add_unsigned_field(name, fast=True)
    builder.add_boolean_field("synthetic", indexed=True)
    builder.add_bytes_field("record", stored=True)
    return builder.build()


def organisation_key(organisation_id: str) -> tuple[int, int, int, int]:
    """Return an organisation's id as four whole numbers; the first three order ids as their bytes do."""
    raw = organisation_id.encode()
    head = raw[:HEAD_BYTES].ljust(HEAD_BYTES, b"\0")
    rest = raw[HEAD_BYTES:]
    parts = (int.from_bytes(head[at : at + KEY_BYTES], "big") for at in range(0, HEAD_BYTES, KEY_BYTES))
    hashed = int.from_bytes(hashlib.blake2b(rest, digest_size=KEY_BYTES).digest(), "big") | 1 if rest else 0
    first, second, third = parts
    return first, second, third, hashed


def to_document(entry: Entry) -> tantivy.Document:
    """Return an entry as the index keeps it."""
    article, name = words_of(entry.articles), words_of(entry.names)
    fields: dict[str, Any] = {
        "article": " ".join(article.keys),
        "article_typed": " ".join(article.typed),
        "article_pair": " ".join(article.pairs),
        "name": " ".join(name.keys),
        "name_typed": " ".join(name.typed),
        "name_pair": " ".join(name.pairs),
        "own_code": " ".join(terms_of(entry.own_codes)),
        "code": " ".join(terms_of((*entry.own_codes, *entry.codes))),
        "organisation": entry.organisation_id,
        "level": str(entry.level),
        "purpose": NEED if entry.kind == "need" else SUPPLY,
        "first_day": entry.first_day.toordinal(),
        "last_day": entry.last_day.toordinal(),
        "synthetic": entry.synthetic,
        "record": _record(entry),
    }
    keys = organisation_key(entry.organisation_id)
    fields |= dict(zip(KEY_FIELDS, keys, strict=True)) if keys[-1] else dict(zip(KEY_FIELDS[:3], keys[:3], strict=True))
    if entry.others:
        fields["other"] = " ".join(words_of(entry.others).keys)
    if entry.made_of:
        fields["made_of"] = list(entry.made_of)
    if entry.offer_kind:
        fields["offer_kind"] = entry.offer_kind
    if entry.lon is not None and entry.lat is not None:
        fields |= {"lon": entry.lon, "lat": entry.lat}
    if entry.capacity_t is not None:
        fields["capacity_t"] = float(entry.capacity_t)
    if entry.capacity is not None:
        fields |= {"capacity": float(entry.capacity), "unit": entry.unit}
    if entry.months:
        fields["month"] = " ".join(one.month for one in entry.months)
    if entry.certificates:
        fields["scheme"] = " ".join({Scheme.of(one.scheme).stem for one in entry.certificates})
    return tantivy.Document.from_dict(fields, schema())


def state_document(state: Mapping[str, Any]) -> tantivy.Document:
    """Return the document that says how far the index has come; no question finds it."""
    return tantivy.Document.from_dict({"state": STATE, "record": json.dumps(dict(state)).encode()}, schema())


def _record(entry: Entry) -> bytes:
    """Return what is read again of a hit, empty parts left out."""
    kept: dict[str, Any] = {"o": entry.organisation_id, "k": entry.kind, "r": entry.record_id}
    parts: tuple[tuple[str, Any], ...] = (
        ("f", entry.facility_id),
        ("a", entry.articles),
        ("n", entry.names),
        ("x", entry.others),
        ("l", entry.level),
        ("p", entry.of_park),
        ("u", entry.unit if entry.unit != "t" else None),
        ("w", entry.unit_mass_kg),
        ("m", [(one.month, one.free, one.level) for one in entry.months]),
        (
            "c",
            [
                (one.scheme, one.first_day.toordinal(), one.last_day.toordinal(), one.level)
                for one in entry.certificates
            ],
        ),
    )
    kept |= {name: value for name, value in parts if value}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()


def kept_record(document: tantivy.Document) -> dict[str, Any]:
    """Return what a document keeps to be read again."""
    kept: dict[str, Any] = json.loads(document.get_first("record") or b"{}")
    return kept


def to_shown(document: tantivy.Document) -> Entry:
    """Return what a kept document tells of its entry: ids, texts, unit, months and certificates, not the figures."""
    kept = kept_record(document)
    return Entry(
        organisation_id=kept["o"],
        kind=kept["k"],
        record_id=kept["r"],
        facility_id=kept.get("f", ""),
        articles=tuple(kept.get("a", ())),
        names=tuple(kept.get("n", ())),
        others=tuple(kept.get("x", ())),
        level=kept.get("l", 0),
        of_park=kept.get("p", False),
        unit=kept.get("u", "t"),
        unit_mass_kg=kept.get("w"),
        months=tuple(FreeMonth(*month) for month in kept.get("m", ())),
        certificates=tuple(
            HeldCertificate(scheme, date.fromordinal(first), date.fromordinal(last), level)
            for scheme, first, last, level in kept.get("c", ())
        ),
    )
