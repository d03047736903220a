"""What a scenario asks that a stored network cannot show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from optimizer.scenarios.scenario import AddedRow, Scenario
from supplychain.errors import Finding, FindingsError
from supplychain.text import Text

if TYPE_CHECKING:
    from geodata.infrastructure.infrastructure import Infrastructure

NOT_THERE: Final = Text(
    en="adds the link {link}, which the stored network does not have, so that no freight could use it. Plan without "
    "--network, or add the link to the network itself (docs/network) and give it this id as its corridor.",
    vi="thêm đoạn {link} mà mạng lưới đã lưu không có nên hàng không đi được. Hãy lập phương án không kèm --network, "
    "hoặc thêm đoạn này vào chính mạng lưới (docs/network) với mã hành lang là mã này.",
)
SUMMARY: Final = Text(
    en="Scenario {scenario} cannot be planned on a stored network: {count} finding(s).",
    vi="Không lập được kịch bản {scenario} trên mạng lưới đã lưu: {count} lỗi.",
)


def refuse_lost_links(scenario: Scenario, infrastructure: Infrastructure) -> None:
    """Raise when a scenario adds links that a stored network does not have: they would be lost without a word.

    Raises
    ------
    FindingsError
        With every such link, at the change that adds it.
    """
    corridors = set(infrastructure.links.corridor.tolist())
    findings = [
        Finding(change.file or scenario.file, change.line, "id", NOT_THERE.format(link=link), change.character)
        for change in scenario.changes
        if isinstance(change, AddedRow) and change.table == "links"
        for link in (change.row_id("link_id"),)
        if link not in corridors
    ]
    if findings:
        raise FindingsError(SUMMARY.format(scenario=scenario.scenario_id, count=len(findings)), findings)
