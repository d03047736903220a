"""What the network commands tell: versions, notes, differences, as tables for people and documents for programs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geodata.models import LINK_CLASSES
from supplychain.text import Text
from supplychain.vocabulary import NETWORK_MODES

if TYPE_CHECKING:
    from api.console import Talk
    from geodata.infrastructure.imported import Note
    from geodata.infrastructure.infrastructure import Infrastructure
    from geodata.versions.version import StoredVersion

METRES_PER_KM: Final = 1000.0
MOST_KINDS: Final = 30
KIND_NAMES: Final = {
    "imported": Text(en="imported", vi="nhập"),
    "edited": Text(en="edited", vi="sửa tay"),
    "repaired": Text(en="repaired", vi="sửa lỗi"),
    "joined": Text(en="joined", vi="ghép"),
    "merged": Text(en="merged", vi="hợp nhất"),
}
COUNT_NAMES: Final = {
    f"{table}_{change}": Text(en=f"{english} {how.en}", vi=f"{vietnamese} {how.vi}")
    for table, english, vietnamese in (
        ("nodes", "nodes", "nút"),
        ("links", "links", "đoạn"),
        ("turns", "turn restrictions", "hạn chế rẽ"),
        ("candidates", "candidates", "ứng viên"),
        ("sources", "names of sources", "tên nguồn"),
    )
    for change, how in (
        ("added", Text(en="added", vi="thêm")),
        ("removed", Text(en="removed", vi="bỏ")),
        ("changed", Text(en="changed", vi="đổi")),
    )
} | {
    "node_cells": Text(en="values of nodes", vi="giá trị của nút"),
    "link_cells": Text(en="values of links", vi="giá trị của đoạn"),
    "turns": Text(en="turn restrictions", vi="hạn chế rẽ"),
    "candidates": Text(en="candidates", vi="ứng viên"),
}
"""What differences and merges count."""

NAME: Final = Text(en="Name", vi="Tên")
NUMBER: Final = Text(en="Number", vi="Số")
ROWS: Final = Text(en="Rows", vi="Số dòng")
STORED: Final = Text(
    en="Network {name} (version {version_id}) is stored: {links:,} links, {nodes:,} nodes, {length_km:,.1f} km.",
    vi="Đã lưu mạng lưới {name} (phiên bản {version_id}): {links:,} đoạn, {nodes:,} nút, {length_km:,.1f} km.",
)


def version_document(stored: StoredVersion) -> dict[str, Any]:
    """Return a stored version as a document."""
    return {
        "version_id": stored.version_id,
        "name": stored.name,
        "kind": stored.kind,
        "parent": stored.parent,
        "created_at": stored.created_at,
        "note": stored.note,
        "content_hash": stored.content_hash,
        "nodes": stored.nodes,
        "links": stored.links,
        "conditions": stored.conditions,
        "turns": stored.turns,
        "candidates": stored.candidates,
        "records": stored.records,
        "length_km": stored.length_km,
        "sources": [
            {"name": source.name, "licence": source.licence, "attribution": source.attribution, "date": source.date,
             "sha256": source.sha256}
            for source in stored.sources
        ],
    }  # fmt: skip


def note_documents(notes: Iterable[Note]) -> list[dict[str, Any]]:
    """Return notes as documents; no place is null."""
    return [
        {
            "kind": note.kind,
            "severity": note.severity,
            "subject": note.subject,
            "lon": note.lon if math.isfinite(note.lon) else None,
            "lat": note.lat if math.isfinite(note.lat) else None,
            "count": note.count,
            "text": {"vi": note.text.vi, "en": note.text.en},
        }
        for note in notes
    ]


def tell_stored(stored: StoredVersion, talk: Talk) -> None:
    """Tell that a version is stored."""
    figures = {"links": stored.links, "nodes": stored.nodes, "length_km": stored.length_km}
    talk.say(STORED.format(name=stored.name, version_id=stored.version_id, **figures))


def tell_versions(versions: Sequence[StoredVersion], talk: Talk) -> None:
    """Tell every stored version, a line each."""
    names = {stored.version_id: stored.name for stored in versions}
    headings = (
        NAME,
        NUMBER,
        Text(en="How", vi="Cách tạo"),
        Text(en="From", vi="Từ"),
        Text(en="When (UTC)", vi="Lúc (UTC)"),
        Text(en="Nodes", vi="Nút"),
        Text(en="Links", vi="Đoạn"),
        Text(en="km", vi="km"),
    )
    rows = [
        (
            stored.name,
            str(stored.version_id),
            KIND_NAMES[stored.kind].of(talk.language),
            "" if stored.parent is None else names.get(stored.parent, f"#{stored.parent}"),
            stored.created_at.removesuffix("+00:00").replace("T", " "),
            f"{stored.nodes:,}",
            f"{stored.links:,}",
            f"{stored.length_km:,.1f}",
        )
        for stored in versions
    ]
    talk.table(Text(en="Stored networks", vi="Mạng lưới đã lưu"), headings, rows)


def tell_notes(notes: Sequence[Note], talk: Talk) -> None:
    """Tell what was noted, a line a kind: how often, and the first of it."""
    if not notes:
        return
    times: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], Note] = {}
    for note in notes:
        times[note.severity, note.kind] += note.count
        first.setdefault((note.severity, note.kind), note)
    order = sorted(times, key=lambda key: (key[0] != "warning", -times[key]))
    rows = [
        (_first(first[severity, kind], talk), kind, severity, f"{times[severity, kind]:,}") for severity, kind in order
    ]
    headings = (
        Text(en="The first of its kind", vi="Trường hợp đầu của mỗi loại"),
        Text(en="Kind", vi="Loại"),
        Text(en="Severity", vi="Mức"),
        Text(en="Times", vi="Số lần"),
    )
    title = Text(en="What to know ({count})", vi="Điều cần biết ({count})").format(count=f"{sum(times.values()):,}")
    talk.table(title, headings, rows[:MOST_KINDS])


def _first(note: Note, talk: Talk) -> str:
    told = note.text.of(talk.language)
    return told if not note.subject or told.startswith(note.subject) else f"{note.subject}: {told}"


def length_rows(infrastructure: Infrastructure) -> list[dict[str, Any]]:
    """Return number and length of links by mode and class, longest first within a mode; ferries and all."""
    links = infrastructure.links
    rows = []
    for mode in np.unique(links.mode).tolist():
        for link_class in np.unique(links.link_class[links.mode == mode]).tolist():
            which = (links.mode == mode) & (links.link_class == link_class)
            rows.append(
                {
                    "mode": NETWORK_MODES[mode] if mode >= 0 else "",
                    "link_class": LINK_CLASSES[link_class] if link_class >= 0 else "",
                    "links": int(which.sum()),
                    "length_km": float(links.length_m[which].sum()) / METRES_PER_KM,
                }
            )
    return sorted(rows, key=lambda row: (row["mode"], -row["length_km"]))


def tell_lengths(rows: Sequence[Mapping[str, Any]], talk: Talk) -> None:
    """Tell number and length of links by mode and class."""
    headings = (
        Text(en="Mode", vi="Phương thức"),
        Text(en="Class", vi="Cấp"),
        Text(en="Links", vi="Đoạn"),
        Text(en="km", vi="km"),
    )
    cells = [(row["mode"], row["link_class"], f"{row['links']:,}", f"{row['length_km']:,.1f}") for row in rows]
    talk.table(Text(en="By mode and class", vi="Theo phương thức và cấp"), headings, cells)


def tell_facts(stored: StoredVersion, parent: StoredVersion | None, talk: Talk) -> None:
    """Tell what is known of one version."""
    facts = [
        (NAME, stored.name),
        (NUMBER, str(stored.version_id)),
        (Text(en="How", vi="Cách tạo"), KIND_NAMES[stored.kind].of(talk.language)),
        (Text(en="Made from", vi="Tạo từ"), "" if parent is None else parent.name),
        (Text(en="When (UTC)", vi="Lúc (UTC)"), stored.created_at),
        (Text(en="Note", vi="Ghi chú"), stored.note),
        (Text(en="Sources", vi="Nguồn"), "; ".join(source.name for source in stored.sources)),
        (Text(en="Licence", vi="Giấy phép"), stored.licence),
        (Text(en="Attribution", vi="Ghi nguồn"), stored.attribution),
        (Text(en="Content hash", vi="Mã băm nội dung"), stored.content_hash),
        (Text(en="Nodes", vi="Nút"), f"{stored.nodes:,}"),
        (Text(en="Links", vi="Đoạn"), f"{stored.links:,}"),
        (Text(en="Length, km", vi="Chiều dài, km"), f"{stored.length_km:,.1f}"),
        (Text(en="Conditions by hour or vehicle", vi="Điều kiện theo giờ hoặc loại xe"), f"{stored.conditions:,}"),
        (Text(en="Turn restrictions", vi="Hạn chế rẽ"), f"{stored.turns:,}"),
        (Text(en="Candidates", vi="Ứng viên bến, khu"), f"{stored.candidates:,}"),
        (Text(en="Records", vi="Ghi nhận"), f"{stored.records:,}"),
    ]
    rows = [(label.of(talk.language), value) for label, value in facts]
    title = Text(en="Network {name}", vi="Mạng lưới {name}").format(name=stored.name)
    talk.table(title, (Text(en="What", vi="Mục"), Text(en="Value", vi="Giá trị")), rows)


def with_counts(text: Text, counts: Mapping[str, int], **values: object) -> Text:
    """Return a text with its field ``counts`` told by what differences and merges count, and its other fields."""
    names = [(COUNT_NAMES[name], f"{count:,}") for name, count in counts.items()]
    english = ", ".join(f"{count} {name.en}" for name, count in names) or "none"
    vietnamese = ", ".join(f"{count} {name.vi}" for name, count in names) or "không có"
    return Text(en=text.en.format(counts=english, **values), vi=text.vi.format(counts=vietnamese, **values))
