"""Tables, regions and paths as bytes, the same bytes for the same content, and back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from supplychain.errors import HinterlandError
from supplychain.pack.pack import Region, plain_rows
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optimizer.flow.plan import Plan
    from optimizer.flow.problem import Problem

MISSING: Final = Text(
    en="The database has not kept all of what the run was made from ({what} is missing). It cannot be replayed.",
    vi="Cơ sở dữ liệu không còn giữ đủ đầu vào của lần chạy (thiếu {what}). Không thể chạy lại.",
)
DAMAGED: Final = Text(
    en="What the database has kept of {what} is damaged: it is not what the run was made from. Restore the database "
    "from a copy.",
    vi="Nội dung {what} lưu trong cơ sở dữ liệu đã hỏng: không còn đúng là đầu vào của lần chạy. Hãy khôi phục cơ sở "
    "dữ liệu từ bản sao lưu.",
)


class RecordError(HinterlandError):
    """A record of a run that cannot be read."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Tonnes on paths, by ids.

    Parameters
    ----------
    demand_ids
        Demand of each path.
    link_ids
        Links of each path in travel order.
    t_per_day
        Tonnes of each path.
    """

    demand_ids: tuple[str, ...]
    link_ids: tuple[tuple[str, ...], ...]
    t_per_day: tuple[float, ...]

    @classmethod
    def of(cls, problem: Problem, plan: Plan) -> Flow:
        """Return the flow of a plan, its paths in the plan's order."""
        return cls(
            tuple(problem.demand_ids[demand] for demand in plan.path_demand),
            tuple(
                tuple(problem.link_ids[link] for link in plan.links_of_path(path))
                for path in range(plan.path_demand.size)
            ),
            tuple(plan.path_t_per_day.tolist()),
        )

    def by_path(self) -> dict[tuple[str, tuple[str, ...]], float]:
        """Return the tonnes of each demand and path."""
        found: dict[tuple[str, tuple[str, ...]], float] = {}
        for demand, links, tonnes in zip(self.demand_ids, self.link_ids, self.t_per_day, strict=True):
            found[demand, links] = found.get((demand, links), 0.0) + tonnes
        return found


def sha256_of(content: bytes) -> str:
    """Return the SHA-256 of a content, 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def table_content(frame: pd.DataFrame) -> bytes:
    """Return a table as bytes: its columns, then its rows in their order; numbers to the last digit."""
    rows = [[value.item() if isinstance(value, np.generic) else value for value in row] for row in plain_rows(frame)]
    return _to_bytes({"columns": list(frame.columns), "rows": rows})


def read_table(content: bytes, what: Text) -> pd.DataFrame:
    """Return the table of a content.

    Raises
    ------
    RecordError
        If it holds none.
    """
    document = _from_bytes(content, what)
    try:
        return pd.DataFrame(document["rows"], columns=document["columns"], dtype="object")
    except (KeyError, TypeError, ValueError) as error:
        raise RecordError(DAMAGED.format(what=what)) from error


def region_content(region: Region) -> bytes:
    """Return a region as bytes."""
    remark = None if region.remark is None else {"vi": region.remark.vi, "en": region.remark.en}
    return _to_bytes(
        {
            "region_id": region.region_id,
            "name": {"vi": region.name.vi, "en": region.name.en},
            "currency": region.currency,
            "price_year": region.price_year,
            "base_year": region.base_year,
            "crs": region.crs,
            "licence": region.licence,
            "remark": remark,
        }
    )


def read_region_content(content: bytes, what: Text) -> Region:
    """Return the region of a content.

    Raises
    ------
    RecordError
        If it holds none.
    """
    document = _from_bytes(content, what)
    try:
        remark = document.pop("remark")
        name = Text(**document.pop("name"))
        return Region(name=name, remark=None if remark is None else Text(**remark), **document)
    except (KeyError, TypeError, AttributeError) as error:
        raise RecordError(DAMAGED.format(what=what)) from error


def flow_content(flow: Flow) -> bytes:
    """Return a flow as bytes: ids once each, paths by their places."""
    demands = sorted(set(flow.demand_ids))
    links = sorted({link for path in flow.link_ids for link in path})
    demand_at = {demand: place for place, demand in enumerate(demands)}
    link_at = {link: place for place, link in enumerate(links)}
    return _to_bytes(
        {
            "demands": demands,
            "links": links,
            "path_demand": [demand_at[demand] for demand in flow.demand_ids],
            "path_links": [[link_at[link] for link in path] for path in flow.link_ids],
            "t_per_day": list(flow.t_per_day),
        }
    )


def read_flow(content: bytes, what: Text) -> Flow:
    """Return the flow of a content.

    Raises
    ------
    RecordError
        If it holds none.
    """
    document = _from_bytes(content, what)
    try:
        demands, links = document["demands"], document["links"]
        return Flow(
            tuple(demands[place] for place in document["path_demand"]),
            tuple(tuple(links[place] for place in path) for path in document["path_links"]),
            tuple(float(tonnes) for tonnes in document["t_per_day"]),
        )
    except (KeyError, TypeError, IndexError, ValueError) as error:
        raise RecordError(DAMAGED.format(what=what)) from error


def content_of(contents: Mapping[str, bytes], sha256: str, what: Text) -> bytes:
    """Return one content, checked against its hash.

    Raises
    ------
    RecordError
        If it is missing or is not what its hash says.
    """
    if sha256 not in contents:
        raise RecordError(MISSING.format(what=what))
    content = contents[sha256]
    if sha256_of(content) != sha256:
        raise RecordError(DAMAGED.format(what=what))
    return content


def _to_bytes(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _from_bytes(content: bytes, what: Text) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(content)
    except ValueError as error:
        raise RecordError(DAMAGED.format(what=what)) from error
