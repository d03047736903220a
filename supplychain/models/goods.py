"""What is carried: commodities, industry mixes, and the trade figures they are balanced to."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from supplychain.columns import (
    choice,
    identifier,
    loose_reference,
    number,
    reference,
    reference_list,
    share,
    text,
    words,
)
from supplychain.models.base import Ascending, Base, Different, ExactlyOne, UniqueTogether
from supplychain.models.groups import Names, Provenance
from supplychain.text import Text
from supplychain.vocabulary import DIRECTIONS, MODES


class Commodity(Names, Provenance, Base):
    """A class of goods with what freight needs to know of it."""

    __tablename__ = "commodities"
    meaning = Text(en="Classes of goods", vi="Các nhóm hàng")

    commodity_id: Mapped[str] = identifier("Key of the commodity", "Mã nhóm hàng")
    hs_chapters: Mapped[str | None] = text("HS 2022 chapters it covers", "Các chương HS 2022")
    usd_per_t_export: Mapped[float | None] = number(
        "USD/t", "Export value per tonne", "Giá trị xuất khẩu mỗi tấn", minimum=1e-6
    )
    usd_per_t_import: Mapped[float | None] = number(
        "USD/t", "Import value per tonne", "Giá trị nhập khẩu mỗi tấn", minimum=1e-6
    )
    t_per_teu: Mapped[float] = number("t/TEU", "Cargo in one TEU", "Lượng hàng trong một TEU", minimum=1e-6)
    container_share_export: Mapped[float] = share(
        "Part of export tonnes in containers", "Tỷ lệ tấn xuất khẩu đóng container"
    )
    container_share_import: Mapped[float] = share(
        "Part of import tonnes in containers", "Tỷ lệ tấn nhập khẩu đóng container"
    )
    container_share_domestic: Mapped[float] = share(
        "Part of domestic tonnes in containers", "Tỷ lệ tấn nội địa đóng container"
    )
    box: Mapped[str] = choice(("container", "reefer"), "Kind of container", "Loại container")
    container_size: Mapped[str] = choice(("20", "40", "40HC"), "Usual container", "Cỡ container thường dùng")
    value_of_time_usd_per_t_h: Mapped[float] = number(
        "USD/t/h",
        "What an hour of transport costs the owner of a tonne, in prices of the base year",
        "Giá trị thời gian của một tấn hàng, theo giá năm gốc",
    )
    modes: Mapped[str] = words(MODES, "Modes it may use", "Các phương thức được dùng")
    vehicles: Mapped[str | None] = reference_list(
        "vehicles.vehicle_id", "Vehicles that may carry it; empty: any", "Phương tiện được chở; trống: mọi phương tiện"
    )
    max_time_h: Mapped[float | None] = number(
        "h",
        "Most hours from door to market, waiting included; empty: no limit",
        "Thời gian tối đa từ kho đến thị trường, kể cả chờ; trống: không giới hạn",
        minimum=1e-6,
    )
    max_distance_km: Mapped[float | None] = number(
        "km",
        "Most kilometres from door to market; empty: no limit",
        "Quãng đường tối đa từ kho đến thị trường; trống: không giới hạn",
        minimum=1e-6,
    )
    unmet_penalty_vnd_per_t: Mapped[float | None] = number(
        "VND/t",
        "Penalty of a tonne left, of the price year of the region; empty: by the two penalty assumptions",
        "Mức phạt mỗi tấn không chở, theo năm giá của vùng; trống: theo hai giả định về mức phạt",
        minimum=1.0,
        maximum=1e12,
    )


class IndustryMix(Provenance, Base):
    """How much of a commodity a leased hectare with this mix sends and receives, as weights."""

    __tablename__ = "industry_mixes"
    meaning = Text(en="Weights of commodities by industry mix", vi="Trọng số nhóm hàng theo cơ cấu ngành")
    rules = (UniqueTogether(("mix_id", "commodity_id")),)

    mix_row_id: Mapped[str] = identifier("Key of the row", "Mã dòng")
    mix_id: Mapped[str] = text("Industry mix", "Mã cơ cấu ngành")
    commodity_id: Mapped[str] = reference("commodities.commodity_id", "Commodity", "Nhóm hàng")
    out_weight: Mapped[float] = number("weight/ha", "Weight of what is sent", "Trọng số hàng đi")
    in_weight: Mapped[float] = number("weight/ha", "Weight of what is received", "Trọng số hàng đến")


class Trade(Provenance, Base):
    """A seed figure of trade by commodity, direction and market."""

    __tablename__ = "trade"
    meaning = Text(
        en="Trade by commodity, direction and market (seed)", vi="Hàng hóa theo nhóm, chiều và thị trường (gốc)"
    )
    rules = (
        ExactlyOne(("value_musd", "mass_t_per_year")),
        UniqueTogether(("commodity_id", "direction", "market_id")),
    )

    trade_id: Mapped[str] = identifier("Key of the row", "Mã dòng")
    commodity_id: Mapped[str] = reference("commodities.commodity_id", "Commodity", "Nhóm hàng")
    direction: Mapped[str] = choice(
        DIRECTIONS, "Way the goods go", "Chiều: xuất khẩu, nhập khẩu, nội địa đi, nội địa đến"
    )
    market_id: Mapped[str] = reference("markets.market_id", "Market", "Thị trường")
    value_musd: Mapped[float | None] = number("million USD/year", "Value", "Giá trị")
    mass_t_per_year: Mapped[float | None] = number("t/year", "Mass", "Khối lượng")


class Control(Provenance, Base):
    """A total that the balanced trade table must meet exactly."""

    __tablename__ = "controls"
    meaning = Text(en="Totals the trade table is balanced to", vi="Các tổng mà bảng hàng hóa phải khớp")
    rules = (
        ExactlyOne(("value_musd", "mass_t_per_year")),
        UniqueTogether(("direction", "commodity_id", "market_id")),
    )

    control_id: Mapped[str] = identifier("Key of the total", "Mã tổng khống chế")
    direction: Mapped[str] = choice(
        DIRECTIONS, "Way the goods go", "Chiều: xuất khẩu, nhập khẩu, nội địa đi, nội địa đến"
    )
    commodity_id: Mapped[str | None] = reference(
        "commodities.commodity_id", "Commodity; empty for all", "Nhóm hàng; để trống là mọi nhóm"
    )
    market_id: Mapped[str | None] = reference(
        "markets.market_id", "Market; empty for all", "Thị trường; để trống là mọi thị trường"
    )
    value_musd: Mapped[float | None] = number("million USD/year", "Value", "Giá trị")
    mass_t_per_year: Mapped[float | None] = number("t/year", "Mass", "Khối lượng")


class Estimate(Provenance, Base):
    """A figure of the base year from outside, against which results are held."""

    __tablename__ = "estimates"
    meaning = Text(en="Known figures results are held against", vi="Các con số đã biết để đối chiếu kết quả")
    rules = (Ascending(("low", "central", "high")),)

    estimate_id: Mapped[str] = identifier("Key of the estimate", "Mã ước tính")
    item: Mapped[str] = text("What is estimated", "Nội dung ước tính")
    quantity: Mapped[str] = text("Name the program knows the quantity by", "Tên đại lượng trong chương trình")
    central: Mapped[float] = number(None, "Central value", "Giá trị giữa", minimum=None)
    low: Mapped[float | None] = number(None, "Low value", "Giá trị thấp", minimum=None)
    high: Mapped[float | None] = number(None, "High value", "Giá trị cao", minimum=None)
    unit: Mapped[str] = text("Unit", "Đơn vị")
    reasoning: Mapped[str] = text("Why this figure", "Lập luận")


class KnownDistance(Provenance, Base):
    """A distance known from outside, against which the network is held."""

    __tablename__ = "known_distances"
    meaning = Text(en="Known distances the network is held against", vi="Các cự ly đã biết để kiểm tra mạng lưới")
    rules = (Ascending(("km_low", "km", "km_high")), Different(("from_id", "to_id")))

    distance_id: Mapped[str] = identifier("Key of the distance", "Mã cự ly")
    from_id: Mapped[str] = loose_reference(
        ("parks.park_id", "zones.zone_id", "terminals.terminal_id"), "Place it starts at", "Điểm đầu"
    )
    to_id: Mapped[str] = loose_reference(
        ("parks.park_id", "zones.zone_id", "terminals.terminal_id"), "Place it ends at", "Điểm cuối"
    )
    mode: Mapped[str] = choice(MODES, "Mode", "Phương thức")
    km_low: Mapped[float] = number("km", "Least it can be", "Cự ly thấp nhất", minimum=0.001)
    km: Mapped[float] = number("km", "Distance", "Cự ly", minimum=0.001)
    km_high: Mapped[float] = number("km", "Most it can be", "Cự ly cao nhất", minimum=0.001)
