"""An explanation as plain values for JSON; numbers are unrounded, money per tonne or per day of the plan."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from optimizer.explain.sentences import Sentences
from optimizer.explain.telling import Telling
from optimizer.explain.words import chain_of
from optimizer.results.plan_document import plain_records

if TYPE_CHECKING:
    from optimizer.explain.alternatives import Alternative
    from optimizer.explain.answer import CapacityAnswer, DemandAnswer, Explanation
    from optimizer.explain.capacities import Binding
    from optimizer.explain.origin import Origin
    from optimizer.explain.relaxation import Relaxation
    from optimizer.explain.structure import Structural
    from optimizer.explain.trace import Traced
    from optimizer.explain.trials import Trial
    from optimizer.explain.ways import Amounts, Leg, Way
    from optimizer.subject import Subject
    from supplychain.text import Text

Plain = dict[str, Any]


def explanation_to_dict(found: Explanation) -> Plain:
    """Return an explanation as plain JSON values; what is not known or has no end is None."""
    subject, plan = found.subject, found.subject.plan
    writer = _Writer(subject)
    return {
        "title": subject.title,
        "status": plan.status,
        "gap": plan.gap,
        "currency": subject.currency,
        "price_year": subject.price_year,
        "inputs_sha256": subject.inputs_sha256,
        "demands": [writer.demand(one) for one in found.demands],
        "demands_left_out": found.left_out,
        "unserved": [writer.demand(one) for one in found.unserved],
        "binding": [writer.binding(one) for one in found.bindings],
        "capacities": [writer.capacity(one) for one in found.capacities],
        "traced": [{"id": name, **_traced(one)} for name, one in found.traced],
    }


class _Writer:
    """Writes the parts of an explanation of one subject."""

    def __init__(self, subject: Subject) -> None:
        self.subject, self.problem = subject, subject.problem
        self.sentences = Sentences(subject)
        self.telling = Telling(self.sentences)

    def demand(self, one: DemandAnswer) -> Plain:
        """Return one demand."""
        return {
            "demand_id": self.problem.demand_ids[one.demand],
            "about": plain_records(self.subject.demands.iloc[[one.demand]])[0],
            "wanted_t_per_day": one.wanted_t,
            "unserved_t_per_day": one.unserved_t,
            "marginal_cost_per_t": _finite(one.dual_per_t),
            "penalty_per_t": one.penalty_per_t,
            "least_cost_per_t": _finite(one.least_cost_per_t),
            "routes": [self.way(way) for way in one.routes],
            "alternatives": [self.alternative(other) for other in one.alternatives],
            "reason_code": None if one.blockage is None else one.blockage.code,
            "reason": _text(one.reason),
            "full_capacities": []
            if one.blockage is None
            else [self.problem.capacity_ids[capacity] for capacity in one.blockage.capacities],
            "forbidden_links": [
                {"link_id": self.problem.link_ids[cut.link], "rule": _text(cut.rule)} for cut in one.cuts
            ],
            "relaxation": None if one.relaxation is None else self.relaxation(one.relaxation),
            "opening": None if one.opening is None else self.opening(one.opening),
            "origin": None if one.origin is None else _origin(one.origin),
        }

    def way(self, one: Way) -> Plain:
        """Return one way with its legs."""
        return {
            "mode_chain": chain_of(self.subject, one.word),
            "t_per_day": one.t_per_day,
            **_amounts(one.amounts),
            "price_at_shadow_prices_per_t": one.price_per_t,
            "charges": [
                {
                    "capacity_id": self.problem.capacity_ids[charge.capacity],
                    "units_per_t": charge.units_per_t,
                    "cost_per_t": charge.cost_per_t,
                }
                for charge in one.charges
            ],
            "legs": [self.leg(leg) for leg in one.legs],
            "link_ids": [self.problem.link_ids[link] for link in one.links],
        }

    def leg(self, one: Leg) -> Plain:
        """Return one leg."""
        ids = self.problem.node_ids
        return {
            "kind": one.kind,
            "mode": self.subject.letters[one.letter] if one.letter >= 0 else None,
            "from_node_id": ids[one.from_node],
            "to_node_id": ids[one.to_node],
            **_amounts(one.amounts),
        }

    def alternative(self, one: Alternative) -> Plain:
        """Return one alternative with what it costs more."""
        return {
            **self.way(one.way),
            "why": one.why,
            "why_text": _text(self.telling.why(one)),
            "more_at_shadow_prices_per_t": one.more_per_t,
            "more_charged_per_t": one.more_charged_per_t,
            "more": None if one.more is None else _amounts(one.more),
        }

    def relaxation(self, one: Relaxation) -> Plain:
        """Return a relaxation with its proof."""
        return {
            "proved": one.proved,
            "text": _text(self.telling.relaxation(one)),
            "steps": [
                {
                    "kind": step.kind,
                    "id": self._step_id(step.kind, step.index),
                    "by": step.by,
                    "before": step.before,
                    "after": step.after,
                }
                for step in one.steps
            ],
            "before": _trial(one.before),
            "at_100": _trial(one.at_100),
            "at_99": _trial(one.at_99),
            "preference_per_t": one.preference_per_t,
            "solves": one.solves,
        }

    def _step_id(self, kind: str, index: int) -> str:
        if kind == "capacity":
            return self.problem.capacity_ids[index]
        return self.problem.link_ids[index] if kind == "minimum_lot_t" else self.problem.demand_ids[index]

    def opening(self, one: Structural) -> Plain:
        """Return what to open or permit with its proof."""
        return {
            "proved": one.proved,
            "text": _text(self.telling.opening(one)),
            "changes": [
                {"table": to.table, "id": to.row_id, "column": to.column, "before": to.before, "after": to.after}
                for to in one.openings
            ],
            "left_before_t": one.left_before_t,
            "left_after_t": one.left_after_t,
            "left_without_t": list(one.left_without_t),
            "objective_before": one.objective_before,
            "objective_after": one.objective_after,
            "then": None if one.then is None else self.relaxation(one.then),
        }

    def binding(self, one: Binding) -> Plain:
        """Return a capacity with its shadow price."""
        words = self.subject.capacities
        return {
            "capacity_id": self.problem.capacity_ids[one.capacity],
            "kind": str(self.subject.capacity_kind[one.capacity]),
            "table": str(words.table[one.capacity]),
            "row_id": str(words.row_id[one.capacity]),
            "name_vi": str(words.name_vi[one.capacity]),
            "name_en": str(words.name_en[one.capacity]),
            "unit": self.problem.capacity_unit[one.capacity],
            "capacity_per_day": one.size,
            "background_per_day": one.background,
            "left_per_day": one.left,
            "used_per_day": one.used,
            "shadow_price": one.price,
            "from_money": one.money,
            "from_time": one.time_cost,
            "from_carbon": one.carbon_cost,
            "from_penalty": one.penalty,
            "saved_kg_co2e_per_unit": one.emissions_kg,
            "penalty_driven": one.is_penalty_driven,
            "holds_from_per_day": one.holds_from,
            "holds_to_per_day": _finite(one.holds_to),
        }

    def capacity(self, one: CapacityAnswer) -> Plain:
        """Return a capacity with what solving again says, and who uses it."""
        more = one.more
        return {
            **self.binding(one.binding),
            "solved_again": None
            if more is None
            else {
                "units_more": more.units,
                "saved": more.objective,
                "saved_money": more.money,
                "saved_time_cost": more.time_cost,
                "saved_carbon_cost": more.carbon_cost,
                "saved_penalty": more.penalty,
                "saved_kg_co2e": more.emissions_kg,
                "carried_more_t": more.unserved_t,
            },
            "used_by": _traced(one.traced) | {"units_per_day": one.units_per_day.tolist()},
        }


def _traced(one: Traced) -> Plain:
    return {
        "total_t_per_day": one.total_t_per_day,
        "by": {key: plain_records(one.by(key)) for key in one.keys if key != "demand_id"},
        "paths": plain_records(one.table),
    }


def _origin(one: Origin) -> Plain:
    return {
        "steps": [
            {"text": _text(step.text), "rows": list(step.rows), "value": step.value, "unit": step.unit}
            for step in one.trace.steps
        ],
        "assumptions": plain_records(one.assumptions),
        "facilities": plain_records(one.facilities),
    }


def _amounts(one: Amounts) -> Plain:
    return {
        "cost_per_t": one.cost_per_t,
        "money_per_t": one.money,
        "money_parts_per_t": dict(one.money_parts),
        "time_cost_per_t": one.time_cost,
        "carbon_cost_per_t": one.carbon_cost,
        "time_h": one.hours,
        "distance_km": one.length_km,
        "emissions_kg_co2e_per_t": one.emissions_kg,
        **{f"{name}_per_t": value for name, value in one.further.items()},
    }


def _trial(one: Trial | None) -> Plain | None:
    if one is None:
        return None
    return {
        "share": one.share,
        "objective": one.objective,
        "left_t": one.left_t,
        "others_left_t": one.others_left_t,
        "status": one.status,
        "gap": one.gap,
    }


def _text(text: Text | None) -> dict[str, str] | None:
    return None if text is None else {"vi": text.vi, "en": text.en}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
