"""What an import has to say about tags and objects, in both languages, and the book it is collected in."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from geodata.infrastructure.imported import Note
from supplychain.text import Text

_WORDING: Final[dict[str, tuple[str, str, str]]] = {
    "tag_not_understood": (
        "warning",
        "{tag} is not understood; it was left aside as if it were not there.",
        "Không hiểu {tag}; đã bỏ qua như không có.",
    ),
    "condition_not_understood": (
        "warning",
        "The condition {tag} is not understood; it was left aside, so the rule without it holds at all hours.",
        "Không hiểu điều kiện {tag}; đã bỏ qua, nên quy định không kèm điều kiện áp dụng mọi giờ.",
    ),
    "holidays_not_known": (
        "note",
        "{tag} names public or school holidays ({part}); ordinary weeks are kept, what it says of holidays is not.",
        "{tag} nói về ngày lễ hoặc kỳ nghỉ ({part}); chỉ giữ quy định của tuần thường.",
    ),
    "delivery_hours": (
        "warning",
        "{tag} lets only deliveries in at some hours; it was kept as closed at these hours, to deliveries as well.",
        "{tag} chỉ cho xe giao nhận vào trong một số giờ; đã giữ là cấm trong các giờ đó, kể cả xe giao nhận.",
    ),
    "delivery_opening": (
        "note",
        "{tag} opens a closed road to deliveries at some hours; at these hours it serves places on it only.",
        "{tag} mở đường cấm cho xe giao nhận trong một số giờ; khi đó chỉ dùng để đến nơi nằm trên đường.",
    ),
    "motorcar_closed": (
        "note",
        "{tag} speaks of cars only; goods vehicles without a tag of their own were taken to be kept out as well.",
        "{tag} chỉ nói về ô tô con; xe chở hàng không có thẻ riêng được coi là cũng bị cấm.",
    ),
    "reversible": (
        "warning",
        "{tag}: the direction changes with the hour or in turns; both directions were kept open.",
        "{tag}: chiều đi thay đổi theo giờ hoặc luân phiên; đã để mở cả hai chiều.",
    ),
    "two_way_roundabout": (
        "warning",
        "{tag} contradicts junction=roundabout; it was kept one-way.",
        "{tag} mâu thuẫn với junction=roundabout; đã giữ là một chiều.",
    ),
    "both_directions": (
        "note",
        "{tag} is said of one direction only, which cannot be kept apart here; it was applied to both.",
        "{tag} chỉ nói về một chiều, ở đây không tách được; đã áp dụng cho cả hai chiều.",
    ),
    "area_as_line": (
        "note",
        "A road with area=yes is a place, not a line; its outline was kept as a road.",
        "Đường có area=yes là một khu vực, không phải tuyến; đường bao được giữ như đường bộ.",
    ),
    "implicit_speed": (
        "note",
        "{tag} stands for a legal limit; {speed} km/h was taken.",
        "{tag} là giới hạn theo luật; đã lấy {speed} km/h.",
    ),
    "emergency_access": (
        "note",
        "service=emergency_access without an access tag was taken to be closed.",
        "service=emergency_access không có thẻ access được coi là cấm xe.",
    ),
    "rail_on_road": (
        "warning",
        "The way carries a road and {tag} in one; only the road was imported.",
        "Một đường vừa là đường bộ vừa là {tag}; chỉ nhập đường bộ.",
    ),
    "ferry_untagged": (
        "warning",
        (
            "The ferry does not say which vehicles it carries; it was opened to cars and vans, not to lorries. "
            "Tag it with hgv=yes or hgv=no."
        ),
        (
            "Phà không ghi loại xe được chở; đã mở cho ô tô con và xe tải nhẹ, không mở cho xe tải. "
            "Hãy ghi thẻ hgv=yes hoặc hgv=no."
        ),
    ),
    "ferry_lorries_unknown": (
        "warning",
        "The ferry carries cars ({tag}) but does not say whether lorries; it was not opened to lorries.",
        "Phà chở ô tô con ({tag}) nhưng không ghi có chở xe tải hay không; không mở cho xe tải.",
    ),
    "ferry_without_vehicles": (
        "note",
        "A ferry that carries no vehicles was left out.",
        "Đã bỏ qua phà không chở xe.",
    ),
    "track_use_unknown": (
        "note",
        "A track that says neither usage nor service was taken as a main line.",
        "Đường ray không ghi usage và service được coi là đường chính tuyến.",
    ),
    "dual_gauge": (
        "note",
        "{tag} names several gauges; the first was kept.",
        "{tag} có nhiều khổ đường; đã giữ khổ đầu tiên.",
    ),
    "gauge_unknown": (
        "note",
        "The gauge of a track is not given; it was left unknown.",
        "Không có khổ đường ray; để trống.",
    ),
    "navigability_assumed": (
        "note",
        "Nothing says whether this {what} is navigable; rivers, canals and fairways are taken to be.",
        "Không có thông tin luồng {what} này có đi lại được không; sông, kênh và luồng được coi là đi được.",
    ),
    "not_navigable": (
        "note",
        "{tag}: not navigable, left out.",
        "{tag}: không đi lại được bằng tàu, đã bỏ qua.",
    ),
    "cemt_class": (
        "note",
        "{tag} is a European class, not a Vietnamese one; the largest barge was taken from it, the class left plain.",
        "{tag} là cấp châu Âu, không phải cấp Việt Nam; chỉ lấy trọng tải sà lan lớn nhất.",
    ),
    "not_built": (
        "note",
        "{tag}: not in use (planned, being built or given up), left out.",
        "{tag}: chưa hoặc không còn khai thác, đã bỏ qua.",
    ),
    "not_a_road": (
        "warning",
        "{tag} lets vehicles into a way that is no road (a footway, pedestrian street or the like); it was left out.",
        "{tag} cho xe vào đường không phải đường bộ (lối đi bộ, phố đi bộ...); đã bỏ qua.",
    ),
    "unknown_class": (
        "warning",
        "{tag} is not a known class; the way was left out.",
        "{tag} không phải cấp đường đã biết; đã bỏ qua.",
    ),
    "not_for_freight_rail": (
        "note",
        "{tag}: no railway for freight trains, left out.",
        "{tag}: không phải đường sắt cho tàu hàng, đã bỏ qua.",
    ),
    "class_not_asked": (
        "note",
        "{tag}: a class that was not asked for, left out.",
        "{tag}: cấp đường không được yêu cầu, đã bỏ qua.",
    ),
    "area_not_line": (
        "note",
        "{tag} with area=yes is a surface, not a line; it was left out.",
        "{tag} có area=yes là một mặt, không phải tuyến; đã bỏ qua.",
    ),
    "missing_nodes": (
        "warning",
        (
            "The way misses nodes (cut by the edge of the extract); the stretches that have nodes were kept, "
            "{count} nodes are missing."
        ),
        "Đường thiếu nút (bị cắt ở mép dữ liệu); đã giữ các đoạn còn nút, thiếu {count} nút.",
    ),
    "out_of_range": (
        "warning",
        "The way has {count} nodes outside ±180° and ±90°; they were treated as missing.",
        "Đường có {count} nút nằm ngoài ±180° và ±90°; đã coi là thiếu.",
    ),
    "outside_area": (
        "note",
        "The way leaves the area asked for; it was cut at its first node beyond.",
        "Đường đi ra ngoài khu vực yêu cầu; đã cắt ở nút đầu tiên bên ngoài.",
    ),
    "too_short": (
        "warning",
        "The way has fewer than two nodes that can be used; it was left out.",
        "Đường có ít hơn hai nút dùng được; đã bỏ qua.",
    ),
    "repeated_node": (
        "note",
        "The way names one node twice in a row; it was taken once.",
        "Đường ghi một nút hai lần liền nhau; chỉ lấy một lần.",
    ),
    "duplicate_id": (
        "warning",
        "The id stands more than once; the newest version was kept.",
        "Mã xuất hiện nhiều lần; đã giữ phiên bản mới nhất.",
    ),
    "differing_versions": (
        "note",
        "The files hold different versions of it; the newest was kept.",
        "Các tệp có phiên bản khác nhau; đã giữ phiên bản mới nhất.",
    ),
    "moved_node": (
        "note",
        "The files place the node differently; the place in the newest file was kept.",
        "Các tệp đặt nút ở vị trí khác nhau; đã giữ vị trí trong tệp mới nhất.",
    ),
    "unsorted_file": (
        "note",
        "Nodes follow ways in the file; it was read twice.",
        "Trong tệp, nút đứng sau đường; tệp được đọc hai lần.",
    ),
    "barrier_assumed": (
        "warning",
        "{tag} does not say whether vehicles pass; it was taken as closed.",
        "{tag} không ghi xe có qua được không; đã coi là chặn.",
    ),
    "barrier_unknown": (
        "warning",
        "{tag} is not a known barrier; it was taken as closed.",
        "{tag} không phải loại rào chắn đã biết; đã coi là chặn.",
    ),
    "private_gate": (
        "note",
        "{tag}: only who has business behind it may pass; the roads behind it serve places on them only.",
        "{tag}: chỉ người có việc bên trong được qua; đường phía trong chỉ dùng để đến nơi nằm trên đó.",
    ),
    "private_gate_through": (
        "note",
        "{tag} stands between public roads; it was closed to traffic that passes through.",
        "{tag} nằm giữa các đường công cộng; đã chặn xe đi qua.",
    ),
    "lone_feature": (
        "note",
        "{tag} between junctions: there is no node to keep it at.",
        "{tag} nằm giữa hai nút giao: không có nút để giữ.",
    ),
    "restriction_unknown": (
        "warning",
        "{tag} is not a turn restriction that is understood; it was left out.",
        "{tag} không phải cấm rẽ hiểu được; đã bỏ qua.",
    ),
    "restriction_hours": (
        "warning",
        "The hours of the turn restriction are not understood ({tag}); it was taken to hold at all hours.",
        "Không hiểu giờ của quy định cấm rẽ ({tag}); đã coi là cấm mọi giờ.",
    ),
    "restriction_members": (
        "warning",
        "The turn restriction needs a from, a via and a to, and has {what}; it was left out.",
        "Quy định cấm rẽ cần from, via và to, nhưng có {what}; đã bỏ qua.",
    ),
    "restriction_outside": (
        "note",
        "A way of the turn restriction is not in the network ({what}); it was left out.",
        "Một đường của quy định cấm rẽ không có trong mạng lưới ({what}); đã bỏ qua.",
    ),
    "restriction_broken": (
        "warning",
        "The ways of the turn restriction do not meet in the direction of travel ({what}); it was left out.",
        "Các đường của quy định cấm rẽ không nối nhau theo chiều đi ({what}); đã bỏ qua.",
    ),
    "relation_member": (
        "note",
        "The relation has members that are relations or itself; these were left aside.",
        "Quan hệ có thành viên là quan hệ khác hoặc chính nó; đã bỏ qua các thành viên đó.",
    ),
    "outline_incomplete": (
        "note",
        "The outline of {name} is not complete in the file; it was kept as a point.",
        "Đường bao của {name} không đủ trong tệp; chỉ giữ một điểm.",
    ),
    "place_without_point": (
        "warning",
        "{name} has no node in the file; it was left out.",
        "{name} không có nút nào trong tệp; đã bỏ qua.",
    ),
    "duration_spread": (
        "note",
        "{tag} of the ferry was turned into a speed over its length, waiting left aside.",
        "{tag} của phà được đổi thành tốc độ theo chiều dài, không tính thời gian chờ.",
    ),
}


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to say, not yet bound to an object."""

    kind: str
    severity: str
    text: Text


def remark(kind: str, **values: object) -> Remark:
    """Return a remark of a kind, its fields filled in."""
    severity, english, vietnamese = _WORDING[kind]
    shown = {name: _short(str(value)) for name, value in values.items()}
    return Remark(kind, severity, Text(en=english, vi=vietnamese).format(**shown))


def _short(text: str) -> str:
    longest = 200
    return text if len(text) <= longest else text[: longest - 1] + "…"


class NoteBook:
    """Collects remarks; equal ones are counted and bear the first subject and place."""

    def __init__(self) -> None:
        self._notes: dict[Remark, tuple[str, float, float, int]] = {}

    def add(
        self, what: Remark, subject: str, place: tuple[float, float] = (math.nan, math.nan), count: int = 1
    ) -> None:
        """Enter a remark on an object at a place (longitude, latitude), met ``count`` times."""
        if what in self._notes:
            *first, before = self._notes[what]
            self._notes[what] = (*first, before + count)  # type: ignore[assignment] # the first three of four
        else:
            self._notes[what] = (subject, float(place[0]), float(place[1]), count)

    def notes(self) -> tuple[Note, ...]:
        """Return the notes, warnings first, the rest as met."""
        made = [
            Note(what.kind, what.severity, subject, lon, lat, what.text, count)
            for what, (subject, lon, lat, count) in self._notes.items()
        ]
        return tuple(sorted(made, key=lambda note: note.severity != "warning"))
