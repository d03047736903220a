"""The record of an export: ISO 19115 documents, and inside a GeoPackage its styles, names and records."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from api.gis.exports.geopackage import complete_geopackage
from api.gis.exports.iso import write_record
from api.gis.exports.placing import Place, file_layer
from api.gis.exports.provenance import provenance_of
from api.gis.exports.zones import PROPOSED, proposed_zone
from geodata.features.heading import heading_of
from supplychain.text import Language, Text

if TYPE_CHECKING:
    from api.gis.exports.writing import Written, WrittenLayer

README: Final = "README.txt"
WRITTEN_AS: Final = Text(en="{title}: {count} features, {form}, {crs}", vi="{title}: {count} đối tượng, {form}, {crs}")
FIELDS: Final = Text(en="Fields", vi="Các trường")
LOST: Final = Text(en="What the format could not keep", vi="Những gì định dạng không lưu được")
NOTHING: Final = Text(en="Nothing was lost.", vi="Không mất thông tin.")
LABELS: Final = {
    "source": Text(en="Source", vi="Nguồn"),
    "licence": Text(en="Licence", vi="Giấy phép"),
    "attribution": Text(en="To be named", vi="Phải ghi nguồn"),
    "made_at": Text(en="Date of the data", vi="Ngày của dữ liệu"),
}


def describe(written: Written, place: Place, language: Language) -> None:
    """Write the metadata records of an export to its folder, the styles into a GeoPackage, a note into an archive."""
    at = datetime.now(UTC).replace(microsecond=0)
    records = [write_record(one, written, language, at) for one in written.layers]
    for one, record in zip(written.layers, records, strict=True):
        data = place.data(file_layer(one.layer.name))
        many = len(written.layers) > 1 and place.is_shared
        name = f"{data.name}.{file_layer(one.layer.name)}.xml" if many else f"{data.name}.xml"
        (place.folder / name).write_text(record, encoding="utf-8")
    if written.form.name == "gpkg":
        data = place.data(file_layer(written.layers[0].layer.name))
        complete_geopackage(data, written.layers, records, language, at)
    if place.is_packed:
        text = "\n".join(note(one, written) for one in written.layers)
        # Notepad of older Windows knows UTF-8 by its mark, and lines by both signs of their end.
        (place.folder / README).write_bytes(("\ufeff" + text).replace("\n", "\r\n").encode())


def note(one: WrittenLayer, written: Written) -> str:
    """Return what a person reads beside the files of a layer, in both languages."""
    words = {"title": one.layer.title, "count": one.features, "form": written.form.title, "crs": written.crs}
    told = provenance_of(one.layer)
    lines = []
    for language in ("vi", "en"):
        lines.append(WRITTEN_AS.format(**words).of(language))
        document = told.document(language)
        lines += [f"  {label.of(language)}: {document[name]}" for name, label in LABELS.items() if document[name]]
        lines.append(f"  {told.duties.of(language)}")
        zone = proposed_zone(one.layer.source.bounds())
        if zone is not None:
            lines.append("  " + PROPOSED.format(crs=zone.crs, name=zone.name, provinces=zone.provinces).of(language))
        lines.append(f"  {LOST.of(language)}:" if one.losses else f"  {NOTHING.of(language)}")
        lines += [f"    - {loss.of(language)}" for loss in one.losses]
        lines.append(f"  {FIELDS.of(language)}:")
        for field in one.layout.fields:
            lines.append(f"    {one.layout.names[field.name]}: {heading_of(field, language)}")
        lines.append("")
    return "\n".join(lines)
