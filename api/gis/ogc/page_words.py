"""What the pages of the OGC API say, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from supplychain.text import Text

WORDS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "home": Text(en="Hinterland", vi="Hinterland"),
        "api": Text(en="OGC API", vi="OGC API"),
        "collections": Text(en="Collections", vi="Các lớp dữ liệu"),
        "conformance": Text(en="Conformance", vi="Tuân thủ tiêu chuẩn"),
        "operations": Text(en="Operations", vi="Các thao tác"),
        "document": Text(en="Document for programs (OpenAPI 3.0)", vi="Tài liệu cho chương trình (OpenAPI 3.0)"),
        "other": Text(en="Tiếng Việt", vi="English"),
        "as": Text(en="The same as", vi="Cũng nội dung này dạng"),
        "qgis": Text(
            en="In QGIS: Layer › Add WFS / OGC API – Features layer, and this address:",
            vi="Trong QGIS: Lớp › Thêm lớp WFS / OGC API – Features, dùng địa chỉ này:",
        ),
        "features": Text(en="Features", vi="Các đối tượng"),
        "properties": Text(en="Properties", vi="Thuộc tính"),
        "property": Text(en="Property", vi="Thuộc tính"),
        "value": Text(en="Value", vi="Giá trị"),
        "meaning": Text(en="Meaning", vi="Ý nghĩa"),
        "kind": Text(en="Kind", vi="Kiểu"),
        "unit": Text(en="Unit", vi="Đơn vị"),
        "values": Text(en="Values", vi="Các giá trị"),
        "extent": Text(en="West, south, east, north (WGS 84 degrees)", vi="Tây, nam, đông, bắc (độ, WGS 84)"),
        "source": Text(en="Source", vi="Nguồn"),
        "licence": Text(en="Licence", vi="Giấy phép"),
        "attribution": Text(en="To be named", vi="Ghi công"),
        "made_at": Text(en="Made or last changed", vi="Lập hoặc sửa lần cuối"),
        "count": Text(en="Features", vi="Số đối tượng"),
        "matched": Text(en="{shown} of {matched} features", vi="{shown} trong {matched} đối tượng"),
        "shown": Text(en="{shown} features", vi="{shown} đối tượng"),
        "next": Text(en="Next page", vi="Trang sau"),
        "none": Text(en="There is no feature here.", vi="Không có đối tượng nào."),
        "place": Text(en="Place", vi="Vị trí"),
        "no_place": Text(en="not known", vi="chưa rõ"),
        "tiles": Text(en="Vector tiles", vi="Ô vector"),
        "styles": Text(en="Styles", vi="Kiểu vẽ"),
        "id": Text(en="Id", vi="Mã"),
        "yes": Text(en="yes", vi="có"),
        "no": Text(en="no", vi="không"),
        "crs": Text(en="Coordinate reference systems", vi="Hệ tọa độ"),
    }
)
"""Words by name."""
