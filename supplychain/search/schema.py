"""How an entry lies in the index: fields of words, codes, figures and what is shown of a hit."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

import tantivy

from supplychain.search.codes import terms_of
from supplychain.search.entries import FIRST_DAY, LAST_DAY, TONNE, Entry, FreeMonth, HeldCertificate
from supplychain.search.words import typed_words, word_key
from supplychain.sourcing.certificates import Scheme

FORMAT: Final = 2
"""Raised whenever the fields, or what is put into them, change: an index of another format is made again."""

WORD_FIELDS: Final = (
    "word",
    "article",
    "article_more",
    "name",
    "name_more",
    "other",
    "code",
    "tag",
    "scheme",
    "month",
)
"""Fields that hold several terms, space between them.

``article``, ``name`` and ``other`` hold keys of words and ``word`` those of all three; the fields ``more`` hold words
as typed and pairs of keys, which a ``_`` tells apart.
"""

ID_FIELDS: Final = ("organisation", "state")
"""Fields that hold terms as they are."""

OWN: Final = "own:"
"""Put before a code that is one of the goods themselves."""

KEY_FIELDS: Final = ("key_1", "key_2", "key_3", "key_rest")
"""The organisation's id as whole numbers in the order of the ids, 8 bytes each; the last tells longer ids apart."""

HEAD_BYTES: Final = 24
_HEAD: Final = struct.Struct(">QQQ")
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

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
    for name in KEY_FIELDS:
        builder.add_unsigned_field(name, fast=True)
    for name in ("lon", "lat", "capacity_t", "capacity"):
        builder.add_float_field(name, fast=True)
    for name in ("first_day", "last_day"):
        builder.add_unsigned_field(name, fast=True)
    builder.add_bytes_field("record", stored=True)
    return builder.build()


def organisation_key(organisation_id: str) -> tuple[int, int, int, int]:
    """Return an organisation's id as four whole numbers; the first three order ids as their bytes do."""
    raw = organisation_id.encode()
    first, second, third = _HEAD.unpack(raw[:HEAD_BYTES].ljust(HEAD_BYTES, b"\0"))
    rest = raw[HEAD_BYTES:]
    hashed = int.from_bytes(hashlib.blake2b(rest, digest_size=8).digest(), "big") | 1 if rest else 0
    return first, second, third, hashed


@lru_cache(maxsize=1 << 14)
def _joined_words(texts: tuple[str, ...]) -> tuple[str, str]:
    """Return the keys of several texts, and typed words with pairs; space between them, and no pair joins two texts."""
    all_keys: list[str] = []
    more: list[str] = []
    for text in texts:
        typed = typed_words(text)
        keys = list(map(word_key, typed))
        all_keys += keys
        more += typed
        more += map("_".join, pairwise(keys))
    return " ".join(all_keys), " ".join(more)


@lru_cache(maxsize=1 << 14)
def _joined_codes(own_codes: tuple[str, ...], codes: tuple[str, ...]) -> str:
    return " ".join((*terms_of(own_codes + codes), *(OWN + term for term in terms_of(own_codes))))


@lru_cache(maxsize=1 << 12)
def scheme_stem(scheme: str) -> str:
    """Return what all ways to write a scheme share, whatever its edition."""
    return Scheme.of(scheme).stem


@lru_cache(maxsize=64)
def gate(purpose: str, level: int, *, synthetic: bool) -> str:
    """Return the one term that says what an entry is for, who may see it and whether it is made up."""
    return f"{purpose}_{level}_{'synthetic' if synthetic else 'real'}"


def to_document(entry: Entry) -> tantivy.Document:
    """Return an entry as the index keeps it."""
    article, article_more = _joined_words(entry.articles)
    name, name_more = _joined_words(entry.names)
    other = _joined_words(entry.others)[0] if entry.others else ""
    first, second, third, rest = organisation_key(entry.organisation_id)
    tag = gate(NEED if entry.kind == "need" else SUPPLY, entry.level, synthetic=entry.synthetic)
    fields: dict[str, Any] = {
        "word": f"{article} {name} {other}",
        "article": article,
        "article_more": article_more,
        "name": name,
        "name_more": name_more,
        "code": _joined_codes(entry.own_codes, entry.codes),
        "tag": f"{tag} {entry.offer_kind}" if entry.offer_kind else tag,
        "organisation": entry.organisation_id,
        "key_1": first,
        "key_2": second,
        "key_3": third,
        "record": _record(entry),
    }
    if rest:
        fields["key_rest"] = rest
    if other:
        fields["other"] = other
    if entry.months:
        fields["month"] = " ".join(one.month for one in entry.months)
    if entry.certificates:
        fields["scheme"] = " ".join({scheme_stem(one.scheme) for one in entry.certificates})
    _add_figures(fields, entry)
    return tantivy.Document.from_dict(fields, schema())


def _add_figures(fields: dict[str, Any], entry: Entry) -> None:
    """Add the figures that only some entries have."""
    if entry.lon is not None and entry.lat is not None:
        fields["lon"], fields["lat"] = entry.lon, entry.lat
    if entry.capacity_t is not None:
        fields["capacity_t"] = float(entry.capacity_t)
    if entry.capacity is not None and entry.unit != TONNE:
        fields["capacity"] = float(entry.capacity)
        fields["tag"] += f" unit_{entry.unit}"
    if entry.first_day != FIRST_DAY:
        fields["first_day"] = entry.first_day.toordinal()
    if entry.last_day != LAST_DAY:
        fields["last_day"] = entry.last_day.toordinal()


def state_document(state: Mapping[str, Any]) -> tantivy.Document:
    """Return the document that says how far the index has come; no question finds it."""
    return tantivy.Document.from_dict({"state": STATE, "record": json.dumps(dict(state)).encode()}, schema())


def _record(entry: Entry) -> bytes:
    """Return what is read again of a hit, empty parts left out."""
    kept: dict[str, Any] = {
        "o": entry.organisation_id,
        "k": entry.kind,
        "r": entry.record_id,
        "f": entry.facility_id,
        "a": entry.articles,
        "n": entry.names,
    }
    if entry.others:
        kept["x"] = entry.others
    if entry.level:
        kept["l"] = entry.level
    if entry.of_park:
        kept["p"] = True
    if entry.unit != TONNE:
        kept["u"], kept["w"] = entry.unit, entry.unit_mass_kg
    if entry.months:
        kept["m"] = [(one.month, one.free, one.level) for one in entry.months]
    if entry.certificates:
        kept["c"] = [
            (one.scheme, one.first_day.toordinal(), one.last_day.toordinal(), one.level) for one in entry.certificates
        ]
    return _ENCODER.encode(kept).encode()


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
