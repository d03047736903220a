"""What the columns of answers are called, with their units, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from api.labels import COLUMN_LABELS
from supplychain.text import Text

ANSWER_LABELS: Final[Mapping[str, Text]] = {
    **COLUMN_LABELS,
    "status": Text(en="Reached or unreachable", vi="Đến được hay không"),
    "time_min": Text(en="Time, min", vi="Thời gian, phút"),
    "cost": Text(en="Money of the vehicle, empty run included", vi="Chi phí của xe, gồm chạy rỗng"),
    "co2e_kg": Text(en="CO2e well to wheel, kg", vi="CO2e đủ vòng đời năng lượng, kg"),
    "co2e_ttw_kg": Text(en="of which operation, kg", vi="trong đó vận hành, kg"),
    "co2e_wtt_kg": Text(en="of which energy provision, kg", vi="trong đó cung cấp năng lượng, kg"),
    "toll": Text(en="of which tolls", vi="trong đó phí đường"),
    "waiting_min": Text(en="of which waiting, min", vi="trong đó chờ, phút"),
    "more_min": Text(en="More than the best, min", vi="Hơn tuyến tốt nhất, phút"),
    "depart": Text(en="Departure, local time", vi="Giờ đi, giờ địa phương"),
    "arrive": Text(en="Arrival, local time", vi="Giờ đến, giờ địa phương"),
    "instruction_vi": Text(en="What to do, in Vietnamese", vi="Chỉ dẫn, tiếng Việt"),
    "instruction_en": Text(en="What to do, in English", vi="Chỉ dẫn, tiếng Anh"),
    "ref": Text(en="Road number", vi="Số hiệu đường"),
    "link_class": Text(en="Class of the link", vi="Cấp đường"),
    "at_km": Text(en="From the start, km", vi="Tính từ đầu, km"),
    "at_min": Text(en="From the start, min", vi="Tính từ đầu, phút"),
    "start": Text(en="Wait begins, local time", vi="Bắt đầu chờ, giờ địa phương"),
    "wait_min": Text(en="Wait, min", vi="Chờ, phút"),
    "network_distance_m": Text(en="From the place to its link, m", vi="Từ nơi đó đến đoạn đường, m"),
    "band": Text(en="Limit", vi="Giới hạn"),
    "limit_min": Text(en="Limit, min", vi="Giới hạn, phút"),
    "area_km2": Text(en="Area, km²", vi="Diện tích, km²"),
    "reached_km": Text(en="Links reached, km", vi="Đoạn đường đến được, km"),
    "road_km": Text(en="Links served best, km", vi="Đoạn đường được phục vụ tốt nhất, km"),
    "places": Text(en="Places served best", vi="Số nơi được phục vụ tốt nhất"),
    "second_gateway_id": Text(en="Second best gateway (id)", vi="Cửa ngõ tốt thứ nhì (mã)"),
    "facility_id": Text(en="Facility (id)", vi="Cơ sở (mã)"),
    "terminals": Text(en="Terminals of change (ids)", vi="Bến đổi phương thức (mã)"),
    "price_per_t": Text(en="Price, pack money per t", vi="Giá, tiền/tấn"),
    "price_per_teu": Text(en="Price, pack money per TEU", vi="Giá, tiền/TEU"),
    "time_cost_per_t": Text(en="Value of cargo time, pack money per t", vi="Giá trị thời gian của hàng, tiền/tấn"),
    "carbon_cost_per_t": Text(en="Carbon price paid, pack money per t", vi="Tiền các-bon, tiền/tấn"),
    "ttw_kg_per_t": Text(en="of which operation, kg CO2e/t", vi="trong đó vận hành, kg CO2e/tấn"),
    "wtt_kg_per_t": Text(en="of which energy provision, kg CO2e/t", vi="trong đó cung cấp năng lượng, kg CO2e/tấn"),
    "emissions_kg_per_t": Text(en="kg CO2e/t", vi="kg CO2e/tấn"),
    "generalised_cost_more_per_t": Text(en="More than the best, pack money per t", vi="Hơn chuỗi tốt nhất, tiền/tấn"),
    "more_percent": Text(en="More than the best, %", vi="Hơn chuỗi tốt nhất, %"),
    "beaten": Text(
        en="Another chain is no worse in money, time and CO2e, and better in one",
        vi="Có chuỗi khác không kém về tiền, thời gian, CO2e và hơn ở một mặt",
    ),
    "carrier_account": Text(en="The sea carrier pays", vi="Hãng tàu trả"),
}
"""Labels by column; the columns of plans keep theirs."""
