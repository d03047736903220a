"""Reasons about how a network is used: ways through it, speeds, limits, rules, places."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from geodata.topology.reason import Reason, reason

USED: Final[Mapping[str, Reason]] = MappingProxyType(
    {
        "trap_in": reason(
            "one_way_trap",
            "warning",
            (
                "{vehicles} can enter {count} node(s) ({km} km) by {link} and cannot leave them again.",
                "Look at the one-way directions around {link}; one of them may be drawn the wrong way round.",
            ),
            (
                "{vehicles} vào được {count} nút ({km} km) qua {link} nhưng không ra được.",
                "Hãy xem lại hướng một chiều quanh {link}; có thể có đoạn vẽ ngược chiều.",
            ),
        ),
        "trap_out": reason(
            "one_way_trap",
            "warning",
            (
                "{vehicles} can leave {count} node(s) ({km} km) by {link} and cannot get to them.",
                "Look at the one-way directions around {link}; one of them may be drawn the wrong way round.",
            ),
            (
                "{vehicles} ra được khỏi {count} nút ({km} km) qua {link} nhưng không vào được.",
                "Hãy xem lại hướng một chiều quanh {link}; có thể có đoạn vẽ ngược chiều.",
            ),
        ),
        "island": reason(
            "island",
            "warning",
            (
                "{count} link(s) ({km} km, {mode}) hang together apart from the main network, {distance} m from it.",
                "Connect them where a link is missing, or remove them if no freight goes there.",
            ),
            (
                "{count} đoạn ({km} km, {mode}) tách rời mạng chính, cách mạng chính {distance} m.",
                "Hãy nối tại chỗ thiếu đoạn, hoặc xóa nếu không có hàng đi tới.",
            ),
        ),
        "island_edge": reason(
            "island",
            "note",
            (
                "{count} link(s) ({km} km, {mode}) touch the edge of the data and nothing else of the main network.",
                "They may hang on to it outside; import a larger area to know.",
            ),
            (
                "{count} đoạn ({km} km, {mode}) chỉ chạm mép vùng dữ liệu, không nối với mạng chính.",
                "Có thể chúng nối ở ngoài vùng; hãy nhập vùng rộng hơn để biết.",
            ),
        ),
        "speed_zero": reason(
            "speed",
            "error",
            ("Link {link} has {column} 0, so nothing can run on it.", "Leave the speed empty, or set the true one."),
            (
                "Đoạn {link} có {column} bằng 0 nên không phương tiện nào chạy được.",
                "Hãy để trống hoặc nhập tốc độ đúng.",
            ),
        ),
        "speed_high": reason(
            "speed",
            "warning",
            (
                "Link {link} ({link_class}) has {column} {value} km/h; more than {most} is not believed there.",
                "Check the sign; a number without unit is meant in km/h.",
            ),
            (
                "Đoạn {link} ({link_class}) có {column} {value} km/h; trên {most} là khó tin.",
                "Hãy xem lại biển báo; số không có đơn vị được hiểu là km/h.",
            ),
        ),
        "speed_low": reason(
            "speed",
            "warning",
            ("Link {link} has {column} {value} km/h, slower than walking.", "Check the number and its unit."),
            ("Đoạn {link} có {column} {value} km/h, chậm hơn đi bộ.", "Hãy kiểm tra con số và đơn vị."),
        ),
        "speed_observed": reason(
            "speed",
            "warning",
            (
                "Freight is said to run {value} km/h on {link}, where {most} km/h is allowed.",
                "Check observed_kmh and the limit; one of them is wrong.",
            ),
            (
                "Xe hàng được ghi chạy {value} km/h trên {link}, trong khi chỉ cho phép {most} km/h.",
                "Hãy kiểm tra observed_kmh và tốc độ cho phép; một trong hai sai.",
            ),
        ),
        "terminal_far": reason(
            "terminal",
            "warning",
            (
                "{name} ({what}) lies {distance} m from the nearest {mode} link that {vehicles} may use.",
                "Draw the link that leads to it, open it to {vehicles}, or correct the place.",
            ),
            (
                "{name} ({what}) cách đoạn {mode} gần nhất mà {vehicles} được đi {distance} m.",
                "Hãy vẽ đoạn dẫn tới, mở cho {vehicles}, hoặc sửa vị trí.",
            ),
        ),
        "terminal_none": reason(
            "terminal",
            "warning",
            (
                "{name} ({what}) needs a {mode} link, and there is none that {vehicles} may use.",
                "Import the {mode} links, or leave this place out.",
            ),
            (
                "{name} ({what}) cần đoạn {mode}, nhưng không có đoạn nào {vehicles} được đi.",
                "Hãy nhập các đoạn {mode}, hoặc bỏ địa điểm này.",
            ),
        ),
        "terminal_cut_off": reason(
            "terminal",
            "warning",
            (
                (
                    "{name} ({what}) lies beside {mode} links from which {vehicles} do not get to the main network "
                    "and back; the nearest that do are {distance} m away."
                ),
                "Look for a missing link, a ban or a wrong direction between {other} and the main network.",
            ),
            (
                (
                    "{name} ({what}) nằm cạnh các đoạn {mode} mà từ đó {vehicles} không đi và về được mạng chính; "
                    "đoạn gần nhất đi được cách {distance} m."
                ),
                "Hãy tìm đoạn thiếu, lệnh cấm hoặc hướng sai giữa {other} và mạng chính.",
            ),
        ),
        "motorway_end": reason(
            "motorway_end",
            "warning",
            (
                "Link {link} ({link_class}) leads {vehicles} to {node}, where only links closed to them go on.",
                "Check who may use the links that follow, or close {link} to them too.",
            ),
            (
                "Đoạn {link} ({link_class}) dẫn {vehicles} tới {node}, nơi chỉ có các đoạn cấm loại xe này đi tiếp.",
                "Hãy kiểm tra quyền đi của các đoạn nối tiếp, hoặc cấm luôn trên {link}.",
            ),
        ),
        "turn_apart": reason(
            "turn",
            "error",
            (
                "Turn restriction {turn} runs over {link} and {other}, which do not meet in that direction.",
                "Correct its members, or remove it.",
            ),
            (
                "Lệnh rẽ {turn} đi qua {link} và {other} không nối nhau theo hướng đó.",
                "Hãy sửa thành phần, hoặc xóa lệnh.",
            ),
        ),
        "turn_opposed": reason(
            "turn",
            "error",
            (
                "Turn restrictions {turn} and {against} contradict each other for {vehicles} that come by {link}.",
                "Keep the one that stands on the sign.",
            ),
            (
                "Lệnh rẽ {turn} và {against} mâu thuẫn đối với {vehicles}: không đi tiếp được từ {link}.",
                "Hãy giữ lệnh đúng theo biển báo.",
            ),
        ),
        "turn_blind": reason(
            "turn",
            "warning",
            (
                "Turn restriction {turn} sends {vehicles} from {link} on to {other}, which is closed to them.",
                "Correct its members or who may use {other}, or except these vehicles from it.",
            ),
            (
                "Lệnh rẽ {turn} buộc {vehicles} từ {link} đi tiếp vào {other}, là đoạn cấm loại xe này.",
                "Hãy sửa thành phần hoặc quyền đi của {other}, hoặc miễn cho loại xe này.",
            ),
        ),
        "turn_double": reason(
            "turn",
            "note",
            ("Turn restriction {turn} says the same as {against}.", "Remove {turn}."),
            ("Lệnh rẽ {turn} giống hệt {against}.", "Hãy xóa {turn}."),
        ),
        "turn_idle": reason(
            "turn",
            "note",
            (
                "Turn restriction {turn} never applies: none of its vehicles may drive {link} that way.",
                "Nothing to do; or correct the one-way direction of {link}.",
            ),
            (
                "Lệnh rẽ {turn} không bao giờ có hiệu lực: không loại xe nào được đi {link} theo chiều đó.",
                "Không cần sửa; hoặc sửa hướng một chiều của {link}.",
            ),
        ),
        "condition_empty": reason(
            "condition",
            "warning",
            (
                "Condition {condition} of {link} binds nobody: it names no {missing}.",
                "Remove it, or say what it is about.",
            ),
            (
                "Điều kiện {condition} của {link} không áp dụng cho ai: thiếu {missing}.",
                "Hãy xóa, hoặc ghi rõ nội dung.",
            ),
        ),
        "condition_idle": reason(
            "condition",
            "note",
            (
                "Condition {condition} of {link} changes nothing: {vehicles} may {already} use it that way.",
                "Nothing to do; or correct who may use {link}.",
            ),
            (
                "Điều kiện {condition} của {link} không thay đổi gì: {vehicles} vốn {already} đi chiều đó.",
                "Không cần sửa; hoặc sửa quyền đi của {link}.",
            ),
        ),
        "closed_link": reason(
            "access",
            "note",
            (
                "Nobody may use {link}, in either direction, at any hour.",
                "Open it if freight may pass; else nothing to do.",
            ),
            ("Không ai được đi {link}, cả hai chiều, mọi giờ.", "Hãy mở nếu hàng được qua; nếu không thì để nguyên."),
        ),
        "wrong_mode": reason(
            "access",
            "error",
            (
                "Link {link} is of mode {mode} and open to {vehicles}, which run elsewhere.",
                "Take these vehicles out of its access.",
            ),
            (
                "Đoạn {link} thuộc phương thức {mode} nhưng mở cho {vehicles} vốn chạy trên mạng khác.",
                "Hãy bỏ loại phương tiện này khỏi quyền đi.",
            ),
        ),
        "oneway_closed": reason(
            "access",
            "warning",
            (
                "Link {link} is one way from its first node, and open only against that way.",
                "Turn it round, or correct its access.",
            ),
            (
                "Đoạn {link} là một chiều từ nút đầu, nhưng chỉ mở cho chiều ngược lại.",
                "Hãy đảo chiều, hoặc sửa quyền đi.",
            ),
        ),
        "limit_zero": reason(
            "limit",
            "error",
            ("{subject} has {column} {value}; nothing passes.", "Leave the limit empty, or set the true one."),
            ("{subject} có {column} {value}; không gì qua được.", "Hãy để trống, hoặc nhập giới hạn đúng."),
        ),
        "limit_low": reason(
            "limit",
            "warning",
            (
                "{subject} has {column} {value}, lower than any vehicle ({least}); perhaps in another unit.",
                "Check the sign; limits are in metres and tonnes.",
            ),
            (
                "{subject} có {column} {value}, thấp hơn mọi phương tiện ({least}); có thể sai đơn vị.",
                "Hãy xem lại biển báo; giới hạn tính bằng mét và tấn.",
            ),
        ),
        "limit_high": reason(
            "limit",
            "warning",
            (
                "{subject} has {column} {value}, more than any vehicle needs ({most}); perhaps in kg or cm.",
                "Check the sign; {better} would be likely.",
            ),
            (
                "{subject} có {column} {value}, vượt mọi phương tiện ({most}); có thể ghi bằng kg hoặc cm.",
                "Hãy xem lại biển báo; có lẽ là {better}.",
            ),
        ),
    }
)
