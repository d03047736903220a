"""Vehicles, their energy and cost, and the handling between modes."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from supplychain.columns import boolean, choice, identifier, number, reference, share, words
from supplychain.models.base import Ascending, AtLeastOne, Base, Different, Needs
from supplychain.models.groups import MoneyBasis, Names, Provenance
from supplychain.text import Text
from supplychain.vocabulary import FORMS, MODES, TERMINAL_KINDS


class Fuel(Names, Provenance, Base):
    """A fuel or electricity, with its emissions in use and in provision (ISO 14083)."""

    __tablename__ = "fuels"
    meaning = Text(en="Fuels and electricity with emission factors", vi="Nhiên liệu và điện, kèm hệ số phát thải")

    fuel_id: Mapped[str] = identifier("Key of the fuel", "Mã nhiên liệu")
    unit: Mapped[str] = choice(("l", "kWh", "kg"), "Unit it is measured in", "Đơn vị đo")
    ttw_kgco2e_per_unit: Mapped[float] = number(
        "kg CO2e/unit", "Emissions in use (tank to wheel)", "Phát thải khi sử dụng (từ bình đến bánh xe)"
    )
    wtt_kgco2e_per_unit: Mapped[float] = number(
        "kg CO2e/unit",
        "Emissions of its provision (well to tank)",
        "Phát thải khi sản xuất và cung ứng (từ giếng đến bình)",
    )


class Vehicle(Names, Provenance, Base):
    """A type of truck, train, barge, ship or aircraft."""

    __tablename__ = "vehicles"
    meaning = Text(en="Vehicle types", vi="Các loại phương tiện")
    rules = (
        AtLeastOne(("energy_full_per_km", "ttw_g_per_tkm")),
        Needs(("energy_full_per_km",), ("energy_empty_per_km", "fuel_id")),
        Needs(("ttw_g_per_tkm",), ("wtt_g_per_tkm",)),
        Ascending(("energy_empty_per_km", "energy_full_per_km")),
        Ascending(("payload_t", "gross_t")),
        Needs(("fleet",), ("fleet_hours_per_day",)),
    )

    vehicle_id: Mapped[str] = identifier("Key of the vehicle type", "Mã loại phương tiện")
    mode: Mapped[str] = choice(MODES, "Mode it runs on", "Phương thức vận tải")
    forms: Mapped[str] = words(FORMS, "Forms of cargo it carries", "Dạng hàng chở được")
    payload_t: Mapped[float] = number("t", "Most cargo it carries", "Tải trọng hàng", minimum=1e-6)
    payload_teu: Mapped[float | None] = number("TEU", "Most containers it carries", "Sức chở container", minimum=1e-6)
    pcu: Mapped[float | None] = number(
        "pcu", "Road space it takes, in passenger cars", "Hệ số quy đổi ra xe con", minimum=1e-6
    )
    max_speed_kmh: Mapped[float] = number("km/h", "Top speed laden", "Tốc độ tối đa khi có hàng", minimum=1.0)
    empty_return_share: Mapped[float] = share(
        "Empty vehicle-km for each laden vehicle-km", "Số km chạy rỗng trên mỗi km chạy có hàng"
    )
    toll_factor: Mapped[float | None] = number(
        None, "Its toll as a multiple of the class-5 toll", "Phí đường bộ so với xe loại 5"
    )
    fuel_id: Mapped[str | None] = reference("fuels.fuel_id", "Fuel it burns", "Nhiên liệu sử dụng")
    energy_full_per_km: Mapped[float | None] = number(
        "fuel unit/vehicle-km", "Energy use fully laden", "Tiêu hao khi đầy tải"
    )
    energy_empty_per_km: Mapped[float | None] = number(
        "fuel unit/vehicle-km", "Energy use empty", "Tiêu hao khi chạy rỗng"
    )
    ttw_g_per_tkm: Mapped[float | None] = number(
        "g CO2e/tkm", "Emissions in use, where energy is not known", "Phát thải khi sử dụng, nếu không rõ tiêu hao"
    )
    wtt_g_per_tkm: Mapped[float | None] = number(
        "g CO2e/tkm",
        "Emissions of energy provision, where energy is not known",
        "Phát thải cung ứng năng lượng, nếu không rõ tiêu hao",
    )
    default: Mapped[bool] = boolean(
        "Whether it is the vehicle of its mode and form on free links",
        "Có phải phương tiện mặc định của phương thức và dạng hàng hay không",
    )
    gross_t: Mapped[float | None] = number(
        "t",
        "Gross mass of a truck fully laden; empty: not known, held by every truck ban and by no weight limit",
        "Khối lượng toàn bộ của xe khi đầy tải; trống: chưa rõ, bị mọi lệnh cấm, qua mọi giới hạn khối lượng",
        minimum=1e-6,
    )
    draft_m: Mapped[float | None] = number(
        "m",
        "Depth a vessel needs laden, water under the keel included; empty: any depth will do",
        "Độ sâu tàu cần khi đầy tải, kể cả dự trữ dưới ki; trống: độ sâu nào cũng được",
    )
    air_draft_m: Mapped[float | None] = number(
        "m",
        "Height a vessel needs above the water; empty: any bridge will do",
        "Chiều cao tàu cần trên mặt nước; trống: cầu nào cũng qua được",
    )
    fleet: Mapped[float | None] = number(
        None,
        "Vehicles there are for the freight of the region; empty: not limited",
        "Số phương tiện có cho hàng của vùng; trống: không giới hạn",
    )
    fleet_hours_per_day: Mapped[float | None] = number(
        "h/d",
        "Hours each vehicle of the fleet is under way in a working day",
        "Số giờ mỗi phương tiện chạy trong một ngày làm việc",
        maximum=24.0,
    )


class Cost(MoneyBasis, Provenance, Base):
    """One component of what a vehicle costs."""

    __tablename__ = "costs"
    meaning = Text(en="Vehicle costs by component", vi="Chi phí phương tiện theo thành phần")
    rules = (Ascending(("low", "mid", "high")),)

    cost_id: Mapped[str] = identifier("Key of the cost", "Mã chi phí")
    vehicle_id: Mapped[str] = reference("vehicles.vehicle_id", "Vehicle type", "Loại phương tiện")
    component: Mapped[str] = choice(
        ("distance", "vehicle_hour", "cargo_fee"),
        "What the cost grows with",
        "Chi phí theo quãng đường (distance), giờ xe (vehicle_hour) hay lượng hàng (cargo_fee)",
    )
    unit: Mapped[str] = choice(
        ("vehicle-km", "vehicle-h", "tkm", "TEU-km", "TEU", "t"), "Unit the cost is for", "Đơn vị tính chi phí"
    )
    low: Mapped[float] = number("currency/unit", "Low value", "Giá trị thấp")
    mid: Mapped[float] = number("currency/unit", "Value computed with", "Giá trị dùng để tính")
    high: Mapped[float] = number("currency/unit", "High value", "Giá trị cao")
    resource_share: Mapped[float] = share(
        "Part that is a resource cost; the rest is margin, tax or transfer",
        "Phần là chi phí nguồn lực; còn lại là lợi nhuận, thuế hoặc chuyển giao",
    )


class Transshipment(MoneyBasis, Provenance, Base):
    """Handling from one mode to another at one kind of terminal."""

    __tablename__ = "transshipments"
    meaning = Text(en="Handling between modes by kind of terminal", vi="Xếp dỡ chuyển phương thức theo loại đầu mối")
    rules = (AtLeastOne(("cost_per_teu", "cost_per_t")), Different(("from_mode", "to_mode")))

    transshipment_id: Mapped[str] = identifier("Key of the handling", "Mã xếp dỡ")
    terminal_kind: Mapped[str] = choice(TERMINAL_KINDS, "Kind of terminal", "Loại đầu mối")
    from_mode: Mapped[str] = choice(MODES, "Mode the cargo comes by", "Phương thức đến")
    to_mode: Mapped[str] = choice(MODES, "Mode the cargo leaves by", "Phương thức đi")
    forms: Mapped[str] = words(FORMS, "Forms of cargo handled", "Dạng hàng xếp dỡ")
    cost_per_teu: Mapped[float | None] = number("currency/TEU", "Price per TEU", "Giá mỗi TEU")
    cost_per_t: Mapped[float | None] = number("currency/t", "Price per tonne", "Giá mỗi tấn")
    resource_share: Mapped[float] = share(
        "Part that is a resource cost; the rest is margin, tax or transfer",
        "Phần là chi phí nguồn lực; còn lại là lợi nhuận, thuế hoặc chuyển giao",
    )
    time_h: Mapped[float] = number("h", "Time from arrival to departure", "Thời gian từ lúc đến tới lúc đi")
    diesel_l_per_teu: Mapped[float | None] = number("l/TEU", "Diesel used per TEU", "Dầu diesel mỗi TEU")
    kwh_per_teu: Mapped[float | None] = number("kWh/TEU", "Electricity used per TEU", "Điện mỗi TEU")
    diesel_l_per_t: Mapped[float | None] = number("l/t", "Diesel used per tonne", "Dầu diesel mỗi tấn")
    kwh_per_t: Mapped[float | None] = number("kWh/t", "Electricity used per tonne", "Điện mỗi tấn")
