"""Holding a chain against a registry: who is there, who could enter, what is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from supplychain.chains import sentences
from supplychain.chains.answer import Candidate, ChainAnswer, Present, StageAnswer, Standing, State, Taught
from supplychain.chains.belonging import Trade, belongs, holds, in_industry, step_taken, too_short
from supplychain.chains.chain import Chain, Near, Stage
from supplychain.chains.standing import Firm, Ground
from supplychain.sourcing.certificates import Fault, holding
from supplychain.sourcing.values import TONNE, Goods, Supply
from supplychain.text import Text

TEACHING: Final = "training"


def answer_chain(chain: Chain, ground: Ground, day: date) -> ChainAnswer:
    """Return what a registry says of each stage of a chain.

    A facility stands in a stage when one of its offers bears a sign of the stage, or its industry is one that only
    this stage has. It could enter when it does not stand there and what it offers, or its industry, is named as near.

    Parameters
    ----------
    chain
        The chain.
    ground
        The registry, as far as the one who looks may see it.
    day
        Day on which certificates must be held.
    """
    found = [_stage(stage, ground, day) for stage in chain.stages]
    states: dict[str, State] = {one.stage.stage_id: one.state for one in found}
    stages = tuple(replace(one, reasons=_reasons(one, chain, states, ground)) for one in found)
    return ChainAnswer(chain, day, stages, (*_notes(ground), *_steps(chain, ground)))


def _stage(stage: Stage, ground: Ground, day: date) -> StageAnswer:
    present, candidates = [], []
    for firm in ground.firms:
        offers = tuple(supply for supply, trade in firm.offers if _bears(trade, stage))
        if offers or _by_industry(firm, stage):
            present.append(Present(firm.party, offers, _standings(stage, firm, offers, day), firm.synthetic))
            continue
        near = [(one, _near(firm, one)) for one in stage.near]
        reached = [(one, supplies) for one, supplies in near if supplies is not None]
        if reached:
            supplies = tuple({supply.offer_id: supply for _, found in reached for supply in found}.values())
            why = tuple(dict.fromkeys(one.why for one, _ in reached))
            candidates.append(Candidate(firm.party, supplies, why, _standings(stage, firm, (), day), firm.synthetic))
    candidates.sort(key=_ease)
    offers = tuple(supply for one in present for supply in one.offers)
    return StageAnswer(
        stage,
        _state({one.party.organisation_id for one in present}, candidates),
        tuple(present),
        tuple(candidates),
        _capacity(offers),
        (sum(_stated(one) is not None for one in offers), len(offers)),
        _free(offers),
        tuple(wanted for wanted, trade in ground.needs if _bears(trade, stage)),
        tuple(Taught(skill, _teaching(ground, skill.words)) for skill in stage.skills),
    )


def _bears(trade: Trade, stage: Stage) -> bool:
    return any(belongs(trade, sign) for sign in stage.signs)


def _by_industry(firm: Firm, stage: Stage) -> bool:
    sign = stage.industries
    return sign is not None and any(in_industry(trade, sign) for trade in firm.industries)


def _near(firm: Firm, near: Near) -> tuple[Supply, ...] | None:
    """Return the offers by which a firm is near, none of them where its industry alone is; None where it is not."""
    offers = tuple(supply for supply, trade in firm.offers if belongs(trade, near.sign))
    if offers:
        return offers
    alone = near.sign.has_industry and not (near.sign.hs or near.sign.words)
    return () if alone and any(in_industry(trade, near.sign) for trade in firm.industries) else None


def _standings(stage: Stage, firm: Firm, offers: Iterable[Supply], day: date) -> tuple[Standing, ...]:
    """Return how a firm stands to the certificates of a stage: for what it offers there, or else for what is made."""
    goods = [one.goods for one in offers] or [_made(stage)]
    found = []
    for asked in stage.certificates:
        faults: list[Fault] = [holding(asked.scheme, firm.certificates, (one,), day, None).fault for one in goods]
        found.append(Standing(asked, "" if "" in faults else faults[0]))
    return tuple(found)


def _made(stage: Stage) -> Goods:
    """Return what a stage makes, by the codes of its first sign that has any."""
    for sign in stage.signs:
        hs = sign.hs[0] if sign.hs else ""
        editions = (("2018", sign.vsic_2018), ("2025", sign.vsic_2025))
        vsic = next(((codes[0], version) for version, codes in editions if codes), ("", ""))
        if hs or vsic[0]:
            return Goods(hs_code=hs, vsic_code=vsic[0], vsic_version=vsic[1])
    return Goods()


def _ease(one: Candidate) -> tuple[int, int, str, str]:
    lacking = len(one.lacking(essential=True)), len(one.lacking(essential=False))
    return (*lacking, one.party.organisation_id, one.party.facility_id)


def _state(organisations: set[str], candidates: list[Candidate]) -> State:
    if len(organisations) > 1:
        return "held"
    if organisations:
        return "single"
    return "open" if candidates else "missing"


def _stated(one: Supply) -> tuple[str, float] | None:
    if one.capacity_per_month is not None:
        return one.goods.unit, one.capacity_per_month
    if one.capacity_t_per_month is not None:
        return TONNE, one.capacity_t_per_month
    return None


def _capacity(offers: Iterable[Supply]) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for one in offers:
        stated = _stated(one)
        if stated is not None:
            found[stated[0]] += stated[1]
    return dict(sorted(found.items()))


def _free(offers: Iterable[Supply]) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for one in offers:
        for month, free in one.free_by_month.items():
            found[one.goods.unit][month] += free
    return {unit: dict(sorted(months.items())) for unit, months in sorted(found.items())}


def _teaching(ground: Ground, words: tuple[str, ...]) -> tuple[Supply, ...]:
    return tuple(
        supply
        for firm in ground.firms
        for supply, trade in firm.offers
        if trade.kind == TEACHING and any(holds(trade.names, word) for word in words)
    )


def _reasons(one: StageAnswer, chain: Chain, states: Mapping[str, State], ground: Ground) -> tuple[Text, ...]:
    found = [sentences.of_state(one)]
    found += [sentences.of_input(chain.stage(name)) for name in one.stage.inputs if states[name] in ("open", "missing")]
    for position, asked in enumerate(one.stage.certificates):
        without = [firm for firm in one.present if firm.certificates[position].fault]
        if without:
            found.append(sentences.of_certificate(asked, len(without), len(one.present)))
    untaught = [taught.skill.name for taught in one.skills if not taught.offers]
    if untaught:
        found.append(sentences.of_skills(untaught))
    if one.needs:
        found.append(sentences.of_needs(one))
    short = sum(
        any(too_short(trade, sign) for sign in one.stage.signs) for firm in ground.firms for _, trade in firm.offers
    )
    if short:
        found.append(sentences.SHORT_CODES.format(count=short))
    return tuple(found)


def _steps(chain: Chain, ground: Ground) -> tuple[Text, ...]:
    """Return the steps between the editions of VSIC by which alone something belongs to a stage, each once."""
    signs = [sign for stage in chain.stages for sign in (*stage.signs, *(near.sign for near in stage.near))]
    signs += [stage.industries for stage in chain.stages if stage.industries is not None]
    coded = [sign for sign in signs if sign.has_industry]
    trades = [trade for firm in ground.firms for trade in (*(one for _, one in firm.offers), *firm.industries)]
    found: dict[Text, int] = {}
    for trade in (*trades, *(one for _, one in ground.needs)):
        for step in {step_taken(trade, sign) for sign in coded} - {None}:
            if step is not None:
                found[step] = found.get(step, 0) + 1
    told = sorted(found.items(), key=lambda one: one[0].en)
    return tuple(
        Text(
            en=f"{sentences.BY_STEP.en.format(count=count)} {step.en}.",
            vi=f"{sentences.BY_STEP.vi.format(count=count)} {step.vi}.",
        )
        for step, count in told
    )


def _notes(ground: Ground) -> tuple[Text, ...]:
    if not ground.orphans:
        return ()
    listed = ", ".join(f"{one.table} {one.record_id}" for one in ground.orphans[:5])
    return (sentences.ORPHANS.format(count=len(ground.orphans), listed=listed),)
