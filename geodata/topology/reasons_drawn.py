"""Reasons about how a network is drawn: ends, nodes, lines, lengths."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from geodata.topology.reason import Reason, reason

DRAWN: Final[Mapping[str, Reason]] = MappingProxyType(
    {
        "dead_end_near": reason(
            "dead_end",
            "warning",
            (
                "Node {node} is a dead end {distance} m from link {other} and is not connected to it.",
                "Connect it to {other}, or leave it where a wall, a kerb or a gate lies between.",
            ),
            (
                "Nút {node} là đầu cụt, cách đoạn {other} {distance} m nhưng chưa nối.",
                "Hãy nối vào {other}; để nguyên nếu có tường, bó vỉa hoặc cổng ở giữa.",
            ),
        ),
        "node_on_link": reason(
            "dead_end",
            "warning",
            (
                "Node {node} lies {distance} m from link {other} on the same level and is not connected to it.",
                "Cut {other} there and connect the two.",
            ),
            (
                "Nút {node} cách đoạn {other} {distance} m, cùng mức, nhưng không nối với nó.",
                "Hãy cắt {other} tại đó và nối lại.",
            ),
        ),
        "near_nodes": reason(
            "near_nodes",
            "warning",
            (
                "Node {node} and {other} lie {distance} m apart on the same level and are not connected.",
                "Make them one node.",
            ),
            ("Nút {node} và {other} cách nhau {distance} m, cùng mức, nhưng không nối.", "Hãy gộp thành một nút."),
        ),
        "zero_loop": reason(
            "zero_length",
            "error",
            ("Link {link} has no length and leads back to the node it leaves.", "Remove it; nothing can be lost."),
            ("Đoạn {link} có chiều dài bằng 0 và quay lại chính nút đầu.", "Hãy xóa; không mất gì."),
        ),
        "zero_length": reason(
            "zero_length",
            "warning",
            (
                "Link {link} joins {node} and {other}, which lie at one place.",
                "Make the two nodes one and remove the link.",
            ),
            ("Đoạn {link} nối {node} và {other} nằm cùng một chỗ.", "Hãy gộp hai nút và xóa đoạn này."),
        ),
        "no_line": reason(
            "zero_length",
            "error",
            ("Link {link} has no line between its nodes.", "Draw its course, or import it again with its line."),
            ("Đoạn {link} không có hình tuyến giữa hai nút.", "Hãy vẽ tuyến, hoặc nhập lại kèm hình."),
        ),
        "duplicate": reason(
            "duplicate",
            "warning",
            (
                "Link {link} says the same as {other} in every column and runs on the same line.",
                "Remove {link}; {other} stays.",
            ),
            ("Đoạn {link} giống hệt {other} ở mọi cột và cùng hình tuyến.", "Hãy xóa {link}, giữ {other}."),
        ),
        "near_duplicate": reason(
            "duplicate",
            "warning",
            (
                "Link {link} runs within {distance} m of {other} between the same nodes, for the same vehicles.",
                "Keep the one whose columns are right; they differ in {columns}.",
            ),
            (
                "Đoạn {link} chạy cách {other} không quá {distance} m giữa cùng hai nút, cho cùng loại xe.",
                "Hãy giữ đoạn có thuộc tính đúng; hai đoạn khác nhau ở {columns}.",
            ),
        ),
        "overlap": reason(
            "duplicate",
            "warning",
            (
                "Link {link} and {other} run on the very same line for {distance} m.",
                "Cut both where they part and keep one of the two there.",
            ),
            (
                "Đoạn {link} và {other} trùng hình tuyến trên {distance} m.",
                "Hãy cắt cả hai tại chỗ tách và chỉ giữ một.",
            ),
        ),
        "length_zero": reason(
            "length",
            "error",
            ("Link {link} has length 0 and a line of {line} m.", "Set length_m to the length of its line."),
            (
                "Đoạn {link} có chiều dài 0 nhưng hình tuyến dài {line} m.",
                "Hãy đặt length_m bằng chiều dài hình tuyến.",
            ),
        ),
        "length_impossible": reason(
            "length",
            "error",
            (
                "Link {link} is said to be {value} m long; its ends lie {line} m apart in a straight line.",
                "Set length_m to the length of its line, {drawn} m.",
            ),
            (
                "Đoạn {link} ghi dài {value} m nhưng hai đầu cách nhau {line} m theo đường thẳng.",
                "Hãy đặt length_m bằng chiều dài hình tuyến, {drawn} m.",
            ),
        ),
        "length_short": reason(
            "length",
            "warning",
            (
                "Link {link} is said to be {value} m long; its line is {line} m.",
                "Set length_m to the length of its line, or correct the line.",
            ),
            (
                "Đoạn {link} ghi dài {value} m nhưng hình tuyến dài {line} m.",
                "Hãy đặt length_m bằng chiều dài hình tuyến, hoặc sửa hình.",
            ),
        ),
        "length_long": reason(
            "length",
            "warning",
            (
                "Link {link} is said to be {value} m long, far more than its line of {line} m.",
                "Check the length and its unit, or draw the line as it runs.",
            ),
            (
                "Đoạn {link} ghi dài {value} m, dài hơn nhiều so với hình tuyến {line} m.",
                "Hãy kiểm tra chiều dài và đơn vị, hoặc vẽ lại hình tuyến.",
            ),
        ),
        "length_stated": reason(
            "length",
            "note",
            (
                "{count} link(s) state a length {least} to {most} % longer than their line, drawn coarsely perhaps.",
                "Nothing to do if the source states the true length.",
            ),
            (
                "{count} đoạn ghi chiều dài hơn hình tuyến {least} đến {most} %, có thể vẽ giản lược.",
                "Không cần sửa nếu nguồn ghi chiều dài thật.",
            ),
        ),
        "crossing": reason(
            "crossing",
            "warning",
            (
                "Link {link} and {other} cross on the same level without a junction.",
                "Connect them there, or mark the bridge or tunnel (and layer) of one of them.",
            ),
            (
                "Đoạn {link} và {other} cắt nhau cùng mức nhưng không có nút giao.",
                "Hãy nối tại đó, hoặc ghi cầu, hầm (và layer) cho một trong hai.",
            ),
        ),
        "crossing_rail": reason(
            "crossing",
            "warning",
            (
                "Road {link} and railway {other} cross on the same level without a level crossing.",
                "Mark the level crossing, or the bridge or tunnel of one of them.",
            ),
            (
                "Đường bộ {link} và đường sắt {other} cắt nhau cùng mức nhưng không có đường ngang.",
                "Hãy ghi đường ngang, hoặc cầu, hầm cho một trong hai.",
            ),
        ),
        "self_crossing": reason(
            "self_crossing",
            "warning",
            (
                "The line of {link} crosses or touches itself.",
                "Cut it where it meets itself if one may turn there, or correct its points.",
            ),
            (
                "Hình tuyến của {link} tự cắt hoặc tự chạm.",
                "Hãy cắt tại chỗ đó nếu có thể rẽ, hoặc sửa các điểm.",
            ),
        ),
        "line_end": reason(
            "line_end",
            "error",
            ("The line of {link} ends {distance} m from {node}, its node.", "Lead the line to the node."),
            ("Hình tuyến của {link} dừng cách nút {node} {distance} m.", "Hãy kéo hình tuyến tới nút."),
        ),
        "line_reversed": reason(
            "line_end",
            "error",
            (
                "The line of {link} runs from its last node to its first.",
                "Turn the line round; directions of travel stay as they are.",
            ),
            (
                "Hình tuyến của {link} vẽ từ nút cuối về nút đầu.",
                "Hãy đảo hình tuyến; chiều đi giữ nguyên.",
            ),
        ),
        "isolated_node": reason(
            "isolated_node",
            "note",
            ("No link touches {node}.", "Remove it, unless a planned link waits for it."),
            ("Không có đoạn nào chạm nút {node}.", "Hãy xóa nút này, trừ khi có đoạn quy hoạch cần tới."),
        ),
    }
)
