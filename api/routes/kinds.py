"""The kinds of jobs that ask the network: quick ones, answered by a worker that keeps the network warm."""

from __future__ import annotations

from typing import Final

from api.jobs.kinds import JobKind
from supplychain.text import Text

QUESTION_KINDS: Final = (
    JobKind("route", Text(en="Route", vi="Tuyến đường"), "routes:ask", "api.routes.jobs:run_route", priority=2),
    JobKind("skim", Text(en="Skim", vi="Bảng thời gian, km, chi phí"), "routes:ask", "api.routes.jobs:run_skim", 3),
    JobKind(
        "isochrone",
        Text(en="Isochrones", vi="Vùng đến được"),
        "routes:ask",
        "api.routes.jobs:run_isochrone",
        priority=3,
    ),
    JobKind(
        "catchment", Text(en="Catchments", vi="Vùng phục vụ"), "routes:ask", "api.routes.jobs:run_catchment", priority=3
    ),
    JobKind(
        "nearest", Text(en="Nearest", vi="Cơ sở gần nhất"), "routes:ask", "api.routes.jobs:run_nearest", priority=3
    ),
    JobKind(
        "chains",
        Text(en="Chains of modes", vi="Chuỗi phương thức"),
        "routes:ask",
        "api.routes.jobs:run_chains",
        priority=3,
    ),
)
"""What may be asked of the network."""
