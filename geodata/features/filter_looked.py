"""What can be looked for before a filter is asked: what holds of every feature that meets it.

Only what stands in a row of ANDs does: under OR and NOT a feature may meet the filter without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from geodata.features.cql2 import Node
from geodata.features.filter_ground import SPATIAL, Reference, near_ground
from geodata.features.source import Conjunct
from geodata.features.table import Box, Field


def conjuncts(tree: Node, fields: Mapping[str, Field]) -> Iterator[Conjunct]:
    """Yield what properties hold of every feature that meets a condition, so far as a database can look for it.

    Parameters
    ----------
    tree
        A condition that has been read without a refusal.
    fields
        Properties of the layer.
    """
    for node in _joined(tree):
        yield from _conjunct(node, fields)


def boxes(tree: Node, reference: Reference) -> Iterator[Box | None]:
    """Yield boxes each of which the geometry of every feature meets that meets a condition.

    Parameters
    ----------
    tree
        A condition that has been read without a refusal.
    reference
        CRS of its places.
    """
    for node in _joined(tree):
        if _operator(node) in SPATIAL:
            one, other = node["args"]
            yield near_ground(_operator(node), one, other, reference)


def _joined(tree: Node) -> Iterator[Node]:
    """Yield the conditions that stand in a row of ANDs; what names a property is no more than that."""
    if not isinstance(tree, dict) or "property" in tree or not isinstance(tree.get("args"), list):
        return
    if _operator(tree) != "and":
        yield tree
        return
    for one in tree["args"]:
        yield from _joined(one)


def _operator(node: Node) -> str:
    return str(node.get("op", "")).lower()


def _conjunct(node: Node, fields: Mapping[str, Field]) -> Iterator[Conjunct]:
    operator, args = _operator(node), node["args"]
    is_empty = operator != "not"
    if operator == "not":
        inner = args[0]
        # NOT of a property that is itself true or false does not say that it is empty.
        if not isinstance(inner, dict) or "property" in inner or _operator(inner) != "isnull":
            return
        args = inner["args"]
    name = args[0].get("property") if args and isinstance(args[0], dict) else None
    field = None if name is None else fields.get(name)
    if field is None:
        return
    if operator in ("isnull", "not"):
        yield Conjunct(field.name, is_empty=is_empty)
    elif field.kind == "text" and operator in ("=", "in"):
        members = args[1] if operator == "in" else [args[1]]
        if all(isinstance(one, str) and "\0" not in one for one in members):
            yield Conjunct(field.name, any_of=tuple(members))
    elif field.kind in ("integer", "number") and all(_is_number(one) for one in args[1:]):
        yield from _limits(field.name, operator, args[1:])


def _limits(name: str, operator: str, numbers: list[float]) -> Iterator[Conjunct]:
    if operator == "between":
        yield Conjunct(name, least=numbers[0], most=numbers[1])
    elif operator == "=":
        yield Conjunct(name, least=numbers[0], most=numbers[0])
    elif operator in (">", ">="):
        yield Conjunct(name, least=numbers[0])
    elif operator in ("<", "<="):
        yield Conjunct(name, most=numbers[0])


def _is_number(node: Node) -> bool:
    return isinstance(node, int | float) and not isinstance(node, bool)
