"""What became of each corridor: a row with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

import pandas as pd

from geodata.infrastructure.infrastructure import Infrastructure
from supplychain.text import Text

OUTCOMES: Final[Mapping[str, Text]] = {
    "replaced": Text(en="roads of the detail take its place", vi="được thay bằng đường của dữ liệu chi tiết"),
    "cut": Text(
        en="roads of the detail take its place as far as they reach; the rest is tied to them there",
        vi="phần trong vùng phủ được thay bằng đường chi tiết; phần còn lại nối vào đó",
    ),
    "connected": Text(
        en="stays, and an end of it is tied to the detail", vi="được giữ lại, một đầu nối vào đường chi tiết"
    ),
    "kept": Text(en="stays as it is", vi="được giữ nguyên"),
}

REASONS: Final[Mapping[str, Text]] = {
    "same_road": Text(en="a path of the detail is the same road", vi="một lộ trình chi tiết chính là đường này"),
    "same_course": Text(
        en="a path of the detail has its course and length, though neither its name nor its class",
        vi="một lộ trình chi tiết trùng hướng tuyến và chiều dài, nhưng khác tên và cấp đường",
    ),
    "outside": Text(en="the detail does not reach it", vi="nằm ngoài vùng phủ của dữ liệu chi tiết"),
    "edge": Text(
        en="it leaves the area of the detail, and no path to the edge is the same road",
        vi="đi ra ngoài vùng phủ, và không có lộ trình nào tới mép là đường này",
    ),
    "none": Text(
        en="no path of the detail that lorries may drive both ways leads along it",
        vi="không có lộ trình chi tiết nào cho xe tải chạy được cả hai chiều dọc theo nó",
    ),
    "length": Text(
        en="the path of the detail along it is too long or too short to be the same road",
        vi="lộ trình chi tiết dọc theo nó quá dài hoặc quá ngắn để là cùng một đường",
    ),
    "course": Text(
        en="the path of the detail leaves its course, so it is another road",
        vi="lộ trình chi tiết lệch khỏi hướng tuyến, nên là đường khác",
    ),
    "class": Text(
        en="the path of the detail bears neither its name nor a class that fits: it is a road the detail does not have",
        vi="lộ trình chi tiết không mang tên và cũng không hợp cấp đường: đây là đường mà dữ liệu chi tiết chưa có",
    ),
    "taken": Text(
        en="most of the path of the detail stands for another corridor already",
        vi="phần lớn lộ trình chi tiết đã thay cho hành lang khác",
    ),
    "planned": Text(
        en="it is not open yet, so it cannot be in the detail; nobody may use it until it opens",
        vi="chưa thông xe nên không có trong dữ liệu chi tiết; chưa ai được đi cho tới khi thông xe",
    ),
    "other_mode": Text(
        en="railways and waterways of the corridors stay; those of the detail are left out",
        vi="đường sắt và đường thủy của gói vùng được giữ; của dữ liệu chi tiết bị bỏ ra",
    ),
}


@dataclass(frozen=True, slots=True)
class CorridorRow:
    """What became of one corridor.

    Parameters
    ----------
    corridor_id, name
        Its id and its number or name.
    mode
        road, rail or inland_waterway.
    outcome
        One of ``OUTCOMES``.
    reason
        One of ``REASONS``.
    length_m
        Its length as stated.
    expected_m
        Length expected between where its ends lie on the detail; NaN where nothing was looked for.
    forth_m, back_m
        Length of the path of the detail along it and back; NaN where none leads.
    ratio
        The longer of the two ÷ expected.
    course_share, borne_share, class_share
        The lower share of the two paths, as in :class:`geodata.joining.matching.Path`.
    kept_m
        How much of it stays, metres.
    links
        Ids of the links of the detail that stand for it, ``;`` between.
    tied
        Ids of the nodes of the detail its ends are tied to, ``;`` between.
    """

    corridor_id: str
    name: str
    mode: str
    outcome: str
    reason: str
    length_m: float
    expected_m: float = float("nan")
    forth_m: float = float("nan")
    back_m: float = float("nan")
    ratio: float = float("nan")
    course_share: float = float("nan")
    borne_share: float = float("nan")
    class_share: float = float("nan")
    kept_m: float = 0.0
    links: str = ""
    tied: str = ""

    @property
    def text(self) -> Text:
        """What became of it and why, in both languages."""
        outcome, reason = OUTCOMES[self.outcome], REASONS[self.reason]
        return Text(
            en=f"{self.corridor_id} ({self.name}): {outcome.en}: {reason.en}.",
            vi=f"{self.corridor_id} ({self.name}): {outcome.vi}: {reason.vi}.",
        )


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """Detail and corridors as one.

    Parameters
    ----------
    infrastructure
        The joined network. Links of the detail that stand for a corridor name it in ``corridor``.
    rows
        What became of each corridor, in their order.
    node_of_corridors
        Node of the joined network that each node of the corridors is: itself, or the junction of the detail it is
        tied to.
    left_out
        Number of links of the detail left out because their mode is not joined, by mode.
    """

    infrastructure: Infrastructure
    rows: tuple[CorridorRow, ...]
    node_of_corridors: Mapping[str, str]
    left_out: Mapping[str, int]

    def to_frame(self) -> pd.DataFrame:
        """Return the rows as a table, with their sentences in ``text_en`` and ``text_vi``."""
        return pd.DataFrame([asdict(row) | {"text_en": row.text.en, "text_vi": row.text.vi} for row in self.rows])

    def counts(self) -> dict[str, int]:
        """Return how many corridors had each outcome, in the order of ``OUTCOMES``."""
        found = [row.outcome for row in self.rows]
        return {outcome: found.count(outcome) for outcome in OUTCOMES}
