"""Collections of recorded plans: flows on links, capacities with shadow prices, and what differs between two plans."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from api.gis.collections import Asking, Collection, Instance, Parameter
from api.gis.kept_layers import Made, folder_of, kept_layer, key_of
from api.gis.plan_layers_runs import (
    BASE,
    RUN_PARAMETER,
    SCENARIO_PARAMETER,
    ChosenRun,
    chosen_run,
    listed_runs,
    newest_other,
    run_instances,
    run_or_scenario,
)
from api.service.problems import ServiceError
from supplychain.errors import HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    from geodata.features.held import HeldSource
    from geodata.features.source import Source

FLOWS: Final = "plan_flows"
CAPACITIES: Final = "plan_capacities"
DIFFERENCES: Final = "plan_differences"


def run_layer(asking: Asking, run: ChosenRun, name: str) -> HeldSource:
    """Return a layer of a run, made once and kept.

    Raises
    ------
    ServiceError
        If it cannot be made of what the run kept.
    """

    def make() -> dict[str, Made]:
        from api.gis.plan_layers_made import made_plan_layers  # noqa: PLC0415 - loads what plans are built with

        return made_plan_layers(asking, run)

    folder = folder_of(asking.engine, asking.cache_folder)
    try:
        return kept_layer(folder, run.key, name, make)
    except ServiceError:
        raise
    except HinterlandError as error:
        raise ServiceError(error.text, "bad_request") from error


def _of_run(name: str) -> Callable[[Asking, Mapping[str, str]], Source]:
    def opened(asking: Asking, given: Mapping[str, str]) -> Source:
        return run_layer(asking, chosen_run(asking, given), name)

    return opened


PLAN_FLOWS: Final = Collection(
    FLOWS,
    Text(en="Freight flows of a plan", vi="Luồng hàng của phương án"),
    Text(
        en="Links and services that carry freight in a recorded plan: tonnes, TEU, vehicles, load share, shadow price",
        vi="Tuyến và dịch vụ có hàng trong phương án đã ghi: tấn, TEU, lượt xe, mức sử dụng, giá bóng",
    ),
    "LineString",
    "plans:read",
    FLOWS,
    _of_run(FLOWS),
    (RUN_PARAMETER, SCENARIO_PARAMETER),
    run_instances,
)

PLAN_CAPACITIES: Final = Collection(
    CAPACITIES,
    Text(en="Capacities and shadow prices of a plan", vi="Năng lực thông qua và giá bóng của phương án"),
    Text(
        en="Capacities that a recorded plan uses: how full each is, and what one more unit of it would save a day",
        vi="Năng lực mà phương án đã ghi sử dụng: mức đầy và khoản tiết kiệm mỗi ngày nếu thêm một đơn vị",
    ),
    "Point",
    "plans:read",
    CAPACITIES,
    _of_run(CAPACITIES),
    (RUN_PARAMETER, SCENARIO_PARAMETER),
    run_instances,
)


COMPARE_PARAMETER: Final = Parameter(
    "compare",
    Text(
        en="Id of a recorded run or of a scenario (its newest run) that is compared; the newest other where left out",
        vi="Mã lần chạy hoặc mã kịch bản (lần chạy mới nhất) để so; bỏ trống là kịch bản khác mới nhất",
    ),
    "ring_roads_3_4",
)
FIRST_PARAMETER: Final = replace(
    RUN_PARAMETER,
    meaning=Text(
        en="Id of the recorded run, or of the scenario, that is compared with; the newest of the base where left out",
        vi="Mã lần chạy hoặc kịch bản làm gốc so sánh; bỏ trống là lần chạy mới nhất của hiện trạng",
    ),
)


def open_differences(asking: Asking, given: Mapping[str, str]) -> Source:
    """Return links and services whose load differs between two recorded plans.

    Raises
    ------
    ServiceError
        If one of the runs is not there for the caller, or did not keep what its map is made from.
    """
    is_first_given = "run" in given or "scenario" in given
    first = chosen_run(asking, given if is_first_given else {**given, "scenario": BASE})
    compare = given.get("compare")
    second = newest_other(asking, first.scenario_id) if compare is None else run_or_scenario(asking, compare)
    a, b = run_layer(asking, first, FLOWS), run_layer(asking, second, FLOWS)

    def make() -> dict[str, Made]:
        from api.gis.plan_layers_compared import compared_flows  # noqa: PLC0415 - loads the GIS libraries

        return {DIFFERENCES: compared_flows((first.name, a), (second.name, b))}

    return kept_layer(None, key_of("differences", a.version, b.version), DIFFERENCES, make)


def difference_instances(asking: Asking) -> list[Instance]:
    """Return the newest run of the base scenario beside the newest run of each other scenario."""
    runs = listed_runs(asking)
    base = next((run for run, _ in runs if run.scenario_id == BASE), None)
    if base is None:
        return []
    newest: dict[str, Instance] = {}
    for run, title in runs:
        if run.scenario_id != BASE and run.scenario_id not in newest:
            newest[run.scenario_id] = Instance((base.run_id, run.run_id), title)
    return list(newest.values())


PLAN_DIFFERENCES: Final = Collection(
    DIFFERENCES,
    Text(en="Differences between two plans", vi="Chênh lệch giữa hai phương án"),
    Text(
        en="Links and services that carry more or less in one recorded plan than in another",
        vi="Tuyến và dịch vụ có hàng nhiều hơn hoặc ít hơn giữa hai phương án đã ghi",
    ),
    "LineString",
    "plans:read",
    DIFFERENCES,
    open_differences,
    (FIRST_PARAMETER, COMPARE_PARAMETER, SCENARIO_PARAMETER),
    difference_instances,
)
