"""A run made again from its record alone, and whether it comes out the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from optimizer.flow.plan import StartPaths
from optimizer.results.names import figure
from optimizer.runs.contents import Flow, content_of, read_flow, read_region_content, read_table
from optimizer.runs.inputs import inputs_sha256
from supplychain.pack import Pack
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from optimizer.case import Case
    from optimizer.flow.plan import Plan
    from optimizer.runs.record import RunRecord
    from supplychain.models.base import Base

ROUNDING: Final = 1e-9
"""Relative difference of an objective up to which two are the same."""

SMALLEST_T: Final = 1e-6
"""Tonnes a day up to which the flows of a path are the same."""

SHOWN: Final = 12
"""Digits of a hash that a sentence shows."""

ByPath = dict[tuple[str, tuple[str, ...]], float]

Verdict = Literal["same", "equally_good", "other"]
"""``same``: inputs, objective and every path. ``equally_good``: the same inputs and objective by other paths.
``other``: the inputs or the objective differ."""

TABLE: Final = Text(en="table {name}", vi="bảng {name}")
REGION: Final = Text(en="the region", vi="vùng")
FLOW: Final = Text(en="the flow", vi="luồng hàng")

SAME: Final = Text(
    en="The same answer: inputs, objective and all {paths} paths agree.",
    vi="Cùng một kết quả: đầu vào, hàm mục tiêu và cả {paths} đường đi đều khớp.",
)
OTHER_INPUTS: Final = Text(
    en="The inputs made from the record have another hash ({now} instead of {then}): this version of the program reads "
    "them otherwise.",
    vi="Đầu vào dựng lại từ bản ghi có mã băm khác ({now} thay vì {then}): phiên bản chương trình này đọc chúng "
    "khác đi.",
)
OTHER_VERSIONS: Final = Text(en="Other versions compute now: {list}.", vi="Nay dùng phiên bản khác: {list}.")
OTHER_OBJECTIVE: Final = Text(
    en="Another objective: {now} instead of {then} ({relative}).",
    vi="Hàm mục tiêu khác: {now} thay vì {then} ({relative}).",
)
CUT_SHORT: Final = Text(
    en="One of the two was cut short (then {then}, now {now}), so that they need not agree.",
    vi="Một trong hai lần bị dừng sớm (trước {then}, nay {now}) nên không nhất thiết khớp nhau.",
)
OTHER_PATHS: Final = Text(
    en="The objective is the same by other paths: {tonnes} of {whole} t/day go otherwise, on {paths} paths. Both plans "
    "are equally good.",
    vi="Cùng hàm mục tiêu nhưng khác đường đi: {tonnes} trên {whole} tấn/ngày đi khác, trên {paths} đường. Hai phương "
    "án tốt như nhau.",
)


@dataclass(frozen=True, slots=True)
class Replay:
    """A run beside its replay.

    Parameters
    ----------
    verdict
        Whether the two agree.
    sentences
        What agrees or differs, in both languages.
    objective_then, objective_now
        Of the run and of the replay.
    inputs_then, inputs_now
        Hashes of everything each follows from.
    paths
        Paths of the run.
    paths_otherwise
        Paths whose tonnes differ, of either.
    t_otherwise
        Tonnes a day that go otherwise.
    """

    verdict: Verdict
    sentences: tuple[Text, ...]
    objective_then: float
    objective_now: float
    inputs_then: str
    inputs_now: str
    paths: int
    paths_otherwise: int
    t_otherwise: float

    def with_sentence(self, sentence: Text) -> Replay:
        """Return the replay with one more thing said."""
        return replace(self, sentences=(*self.sentences, sentence))

    @property
    def explanation(self) -> Text:
        """All sentences together."""
        return Text(en=" ".join(one.en for one in self.sentences), vi=" ".join(one.vi for one in self.sentences))


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run came to, as it was recorded.

    Parameters
    ----------
    objective
        Its objective.
    status
        How its plan ended.
    """

    objective: float
    status: str


def pack_of_record(record: RunRecord, contents: Mapping[str, bytes], models: Sequence[type[Base]]) -> Pack:
    """Return the region as the run found it, with only the tables that plans are made from.

    Parameters
    ----------
    record
        The record.
    contents
        Contents by hash.
    models
        Every table of a pack.

    Raises
    ------
    RecordError
        If a content is missing or damaged.
    """
    region = read_region_content(content_of(contents, record.region, REGION), REGION)
    frames = {}
    for name, sha256 in record.tables.items():
        what = TABLE.format(name=name)
        frames[name] = read_table(content_of(contents, sha256, what), what)
    return Pack.from_tables(region, frames, models)


def start_of_record(record: RunRecord, contents: Mapping[str, bytes]) -> StartPaths | None:
    """Return the paths that were tried first; None without any.

    Raises
    ------
    RecordError
        If they are missing or damaged.
    """
    if record.start_flow is None:
        return None
    flow = read_flow(content_of(contents, record.start_flow, FLOW), FLOW)
    return StartPaths(flow.demand_ids, flow.link_ids)


def judge_replay(
    record: RunRecord,
    contents: Mapping[str, bytes],
    then: RunResult,
    made: tuple[Case, Plan],
    versions: Mapping[str, str],
) -> Replay:
    """Return whether a run made again comes out the same.

    Parameters
    ----------
    record, contents
        The record and the contents it names.
    then
        What the run came to.
    made
        Case and plan made from the record.
    versions
        Versions of what computed the plan now.

    Raises
    ------
    RecordError
        If the flow of the run is missing or damaged.
    """
    case, plan = made
    inputs_now = inputs_sha256(case, record.solve_options)
    before = read_flow(content_of(contents, record.flow, FLOW), FLOW).by_path()
    after = Flow.of(case.problem, plan).by_path()
    changed = _changed(before, after)
    same_inputs = inputs_now == record.inputs_sha256
    same_objective = abs(plan.objective - then.objective) <= ROUNDING * max(abs(then.objective), abs(plan.objective))
    otherwise = sum(abs(tonnes) for tonnes in changed.values()) / 2
    sentences = []
    if not same_inputs:
        sentences.append(OTHER_INPUTS.format(now=inputs_now[:SHOWN], then=record.inputs_sha256[:SHOWN]))
    if not same_objective:
        sentences.append(_other_objective(then, plan))
    elif changed:
        whole = figure(sum(before.values()), ",.1f")
        sentences.append(OTHER_PATHS.format(tonnes=figure(otherwise, ",.1f"), whole=whole, paths=len(changed)))
    verdict: Verdict = "same" if not sentences else "other"
    if same_inputs and same_objective and changed:
        verdict = "equally_good"
    return Replay(
        verdict=verdict,
        sentences=(*sentences, *_why(record, then, plan, versions)) if sentences else (SAME.format(paths=len(before)),),
        objective_then=then.objective,
        objective_now=plan.objective,
        inputs_then=record.inputs_sha256,
        inputs_now=inputs_now,
        paths=len(before),
        paths_otherwise=len(changed),
        t_otherwise=otherwise,
    )


def _changed(before: ByPath, after: ByPath) -> ByPath:
    """Return the tonnes by which paths differ, those that do."""
    differences = {key: after.get(key, 0.0) - before.get(key, 0.0) for key in {*before, *after}}
    return {key: tonnes for key, tonnes in differences.items() if abs(tonnes) > SMALLEST_T}


def _other_objective(then: RunResult, plan: Plan) -> Text:
    relative = (plan.objective - then.objective) / then.objective if then.objective else 0.0
    return OTHER_OBJECTIVE.format(
        now=figure(plan.objective), then=figure(then.objective), relative=figure(relative, "+.1e")
    )


def _why(record: RunRecord, then: RunResult, plan: Plan, versions: Mapping[str, str]) -> list[Text]:
    """Return what may lie behind a difference: other versions, a plan cut short."""
    found = []
    names = sorted({*record.versions, *versions})
    other = [
        f"{name} {versions.get(name, '–')} ({record.versions.get(name, '–')})"
        for name in names
        if versions.get(name) != record.versions.get(name)
    ]
    if other:
        found.append(OTHER_VERSIONS.format(list=", ".join(other)))
    if "stopped" in (then.status, plan.status):
        found.append(CUT_SHORT.format(then=then.status, now=plan.status))
    return found
