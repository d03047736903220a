"""Made-up firms of Vietnam, as many as wanted, the same for the same seed: what search is measured on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from supplychain.search.entries import Entry, HeldCertificate

GOODS: Final = (
    ("bo mạch in nhiều lớp", "multilayer printed circuit board", "853400", "26100", "Điện tử"),
    ("mạch in mềm", "flexible printed circuit", "853400", "26100", "Điện tử"),
    ("tấm pin mặt trời", "solar panel", "854143", "26100", "Năng lượng"),
    ("chip nhớ bán dẫn", "semiconductor memory chip", "854232", "26100", "Bán dẫn"),
    ("cảm biến nhiệt độ", "temperature sensor", "902519", "26510", "Thiết bị"),
    ("tụ điện nhôm", "aluminium capacitor", "853222", "26100", "Điện tử"),
    ("biến áp nguồn", "power transformer", "850431", "27102", "Điện"),
    ("động cơ điện một chiều", "direct current electric motor", "850132", "27101", "Điện"),
    ("dây cáp điện đồng", "copper electric cable", "854449", "27320", "Dây cáp"),
    ("dây điện bọc nhựa", "plastic insulated wire", "854449", "27320", "Dây cáp"),
    ("ắc quy lithium", "lithium battery", "850760", "27200", "Năng lượng"),
    ("đèn chiếu sáng công nghiệp", "industrial lighting fixture", "940511", "27400", "Chiếu sáng"),
    ("tủ điện điều khiển", "electrical control cabinet", "853710", "27102", "Điện"),
    ("linh kiện nhựa ép phun", "injection moulded plastic part", "392690", "22209", "Nhựa"),
    ("bao bì nhựa mềm", "flexible plastic packaging", "392321", "22201", "Bao bì"),
    ("thùng nhựa công nghiệp", "industrial plastic crate", "392310", "22201", "Nhựa"),
    ("ống nhựa chịu nhiệt", "heat resistant plastic pipe", "391723", "22209", "Nhựa"),
    ("hạt nhựa tái sinh", "recycled plastic granule", "390190", "20131", "Nhựa"),
    ("màng co công nghiệp", "industrial shrink film", "392010", "22201", "Bao bì"),
    ("khuôn ép nhựa chính xác", "precision plastic injection mould", "848071", "25920", "Khuôn mẫu"),
    ("khuôn dập kim loại", "metal stamping die", "820730", "25920", "Khuôn mẫu"),
    ("chi tiết gia công cơ khí chính xác", "precision machined part", "848790", "25920", "Cơ khí"),
    ("trục thép gia công", "machined steel shaft", "848310", "28140", "Cơ khí"),
    ("bánh răng thép", "steel gear", "848340", "28140", "Cơ khí"),
    ("vòng bi cầu", "ball bearing", "848210", "28140", "Cơ khí"),
    ("ốc vít thép không gỉ", "stainless steel screw", "731815", "25999", "Ốc vít"),
    ("bu lông cường độ cao", "high strength bolt", "731815", "25999", "Ốc vít"),
    ("lò xo thép", "steel spring", "732020", "25999", "Cơ khí"),
    ("khung thép hàn", "welded steel frame", "730890", "25110", "Kết cấu thép"),
    ("nhà thép tiền chế", "prefabricated steel building", "940690", "25110", "Kết cấu thép"),
    ("tôn lợp mạ màu", "colour coated roofing sheet", "721070", "24100", "Thép"),
    ("ống thép mạ kẽm", "galvanised steel pipe", "730630", "24100", "Thép"),
    ("thép tấm cán nóng", "hot rolled steel plate", "720839", "24100", "Thép"),
    ("nhôm định hình", "aluminium profile", "760429", "24202", "Nhôm"),
    ("phôi nhôm đúc", "cast aluminium blank", "760120", "24320", "Đúc"),
    ("gang đúc chi tiết máy", "cast iron machine part", "732599", "24310", "Đúc"),
    ("van công nghiệp", "industrial valve", "848180", "28130", "Van"),
    ("bơm nước công nghiệp", "industrial water pump", "841370", "28130", "Bơm"),
    ("máy nén khí", "air compressor", "841480", "28130", "Máy nén"),
    ("băng tải con lăn", "roller conveyor", "842839", "28160", "Băng tải"),
    ("robot hàn tự động", "automatic welding robot", "847950", "28299", "Tự động hóa"),
    ("máy đóng gói tự động", "automatic packing machine", "842240", "28299", "Máy đóng gói"),
    ("sơn tĩnh điện", "powder coating", "320890", "20221", "Sơn"),
    ("sơn gỗ gốc nước", "water based wood paint", "320910", "20221", "Sơn"),
    ("keo dán công nghiệp", "industrial adhesive", "350691", "20290", "Hóa chất"),
    ("hóa chất xử lý nước", "water treatment chemical", "382499", "20290", "Hóa chất"),
    ("phân bón hữu cơ", "organic fertiliser", "310100", "20120", "Phân bón"),
    ("mực in bao bì", "packaging printing ink", "321511", "20221", "Mực in"),
    ("cao su kỹ thuật", "technical rubber part", "401699", "22190", "Cao su"),
    ("găng tay cao su", "rubber glove", "401519", "22190", "Cao su"),
    ("lốp xe tải", "truck tyre", "401120", "22110", "Lốp"),
    ("gioăng phớt cao su", "rubber seal gasket", "401693", "22190", "Cao su"),
    ("thùng carton sóng", "corrugated carton box", "481910", "17021", "Bao bì"),
    ("giấy kraft cuộn", "kraft paper roll", "480411", "17010", "Giấy"),
    ("tem nhãn in decal", "printed decal label", "482110", "18110", "In"),
    ("khay giấy định hình", "moulded paper tray", "482370", "17090", "Bao bì"),
    ("pallet gỗ thông", "pine wood pallet", "441520", "16230", "Gỗ"),
    ("bàn ghế gỗ văn phòng", "wooden office furniture", "940330", "31001", "Nội thất"),
    ("tủ bếp gỗ công nghiệp", "engineered wood kitchen cabinet", "940340", "31001", "Nội thất"),
    ("giường gỗ cao su", "rubberwood bed", "940350", "31001", "Nội thất"),
    ("ván ép phủ phim", "film faced plywood", "441231", "16210", "Gỗ"),
    ("ván sàn gỗ", "wood flooring", "440929", "16210", "Gỗ"),
    ("viên nén gỗ", "wood pellet", "440131", "16291", "Năng lượng"),
    ("sofa bọc da", "leather upholstered sofa", "940161", "31009", "Nội thất"),
    ("vải dệt kim cotton", "cotton knitted fabric", "600622", "13910", "Dệt"),
    ("vải không dệt", "nonwoven fabric", "560312", "13990", "Dệt"),
    ("sợi polyester", "polyester yarn", "540233", "13110", "Sợi"),
    ("áo thun xuất khẩu", "knitted shirt", "610910", "14100", "May"),
    ("quần áo bảo hộ lao động", "protective workwear", "621132", "14100", "May"),
    ("ba lô túi xách", "backpack and bag", "420292", "15120", "Túi xách"),
    ("đế giày cao su", "rubber shoe sole", "640620", "15200", "Giày"),
    ("giày thể thao", "sports shoe", "640411", "15200", "Giày"),
    ("da thuộc", "tanned leather", "410711", "15110", "Da"),
    ("chỉ may công nghiệp", "industrial sewing thread", "540110", "13110", "Sợi"),
    ("khóa kéo kim loại", "metal zipper", "960711", "32900", "Phụ liệu"),
    ("nút áo nhựa", "plastic button", "960621", "32900", "Phụ liệu"),
    ("gạo trắng hạt dài", "long grain white rice", "100630", "10611", "Gạo"),
    ("cà phê rang xay", "roasted ground coffee", "090121", "10770", "Cà phê"),
    ("hạt điều nhân", "cashew kernel", "080132", "10309", "Hạt điều"),
    ("tiêu đen", "black pepper", "090411", "10309", "Gia vị"),
    ("tôm đông lạnh", "frozen shrimp", "030617", "10201", "Thủy sản"),
    ("cá tra phi lê", "pangasius fillet", "030462", "10201", "Thủy sản"),
    ("trái cây sấy", "dried fruit", "081340", "10309", "Thực phẩm"),
    ("nước ép trái cây", "fruit juice", "200989", "10301", "Đồ uống"),
    ("thức ăn chăn nuôi", "animal feed", "230990", "10800", "Chăn nuôi"),
    ("bánh kẹo", "confectionery", "170490", "10730", "Thực phẩm"),
    ("nước khoáng đóng chai", "bottled mineral water", "220110", "11041", "Đồ uống"),
    ("kính cường lực", "tempered glass", "700719", "23100", "Kính"),
    ("gạch men lát nền", "ceramic floor tile", "690721", "23920", "Gạch"),
    ("gốm sứ mỹ nghệ", "art ceramics", "691310", "23930", "Gốm"),
    ("bê tông đúc sẵn", "precast concrete", "681099", "23950", "Bê tông"),
    ("xi măng rời", "bulk cement", "252329", "23941", "Xi măng"),
    ("phụ tùng xe máy", "motorcycle spare part", "871410", "30910", "Phụ tùng"),
    ("dây điện ô tô", "automotive wiring harness", "854430", "29300", "Phụ tùng"),
    ("xe đạp điện", "electric bicycle", "871160", "30920", "Xe đạp"),
    ("vỏ tàu composite", "composite boat hull", "890399", "30110", "Đóng tàu"),
    ("kim tiêm y tế", "medical needle", "901832", "32501", "Y tế"),
    ("khẩu trang y tế", "medical face mask", "630790", "32501", "Y tế"),
    ("dược phẩm viên nén", "pharmaceutical tablet", "300490", "21001", "Dược"),
    ("tinh dầu thiên nhiên", "natural essential oil", "330129", "20231", "Mỹ phẩm"),
)
"""Vietnamese and English name, HS code, VSIC 2025 code, and the word that firms of the trade put in their name."""

EXTRAS: Final = (
    "",
    "",
    "",
    "xuất khẩu",
    "theo bản vẽ",
    "chất lượng cao",
    "loại A",
    "dùng cho ô tô",
    "giá sỉ",
    "theo yêu cầu",
)
FORMS: Final = ("Công ty TNHH", "Công ty TNHH MTV", "Công ty Cổ phần", "Cty TNHH", "DNTN", "Công ty TNHH SX TM")
_SYLLABLES: Final = (
    "An Bình Châu Chí Công Cường Đại Đạt Đông Đức Gia Giang Hà Hải Hạnh Hậu Hiền Hiệp Hoa Hòa Hoàng Hồng Huy Hùng "
    "Hưng Khang Khánh Khoa Kiên Kim Lâm Lan Lập Liên Linh Lộc Lợi Long Mai Minh Mỹ Nam Nghĩa Ngọc Nguyên Nhật Nhân "
    "Phát Phong Phú Phúc Phước Phương Quang Quân Quốc Quý Sơn Tài Tâm Tân Thái Thắng Thành Thảo Thiên Thịnh Thọ Thuận "
    "Thủy Tiến Tín Toàn Trí Trung Trường Tuấn Tùng Tường Uy Vạn Việt Vinh Vĩnh Vũ Vượng Xuân Yên"
)
SYLLABLES: Final = tuple(_SYLLABLES.split())
CENTRES: Final = (
    (106.65, 11.00, 22),
    (106.70, 10.78, 22),
    (106.95, 10.95, 12),
    (107.15, 10.55, 5),
    (106.42, 10.60, 6),
    (105.85, 21.03, 12),
    (106.08, 21.19, 6),
    (106.68, 20.86, 5),
    (108.21, 16.06, 4),
    (105.78, 10.03, 4),
    (107.10, 11.90, 2),
)
"""Longitude, latitude and weight of the places firms gather round."""

SPREAD_DEG: Final = 0.16
SCHEMES: Final = ("ISO 9001:2015", "ISO 14001:2015", "IATF 16949:2016", "FSC CoC", "ISO 45001:2018", "HACCP")
FIRST_DAY: Final = date(2024, 7, 1)
LAST_DAY: Final = date(2027, 6, 30)


@dataclass(frozen=True, slots=True, eq=False)
class Firms:
    """What is drawn for so many firms, in columns.

    Parameters
    ----------
    goods, extra, form
        Places in ``GOODS`` (two for each firm), ``EXTRAS`` and ``FORMS``.
    syllables
        Places in ``SYLLABLES``, three for each firm; the third is -1 where the name has two.
    lon, lat
        WGS 84 degrees, rounded to a millionth; NaN for the firms whose position nobody knows.
    capacity_t
        Tonnes a month of the first offer, a whole number of tenths.
    draw
        A number from 0 to 1 that decides what else a firm has.
    """

    goods: NDArray[np.int64]
    extra: NDArray[np.int64]
    form: NDArray[np.int64]
    syllables: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    capacity_t: NDArray[np.float64]
    draw: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.lon)


def draw_firms(count: int, seed: int = 0) -> Firms:
    """Return so many made-up firms; the same for the same count and seed.

    Trades are not equally common: the weight of each is 1 ÷ (3 + its place in a shuffled order).
    """
    random = np.random.default_rng(seed)
    weight = 1.0 / (3.0 + random.permutation(len(GOODS)))
    centre = random.choice(len(CENTRES), count, p=np.array([one[2] for one in CENTRES]) / 100.0)
    middle = np.array([one[:2] for one in CENTRES])[centre]
    place = np.round(middle + random.normal(0.0, SPREAD_DEG, (count, 2)), 6)
    place[random.random(count) < 0.02] = np.nan
    syllables = random.integers(0, len(SYLLABLES), (count, 3))
    syllables[random.random(count) < 0.4, 2] = -1
    return Firms(
        goods=random.choice(len(GOODS), (count, 2), p=weight / weight.sum()),
        extra=random.integers(0, len(EXTRAS), count),
        form=random.integers(0, len(FORMS), count),
        syllables=syllables,
        lon=place[:, 0],
        lat=place[:, 1],
        capacity_t=np.round(random.lognormal(3.0, 1.2, count), 1),
        draw=random.random(count),
    )


def firm_entries(firms: Firms) -> Iterator[Entry]:
    """Yield what search can find of the firms, all of it marked as made up.

    One firm in twenty has no offer, one in eight has two; two in a hundred are shown to partners alone and one is
    private; every third holds a certificate.
    """
    columns = (
        firms.goods,
        firms.extra,
        firms.form,
        firms.syllables,
        firms.lon,
        firms.lat,
        firms.capacity_t,
        firms.draw,
    )
    for number, row in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
        yield from _entries(number, *row)


def _entries(  # noqa: PLR0913, PLR0917 - a row of the columns
    number: int,
    goods: list[int],
    extra: int,
    form: int,
    syllables: list[int],
    lon: float,
    lat: float,
    capacity_t: float,
    draw: float,
) -> Iterator[Entry]:
    brand = " ".join(SYLLABLES[place] for place in syllables if place >= 0)
    trade = GOODS[goods[0]]
    is_placed = lon == lon  # noqa: PLR0124 - not NaN
    certificates: tuple[HeldCertificate, ...] = ()
    if number % 3 == 0:
        certificates = (HeldCertificate(SCHEMES[number // 3 % len(SCHEMES)], FIRST_DAY, LAST_DAY),)
    offers = 0 if draw < 0.05 else 2 if draw > 0.875 else 1
    for at in range(max(offers, 1)):
        good = GOODS[goods[at]]
        name = f"{good[0]} {EXTRAS[extra]}".strip()
        yield Entry(
            organisation_id=f"syn_{number:07d}",
            kind="offer" if offers else "facility",
            record_id=f"syn_offer_{number:07d}_{at}" if offers else f"syn_facility_{number:07d}",
            facility_id=f"syn_facility_{number:07d}",
            articles=(name, good[1]) if offers else (),
            names=(f"{FORMS[form]} {trade[4]} {brand}",),
            own_codes=(f"hs:{good[2]}",) if offers else (),
            codes=(f"vsic2025:{trade[3]}",),
            lon=lon if is_placed else None,
            lat=lat if is_placed else None,
            capacity_t=capacity_t if offers else None,
            capacity=capacity_t if offers else None,
            certificates=certificates,
            level=0 if number % 100 > 2 else 1 + number % 2,
            synthetic=True,
            offer_kind="goods" if offers else "",
        )
