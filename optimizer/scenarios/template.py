"""A commented scenario file to start from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from textwrap import indent
from typing import Final

from optimizer.scenarios.scenario import FORM
from optimizer.scenarios.verbs import VERBS
from supplychain.text import Language, Text

_ID: Final = re.compile(r"[a-z][a-z0-9_]*")

HEAD: Final = Text(
    en="A scenario: named changes to the region. Check it with:  hinterland scenario validate {file}\n"
    "See what it comes to with:  hinterland scenario show {file}\n"
    "Plan it with:  hinterland plan {file}",
    vi="Kịch bản: các thay đổi có tên đối với vùng. Kiểm tra:  hinterland scenario validate {file}\n"
    "Xem kết quả:  hinterland scenario show {file}\n"
    "Lập phương án:  hinterland plan {file}",
)
NAMED: Final = Text(en="Short label, in both languages.", vi="Tên ngắn, bằng cả hai ngôn ngữ.")
DESCRIBED: Final = Text(en="What is different, and why one would ask.", vi="Khác gì, và vì sao cần hỏi.")
BASED: Final = Text(
    en="The scenario it builds on; it may override what that one sets.",
    vi="Kịch bản làm nền; kịch bản này có thể ghi đè những gì nền đã đặt.",
)
STACKED: Final = Text(
    en="Other scenarios laid on; their order does not matter, and what contradicts is refused.",
    vi="Các kịch bản xếp chồng; thứ tự không quan trọng, mâu thuẫn sẽ bị từ chối.",
)
DATED: Final = Text(
    en="The day planned; needed by changes with from: and to:.", vi="Ngày lập phương án; cần khi có from: và to:."
)
PRICED: Final = Text(en="Price of CO2e in the objective.", vi="Giá CO2e trong hàm mục tiêu.")
LEVELLED: Final = Text(en="Which value of each cost row counts: low, mid, high.", vi="Mức chi phí: low, mid, high.")
CHANGED: Final = Text(
    en="The changes. Every one has a reason (a text, or one in each language), and may have from: and to: days.\n"
    "Take the sign # away from those you need; ids come from the tables of the region.",
    vi="Các thay đổi. Mỗi thay đổi có reason (một câu, hoặc mỗi ngôn ngữ một câu) và có thể có ngày from:, to:.\n"
    "Hãy bỏ dấu # ở những thay đổi cần dùng; mã lấy từ các bảng của vùng.",
)
MY_NAME: Final = Text(en="My scenario", vi="Kịch bản của tôi")
WHY: Final = Text(en="why", vi="lý do")


def is_scenario_id(name: str) -> bool:
    """Return whether a name can be the id of a scenario."""
    return _ID.fullmatch(name) is not None


def scenario_template(
    scenario_id: str, language: Language, *, base: str | None = None, stack: Sequence[str] = (), file: str | None = None
) -> str:
    """Return a scenario file without changes yet, with every verb as a comment.

    Parameters
    ----------
    scenario_id
        Its id.
    language
        Language of the comments.
    base, stack
        What it builds on.
    file
        Name of the file, for the comments.
    """
    lines = [
        *_comment(HEAD.format(file=file or f"{scenario_id}.yaml"), language),
        f"format: {FORM}",
        f"scenario_id: {scenario_id}",
        *_comment(NAMED, language),
        f"name: {{vi: {MY_NAME.vi}, en: {MY_NAME.en}}}",
        *_comment(DESCRIBED, language),
        "description: {vi: …, en: …}",
        *_comment(BASED, language),
        f"{'' if base else '# '}base: {base or 'base'}",
        *_comment(STACKED, language),
        f"{'' if stack else '# '}stack: [{', '.join(stack) or 'ring_roads_3_4, river_first'}]",
        *_comment(DATED, language),
        "# date: 2026-03-02",
        *_comment(PRICED, language),
        "# carbon_price: {value: 50, unit: USD/t, price_year: 2025}",
        *_comment(LEVELLED, language),
        "# tariff_level: mid",
        "",
        *_comment(CHANGED, language),
        "changes:",
    ]
    for verb in VERBS.values():
        lines += ["", *_comment(verb.meaning, language)]
        lines += indent(f"{verb.example}\n  reason: {WHY.of(language)}", "# ").splitlines()
    return "\n".join(lines) + "\n"


def _comment(text: Text, language: Language) -> list[str]:
    return [f"# {line}" for line in text.of(language).splitlines()]
