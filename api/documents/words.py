"""Fixed words of documents, in both languages."""

from __future__ import annotations

from typing import Final

from supplychain.text import Text

WORDS: Final = {
    "about": Text(en="About", vi="Giới thiệu"),
    "contents": Text(en="Contents", vi="Mục lục"),
    "none": Text(en="None.", vi="Không có."),
    "show_all": Text(en="Show all rows", vi="Hiện tất cả các dòng"),
    "show_fewer": Text(en="Show fewer rows", vi="Thu gọn bảng"),
    "sources": Text(en="Sources", vi="Nguồn số liệu"),
    "plans": Text(en="Plans compared", vi="Các phương án"),
    "plan": Text(en="Plan", vi="Phương án"),
    "status": Text(en="Status", vi="Trạng thái"),
    "gap": Text(en="Proven gap", vi="Sai lệch chứng minh"),
    "inputs": Text(en="Inputs SHA-256", vi="SHA-256 đầu vào"),
    "answer": Text(en="The answer in short", vi="Tóm tắt"),
    "to_content": Text(en="Skip to the content", vi="Đến nội dung"),
    "marked": Text(en="highlighted", vi="được đánh dấu"),
    "nothing_on_it": Text(en="the rest of the network", vi="phần mạng lưới còn lại"),
    "line_width": Text(en="Line width", vi="Độ rộng nét"),
    "columns": Text(en="Columns", vi="Các cột"),
    "sheet": Text(en="Sheet", vi="Trang tính"),
    "table": Text(en="Table", vi="Bảng"),
    "column": Text(en="Column", vi="Cột"),
    "unit": Text(en="Unit", vi="Đơn vị"),
    "meaning": Text(en="Meaning", vi="Ý nghĩa"),
    "rows": Text(en="Rows", vi="Số dòng"),
    "key": Text(en="Key", vi="Khóa"),
    "page": Text(en="Page", vi="Trang"),
    "legend": Text(en="Legend", vi="Chú giải"),
    "figure": Text(en="Figure", vi="Hình"),
    "item": Text(en="Item", vi="Mục"),
    "value": Text(en="Value", vi="Giá trị"),
    "notes": Text(en="Notes", vi="Ghi chú"),
    "cut": Text(
        en="{shown} of {all} rows; the workbook (.xlsx) holds all of them.",
        vi="{shown} trong {all} dòng; bảng tính (.xlsx) có đủ.",
    ),
}
