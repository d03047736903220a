"""The actions of a programme as its tables hold them, with money in that of the pack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from supplychain.errors import HinterlandError
from supplychain.prices import PriceBasis
from supplychain.text import Text

if TYPE_CHECKING:
    from supplychain.pack import Pack

NO_PROGRAMME: Final = Text(
    en="There is no programme {programme}. There are: {known}.",
    vi="Không có chương trình {programme}. Hiện có: {known}.",
)
NO_ACTIONS: Final = Text(
    en="The region has no actions of programmes: fill in programmes.csv and actions.csv.",
    vi="Vùng chưa có hành động của chương trình nào: hãy điền programmes.csv và actions.csv.",
)


@dataclass(frozen=True, slots=True)
class Action:
    """One action of a programme.

    Parameters
    ----------
    action_id, programme_id
        Its key, and that of its programme.
    name
        Name.
    domain
        ``people``, ``business``, ``technology`` or ``infrastructure``.
    status
        ``done``, ``under_way`` or ``planned``.
    start_year, end_year
        None where not known.
    investment
        Cost in pack money of the pack's price year; None where no source gives it.
    stated_cost, currency, price_year
        The cost as the source states it.
    scenario_id
        Scenario of what it changes; None where it changes nothing of the network.
    """

    action_id: str
    programme_id: str
    name: Text
    domain: str
    status: str
    start_year: int | None
    end_year: int | None
    investment: float | None
    stated_cost: float | None
    currency: str | None
    price_year: int | None
    scenario_id: str | None


def read_actions(pack: Pack, programme_id: str | None = None) -> tuple[Action, ...]:
    """Return the actions of one programme, or of all, in the order of their ids.

    Raises
    ------
    HinterlandError
        If there is no such programme or no action, or money of an action cannot be brought to the pack's.
    """
    programmes = pack.table("programmes")["programme_id"].tolist()
    if programme_id is not None and programme_id not in programmes:
        raise HinterlandError(NO_PROGRAMME.format(programme=programme_id, known=", ".join(programmes) or "–"))
    rows = pack.table("actions")
    if programme_id is not None:
        rows = rows[rows["programme_id"] == programme_id]
    if rows.empty:
        raise HinterlandError(NO_ACTIONS)
    basis = PriceBasis.from_pack(pack)
    return tuple(_action(row, basis) for row in rows.sort_values("action_id").to_dict("records"))


def _action(row: dict[Any, Any], basis: PriceBasis) -> Action:
    cost, currency, year = _value(row["cost"]), _value(row["currency"]), _whole(row["price_year"])
    investment = None
    if cost is not None and currency is not None and year is not None:
        investment = basis.to_pack_money(float(cost), str(currency), year)
    return Action(
        action_id=str(row["action_id"]),
        programme_id=str(row["programme_id"]),
        name=Text(en=str(row["name_en"]), vi=str(row["name_vi"])),
        domain=str(row["domain"]),
        status=str(row["status"]),
        start_year=_whole(row["start_year"]),
        end_year=_whole(row["end_year"]),
        investment=investment,
        stated_cost=None if cost is None else float(cost),
        currency=None if currency is None else str(currency),
        price_year=year,
        scenario_id=None if _value(row["scenario_id"]) is None else str(row["scenario_id"]),
    )


def _value(cell: Any) -> Any:  # noqa: ANN401 - a cell of any kind
    return None if cell is None or pd.isna(cell) else cell


def _whole(cell: Any) -> int | None:  # noqa: ANN401
    value = _value(cell)
    return None if value is None else int(value)
