"""The record of a run: what the plan was made from and what came out, as hashes of contents kept beside it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from optimizer.flow.options import SolveOptions
from optimizer.runs.contents import (
    DAMAGED,
    Flow,
    RecordError,
    flow_content,
    region_content,
    sha256_of,
    table_content,
)
from optimizer.runs.inputs import PLANNING_TABLES, inputs_sha256
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from optimizer.case import Case
    from optimizer.flow.plan import Plan
    from supplychain.pack import Pack

FORM: Final = 1
"""Form of records; a later program may write a higher one."""

NAMED_TABLES: Final = ("sources",)
"""Tables that rows added by a scenario may name."""

NEWER: Final = Text(
    en="The run was recorded by a newer version of the program (form {form}). Update the program to replay it.",
    vi="Lần chạy do phiên bản mới hơn của chương trình ghi lại (dạng {form}). Hãy cập nhật chương trình để chạy lại.",
)
THE_RECORD: Final = Text(en="the record", vi="bản ghi")


@dataclass(frozen=True, slots=True)
class NetworkUsed:
    """The stored network a run was planned on.

    Parameters
    ----------
    version
        Its number.
    name
        Its name.
    sha256
        Hash of its content.
    """

    version: int
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class RunRecord:
    """All a run was made from, and its flow, by the hashes of contents.

    Parameters
    ----------
    scenario
        The scenario worked out, as a file that builds on no other.
    options
        Every setting of the solver.
    region
        Hash of the region.
    tables
        Hash of each table as the scenario found it, by name: those that plans are made from, and those it changes.
    flow
        Hash of the plan's flow by path.
    inputs_sha256
        Hash of everything the plan follows from.
    versions
        Versions of what computed the plan.
    network
        The stored network it was planned on; None for the corridors of the pack.
    after
        Runs that the same planner had planned before and began this one from, in their order: where several plans are
        equally good, which one is found depends on them.
    start_flow
        Hash of the flow whose paths were tried first; None without any.
    form
        Form of the record.
    """

    scenario: Mapping[str, Any]
    options: Mapping[str, Any]
    region: str
    tables: Mapping[str, str]
    flow: str
    inputs_sha256: str
    versions: Mapping[str, str]
    network: NetworkUsed | None = None
    after: tuple[str, ...] = ()
    start_flow: str | None = None
    form: int = FORM
    contents: Mapping[str, bytes] = field(default_factory=dict, repr=False, compare=False)
    """Contents by hash, where the record was just made; empty where it was read."""

    def to_text(self) -> str:
        """Return the record as JSON; reading it back gives the same record."""
        document = {name: value for name, value in asdict(self).items() if name != "contents"}
        return json.dumps(document, ensure_ascii=False, sort_keys=True, allow_nan=False)

    @classmethod
    def from_text(cls, text: str) -> RunRecord:
        """Return the record of a text.

        Raises
        ------
        RecordError
            If it is none, or of a newer form.
        """
        try:
            document = json.loads(text)
            form = document["form"]
            if form > FORM:
                raise RecordError(NEWER.format(form=form))
            network = document.pop("network")
            after = tuple(document.pop("after"))
            return cls(network=None if network is None else NetworkUsed(**network), after=after, **document)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise RecordError(DAMAGED.format(what=THE_RECORD)) from error

    @property
    def solve_options(self) -> SolveOptions:
        """Settings of the solver.

        Raises
        ------
        RecordError
            If they are none.
        """
        try:
            return SolveOptions(**self.options)
        except (TypeError, ValueError) as error:
            raise RecordError(DAMAGED.format(what=THE_RECORD)) from error


def record_of(  # noqa: PLR0913 - each says another thing of the run
    pack: Pack,
    case: Case,
    plan: Plan,
    options: SolveOptions,
    *,
    versions: Mapping[str, str],
    network: NetworkUsed | None = None,
    after: Sequence[str] = (),
    start_flow: Flow | None = None,
    tables: dict[str, bytes] | None = None,
) -> RunRecord:
    """Return the record of a run with the contents it names.

    Parameters
    ----------
    pack
        The region as loaded, before the scenario.
    case, plan
        What was planned.
    options
        Settings of the solver.
    versions
        Versions of what computed the plan.
    network
        The stored network it was planned on; None for the corridors of the pack.
    after
        Runs that the same planner had planned before and began this one from, in their order.
    start_flow
        Flow whose paths were tried first.
    tables
        Contents of tables of the same pack that were worked out before; filled up.
    """
    done = {} if tables is None else tables
    contents: dict[str, bytes] = {}

    def kept(content: bytes) -> str:
        sha256 = sha256_of(content)
        contents[sha256] = content
        return sha256

    changed = {change.table for change in case.scenario.changes}
    wanted = sorted({*PLANNING_TABLES, *NAMED_TABLES, *changed} & set(pack.tables))
    done.update({name: table_content(pack.tables[name]) for name in wanted if name not in done})
    return RunRecord(
        scenario=case.scenario.to_dict(),
        options=asdict(options),
        region=kept(region_content(pack.region)),
        tables={name: kept(done[name]) for name in wanted},
        flow=kept(flow_content(Flow.of(case.problem, plan))),
        inputs_sha256=inputs_sha256(case, options),
        versions=dict(versions),
        network=network,
        after=tuple(after),
        start_flow=None if start_flow is None else kept(flow_content(start_flow)),
        contents=contents,
    )
