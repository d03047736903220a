"""A plan held against everything known of the base year: totals, shares, prices, distances, screenlines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from optimizer.results.known_figures import known_figures
from optimizer.runs.inputs import inputs_sha256
from optimizer.validation.controls import check_controls
from optimizer.validation.reasons import Reasons
from optimizer.validation.screenlines import Screenlines, screenline_traffic

if TYPE_CHECKING:
    from optimizer.case import Case
    from optimizer.flow.plan import Plan

WITHIN: Final = "within"
OUTSIDE: Final = "outside"
NO_RANGE: Final = "no_range"
NO_VALUE: Final = "no_value"
"""Verdicts: in its range; out of it; no range is known; the model has no value, because the way is not there."""


@dataclass(frozen=True, slots=True, eq=False)
class Validation:
    """What holding a plan against known figures found.

    Parameters
    ----------
    case, plan
        What was validated.
    controls
        Control totals beside the demand (``check_controls``).
    figures
        Columns of ``known_figures`` with ``verdict`` (``within``, ``outside``, ``no_range``, ``no_value``),
        ``reason_vi`` and ``reason_en``.
    screenlines
        Traffic across screenlines.
    inputs_sha256
        Hash of everything the plan follows from.
    """

    case: Case
    plan: Plan
    controls: pd.DataFrame
    figures: pd.DataFrame
    screenlines: Screenlines
    inputs_sha256: str

    @property
    def missed_controls(self) -> tuple[str, ...]:
        """Ids of control totals that the demand does not meet."""
        return tuple(self.controls.loc[~self.controls["exact"].astype(bool), "control_id"])

    @property
    def outside(self) -> tuple[str, ...]:
        """Keys of figures that lie outside their range, or that the model has no value for."""
        wrong = self.figures["verdict"].isin((OUTSIDE, NO_VALUE))
        return tuple(self.figures.loc[wrong, "item"])


def validate(case: Case, plan: Plan) -> Validation:
    """Return a plan held against the control totals, estimates, prices, distances and screenlines of its pack.

    Parameters
    ----------
    case, plan
        The two belong together.
    """
    figures = known_figures(case, plan)
    reasons = Reasons(case, plan)
    texts = [reasons.of(subject, item) for subject, item in zip(figures["subject"], figures["item"], strict=True)]
    figures["verdict"] = [
        _verdict(model, within) for model, within in zip(figures["model"], figures["within"], strict=True)
    ]
    figures["reason_vi"] = [text.vi for text in texts]
    figures["reason_en"] = [text.en for text in texts]
    return Validation(
        case=case,
        plan=plan,
        controls=check_controls(case),
        figures=figures,
        screenlines=screenline_traffic(case, plan),
        inputs_sha256=inputs_sha256(case),
    )


def _verdict(model: float, within: Any) -> str:  # noqa: ANN401 - a nullable boolean
    if pd.isna(model):
        return NO_VALUE
    if pd.isna(within):
        return NO_RANGE
    return WITHIN if within else OUTSIDE
