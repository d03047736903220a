"""What the words are called that columns of the registry and of networks hold."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from supplychain.text import Text

Words = tuple[tuple[str, Text], ...]

WORDS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "air": Text(en="air", vi="đường hàng không"),
        "airport": Text(en="airport", vi="cảng hàng không"),
        "articulated": Text(en="articulated lorry", vi="xe đầu kéo"),
        "assumption": Text(en="assumption", vi="giả định"),
        "backward": Text(en="backward", vi="ngược chiều vẽ"),
        "barrier": Text(en="barrier", vi="rào chắn"),
        "branch": Text(en="branch line", vi="đường nhánh"),
        "building": Text(en="being built", vi="đang xây"),
        "cai_mep": Text(en="Cái Mép", vi="Cái Mép"),
        "campus": Text(en="campus", vi="khuôn viên"),
        "car": Text(en="car", vi="ô tô con"),
        "closed": Text(en="closed", vi="đã đóng"),
        "crossover": Text(en="crossover", vi="đường nối"),
        "dry_port": Text(en="dry port", vi="cảng cạn"),
        "estimate": Text(en="estimate", vi="ước tính"),
        "expressway": Text(en="expressway", vi="đường cao tốc"),
        "extract_edge": Text(en="edge of the extract", vi="mép vùng cắt dữ liệu"),
        "factory": Text(en="factory", vi="nhà máy"),
        "ferry": Text(en="ferry", vi="phà"),
        "ferry_terminal": Text(en="ferry terminal", vi="bến phà"),
        "forward": Text(en="forward", vi="xuôi chiều vẽ"),
        "gate": Text(en="gate", vi="cổng"),
        "goods": Text(en="goods van up to 3.5 t", vi="xe tải nhẹ đến 3,5 t"),
        "hcmc_ports": Text(en="HCMC ports", vi="cảng TP.HCM"),
        "hgv": Text(en="rigid lorry", vi="xe tải thùng"),
        "high": Text(en="high", vi="cao"),
        "icd": Text(en="ICD", vi="ICD"),
        "industrial": Text(en="industrial track", vi="đường sắt công nghiệp"),
        "inland_waterway": Text(en="inland waterway", vi="đường thủy nội địa"),
        "laboratory": Text(en="laboratory", vi="phòng thí nghiệm"),
        "level_crossing": Text(en="level crossing", vi="đường ngang"),
        "living_street": Text(en="living street", vi="đường nội khu"),
        "lock": Text(en="lock", vi="âu thuyền"),
        "main": Text(en="main line", vi="chính tuyến"),
        "medium": Text(en="medium", vi="trung bình"),
        "motorway": Text(en="motorway", vi="đường cao tốc (motorway)"),
        "motorway_link": Text(en="motorway ramp", vi="nhánh cao tốc (motorway)"),
        "office": Text(en="office", vi="văn phòng"),
        "open": Text(en="open", vi="đang hoạt động"),
        "other": Text(en="other", vi="khác"),
        "partners": Text(en="partners of its owner", vi="đối tác của chủ hồ sơ"),
        "paved": Text(en="paved", vi="có rải mặt"),
        "pcu": Text(en="passenger car units", vi="xe con quy đổi"),
        "planned": Text(en="planned", vi="quy hoạch"),
        "primary": Text(en="primary road", vi="đường cấp một"),
        "primary_link": Text(en="primary ramp", vi="nhánh đường cấp một"),
        "private": Text(en="its owner alone", vi="riêng chủ hồ sơ"),
        "public": Text(en="everybody", vi="mọi người"),
        "rail": Text(en="rail", vi="đường sắt"),
        "rail_branch": Text(en="branch railway", vi="đường sắt nhánh"),
        "rail_main": Text(en="main railway", vi="đường sắt chính"),
        "rail_station": Text(en="rail station", vi="ga đường sắt"),
        "rail_yard": Text(en="railway yard", vi="bãi đường sắt"),
        "residential": Text(en="residential road", vi="đường khu dân cư"),
        "river_port": Text(en="river port", vi="cảng thủy nội địa"),
        "road": Text(en="road", vi="đường bộ"),
        "sea": Text(en="sea", vi="đường biển"),
        "seaport": Text(en="seaport", vi="cảng biển"),
        "secondary": Text(en="secondary road", vi="đường cấp hai"),
        "secondary_link": Text(en="secondary ramp", vi="nhánh đường cấp hai"),
        "service": Text(en="service road", vi="đường nội bộ"),
        "siding": Text(en="siding", vi="đường tránh tàu"),
        "spur": Text(en="spur", vi="đường cụt"),
        "t": Text(en="tonnes", vi="tấn"),
        "tertiary": Text(en="tertiary road", vi="đường cấp ba"),
        "tertiary_link": Text(en="tertiary ramp", vi="nhánh đường cấp ba"),
        "TEU": Text(en="TEU", vi="TEU"),
        "toll_booth": Text(en="toll booth", vi="trạm thu phí"),
        "track": Text(en="track", vi="đường mòn"),
        "traffic_signals": Text(en="traffic signals", vi="đèn tín hiệu"),
        "train": Text(en="train", vi="tàu hỏa"),
        "trunk": Text(en="trunk road", vi="quốc lộ, trục chính"),
        "trunk_link": Text(en="trunk ramp", vi="nhánh trục chính"),
        "unclassified": Text(en="minor road", vi="đường chưa phân cấp"),
        "unpaved": Text(en="unpaved", vi="không rải mặt"),
        "USD": Text(en="US dollar", vi="đô la Mỹ"),
        "vessel": Text(en="vessel", vi="tàu thuyền"),
        "VND": Text(en="Vietnamese dong", vi="đồng Việt Nam"),
        "warehouse": Text(en="warehouse", vi="kho"),
        "waterway": Text(en="waterway", vi="đường thủy"),
        "waterway_special": Text(en="waterway, special class", vi="đường thủy cấp đặc biệt"),
        **{
            f"waterway_{roman}": Text(en=f"waterway, class {roman}", vi=f"đường thủy cấp {roman}")
            for roman in ("I", "II", "III", "IV", "V", "VI")
        },
        "yard": Text(en="yard track", vi="đường bãi"),
    }
)
"""Name of each word, whichever column holds it."""


def words_of(choices: tuple[str, ...]) -> Words:
    """Return the words of a closed list with what they are called; a word that is its own name is passed over."""
    return tuple((word, WORDS[word]) for word in choices if word in WORDS)
