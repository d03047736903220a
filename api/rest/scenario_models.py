"""Scenarios as the service shows and takes them."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import Path
from pydantic import Field, StringConstraints

from api.access.rights import Role
from api.rest.fields import Model, told
from api.rest.planning_models import LONGEST_NAME, NAME_PATTERN, ScenarioName
from optimizer.scenarios.stated import ScenarioFile

LONGEST_TEXT: Final = 300_000
"""Characters of a scenario file; one of a thousand changes has some 200,000."""
MOST_SHARED: Final = 200
EXAMPLE_TEXT: Final = (
    "format: 2\nscenario_id: half_bridge\nname: {vi: Cầu còn nửa, en: Half of the bridge}\n"
    "description: {vi: Cầu còn một nửa năng lực., en: Half of the bridge is there.}\nchanges:\n"
    "  - change: available\n    links: [dong_nai_bridge]\n    share: 0.5\n    reason: {vi: sửa cầu, en: repair}\n"
)
EXAMPLE_KEY: Final = "scn_a2b3c4d5e6f7a2b3c4d5"
EXAMPLE_TIME: Final = "2026-01-05T08:00:00.000000+00:00"

ScenarioText = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT)]
Origin = Literal["region", "mine", "shared", "others"]

NamePath = Annotated[
    str,
    Path(
        description="Mã kịch bản của vùng, mã kịch bản của bạn, hoặc khóa scn_… · "
        "Id of a scenario of the region, id of one of yours, or a key scn_…",
        pattern=NAME_PATTERN,
        max_length=LONGEST_NAME,
        examples=[EXAMPLE_KEY],
    ),
]


class NameModel(Model):
    """A text in both languages."""

    vi: str = told("In Vietnamese", "Tiếng Việt", "Cầu còn nửa")
    en: str = told("In English", "Tiếng Anh", "Half of the bridge")


class ScenarioSummary(Model):
    """A scenario, shortly."""

    key: str = told(
        "What names it: its key; the id of one of the region", "Khóa; với kịch bản của vùng là mã", EXAMPLE_KEY
    )
    scenario_id: str = told("Its id, as the file says", "Mã ghi trong tệp", "half_bridge")
    name: NameModel = told("Its name", "Tên", {"vi": "Cầu còn nửa", "en": "Half of the bridge"})
    origin: Origin = told(
        "region (of the region, read-only), mine, shared (with you), others (seen by administrators)",
        "region (của vùng, chỉ đọc), mine (của bạn), shared (được chia sẻ), others (quản trị viên xem)",
        "mine",
    )
    owner: str | None = told(
        "Account it belongs to; null for the region's", "Tài khoản sở hữu; null với kịch bản của vùng", "acc_lan"
    )
    version: int | None = told("Number of its text, from 1", "Số lần của nội dung, từ 1", 1)
    made_at: str | None = told("When it was made, UTC", "Lúc tạo, UTC", EXAMPLE_TIME)
    changed_at: str | None = told("When its text last changed, UTC", "Lúc sửa gần nhất, UTC", EXAMPLE_TIME)


class ScenarioModel(ScenarioSummary):
    """A scenario with its text."""

    description: NameModel = told("What it is", "Mô tả", {"vi": "Cầu còn một nửa.", "en": "Half is there."})
    base: str | None = told("Scenario it builds on", "Kịch bản nền", "base")
    stack: list[str] = told("Scenarios laid on", "Các kịch bản chồng thêm", [])
    changes: int = told("How many changes it states", "Số thay đổi", 1)
    text: str = told("The file: YAML or JSON", "Nội dung tệp: YAML hoặc JSON", EXAMPLE_TEXT)
    forked_from: str | None = told(
        "Scenario it was forked from, where you may see it", "Kịch bản gốc, nếu bạn được xem", "ring_roads_3_4"
    )


class NewScenario(Model):
    """A scenario to keep."""

    text: ScenarioText = told("The file: YAML or JSON, form 1 or 2", "Tệp: YAML hoặc JSON, dạng 1 hoặc 2", EXAMPLE_TEXT)


class ForkRequest(Model):
    """How a scenario is forked."""

    scenario_id: ScenarioName | None = told(
        "Id of the fork; null to keep that of the original (not of one of the region)",
        "Mã của bản mới; null thì giữ mã cũ (trừ kịch bản của vùng)",
        "my_ring_roads",
        default=None,
    )


class CheckRequest(Model):
    """What is checked."""

    text: ScenarioText | None = told(
        "A text that is not kept yet, checked in its place",
        "Nội dung chưa lưu, kiểm tra thay cho bản đã lưu",
        None,
        default=None,
    )


class DifferenceRequest(Model):
    """What a scenario is held against."""

    other: ScenarioName = told("The other scenario", "Kịch bản kia", "river_first")


class SharesModel(Model):
    """Who else sees it."""

    staff: bool = told("Everybody who may read scenarios", "Mọi người được đọc kịch bản", example=False, default=False)
    roles: Annotated[list[Role], Field(max_length=6)] = told(
        "Roles: planner, analyst, steward, administrator",
        "Các vai trò: planner, analyst, steward, administrator",
        ["analyst"],
        default=[],
    )
    accounts: Annotated[
        list[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,59}$")]], Field(max_length=MOST_SHARED)
    ] = told("Account ids", "Các mã tài khoản", ["acc_a2b3c4d5e6f7a2b3c4d5"], default=[])


class VersionModel(Model):
    """A text that a scenario has had."""

    version: int = told("Its number, from 1", "Số thứ tự, từ 1", 1)
    author: str = told("Who wrote it", "Người viết", "Lan")
    made_at: str = told("When, UTC", "Lúc nào, UTC", EXAMPLE_TIME)


class VersionText(Model):
    """One text that a scenario has had."""

    version: int = told("Its number, from 1", "Số thứ tự, từ 1", 1)
    text: str = told("The file", "Nội dung tệp", EXAMPLE_TEXT)


def of_file(file: ScenarioFile) -> dict[str, Any]:
    """Return what a file says of itself, as members of :class:`ScenarioModel`."""
    return {
        "scenario_id": file.scenario_id,
        "name": NameModel(vi=file.name.vi, en=file.name.en),
        "description": NameModel(vi=file.description.vi, en=file.description.en),
        "base": file.base,
        "stack": list(file.stack),
        "changes": len(file.changes),
        "text": file.text,
    }
