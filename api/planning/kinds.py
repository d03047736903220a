"""Kinds of jobs for planners' questions."""

from __future__ import annotations

from typing import Final

from api.jobs.kinds import JobKind
from supplychain.text import Text

QUESTIONS: Final = "api.planning.jobs"
SCENARIOS: Final = "api.planning.scenario_jobs"
SWEEPS: Final = "api.planning.sweep"
QUICK: Final = 2
SOON: Final = 3
LONG: Final = 7
"""Priorities: questions that take a second go beside long work, quotes before plans, plans before sweeps."""

PLANNING_KINDS: Final[tuple[JobKind, ...]] = (
    JobKind("plan", Text(en="Plan", vi="Lập phương án"), "plans:run", f"{QUESTIONS}:plan"),
    JobKind("compare", Text(en="Comparison", vi="So sánh phương án"), "plans:run", f"{QUESTIONS}:compare"),
    JobKind("explain", Text(en="Explanation", vi="Giải thích phương án"), "plans:run", f"{QUESTIONS}:explain"),
    JobKind("quote", Text(en="Quote", vi="Báo giá"), "quotes:ask", f"{QUESTIONS}:quote", SOON),
    JobKind("emissions", Text(en="Emissions", vi="Kê phát thải"), "plans:run", f"{QUESTIONS}:emissions"),
    JobKind("programme", Text(en="Programme", vi="Chương trình"), "plans:run", f"{QUESTIONS}:programme", LONG),
    JobKind("validate", Text(en="Validation", vi="Đối chiếu"), "plans:run", f"{QUESTIONS}:validate"),
    JobKind("sweep", Text(en="Sweep", vi="Quét kịch bản"), "plans:run", f"{SWEEPS}:sweep", LONG),
    JobKind("sweep_part", Text(en="Part of a sweep", vi="Một phần quét"), "plans:run", f"{SWEEPS}:part", LONG),
    JobKind("replay", Text(en="Replay of a run", vi="Chạy lại"), "plans:run", f"{SCENARIOS}:replay"),
    JobKind("scenario_check", Text(en="Check", vi="Kiểm tra kịch bản"), "scenarios:read", f"{SCENARIOS}:check", QUICK),
    JobKind(
        "scenario_effects", Text(en="Effects", vi="Nội dung kịch bản"), "scenarios:read", f"{SCENARIOS}:effects", QUICK
    ),
    JobKind(
        "scenario_difference",
        Text(en="Difference", vi="Khác biệt kịch bản"),
        "scenarios:read",
        f"{SCENARIOS}:difference",
        QUICK,
    ),
)
"""Each with the right it needs and the function that a worker runs."""
