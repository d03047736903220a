"""What is said of limits and of reasons for leaving a candidate out, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from supplychain.text import Text

REASONS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "other_kind": Text(en="of another kind ({detail})", vi="khác loại ({detail})"),
        "own_firm": Text(en="of the asking organisation itself", vi="của chính tổ chức hỏi"),
        "other_stage": Text(en="not at the stage asked", vi="không ở giai đoạn yêu cầu"),
        "fit": Text(en="alike only in part", vi="chỉ giống một phần"),
        "code": Text(en="of another code than {detail}", vi="khác mã {detail}"),
        "code_not_stated": Text(en="without a code to hold against {detail}", vi="chưa có mã để so với {detail}"),
        "region": Text(en="outside {detail}", vi="ngoài {detail}"),
        "region_unsure": Text(
            en="of which it is not certain whether they lie in {detail}", vi="chưa chắc thuộc {detail}"
        ),
        "region_unknown": Text(
            en="without a ward or address to tell whether they lie in {detail}",
            vi="chưa có phường, xã hoặc địa chỉ để biết có thuộc {detail} không",
        ),
        "no_position": Text(en="without a position", vi="chưa có vị trí"),
        "no_way": Text(en="without a way on the network", vi="không có đường đi trên mạng lưới"),
        "too_far_minutes": Text(en="too far (minutes)", vi="quá xa (phút)"),
        "too_far_km": Text(en="too far (km)", vi="quá xa (km)"),
        "certificate": Text(en="without {detail}", vi="không có {detail}"),
        "certificate_scope": Text(
            en="whose {detail} does not cover these goods", vi="có {detail} nhưng không bao gồm mặt hàng này"
        ),
        "certificate_not_valid": Text(
            en="whose {detail} does not hold on the days asked",
            vi="có {detail} nhưng không còn hiệu lực vào các ngày yêu cầu",
        ),
        "certificate_expires": Text(
            en="whose {detail} ends before the last month asked is over",
            vi="có {detail} nhưng hết hạn trước khi hết tháng cuối yêu cầu",
        ),
        "offer_not_valid": Text(
            en="whose offer does not hold at the time", vi="chào hàng không có hiệu lực vào thời gian đó"
        ),
        "unit": Text(en="in a unit that cannot be compared ({detail})", vi="theo đơn vị không so được ({detail})"),
        "capacity_not_stated": Text(en="without a stated capacity{in_detail}", vi="chưa nêu công suất{in_detail}"),
        "capacity": Text(en="with too little capacity{in_detail}", vi="không đủ công suất{in_detail}"),
        "minimum_order": Text(en="with a larger minimum order", vi="có lượng đặt tối thiểu lớn hơn"),
        "lead_time": Text(en="with a longer lead time", vi="có thời gian giao dài hơn"),
        "lead_time_not_stated": Text(en="without a stated lead time", vi="chưa nêu thời gian giao"),
        "arrives_late": Text(en="arriving too late", vi="đến quá muộn"),
        "state": Text(en="not vacant ({detail})", vi="không còn trống ({detail})"),
        "vacant_later": Text(en="vacant only later", vi="chỉ trống muộn hơn"),
        "not_stated": Text(en="without a stated {detail}", vi="chưa nêu {detail}"),
        "too_small": Text(en="with too little {detail}", vi="không đủ {detail}"),
        "industry": Text(en="not admitting {detail}", vi="không tiếp nhận ngành {detail}"),
        "too_dear": Text(en="at a higher rent", vi="giá thuê cao hơn"),
        "rent_money": Text(en="with a rent in money without a rate", vi="giá thuê bằng đồng tiền chưa có tỷ giá"),
    }
)
"""Why candidates are left out, to be read after a count: "9 without IATF 16949"."""

LIMITS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "kind": Text(en="the kind", vi="loại"),
        "own": Text(en="one's own offers", vi="chào hàng của chính mình"),
        "stage": Text(en="the stage", vi="giai đoạn"),
        "fit": Text(en="the fit", vi="độ phù hợp"),
        "code": Text(en="the code {detail}", vi="mã {detail}"),
        "region": Text(en="the region", vi="khu vực"),
        "minutes": Text(en="truck minutes", vi="số phút xe tải"),
        "km": Text(en="kilometres", vi="số kilômét"),
        "certificate": Text(en="the certificate {detail}", vi="chứng nhận {detail}"),
        "validity": Text(en="the time of the offer", vi="thời hạn chào hàng"),
        "quantity": Text(en="the quantity", vi="lượng hàng"),
        "lead_time": Text(en="the lead time", vi="thời gian giao"),
        "arrive": Text(en="the latest arrival", vi="ngày đến chậm nhất"),
        "state": Text(en="vacancy", vi="tình trạng còn trống"),
        "vacant_from": Text(en="the day", vi="ngày cần"),
        "area": Text(en="the area", vi="diện tích"),
        "power": Text(en="the power", vi="công suất điện"),
        "water": Text(en="the water", vi="nước cấp"),
        "ready_built": Text(en="the ready-built floor", vi="nhà xưởng xây sẵn"),
        "industry": Text(en="the industry", vi="ngành nghề"),
        "rent": Text(en="the rent", vi="giá thuê"),
    }
)
"""Names of the limits."""

UNITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "minutes": "min",
        "km": "km",
        "lead_time": "d",
        "arrive": "d",
        "vacant_from": "d",
        "area": "ha",
        "power": "kVA",
        "water": "m3/day",
        "ready_built": "m2",
    }
)
"""Units in which a limit gives way; that of a quantity is the unit asked."""


def reason_text(reason: str, detail: str) -> Text:
    """Return a reason with what it names, to be read after a count."""
    text = REASONS[reason]
    return Text(
        en=text.en.format(detail=detail, in_detail=f" in {detail}" if detail else ""),
        vi=text.vi.format(detail=detail, in_detail=f" tháng {detail}" if detail else ""),
    )


def limit_text(limit: str) -> Text:
    """Return the name of a limit such as ``certificate:iatf16949``."""
    name, _, detail = limit.partition(":")
    return LIMITS[name].format(detail=detail)
