"""Closures as a scenario file: which link has how much of its capacity on which days."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise, zip_longest
from typing import Any, Final

from api.incidents.values import VIETNAM, Incident
from supplychain.text import Text

DAY: Final = timedelta(days=1)
DAY_S: Final = 86_400.0
SHARE_DIGITS: Final = 6

NAME: Final = Text(en="Closures on {day}", vi="Đoạn đường bị đóng hoặc hẹp ngày {day}")
DESCRIPTION: Final = Text(
    en="{count} change(s) from {incidents} confirmed incident(s); {left_out} left out.",
    vi="{count} thay đổi từ {incidents} sự cố đã xác nhận; bỏ qua {left_out}.",
)
REASON: Final = Text(en="{titles} ({incidents})", vi="{titles} ({incidents})")
HEAD: Final = Text(
    en="Made from incidents. Each day counts with the share of its capacity that is left on average over its 24 hours;"
    " where several incidents meet on a link, the worst of them holds at each moment.",
    vi="Tạo từ các sự cố. Mỗi ngày tính theo phần năng lực còn lại bình quân trong 24 giờ;"
    " nơi nhiều sự cố trùng nhau thì tại mỗi thời điểm lấy mức nặng nhất.",
)
NO_CAPACITY: Final = Text(
    en="{link} has no capacity in the region, so no part of it can be taken ({incidents}); give it one, or close it.",
    vi="{link} không có năng lực trong dữ liệu vùng nên không thể lấy một phần ({incidents}); hãy đặt năng lực hoặc "
    "đóng hẳn.",
)
NO_ROW: Final = Text(
    en="{link} is ruled by no link of the region, so a scenario cannot change it ({incidents}).",
    vi="{link} không thuộc hành lang nào của dữ liệu vùng nên kịch bản không thay đổi được ({incidents}).",
)
GONE: Final = Text(
    en="{link} is not in the region any more ({incidents}).", vi="{link} không còn trong dữ liệu vùng ({incidents})."
)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A link of the pack that has less capacity on some days.

    Parameters
    ----------
    link_id
        The link.
    first, last
        Days, both included; no last: until further notice.
    share
        Share of the capacity of a day that is left: 0 is closed.
    incident_ids
        Why.
    """

    link_id: str
    first: date
    last: date | None
    share: float
    incident_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offered:
    """A scenario made from closures.

    Parameters
    ----------
    document
        The scenario file, form 2.
    left_out
        What no scenario can say, and why.
    """

    document: Mapping[str, Any]
    left_out: tuple[Text, ...]


def narrowings(link_id: str, incidents: Sequence[Incident]) -> list[Narrowing]:
    """Return on which days a link has how much of its capacity left.

    At each moment the incident that leaves least holds; a day has the mean of its 24 hours, by Vietnamese time. Days
    with all of the capacity are left out, days in a row that are alike are one.
    """
    turns = sorted({day for one in incidents for day in _turns(one)})
    found: list[Narrowing] = []
    for first, after in zip_longest(turns, turns[1:]):
        share, ids = _share_of(first, incidents)
        if share >= 1.0:
            continue
        last = None if after is None else after - DAY
        before = found[-1] if found else None
        if before is not None and (before.share, before.incident_ids, before.last) == (share, ids, first - DAY):
            found[-1] = Narrowing(link_id, before.first, last, share, ids)
        else:
            found.append(Narrowing(link_id, first, last, share, ids))
    return found


def _span(incident: Incident) -> tuple[datetime, datetime | None]:
    starts = incident.said.starts_at
    assert starts is not None  # noqa: S101 - confirmed incidents have one
    return starts, incident.said.ends_at


def _turns(incident: Incident) -> list[date]:
    """Return the days on which something may be other than the day before."""
    starts, ends = _span(incident)
    days = [starts.astimezone(VIETNAM).date()]
    if ends is not None:
        days.append(ends.astimezone(VIETNAM).date())
    return [turn for day in days for turn in (day, day + DAY)]


def _share_of(day: date, incidents: Sequence[Incident]) -> tuple[float, tuple[str, ...]]:
    """Return the share of a day's capacity that is left, and the incidents that hold on it."""
    begins = datetime.combine(day, time(), VIETNAM).astimezone(UTC)
    over = begins + DAY
    spans = []
    for one in incidents:
        starts, ends = _span(one)
        first, last = max(starts, begins), over if ends is None else min(ends, over)
        if first < last and one.said.share is not None and one.said.share < 1.0:
            spans.append((first, last, one.said.share, one.incident_id))
    moments = sorted({begins, over, *(span[0] for span in spans), *(span[1] for span in spans)})
    left = 0.0
    for start, end in pairwise(moments):
        least = min((share for first, last, share, _id in spans if first <= start and end <= last), default=1.0)
        left += least * (end - start).total_seconds()
    return round(left / DAY_S, SHARE_DIGITS), tuple(sorted({span[3] for span in spans}))


def offer_scenario(
    incidents: Iterable[Incident], capacities: Mapping[str, bool], day: date, last: date, base: str | None = None
) -> Offered:
    """Return the scenario of closures that hold on some day from the one planned to another.

    Parameters
    ----------
    incidents
        Confirmed ones.
    capacities
        Every link of the pack, and whether it has a capacity.
    day
        The day planned.
    last
        Last day whose closures are taken in; the scenario can be planned for any day in between.
    base
        Scenario it builds on.
    """
    by_row: dict[str, dict[str, Incident]] = {}
    ruled_by_none: dict[str, list[str]] = {}
    titles: dict[str, str] = {}
    for incident in incidents:
        titles[incident.incident_id] = incident.said.title
        for link in incident.match.chosen:
            if link.corridor is None:
                ruled_by_none.setdefault(link.link_id, []).append(incident.incident_id)
            else:
                by_row.setdefault(link.corridor, {})[incident.incident_id] = incident
    left_out = [_told(NO_ROW, link_id, names) for link_id, names in sorted(ruled_by_none.items())]
    kept: list[Narrowing] = []
    for link_id, some in sorted(by_row.items()):
        wanted = narrowings(link_id, list(some.values()))
        wanted = [one for one in wanted if one.first <= last and (one.last is None or one.last >= day)]
        for one in wanted:
            why_not = _why_not(one, capacities)
            if why_not is None:
                kept.append(one)
            else:
                left_out.append(_told(why_not, link_id, one.incident_ids))
    return Offered(_document(kept, titles, day, base, len(left_out)), tuple(left_out))


def _why_not(one: Narrowing, capacities: Mapping[str, bool]) -> Text | None:
    """Return why a scenario cannot say that a link has less capacity; None where it can."""
    if one.link_id not in capacities:
        return GONE
    return NO_CAPACITY if one.share > 0.0 and not capacities[one.link_id] else None


def _told(text: Text, link: str, incident_ids: Sequence[str]) -> Text:
    return text.format(link=link, incidents=", ".join(incident_ids))


def _document(
    kept: Sequence[Narrowing], titles: Mapping[str, str], day: date, base: str | None, left_out: int
) -> dict[str, Any]:
    groups: dict[tuple[date, date | None, float, tuple[str, ...]], list[str]] = {}
    for one in kept:
        groups.setdefault((one.first, one.last, one.share, one.incident_ids), []).append(one.link_id)
    changes = []
    for (first, last, share, ids), links in groups.items():
        change: dict[str, Any] = {"change": "close" if share == 0.0 else "available", "links": links}
        if share > 0.0:
            change["share"] = share
        change["from"] = first.isoformat()
        if last is not None:
            change["to"] = last.isoformat()
        said = "; ".join(dict.fromkeys(titles[name] for name in ids))
        change["reason"] = _both(REASON.format(titles=said, incidents=", ".join(ids)))
        changes.append(change)
    incidents = len({name for one in kept for name in one.incident_ids})
    described = DESCRIPTION.format(count=len(changes), incidents=incidents, left_out=left_out)
    return {
        "format": 2,
        "scenario_id": f"closures_{day:%Y_%m_%d}",
        "name": _both(NAME.format(day=day)),
        "description": _both(described),
        **({} if base is None else {"base": base}),
        "date": day.isoformat(),
        "changes": changes,
    }


def _both(text: Text) -> dict[str, str]:
    return {"vi": printable(text.vi), "en": printable(text.en)}


def printable(text: str) -> str:
    """Return a text in one line of printable signs."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def scenario_yaml(offered: Offered) -> str:
    """Return a scenario as a YAML file, with what is left out as comments."""
    told = [HEAD, *offered.left_out]
    lines = [f"# {printable(wording)}" for text in told for wording in (text.vi, text.en)]
    for key, value in offered.document.items():
        if key != "changes":
            lines.append(f"{key}: {_flow(value)}")
    lines.append("changes:" if offered.document["changes"] else "changes: []")
    for change in offered.document["changes"]:
        first, *rest = change.items()
        lines.append(f"  - {first[0]}: {first[1]}")
        lines += [f"    {key}: {_flow(value)}" for key, value in rest]
    return "\n".join(lines) + "\n"


def _flow(value: Any) -> str:  # noqa: ANN401 - a value of JSON
    """Return a value as YAML reads it: JSON is YAML; days, ids and numbers stand bare."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {json.dumps(one, ensure_ascii=False)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(json.dumps(one, ensure_ascii=False) for one in value) + "]"
    return str(value)
