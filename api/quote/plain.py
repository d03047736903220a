"""A quote and an emission statement as plain JSON values."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from optimizer.emissions.statement import BASIS_NAMES, LEFT_OUT
from optimizer.results.plan_document import plain_records

if TYPE_CHECKING:
    from optimizer.emissions.statement import EmissionStatement
    from optimizer.quote.ranges import Range
    from optimizer.quote.values import ChainQuote, Quote, QuoteLeg
    from supplychain.text import Text


def quote_to_dict(quote: Quote) -> dict[str, Any]:
    """Return a quote as plain values: money per shipment, in ``currency`` of ``price_year``."""
    shipment = quote.shipment
    return {
        "place_id": shipment.place_id,
        "market_id": shipment.market_id,
        "direction": shipment.direction,
        "commodity_id": shipment.freight.commodity_id,
        "box": shipment.box.box_id,
        "teu": shipment.box.teu,
        "tonnes": shipment.tonnes,
        "ready": shipment.on.isoformat(),
        "ready_h": shipment.ready_h,
        "scenario": quote.scenario_id,
        "tariff_level": quote.tariff_level,
        "currency": quote.currency,
        "price_year": quote.price_year,
        "currency_per_usd": quote.usd,
        "plan_status": quote.status,
        "plan_gap": quote.gap,
        "remarks": [text_to_dict(remark) for remark in quote.remarks],
        "chains": [_chain(quote, chain) for chain in quote.chains],
    }


def text_to_dict(text: Text) -> dict[str, str]:
    """Return a text in both languages."""
    return {"vi": text.vi, "en": text.en}


def _range(amount: Range, factor: float = 1.0) -> dict[str, float]:
    return {"low": amount.low * factor, "value": amount.value * factor, "high": amount.high * factor}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _chain(quote: Quote, chain: ChainQuote) -> dict[str, Any]:
    tonnes, room = quote.shipment.tonnes, chain.room
    return {
        "mode_chain": chain.name,
        "terminals": list(chain.terminals),
        "price": _range(chain.price_per_t, tonnes),
        "parts": {name: _range(part, tonnes) for name, part in chain.parts_per_t.items()},
        "time_cost": chain.total("time_cost_per_t") * tonnes,
        "carbon_cost": chain.total("carbon_cost_per_t") * tonnes,
        "time_h": chain.total("time_h"),
        "arrival": {name: getattr(chain.times, name).isoformat() for name in ("earliest", "typical", "latest")},
        "days": {name: chain.times.days(name) for name in ("earliest", "typical", "latest")},
        "remarks": [text_to_dict(remark) for remark in chain.times.remarks],
        "best_of_its_modes": chain.is_best,
        "plan_t_per_day": chain.plan_t_per_day,
        "truck_alone_extra": chain.truck_alone_per_t * tonnes,
        "room": {
            "shipments_per_day": _finite(room.shipments_per_day),
            "tightest_capacity_id": room.tightest_id,
            "full_capacity_ids": list(room.full_ids),
            "surcharge": room.surcharge,
        },
        "emissions": statement_to_dict(chain.emissions),
        "legs": [_leg(leg, tonnes) for leg in chain.legs],
    }


def _leg(one: QuoteLeg, tonnes: float) -> dict[str, Any]:
    leg = one.leg
    return {
        "kind": leg.kind,
        "mode": leg.mode,
        "from_mode": leg.from_mode,
        "from_id": leg.from_id,
        "to_id": leg.to_id,
        "terminal_id": leg.terminal_id,
        "service_id": leg.service_id,
        "vehicle_id": one.vehicle_id,
        "distance_km": leg.distance_km,
        "moving_time_h": leg.moving_time_h,
        "waiting_time_h": leg.waiting_time_h,
        "cutoff_h": one.cutoff_h,
        "headway_h": one.headway_h,
        "price": _range(one.price_per_t, tonnes),
        "parts": {name: _range(part, tonnes) for name, part in one.parts.items() if part.high},
        "ttw_kg_co2e": leg.ttw_kg_per_t * tonnes,
        "wtt_kg_co2e": leg.wtt_kg_per_t * tonnes,
        "allocation": one.allocation,
        "data_class": one.data_class,
        "payer": one.payer,
        "evidence": [
            {
                "table": some.table,
                "rows": list(some.row_ids),
                "sources": list(some.sources),
                "confidence": some.confidence,
                "assumptions": list(some.assumption_ids),
            }
            for some in one.evidence
        ],
    }


def statement_to_dict(statement: EmissionStatement, *, with_elements: bool = True) -> dict[str, Any]:
    """Return an emission statement as plain values.

    Parameters
    ----------
    statement
        The statement.
    with_elements
        Whether every element stands in it.
    """
    found: dict[str, Any] = {
        "standard": "ISO 14083:2023",
        "distance_basis": statement.basis,
        "distance_basis_name": text_to_dict(BASIS_NAMES[statement.basis]),
        "per_day": statement.per_day,
        "whole_plan": statement.whole_plan,
        "ttw_kg_co2e": statement.ttw_kg,
        "wtt_kg_co2e": statement.wtt_kg,
        "emissions_kg_co2e": statement.total_kg,
        "counted_twice_kg_co2e": statement.counted_twice_kg,
        "emissions_once_kg_co2e": statement.once_kg,
        "tkm": statement.tkm,
        "actual_tkm": statement.actual_tkm,
        "distance_adjustment_factor": _finite(statement.distance_adjustment),
        "g_per_tkm": _finite(statement.g_per_tkm),
        "left_out": [text_to_dict(text) for text in LEFT_OUT],
        "factors": plain_records(statement.factors),
    }
    if with_elements:
        found["elements"] = plain_records(statement.elements.drop(columns=["class_index"]))
    return found
