"""Keep what a function makes of a pack for packs in which every table it read is the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Generic, ParamSpec, TypeVar

import pandas as pd

from supplychain.pack.pack import Pack, Region

Given = ParamSpec("Given")
Made = TypeVar("Made")

MOST_KEPT: Final = 8


class _WatchedTables(Mapping[str, pd.DataFrame]):
    """Tables that remember which of them were read."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self._tables = tables
        self.read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        frame = self._tables[name]
        self.read[name] = frame
        return frame

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)


@dataclass(frozen=True, slots=True)
class _Kept(Generic[Made]):
    """An answer and everything it followed from."""

    region: Region
    names: tuple[str, ...]
    read: Mapping[str, pd.DataFrame]
    others: tuple[Any, ...]
    made: Made

    def holds_for(self, pack: Pack, others: tuple[Any, ...]) -> bool:
        """Return whether the function would read the very same tables and be given the same else."""
        return (
            self.region == pack.region
            and self.names == tuple(pack.tables)
            and len(self.others) == len(others)
            and all(ours is theirs or _equal(ours, theirs) for ours, theirs in zip(self.others, others, strict=True))
            and all(pack.tables[name] is frame for name, frame in self.read.items())
        )


def _equal(ours: object, theirs: object) -> bool:
    """Return whether two plain values are equal; anything else is the same only when it is one object."""
    return isinstance(ours, str | int | float | tuple) and type(ours) is type(theirs) and ours == theirs


class TableMemo(Generic[Given, Made]):
    """A function of a pack that makes anew only what does not follow from the tables of an earlier call.

    Which tables the function reads is watched, not declared: an answer is kept with the tables that were read for it,
    and given again while each of them is the same object, as it is in packs of ``Pack.with_tables`` that change others.
    A function that reads nothing else always gives what it would make afresh. Tables and answers are not to be changed
    in place; the answers longest unused are dropped.

    Parameters
    ----------
    function
        Takes a pack first; reads nothing but the pack and what else it is given.
    most
        Answers kept.
    """

    def __init__(self, function: Callable[Given, Made], most: int = MOST_KEPT) -> None:
        self._function = function
        self._most = most
        self._kept: list[_Kept[Made]] = []

    def __call__(self, *args: Given.args, **kwargs: Given.kwargs) -> Made:
        """Return the function's answer; the first argument is the pack."""
        pack, *rest = args
        if not isinstance(pack, Pack):
            msg = f"The first argument must be a pack, got {type(pack).__name__}."
            raise TypeError(msg)
        others = (*rest, *sorted(kwargs), *(kwargs[name] for name in sorted(kwargs)))
        for place, kept in enumerate(self._kept):
            if kept.holds_for(pack, others):
                self._kept.append(self._kept.pop(place))
                return kept.made
        watched = _WatchedTables(pack.tables)
        made = self._function(replace(pack, tables=watched), *rest, **kwargs)  # type: ignore[arg-type]
        self._kept.append(_Kept(pack.region, tuple(pack.tables), watched.read, others, made))
        del self._kept[: -self._most]
        return made
