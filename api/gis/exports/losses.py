"""What a format could not keep of a layer, a sentence each."""

from __future__ import annotations

from typing import Final

from api.gis.exports.batches import Layout, Tally
from supplychain.text import Text

SHORTENED: Final = Text(
    en="{form} names have at most {length} letters; these were shortened: {names}.",
    vi="Tên trường của {form} tối đa {length} ký tự; các tên đã rút gọn: {names}.",
)
CUT: Final = Text(
    en="{form} texts have at most {length} bytes; {count} texts of {field} were cut.",
    vi="Văn bản trong {form} tối đa {length} byte; {count} giá trị của {field} bị cắt.",
)
NO_ATTRIBUTES: Final = Text(
    en="DXF is a drawing: places only, each layer of its own name; properties and the CRS ({crs}) are not in it.",
    vi="DXF là bản vẽ: chỉ có hình, mỗi lớp một tên; không có thuộc tính và hệ tọa độ ({crs}).",
)
WITHOUT_PLACE: Final = Text(
    en="{count} features without a place are not in the drawing.",
    vi="{count} đối tượng không có vị trí không nằm trong bản vẽ.",
)
SPOILED: Final = Text(
    en="{form} cannot hold control signs; {count} texts of {field} stand without them.",
    vi="{form} không chứa được ký tự điều khiển; {count} giá trị của {field} đã bỏ các ký tự này.",
)
NO_TIMES: Final = Text(
    en="{form} keeps no times of day with a zone; these are text: {fields}.",
    vi="{form} không lưu giờ kèm múi giờ; các trường sau là văn bản: {fields}.",
)
NO_WHOLE: Final = Text(
    en="Whole numbers stand as decimals in {form}, as older programs open no others: {fields}.",
    vi="Số nguyên được lưu dạng thập phân trong {form} để phần mềm cũ đọc được: {fields}.",
)
NO_EMPTY: Final = Text(
    en="{form} knows no empty numbers: {count} empty values of {field} read as 0.",
    vi="{form} không có số trống: {count} giá trị trống của {field} đọc thành 0.",
)
NO_INDEX: Final = Text(
    en="{count} features have no place, so the file has no spatial index.",
    vi="{count} đối tượng không có vị trí nên tệp không có chỉ mục không gian.",
)


def losses_of(layout: Layout, tally: Tally) -> tuple[Text, ...]:
    """Return what a format could not keep, in a fixed order."""
    form = layout.form
    if form.name == "dxf":
        found = [NO_ATTRIBUTES.format(crs=layout.crs)]
        if tally.without_place:
            found.append(WITHOUT_PLACE.format(count=tally.without_place))
        return tuple(found)
    found = []
    if layout.shortened:
        names = ", ".join(f"{name} → {given}" for name, given in layout.shortened.items())
        found.append(SHORTENED.format(form=form.title, length=form.name_length, names=names))
    for field, count in sorted(tally.cut.items()):
        found.append(CUT.format(form=form.title, length=form.text_bytes, count=count, field=field))
    for field, count in sorted(tally.spoiled.items()):
        found.append(SPOILED.format(form=form.title, count=count, field=field))
    for field, count in sorted(tally.empty.items()):
        found.append(NO_EMPTY.format(form=form.title, count=count, field=field))
    times = [one.name for one in layout.fields if one.kind == "datetime"]
    if times and form.name in {"shp", "tab"}:
        found.append(NO_TIMES.format(form=form.title, fields=", ".join(times)))
    whole = [one.name for one in layout.fields if one.kind == "integer"]
    if whole and form.name in {"gdb", "tab"}:
        found.append(NO_WHOLE.format(form=form.title, fields=", ".join(whole)))
    if tally.without_place and form.name == "fgb":
        found.append(NO_INDEX.format(count=tally.without_place))
    return tuple(found)
