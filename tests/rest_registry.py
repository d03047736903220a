"""The registry over REST as its tests ask it: a handful of firms, and who asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import httpx
from registry_parts import facility, offer, offer_month, organisation, partnership, source, write
from service_parts import CALLER_HEADER, somebody
from sqlalchemy import Engine

from api.access.caller import Caller

STEWARD: Final = somebody("steward", name="sao")
OURS: Final = somebody("firm", name="ours", organisation_id="ours")
THEIRS: Final = somebody("firm", name="theirs", organisation_id="theirs")
LOST: Final = somebody("firm", name="lost")
READER: Final = somebody("reader", name="reader")
PLANNER: Final = somebody("planner", name="planner")
CALLERS: Final[Mapping[str, Caller]] = {
    "steward": STEWARD,
    "ours": OURS,
    "theirs": THEIRS,
    "lost": LOST,
    "reader": READER,
    "planner": PLANNER,
}
PERSON: Final = "Nguyễn Thị Kín"
PERSONAL_CODE: Final = "079123456789"
UNTOLD: Final = "Bí mật thương mại"
"""Words that stand in hidden records alone: no answer to others may hold them."""


def ask(one: httpx.Client, who: str, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401
    """Ask as somebody; ``tag`` becomes If-Match."""
    headers = {CALLER_HEADER: who, **more.pop("headers", {})}
    if "tag" in more:
        headers["If-Match"] = more.pop("tag")
    return one.request(method, f"/api/v1/{path}", headers=headers, **more)


def get(one: httpx.Client, who: str | None, path: str, **more: Any) -> Any:  # noqa: ANN401 - JSON
    """Return what is answered with 200, to somebody or anybody."""
    answer = one.get(f"/api/v1/{path}", **more) if who is None else ask(one, who, "GET", path, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def tag(one: httpx.Client, who: str, path: str) -> str:
    """Return the entity tag of a record."""
    found: str = ask(one, who, "GET", path).headers["ETag"]
    return found


def fill(engine: Engine) -> None:
    """Write firms of which something is private, something for partners, something personal."""
    write(
        engine,
        source(),
        organisation("ours", tax_code="3700123456"),
        organisation("theirs", contact_name=PERSON, tax_code=PERSONAL_CODE, kind="school"),
        organisation("partner"),
        organisation("hidden", visibility="private", name_vi=UNTOLD),
        facility("ours_1", "ours", lat=10.95, lon=106.7, position_accuracy_m=5.0),
        facility("theirs_1", "theirs", lat=11.05, lon=106.6, position_accuracy_m=5.0),
        facility("theirs_hidden", "theirs", visibility="private", name_vi=UNTOLD),
        facility("partner_1", "partner", visibility="partners", name_vi=UNTOLD),
        offer("ours_offer", "ours_1"),
        offer("theirs_offer", "theirs_1"),
        offer("theirs_secret", "theirs_1", visibility="private", article_vi=UNTOLD, hs_code="8534"),
        offer_month("theirs_month", "theirs_secret", "2027-01"),
        partnership("tie", "ours", "partner"),
    )


def ids(page: Any, key: str) -> list[str]:  # noqa: ANN401 - JSON
    """Return the ids of a page."""
    return [item[key] for item in page["items"]]


def walk(one: httpx.Client, who: str | None, path: str) -> list[dict[str, Any]]:
    """Return all items of a list, page by page."""
    found: list[dict[str, Any]] = []
    following: str | None = path
    while following is not None:
        page = get(one, who, following.removeprefix("/api/v1/"))
        found += page["items"]
        following = page["next"]
    return found
