"""Answers of chains as plain documents, for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from supplychain.chains.answer import Candidate, ChainAnswer, Present, StageAnswer, Standing
from supplychain.chains.chain import Sign, Stage
from supplychain.chains.sentences import STATES
from supplychain.sourcing.values import Party
from supplychain.text import Text

Document = dict[str, Any]


def chain_document(answer: ChainAnswer) -> Document:
    """Return an answer as a document."""
    chain = answer.chain
    return {
        "chain": chain.chain_id,
        "name": both(chain.name),
        "remark": None if chain.remark is None else both(chain.remark),
        "sources": list(chain.sources),
        "certificates_on": answer.day.isoformat(),
        "states": {state: sum(one.state == state for one in answer.stages) for state in STATES},
        "stages": [stage_document(one) for one in answer.stages],
        "notes": [both(one) for one in answer.notes],
    }


def stage_document(one: StageAnswer) -> Document:
    """Return what is found of one stage as a document."""
    return {
        "stage": one.stage.stage_id,
        "name": both(one.stage.name),
        "makes": both(one.stage.makes),
        "codes": codes_document(one.stage),
        "inputs": list(one.stage.inputs),
        "state": one.state,
        "organisations": list(one.organisations),
        "present": [_present(present) for present in one.present],
        "could_enter": [_candidate(candidate) for candidate in one.candidates],
        "capacity_per_month": _rounded(one.capacity),
        "offers_stating_capacity": one.stated[0],
        "offers": one.stated[1],
        "free_by_month": {unit: _rounded(months) for unit, months in one.free.items()},
        "needs": [{"need_id": need.need_id, **_party(need.party)} for need in one.needs],
        "skills": [
            {"name": both(taught.skill.name), "training_offers": [offer.offer_id for offer in taught.offers]}
            for taught in one.skills
        ],
        "reasons": [both(reason) for reason in one.reasons],
    }


def codes_document(stage: Stage) -> dict[str, list[str]]:
    """Return the codes of all signs of a stage, by system."""
    signs: Iterable[Sign] = (*stage.signs, *(() if stage.industries is None else (stage.industries,)))
    listed = {name: {code for sign in signs for code in getattr(sign, name)} for name in _SYSTEMS}
    return {name: sorted(codes) for name, codes in listed.items()}


_SYSTEMS = ("hs", "vsic_2018", "vsic_2025", "isic")


def _rounded(sums: Mapping[str, float]) -> dict[str, float]:
    """Return sums without the last digits that adding leaves behind."""
    return {name: round(value, 6) for name, value in sums.items()}


def both(text: Text) -> dict[str, str]:
    """Return a text in both languages."""
    return {"en": text.en, "vi": text.vi}


def _present(one: Present) -> Document:
    return {
        **_party(one.party),
        "offers": [offer.offer_id for offer in one.offers],
        "by": "offer" if one.offers else "industry",
        "synthetic": one.synthetic,
        "certificates": [_standing(standing) for standing in one.certificates],
    }


def _candidate(one: Candidate) -> Document:
    return {
        **_party(one.party),
        "offers": [offer.offer_id for offer in one.offers],
        "why": [both(why) for why in one.why],
        "synthetic": one.synthetic,
        "lacks_essential": list(one.lacking(essential=True)),
        "lacks_usual": list(one.lacking(essential=False)),
        "certificates": [_standing(standing) for standing in one.certificates],
    }


def _standing(one: Standing) -> Document:
    return {
        "scheme": one.asked.scheme,
        "essential": one.asked.essential,
        "held": not one.fault,
        "fault": one.fault or None,
    }


def _party(party: Party) -> Document:
    return {
        "organisation_id": party.organisation_id,
        "organisation": party.organisation_name,
        "facility_id": party.facility_id,
        "facility": party.facility_name,
        "park_id": party.park_id or None,
    }
