"""A supply chain as frozen values: its stages, the signs by which a stage is known, and what it takes."""

from __future__ import annotations

from dataclasses import dataclass

from supplychain.text import Text


@dataclass(frozen=True, slots=True)
class Sign:
    """What an offer or a need must look like to belong: all that is given must hold, of each list one is enough.

    Parameters
    ----------
    kinds
        Words of ``OFFER_KINDS``.
    hs
        HS codes; a longer code lies in a shorter one.
    vsic_2018, vsic_2025, isic
        Codes of industries; one of all three lists is enough, a longer code lies in a shorter one.
    words
        Phrases of which the name or a synonym of the article holds one, compared without case and marks.
    without
        Phrases of which it holds none.
    """

    kinds: tuple[str, ...]
    hs: tuple[str, ...] = ()
    vsic_2018: tuple[str, ...] = ()
    vsic_2025: tuple[str, ...] = ()
    isic: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.kinds:
            msg = "a sign needs a kind."
            raise ValueError(msg)
        if not (self.hs or self.has_industry or self.words):
            msg = "a sign needs codes or words."
            raise ValueError(msg)

    @property
    def has_industry(self) -> bool:
        """Whether it names codes of industries."""
        return bool(self.vsic_2018 or self.vsic_2025 or self.isic)


@dataclass(frozen=True, slots=True)
class Near:
    """Who does something from which the stage is one step away, and why it is.

    Parameters
    ----------
    sign
        What they offer.
    why
        What carries over.
    """

    sign: Sign
    why: Text


@dataclass(frozen=True, slots=True)
class Asked:
    """A certificate that customers of the stage ask for.

    Parameters
    ----------
    scheme
        Standard or scheme; an edition only where that edition is meant.
    essential
        Whether one cannot enter without it.
    why
        What it is asked for.
    """

    scheme: str
    essential: bool
    why: Text


@dataclass(frozen=True, slots=True)
class Skill:
    """What people of the stage must be able to do.

    Parameters
    ----------
    name
        What it is called.
    words
        Phrases by which training in it is known, compared as those of a sign.
    """

    name: Text
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a chain.

    Parameters
    ----------
    stage_id
        Key in the chain.
    name, makes
        What it is called, and what it brings forth.
    signs
        By which an offer belongs to it: one is enough.
    industries
        Codes of industries that only this stage has: a facility under one stands here even if it offers nothing.
    near
        Who could enter.
    certificates
        What customers ask for.
    inputs
        Stages it draws on.
    skills
        What its people must be able to do.
    """

    stage_id: str
    name: Text
    makes: Text
    signs: tuple[Sign, ...]
    industries: Sign | None = None
    near: tuple[Near, ...] = ()
    certificates: tuple[Asked, ...] = ()
    inputs: tuple[str, ...] = ()
    skills: tuple[Skill, ...] = ()


@dataclass(frozen=True, slots=True)
class Chain:
    """A supply chain.

    Parameters
    ----------
    chain_id
        Key of the chain.
    name
        What it is called.
    stages
        Its stages, in the order in which they are told.
    remark
        What a reader must know of it; None for nothing.
    sources
        What it was written after.
    """

    chain_id: str
    name: Text
    stages: tuple[Stage, ...]
    remark: Text | None = None
    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        ids = [stage.stage_id for stage in self.stages]
        if not ids or len(ids) != len(set(ids)):
            msg = f"chain {self.chain_id}: stages must be there and have different ids, got {ids}."
            raise ValueError(msg)
        for stage in self.stages:
            unknown = sorted(set(stage.inputs) - set(ids))
            if unknown or stage.stage_id in stage.inputs:
                msg = f"stage {stage.stage_id}: inputs must be other stages of the chain, got {list(stage.inputs)}."
                raise ValueError(msg)

    def stage(self, stage_id: str) -> Stage:
        """Return a stage by its id.

        Raises
        ------
        KeyError
            If the chain has none of that id.
        """
        return {stage.stage_id: stage for stage in self.stages}[stage_id]
