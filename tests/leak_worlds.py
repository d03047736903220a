"""Two worlds that differ only in what nobody of the tests may see.

In both stand the same public records. In world A others keep records, files, keys, jobs, scenarios and claims that are
named here; in world B they keep other ones, of other names and numbers, and the named ones are not there at all.
Whoever may see none of it must get the same answers in both worlds, to every question: to lists, counts, filters,
orders, cursors, exports, ids, errors and writes alike.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import httpx
from registry_parts import (
    facility,
    offer,
    offer_month,
    organisation,
    partnership,
    relation,
    set_values,
    source,
    write,
)
from service_parts import CALLER_HEADER, somebody
from sqlalchemy import Engine, insert

from api.access.caller import Caller
from api.access.known import write_roles
from api.access.tables import ACCOUNTS, SESSIONS
from supplychain.registry.values import Edit
from supplychain.registry.writing import now

NAMED: Final = "bimat"
"""Stands in every id and text of world A that nobody may see."""

OTHERS: Final[dict[str, Caller]] = {
    "owner": somebody("firm", name="owner", organisation_id="owner"),
    "claimant": somebody("firm", name="claimant"),
    "other_planner": somebody("planner", name="other_planner"),
    "other_steward": somebody("steward", name="other_steward"),
    "signed_in": Caller("acc_owner", "owner", frozenset(("firm",)), "owner", "session"),
}
"""Who keep what nobody else may see."""

VIEWERS: Final[dict[str, Caller]] = {
    "anonymous": Caller(None, "anonymous", frozenset()),
    "reader": somebody("reader", name="reader"),
    "stranger": somebody("firm", name="stranger", organisation_id="stranger"),
    "planner": somebody("planner", name="planner"),
    "analyst": somebody("analyst", name="analyst"),
}
"""Who may see none of it."""

_BASE: Final[dict[str, Any]] = {"source": "tenant_list", "confidence": "high", "synthetic": False}
_PLACE: Final = {"lon": 106.66, "lat": 11.05, "position_accuracy_m": 5.0}
"""Of what can be seen and of what is hidden alike: in the tile that the document gives as an example."""
_CERTIFIED: Final = {
    "scope": "Gia công",
    "issuer": "BSI",
    "valid_from": date(2025, 1, 1),
    "valid_to": date(2030, 1, 1),
}


def article(article_id: str, **values: Any) -> Edit:  # noqa: ANN401 - values of a record
    """Return an article."""
    return Edit("articles", article_id, {"name_vi": f"Hàng {article_id}", "kind": "goods", **_BASE, **values})


def need(need_id: str, facility_id: str, **values: Any) -> Edit:  # noqa: ANN401
    """Return a need of a facility."""
    return Edit("needs", need_id, {"facility_id": facility_id, "article_vi": "Thép tấm", **_BASE, **values})


def certificate(certificate_id: str, facility_id: str, **values: Any) -> Edit:  # noqa: ANN401
    """Return a certificate of a facility."""
    return Edit(
        "certificates",
        certificate_id,
        {"facility_id": facility_id, "scheme": "iso_9001", **_CERTIFIED, **_BASE, **values},
    )


def _seen() -> list[Edit]:
    """Return what is public in both worlds."""
    return [
        source(),
        *(organisation(name) for name in ("owner", "partner", "stranger", "zoe")),
        *(facility(f"{name}_f", name, **_PLACE) for name in ("owner", "partner", "stranger", "zoe")),
        article("steel"),
        *(offer(f"{name}_o", f"{name}_f") for name in ("owner", "stranger", "zoe")),
        offer_month("owner_m", "owner_o", "2026-01"),
        need("zoe_n", "zoe_f"),
        certificate("zoe_c", "zoe_f"),
        partnership("zoe_p", "zoe", "stranger"),
        relation("zoe_r", "zoe_f", "stranger_f"),
    ]


def _hidden(tag: str, level: str, word: str, month: int) -> list[Edit]:
    """Return records of the owner that only a partner, or nobody else, may see; ids begin with the tag."""
    shown = {"visibility": level}
    own = f"Kho {word} {tag}"
    return [
        organisation(f"{tag}_org", name_vi=f"Công ty {word} {tag}", address=f"1 đường {word}", **shown),
        facility(f"{tag}_in_hidden", f"{tag}_org", name_vi=own, **_PLACE),
        facility(f"{tag}_f", "owner", name_vi=own, **shown, **_PLACE),
        article(f"{tag}_article", name_vi=f"Linh kiện {word}", **shown),
        offer(f"{tag}_o", "owner_f", article_vi=f"Chip {word}", **shown),
        offer(f"{tag}_o_in_hidden", f"{tag}_f", article_vi=f"Chip {word}"),
        offer_month(f"{tag}_m", "owner_o", f"2026-{month:02}", **shown),
        need(f"{tag}_n", "owner_f", article_vi=f"Thép {word}", **shown),
        certificate(f"{tag}_c", "owner_f", number=word, **shown),
        partnership(f"{tag}_p", "owner", "partner", evidence=word, since_year=2000 + len(tag), **shown),
        relation(f"{tag}_r", "owner_f", "partner_f", evidence=word, **shown),
    ]


@dataclass
class World:
    """A database and what is hidden in it, by the name of the path parameter and the first word of the path."""

    engine: Engine
    hidden: dict[tuple[str, str], str] = field(default_factory=dict)


def make_world(engine: Engine, *, is_named: bool) -> World:
    """Fill a database: world A (named) or world B."""
    word = NAMED if is_named else "khacxa"
    tags = [NAMED] if is_named else ["a_khac", "mot_khac", "zz_khac"]
    write(engine, *_seen())
    kept = list(enumerate(tags, start=2))
    write(engine, *[edit for month, tag in kept for edit in _hidden(tag, "private", word, month)])
    write(engine, *[edit for month, tag in kept for edit in _hidden(f"{tag}2", "partners", word, month + 4)])
    # What was secret before it was shown, and what is personal in what is shown.
    write(engine, organisation("late", visibility="private", name_vi=f"Tên cũ {word}"), facility("late_f", "late"))
    write(engine, set_values("organisations", "late", name_vi="Tên mới", visibility="public"))
    write(engine, set_values("facilities", "zoe_f", contact_name=f"Bà {word}", contact_phone="0909" + str(len(word))))
    accounts = {**OTHERS, **VIEWERS}
    with engine.begin() as connection:
        rows = [_account(one) for name, one in accounts.items() if one.account_id and name != "signed_in"]
        connection.execute(insert(ACCOUNTS), rows)
        connection.execute(insert(SESSIONS), [_session(f"ses_{word}", "acc_owner")])
    return World(engine)


def fill_others(world: World, others: httpx.Client) -> None:
    """Let others keep what is theirs alone in world A: files, keys, jobs, imports, scenarios, webhooks, claims."""
    hidden = world.hidden
    for path in RECORD_PATHS:
        hidden[path, "record_id"] = f"{NAMED}_{RECORD_PATHS[path]}"
    hidden["ogc", "feature_id"] = f"{NAMED}_f"
    hidden["sessions", "session_id"] = f"ses_{NAMED}"

    def made(who: str, path: str, said: Any, key: str) -> str:  # noqa: ANN401 - any JSON
        answer = others.post(f"/api/v1{path}", json=said, headers={CALLER_HEADER: who})
        assert answer.is_success, (path, answer.text)
        found = answer.json()
        return str(found[key] if key in found else found["about"][key])

    csv = f"organisation_id,name_vi,kind\n{NAMED},Công ty {NAMED},enterprise\n".encode()
    for who in ("owner", "other_steward"):
        headers = {CALLER_HEADER: who, "content-type": "text/csv"}
        answer = others.post(f"/api/v1/files?name={NAMED}.csv", content=csv, headers=headers)
        assert answer.is_success, answer.text
        hidden["files", "file_id"] = hidden.get(("files", "file_id"), answer.json()["file_id"])
        last = answer.json()["file_id"]
    hidden["imports", "import_id"] = made("other_steward", "/imports", {"file_id": last}, "import_id")
    hidden["keys", "key_id"] = made("signed_in", "/keys", {"title": NAMED}, "key_id")
    hidden["jobs", "job_id"] = made("owner", "/exports", {"format": "csv"}, "job_id")
    hook = {"name": NAMED, "url": f"https://{NAMED}.example.vn/", "events": ["incident.changed"]}
    hidden["webhooks", "webhook_id"] = made("other_planner", "/webhooks", hook, "webhook_id")
    claim = {"organisation_id": "zoe", "evidence": f"Giấy phép {NAMED}"}
    hidden["claims", "claim_id"] = made("claimant", "/claims", claim, "claim_id")
    both = f"{{vi: Kịch bản {NAMED}, en: Scenario {NAMED}}}"
    text = f"scenario_id: {NAMED}\nname: {both}\ndescription: {both}\nchanges: []\n"
    hidden["scenarios", "name"] = made("other_planner", "/scenarios", {"text": text}, "key")


RECORD_PATHS: Final[Mapping[str, str]] = {
    "organisations": "org",
    "facilities": "f",
    "articles": "article",
    "offers": "o",
    "offer-months": "m",
    "needs": "n",
    "certificates": "c",
    "relations": "r",
    "partnerships": "p",
}
"""Resources of the registry that can be hidden, and the end of the ids of their hidden records."""


def _account(caller: Caller) -> dict[str, Any]:
    return {
        "account_id": caller.account_id,
        "name": caller.name,
        "name_key": caller.name,
        "roles": write_roles(caller.roles),
        "status": "active",
        "organisation_id": caller.organisation_id,
        "created_at": now(),
        "created_by": "test",
    }


def _session(session_id: str, account_id: str) -> dict[str, Any]:
    return {
        "session_hash": session_id,
        "session_id": session_id,
        "account_id": account_id,
        "created_at": now(),
        "expires_at": "2999-01-01T00:00:00.000000+00:00",
        "means": "password",
    }


_CHANGING: Final = (
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(\+00:00|Z)"), "TIME"),
    (re.compile(r"\b[a-z]{2,6}_[a-z2-7]{20}\b"), "ID"),
    (re.compile(r"\bhl_[a-z2-7]{16}_[a-z2-7]{52}\b"), "KEY"),
    (re.compile(r"\b[a-z2-7]{16}\b"), "KEYID"),
    (re.compile(r"127\.0\.0\.1:\d+"), "HOST"),
    (re.compile(r"whsec_[A-Za-z0-9+/=]+"), "SECRET"),
)
"""What differs from one request to the next, in the same world too."""

COMPARED: Final = ("content-type", "link", "location", "content-disposition", "accept-ranges", "www-authenticate")
"""Headers that say something of the answer."""


def plain(text: str) -> str:
    """Return a text without what differs from one request to the next."""
    for pattern, stands in _CHANGING:
        text = pattern.sub(stands, text)
    return text


def shape(answer: httpx.Response) -> tuple[Any, ...]:
    """Return all of an answer that two worlds must share."""
    headers = [(name, plain(answer.headers[name])) for name in COMPARED if name in answer.headers]
    return answer.status_code, headers, plain(answer.text)
