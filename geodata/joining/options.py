"""How corridors are joined with detail: how far things may lie apart and still be the same road."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

from geodata.tables import numbers, texts

if TYPE_CHECKING:
    from supplychain.pack import Pack

DEFAULT_ACCURACY_M = 1000.0


@dataclass(frozen=True, slots=True)
class JoinOptions:
    """Settings of :func:`geodata.joining.join.join_corridors`.

    Parameters
    ----------
    accuracy_m
        How far the true place of a corridor's node may lie from the one given, metres, by node id;
        ``DEFAULT_ACCURACY_M`` for nodes not named.
    planned
        Ids of corridors that do not stand yet: they stay, open to nobody until a plan opens them.
    cover
        Area (a shapely polygon in WGS 84 degrees) in which the detail knows every road; None: worked out from where
        its nodes lie.
    length_tolerance
        Share by which the path over the detail may be longer or shorter than the corridor, beyond what the accuracy
        of its ends explains.
    course_share
        Least share of the corridor's drawn line that must run beside the path.
    likeness_share
        Least share of the path that must bear the corridor's number or name, or else fit its class.
    tie_detour
        Detour of the link that ties a node of the corridors to a road of the detail where it is not known which
        junction it stands for.
    """

    accuracy_m: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    planned: frozenset[str] = frozenset()
    cover: Any = None
    length_tolerance: float = 0.25
    course_share: float = 0.85
    likeness_share: float = 0.7
    tie_detour: float = 1.3

    def __post_init__(self) -> None:
        for name in ("length_tolerance", "course_share", "likeness_share"):
            if not 0 <= getattr(self, name) <= 1:
                msg = f"{name} must lie between 0 and 1, got {getattr(self, name)}."
                raise ValueError(msg)
        if not self.tie_detour >= 1:
            msg = f"tie_detour must be at least 1, got {self.tie_detour}."
            raise ValueError(msg)

    @classmethod
    def of_pack(cls, pack: Pack, **settings: Any) -> Self:  # noqa: ANN401 - any other setting
        """Return options with the accuracy that a pack states for its nodes.

        Parameters
        ----------
        pack
            Region pack with the table ``nodes``.
        settings
            Other settings by name.
        """
        nodes = pack.table("nodes")
        accuracy = numbers(nodes, "position_accuracy_m", DEFAULT_ACCURACY_M)
        links = pack.table("links")
        return cls(
            accuracy_m=dict(zip(texts(nodes, "node_id"), accuracy.tolist(), strict=True)),
            planned=frozenset(links.loc[links["status"] != "open", "link_id"]),
            **settings,
        )

    def accuracy_of(self, node_id: str) -> float:
        """Return how far the true place of a node may lie from the one given, metres."""
        return self.accuracy_m.get(node_id, DEFAULT_ACCURACY_M)
