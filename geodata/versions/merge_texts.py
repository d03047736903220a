"""The sentences of a merge."""

from __future__ import annotations

from typing import Final

from supplychain.text import Text

BOTH_CHANGED: Final = Text(
    en="{subject}: {column} was edited to {mine}, the newer data say {theirs}; the edit was kept.",
    vi="{subject}: {column} đã được sửa thành {mine}, dữ liệu mới ghi {theirs}; giữ bản sửa tay.",
)
COURSE_BOTH: Final = Text(
    en="Link {link} was redrawn by hand and in the newer data; the line drawn by hand was kept.",
    vi="Đoạn {link} được vẽ lại cả bằng tay lẫn trong dữ liệu mới; giữ đường vẽ tay.",
)
BOTH_ADDED: Final = Text(
    en="Link {link} was added by hand and in the newer data, not alike; the one added by hand was kept.",
    vi="Đoạn {link} được thêm cả bằng tay lẫn trong dữ liệu mới và khác nhau; giữ đoạn thêm tay.",
)
REMOVED_CHANGED: Final = Text(
    en="Link {link} was removed by hand but changed in the newer data; it stays removed.",
    vi="Đoạn {link} đã bị xóa tay nhưng dữ liệu mới có thay đổi; vẫn xóa.",
)
REMOVED_SPLIT: Final = Text(
    en="Link {link} was removed by hand; the newer data split it, its {count} pieces were removed.",
    vi="Đoạn {link} đã bị xóa tay; dữ liệu mới chia đoạn này, {count} phần đã bị xóa theo.",
)
REMOVED_LONGER: Final = Text(
    en="Link {link} was removed by hand; in the newer data it is part of {longer}, which stays. Please look.",
    vi="Đoạn {link} đã bị xóa tay; trong dữ liệu mới nó thuộc {longer}, đoạn này được giữ. Hãy kiểm tra.",
)
LINK_GONE: Final = Text(
    en="Link {link} was edited by hand; the newer data have nothing in its place. The edited link was kept.",
    vi="Đoạn {link} đã được sửa tay; dữ liệu mới không còn đoạn nào ở đó. Giữ đoạn đã sửa.",
)
KEPT_WHOLE: Final = Text(
    en="Link {link} was edited by hand ({columns}); the newer data split it. The edited link stands in place of the "
    "{count} pieces; check the junctions on it.",
    vi="Đoạn {link} đã được sửa tay ({columns}); dữ liệu mới chia đoạn này. Đoạn đã sửa thay cho {count} phần; "
    "hãy kiểm tra các nút giao trên đó.",
)
CARRIED: Final = Text(
    en="Link {link} was edited by hand ({columns}); the newer data split it, the edit was put on its {count} pieces.",
    vi="Đoạn {link} đã được sửa tay ({columns}); dữ liệu mới chia đoạn này, bản sửa được đưa vào {count} phần.",
)
CARRIED_LONGER: Final = Text(
    en="Link {link} was edited by hand ({columns}); in the newer data it is part of {longer}, which has the edit now "
    "on its whole length. Please look.",
    vi="Đoạn {link} đã được sửa tay ({columns}); trong dữ liệu mới nó thuộc {longer}, bản sửa nay áp dụng cho cả "
    "đoạn đó. Hãy kiểm tra.",
)
NODE_GONE: Final = Text(
    en="Node {node} was edited by hand ({column}); the newer data have it no more. It is kept only where a kept link "
    "needs it.",
    vi="Nút {node} đã được sửa tay ({column}); dữ liệu mới không còn nút này. Chỉ giữ khi một đoạn được giữ cần đến.",
)
TURN_LOST: Final = Text(
    en="Turn restriction {turn} names a link that is no more; it was left out.",
    vi="Hạn chế rẽ {turn} dẫn tới một đoạn không còn nữa; đã bỏ qua.",
)
CANDIDATE_BOTH: Final = Text(
    en="Candidate {candidate} was edited by hand and changed in the newer data; the edit was kept.",
    vi="Ứng viên {candidate} được sửa tay và cũng thay đổi trong dữ liệu mới; giữ bản sửa tay.",
)
