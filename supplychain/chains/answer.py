"""What is found of a chain in a registry, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from supplychain.chains.chain import Asked, Chain, Skill, Stage
from supplychain.sourcing.certificates import Fault
from supplychain.sourcing.values import Party, Supply, Wanted
from supplychain.text import Text

State = Literal["held", "single", "open", "missing"]
"""Several organisations stand there; one alone; nobody, but some could enter; nobody, and nobody is near."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a facility stands to a certificate that a stage asks for.

    Parameters
    ----------
    asked
        The certificate.
    fault
        Empty where it is held on the day; else why not, as far as the registry knows.
    """

    asked: Asked
    fault: Fault


@dataclass(frozen=True, slots=True)
class Present:
    """A facility that stands in a stage.

    Parameters
    ----------
    party
        The facility and its organisation.
    offers
        Its offers that belong to the stage; empty where only the code of its industry says so.
    certificates
        How it stands to each certificate of the stage.
    synthetic
        Whether it is made up.
    """

    party: Party
    offers: tuple[Supply, ...]
    certificates: tuple[Standing, ...]
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A facility that could enter a stage.

    Parameters
    ----------
    party
        The facility and its organisation.
    offers
        Its offers that are near; empty where only the code of its industry is.
    why
        What carries over, a text for each way in which it is near.
    certificates
        How it stands to each certificate of the stage, for what the stage makes.
    synthetic
        Whether it is made up.
    """

    party: Party
    offers: tuple[Supply, ...]
    why: tuple[Text, ...]
    certificates: tuple[Standing, ...]
    synthetic: bool = False

    def lacking(self, *, essential: bool) -> tuple[str, ...]:
        """Return the schemes it does not hold, those one cannot enter without or the others."""
        return tuple(one.asked.scheme for one in self.certificates if one.fault and one.asked.essential is essential)


@dataclass(frozen=True, slots=True)
class Taught:
    """A skill, and who teaches it.

    Parameters
    ----------
    skill
        The skill.
    offers
        Training in it.
    """

    skill: Skill
    offers: tuple[Supply, ...]


@dataclass(frozen=True, slots=True)
class StageAnswer:
    """What is found of one stage.

    Parameters
    ----------
    stage
        The stage.
    state
        How it is held.
    present, candidates
        Who is there, by organisation; who could enter, those who lack least first.
    capacity
        Capacity a month of those who state it, by unit.
    stated
        How many of the offers state a capacity, and how many there are.
    free
        Free capacity by unit and month (``YYYY-MM``), of the offers that state it.
    needs
        Needs of the registry that ask for what the stage makes.
    skills
        Each skill with who teaches it.
    reasons
        What is missing and why, a sentence each.
    """

    stage: Stage
    state: State
    present: tuple[Present, ...]
    candidates: tuple[Candidate, ...]
    capacity: Mapping[str, float] = field(default_factory=dict)
    stated: tuple[int, int] = (0, 0)
    free: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    needs: tuple[Wanted, ...] = ()
    skills: tuple[Taught, ...] = ()
    reasons: tuple[Text, ...] = ()

    @property
    def organisations(self) -> tuple[str, ...]:
        """Ids of the organisations that stand there."""
        return tuple(sorted({one.party.organisation_id for one in self.present}))


@dataclass(frozen=True, slots=True)
class ChainAnswer:
    """What is found of a chain.

    Parameters
    ----------
    chain
        The chain.
    day
        Day on which certificates must hold.
    stages
        An answer for each stage, in the order of the chain.
    notes
        What must be told of the whole: what could not be used or told apart.
    """

    chain: Chain
    day: date
    stages: tuple[StageAnswer, ...]
    notes: tuple[Text, ...] = ()
