"""Where figures come from, what is assumed, and how money is brought to one price year."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from supplychain.columns import choice, identifier, integer, number, reference, text, year
from supplychain.models.base import Ascending, Base, UniqueTogether
from supplychain.models.groups import Names, Provenance, Recorded
from supplychain.text import Text
from supplychain.vocabulary import CONFIDENCES, CURRENCIES


class Region(Base):
    """The region whose pack this database holds: the content of ``pack.yaml``, one row."""

    __tablename__ = "regions"
    meaning = Text(en="The region of the pack (pack.yaml)", vi="Vùng của gói dữ liệu (pack.yaml)")

    region_id: Mapped[str] = identifier("Key of the region", "Mã vùng")
    name_vi: Mapped[str] = text("Name in Vietnamese", "Tên tiếng Việt")
    name_en: Mapped[str] = text("Name in English", "Tên tiếng Anh")
    currency: Mapped[str] = choice(CURRENCIES, "Currency of all results", "Đồng tiền của mọi kết quả")
    price_year: Mapped[int] = year("Price level of all results", "Mặt bằng giá của mọi kết quả")
    base_year: Mapped[int] = year("Year of the trade and freight figures", "Năm gốc của số liệu hàng hóa")
    crs: Mapped[str] = text("CRS of the coordinates", "Hệ tọa độ")
    licence: Mapped[str] = text("Licence of the pack", "Giấy phép của gói dữ liệu")
    remark_vi: Mapped[str | None] = text("Remark in Vietnamese", "Ghi chú tiếng Việt")
    remark_en: Mapped[str | None] = text("Remark in English", "Ghi chú tiếng Anh")


class DataSource(Recorded, Base):
    """A document or data set, or the authors' own estimate, that rows name as their source."""

    __tablename__ = "sources"
    meaning = Text(en="Sources that rows name", vi="Các nguồn mà từng dòng dẫn tới")

    source_id: Mapped[str] = identifier("Key of the source", "Mã nguồn")
    title: Mapped[str] = text("Title", "Tên tài liệu")
    publisher: Mapped[str | None] = text("Who published it", "Đơn vị công bố")
    year: Mapped[int | None] = year("Year of publication", "Năm công bố")
    kind: Mapped[str] = choice(
        ("official", "press", "company", "open_data", "research", "own_estimate"),
        "Kind of source",
        "Loại nguồn: văn bản nhà nước, báo chí, doanh nghiệp, dữ liệu mở, nghiên cứu, ước tính của tác giả",
    )
    licence: Mapped[str | None] = text("Licence, where one is stated", "Giấy phép, nếu có nêu")
    reference: Mapped[str] = text("How to find it again", "Cách tìm lại tài liệu")
    remark: Mapped[str | None] = text("Remark", "Ghi chú")


class Assumption(Names, Base):
    """A figure nobody has measured: a range, the reasoning, and what would replace it."""

    __tablename__ = "assumptions"
    meaning = Text(en="Assumptions with range and reasoning", vi="Các giả định, kèm khoảng giá trị và lập luận")
    rules = (Ascending(("low", "mid", "high")),)

    assumption_id: Mapped[str] = identifier("Key of the assumption", "Mã giả định")
    unit: Mapped[str] = text("Unit of low, mid and high", "Đơn vị của low, mid, high")
    low: Mapped[float] = number(None, "Low end of the range", "Giá trị thấp", minimum=None)
    mid: Mapped[float] = number(
        None, "Value the program computes with", "Giá trị chương trình dùng để tính", minimum=None
    )
    high: Mapped[float] = number(None, "High end of the range", "Giá trị cao", minimum=None)
    kind: Mapped[str] = choice(
        ("value", "factor"),
        "value: read by the program itself; factor: multiplies a column (its mid is 1)",
        "value: chương trình đọc trực tiếp; factor: nhân vào một cột (mid bằng 1)",
    )
    applies_to: Mapped[str | None] = text(
        "For a factor: the column it multiplies, as table.column",
        "Với factor: cột được nhân, viết bảng.cột",
    )
    reasoning: Mapped[str] = text("Why this range", "Lập luận cho khoảng giá trị")
    replaced_by: Mapped[str] = text("What would replace the assumption", "Số liệu nào sẽ thay thế giả định")
    swing_cost_percent: Mapped[float | None] = number(
        "%",
        "Larger change of the base plan's cost between low and high; measured by `hinterland swing --write`",
        "Thay đổi lớn hơn của chi phí phương án nền khi lấy low hoặc high; đo bằng `hinterland swing --write`",
    )
    swing_emissions_percent: Mapped[float | None] = number(
        "%",
        "Larger change of the base plan's CO2e between low and high; measured by `hinterland swing --write`",
        "Thay đổi lớn hơn của CO2e phương án nền khi lấy low hoặc high; đo bằng `hinterland swing --write`",
    )
    swing_gateway_points: Mapped[float | None] = number(
        "percentage points",
        "Largest change of a gateway's share between low and high; measured by `hinterland swing --write`",
        "Thay đổi lớn nhất của tỷ lệ một cửa ngõ khi lấy low hoặc high; đo bằng `hinterland swing --write`",
    )
    source: Mapped[str] = reference("sources.source_id", "Where the figures come from", "Nguồn số liệu", sort_order=100)
    confidence: Mapped[str] = choice(
        CONFIDENCES,
        "How far the row can be trusted",
        "Độ tin cậy: cao (high), trung bình (medium), ước tính (estimate), giả định (assumption)",
        sort_order=101,
    )


class Rate(Provenance, Base):
    """An exchange rate or a deflator of one currency in one year."""

    __tablename__ = "rates"
    meaning = Text(en="Exchange rates and deflators", vi="Tỷ giá và chỉ số giảm phát")
    rules = (UniqueTogether(("kind", "currency", "year")),)

    rate_id: Mapped[str] = identifier("Key of the rate", "Mã tỷ giá hoặc chỉ số")
    kind: Mapped[str] = choice(
        ("exchange", "deflator"),
        "exchange: VND for 1 unit of the currency; deflator: price index",
        "exchange: số VND cho 1 đơn vị tiền; deflator: chỉ số giá",
    )
    currency: Mapped[str] = choice(CURRENCIES, "Currency", "Đồng tiền")
    year: Mapped[int] = integer("year", "Calendar year", "Năm", minimum=1950, maximum=2100)
    value: Mapped[float] = number(
        "VND or index", "Rate or index, year average", "Tỷ giá hoặc chỉ số bình quân năm", minimum=1e-6
    )
