"""A scenario file as it is written: what it builds on, its settings, and its changes by verb."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from optimizer.scenarios.document import START, Place
from optimizer.scenarios.fields import Selections
from optimizer.scenarios.scenario import FORM, CarbonPrice, TariffLevel
from optimizer.scenarios.verb import Subject
from supplychain.text import Text


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows a change is about.

    Parameters
    ----------
    ids
        Ids, where they are named.
    where
        Columns with the values they may have, where rows are picked by these.
    """

    ids: tuple[str, ...] = ()
    where: Selections = ()

    @property
    def is_all(self) -> bool:
        """Whether every row is meant."""
        return not self.ids and not self.where


@dataclass(frozen=True, slots=True)
class StatedChange:
    """One change as the file states it, its fields read.

    Parameters
    ----------
    verb
        Name of the verb.
    fields
        Its fields: numbers, quantities (:class:`optimizer.scenarios.units.Quantity`), words, points.
    selections
        Rows meant, by subject.
    first, last
        Days from and to which it holds, both included; None for no end.
    reason
        Why.
    place
        Where it begins.
    places
        Where its fields stand: ``speed``, or ``links.2`` for the third id.
    """

    verb: str
    fields: Mapping[str, Any]
    selections: Mapping[Subject, Selection]
    first: date | None
    last: date | None
    reason: Text
    place: Place
    places: Mapping[str, Place]

    @property
    def is_dated(self) -> bool:
        """Whether it holds on some days only."""
        return self.first is not None or self.last is not None

    def holds_on(self, day: date | None) -> bool:
        """Return whether it holds on a day."""
        if day is None or not self.is_dated:
            return True
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def place_of(self, name: str) -> Place:
        """Return where a field stands, or the change where it has none."""
        return self.places.get(name, self.place)


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """One scenario file as it is written, before it is worked out on a region.

    Parameters
    ----------
    scenario_id, name, description
        As in :class:`optimizer.scenarios.scenario.Scenario`.
    form
        Form of the file.
    base
        Scenario it builds on; None for the region as it is.
    stack
        Other scenarios laid on.
    date, carbon_price, tariff_level
        Its own settings; None where it has none, so that those of what it builds on hold.
    changes
        Its own changes.
    file
        File name as the user knows it.
    text
        The file itself.
    places
        Where its keys stand.
    """

    scenario_id: str
    name: Text
    description: Text
    form: int = FORM
    base: str | None = None
    stack: tuple[str, ...] = ()
    date: date | None = None
    carbon_price: CarbonPrice | None = None
    tariff_level: TariffLevel | None = None
    changes: tuple[StatedChange, ...] = ()
    file: str = "scenario"
    text: str = field(default="", repr=False)
    places: Mapping[str, Place] = field(default_factory=dict, repr=False)

    def place_of(self, name: str) -> Place:
        """Return where a key stands, or the beginning of the file."""
        return self.places.get(name, START)
