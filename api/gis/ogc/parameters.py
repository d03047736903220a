"""Parameters of the OGC API as OpenAPI tells them; they are read by hand, so that whatever is wrong is answered 400."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from api.gis.ogc.crs import CRS84, OFFERED
from api.gis.ogc.formats import AnswerFormat
from api.gis.ogc.items import DEFAULT_LIMIT, ITEM_PARAMETERS, LANGUAGES, MOST, PARAMETERS
from api.gis.tiles.asked import told_parameters
from api.service.paging import CURSOR_LENGTH
from supplychain.text import LANGUAGES as SPOKEN
from supplychain.text import Text

Told = dict[str, Any]
_CRS: Final[Told] = {"type": "string", "enum": list(OFFERED), "default": CRS84}
_VN_2000: Final = "http://www.opengis.net/def/crs/EPSG/0/9210"


def _told(name: str, meaning: Text, schema: Told, example: object, **more: Any) -> Told:  # noqa: ANN401 - any JSON
    said = f"{meaning.vi} · {meaning.en}"
    found = {"name": name, "in": "query", "required": False, "description": said, "schema": schema, "example": example}
    return {**found, **more}


_KNOWN: Final = {
    one["name"]: one
    for one in (
        _told(
            "limit",
            Text(
                en="Most features of the page; who asks for more than the largest gets as many. Files hold everything "
                "unless it is given",
                vi="Số đối tượng tối đa của trang; hỏi nhiều hơn mức lớn nhất thì được mức đó. Tệp chứa tất cả nếu "
                "không ghi",
            ),
            {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT},
            1000,
            style="form",
            explode=False,
        ),
        _told(
            "bbox",
            Text(
                en="Features whose geometry meets this box: four numbers, axes as bbox-crs has them; west greater than "
                "east crosses the date line",
                vi="Các đối tượng có hình học chạm khung này: bốn số, thứ tự trục theo bbox-crs; tây lớn hơn đông là "
                "vượt kinh tuyến đổi ngày",
            ),
            {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}},
            [106.5, 10.8, 106.9, 11.2],
            style="form",
            explode=False,
        ),
        _told("bbox-crs", Text(en="CRS of bbox", vi="Hệ tọa độ của bbox"), _CRS, CRS84),
        _told(
            "crs",
            Text(
                en="CRS of the coordinates in the answer, axes as it has them",
                vi="Hệ tọa độ của kết quả, thứ tự trục theo hệ đó",
            ),
            _CRS,
            _VN_2000,
        ),
        _told(
            "datetime",
            Text(
                en="A moment, or two with / between (.. is open); counts for layers with beginning and end",
                vi="Một thời điểm, hoặc hai thời điểm cách bằng / (.. là để mở); chỉ dùng cho lớp có lúc bắt đầu và "
                "kết thúc",
            ),
            {"type": "string", "maxLength": 80},
            "2026-03-01T00:00:00Z/..",
        ),
        _told(
            "properties",
            Text(en="Properties that are wanted, with commas", vi="Các thuộc tính cần lấy, cách nhau bằng dấu phẩy"),
            {"type": "string", "maxLength": 4000},
            "mode,length_m",
        ),
        _told(
            "filter",
            Text(
                en="CQL2 condition on the properties as you see them, and on geometry",
                vi="Điều kiện CQL2 trên các thuộc tính bạn được xem và trên geometry",
            ),
            {"type": "string", "maxLength": 20_000},
            "mode = 'rail'",
        ),
        _told(
            "filter-lang",
            Text(en="How the condition is written", vi="Cách viết điều kiện"),
            {"type": "string", "enum": list(LANGUAGES), "default": LANGUAGES[0]},
            LANGUAGES[0],
        ),
        _told(
            "filter-crs",
            Text(en="CRS of the coordinates in the condition", vi="Hệ tọa độ trong điều kiện"),
            _CRS,
            CRS84,
        ),
        _told(
            "cursor",
            Text(
                en="Where the page begins, from the link “next” of the page before",
                vi="Trang bắt đầu sau đâu, lấy từ liên kết “next” của trang trước",
            ),
            {"type": "string", "maxLength": CURSOR_LENGTH},
            "WyJhIl0.c2lnbmF0dXJlc2lnbmF0dXI",
        ),
    )
}
_LANG: Final = _told(
    "lang",
    Text(en="Language, instead of Accept-Language", vi="Ngôn ngữ, thay cho Accept-Language"),
    {"type": "string", "enum": list(SPOKEN)},
    "vi",
)


def _form(offered: Sequence[AnswerFormat]) -> Told:
    names = [one.name for one in offered]
    meaning = Text(en="Format, instead of Accept", vi="Dạng kết quả, thay cho Accept")
    return _told("f", meaning, {"type": "string", "enum": names}, names[0])


def told(offered: Sequence[AnswerFormat], *, names: Sequence[str] = (), of_collection: bool = False) -> Told:
    """Return what OpenAPI says of the parameters of an address.

    Parameters
    ----------
    offered
        Formats of its answer.
    names
        Parameters of its own.
    of_collection
        Whether those of collections may stand there too.
    """
    own = [_KNOWN[name] for name in names]
    return {"parameters": [*own, *(told_parameters() if of_collection else ()), _form(offered), _LANG]}


__all__ = ["ITEM_PARAMETERS", "PARAMETERS", "told"]
