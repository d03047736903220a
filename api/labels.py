"""What the columns of the result tables are called, with their units, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from supplychain.text import Text

COLUMN_LABELS: Final[Mapping[str, Text]] = {
    "name": Text(en="Name", vi="Tên"),
    "mode": Text(en="Mode", vi="Phương thức"),
    "kind": Text(en="Kind", vi="Loại"),
    "unit": Text(en="Unit", vi="Đơn vị"),
    "t_per_day": Text(en="t/day", vi="tấn/ngày"),
    "t_main_per_day": Text(en="t/day, as main inland mode", vi="tấn/ngày, là phương thức chính"),
    "teu_per_day": Text(en="TEU/day", vi="TEU/ngày"),
    "tkm_per_day": Text(en="t·km/day", vi="tấn·km/ngày"),
    "vehicle_km_per_day": Text(en="vehicle-km/day", vi="xe·km/ngày"),
    "t_out_per_day": Text(en="Out, t/day", vi="Đi, tấn/ngày"),
    "t_in_per_day": Text(en="In, t/day", vi="Đến, tấn/ngày"),
    "teu_out_per_day": Text(en="Out, TEU/day", vi="Đi, TEU/ngày"),
    "teu_in_per_day": Text(en="In, TEU/day", vi="Đến, TEU/ngày"),
    "unserved_t_per_day": Text(en="Unserved, t/day", vi="Không phục vụ được, tấn/ngày"),
    "cost_per_day": Text(en="Price paid, VND/day", vi="Giá phải trả, đồng/ngày"),
    "resource_cost_per_day": Text(en="Resource cost, VND/day", vi="Chi phí nguồn lực, đồng/ngày"),
    "cost_per_t": Text(en="Price, VND/t", vi="Giá, đồng/tấn"),
    "emissions_kg_co2e_per_day": Text(en="kg CO2e/day", vi="kg CO2e/ngày"),
    "ttw_kg_co2e_per_day": Text(en="of which operation, kg CO2e/day", vi="trong đó vận hành, kg CO2e/ngày"),
    "wtt_kg_co2e_per_day": Text(
        en="of which energy provision, kg CO2e/day", vi="trong đó cung cấp năng lượng, kg CO2e/ngày"
    ),
    "mean_time_h": Text(en="Mean time, h", vi="Thời gian trung bình, giờ"),
    "share_t": Text(en="Share of t", vi="Tỷ lệ theo tấn"),
    "share_tkm": Text(en="Share of inland t·km", vi="Tỷ lệ theo tấn·km nội địa"),
    "share_teu": Text(en="Share of TEU", vi="Tỷ lệ theo TEU"),
    "barge_share": Text(en="of which by barge", vi="trong đó bằng sà lan"),
    "share_hcmc_ports": Text(en="HCMC ports", vi="Cảng TP.HCM"),
    "share_cai_mep": Text(en="Cái Mép", vi="Cái Mép"),
    "throughput_teu_per_day": Text(en="All handling, TEU/day", vi="Tổng xếp dỡ, TEU/ngày"),
    "throughput_t_per_day": Text(en="All handling, t/day", vi="Tổng xếp dỡ, tấn/ngày"),
    "residual_per_day": Text(en="Residual capacity a day", vi="Năng lực còn lại mỗi ngày"),
    "used_per_day": Text(en="Used a day", vi="Đã dùng mỗi ngày"),
    "utilisation": Text(en="Use of the residual", vi="Mức dùng phần còn lại"),
    "shadow_price": Text(en="Shadow price, VND per unit", vi="Giá bóng, đồng/đơn vị"),
    "shadow_money": Text(en="from money", vi="do tiền"),
    "shadow_time": Text(en="from time", vi="do thời gian"),
    "shadow_carbon": Text(en="from CO2e", vi="do CO2e"),
    "shadow_penalty": Text(en="from the penalty", vi="do tiền phạt"),
    "penalty_driven": Text(en="Driven by the penalty", vi="Do tiền phạt quyết định"),
    "commodity_id": Text(en="Commodity", vi="Mặt hàng"),
    "direction": Text(en="Direction", vi="Chiều"),
    "origin_id": Text(en="From", vi="Từ"),
    "destination_id": Text(en="To", vi="Đến"),
    "form": Text(en="Form", vi="Dạng"),
    "reason": Text(en="Reason", vi="Lý do"),
    "relaxation": Text(en="What would serve it", vi="Cần gì để phục vụ"),
    "model": Text(en="This run", vi="Kết quả tính"),
    "known": Text(en="Known", vi="Đã biết"),
    "low": Text(en="Low", vi="Thấp"),
    "mid": Text(en="Mid", vi="Giữa"),
    "high": Text(en="High", vi="Cao"),
    "difference_percent": Text(en="Difference, %", vi="Chênh lệch, %"),
    "within": Text(en="Within the range", vi="Trong khoảng"),
    "confidence": Text(en="Confidence", vi="Độ tin cậy"),
    "source": Text(en="Source", vi="Nguồn"),
    "gateway_group": Text(en="Gateway", vi="Cửa ngõ"),
    "access_mode": Text(en="Reached by", vi="Đến bằng"),
    "plan_share": Text(en="This plan", vi="Phương án này"),
    "calibrated_share": Text(en="Calibrated split", vi="Phân chia hiệu chỉnh"),
    "estimate_share": Text(en="Estimate", vi="Ước tính"),
    "difference_points": Text(en="Difference, points", vi="Chênh lệch, điểm"),
    "cost_low": Text(en="Cost at low, VND/day", vi="Chi phí khi thấp, đồng/ngày"),
    "cost_high": Text(en="Cost at high, VND/day", vi="Chi phí khi cao, đồng/ngày"),
    "cost_swing": Text(en="Swing, VND/day", vi="Biên độ, đồng/ngày"),
    "emissions_low": Text(en="CO2e at low, kg/day", vi="CO2e khi thấp, kg/ngày"),
    "emissions_high": Text(en="CO2e at high, kg/day", vi="CO2e khi cao, kg/ngày"),
    "cai_mep_points_low": Text(en="Cái Mép at low, points", vi="Cái Mép khi thấp, điểm"),
    "cai_mep_points_high": Text(en="Cái Mép at high, points", vi="Cái Mép khi cao, điểm"),
}

SCALED_LABELS: Final[Mapping[str, Text]] = {
    "cost_per_day": Text(en="Price paid, million VND/day", vi="Giá phải trả, triệu đồng/ngày"),
    "resource_cost_per_day": Text(en="Resource cost, million VND/day", vi="Chi phí nguồn lực, triệu đồng/ngày"),
    "cost_per_t": Text(en="Price, thousand VND/t", vi="Giá, nghìn đồng/tấn"),
    "emissions_kg_co2e_per_day": Text(en="t CO2e/day", vi="tấn CO2e/ngày"),
    "ttw_kg_co2e_per_day": Text(en="of which operation, t CO2e/day", vi="trong đó vận hành, tấn CO2e/ngày"),
    "wtt_kg_co2e_per_day": Text(
        en="of which energy provision, t CO2e/day", vi="trong đó cung cấp năng lượng, tấn CO2e/ngày"
    ),
    "cost_low": Text(en="Cost at low, million VND/day", vi="Chi phí khi thấp, triệu đồng/ngày"),
    "cost_high": Text(en="Cost at high, million VND/day", vi="Chi phí khi cao, triệu đồng/ngày"),
    "cost_swing": Text(en="Swing, million VND/day", vi="Biên độ, triệu đồng/ngày"),
    "emissions_low": Text(en="CO2e at low, t/day", vi="CO2e khi thấp, tấn/ngày"),
    "emissions_high": Text(en="CO2e at high, t/day", vi="CO2e khi cao, tấn/ngày"),
}


def column_label(column: str) -> Text:
    """Return the heading of a result column in its own unit; a column without one is headed by its own name."""
    return COLUMN_LABELS.get(column, Text(en=column, vi=column))


def scaled_label(column: str) -> Text:
    """Return the heading of a column where the report shows it in millions, thousands or tonnes."""
    return SCALED_LABELS.get(column, column_label(column))
