"""Conditions on features, made from CQL2 and asked of columns: with three truths, as a value may not be known.

Understood are Basic CQL2, comparison with LIKE, BETWEEN and IN, CASEI and ACCENTI, arithmetic, properties against
properties, and the spatial functions on the geometry of a feature (OGC 21-065r2). All else is refused by name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geodata.features.cql2 import FilterError, Language, Node, read_tree
from geodata.features.filter_ground import SPATIAL, WGS_84, Reference, is_ground, spatial
from geodata.features.filter_looked import boxes, conjuncts
from geodata.features.filter_terms import AsTruths, Term, comparison, constant, kinds_match, term
from geodata.features.filter_words import (
    BAD_ARGUMENTS,
    NO_BETWEEN,
    NO_CONDITION,
    NO_LIKE,
    NO_LIST,
    UNKNOWN_OPERATOR,
)
from geodata.features.near import smallest
from geodata.features.source import Conjunct
from geodata.features.table import Box, FeatureTable, Field, Shapes

COMPARISONS: Final = frozenset(("=", "<>", "<", ">", "<=", ">="))
BETWEEN_ARGUMENTS: Final = 3
MOST_SAID: Final = 80
"""Letters of a wrong part that are told."""


@dataclass(frozen=True, slots=True)
class ColumnFilter:
    """A condition on the columns and shapes of features.

    Parameters
    ----------
    text
        The condition as it was written.
    truths
        Gives true, false or null for each feature.
    conjuncts
        What holds of every feature that meets it.
    near
        A box that the geometry of every feature meets that meets it; None where nothing is known of one.
    """

    text: str
    truths: AsTruths
    conjuncts: tuple[Conjunct, ...] = ()
    near: Box | None = None

    def holds(self, table: FeatureTable) -> NDArray[np.bool_]:
        """Return bool[N]: which features meet it; a comparison with a value that is not known is not met."""
        told = self.truths(table)
        if isinstance(told, pa.Scalar):
            return np.full(len(table), told.as_py() is True)
        if isinstance(told, pa.ChunkedArray):
            told = told.combine_chunks()
        return np.asarray(pc.fill_null(told, fill_value=False).to_numpy(zero_copy_only=False), dtype=bool)


def parse_filter(
    text: str, language: Language, fields: Sequence[Field], *, reference: Reference = WGS_84
) -> ColumnFilter:
    """Return the filter that a text says.

    Parameters
    ----------
    text, language
        The condition, and how it is written.
    fields
        Properties of the layer; besides them ``geometry`` may be named.
    reference
        CRS of the places in the text.

    Raises
    ------
    FilterError
        If it cannot be read, names what the layer has not, or compares what cannot be compared.
    """
    return _filter(text, read_tree(text, language), fields, reference)


def equality(values: Mapping[str, Node], fields: Sequence[Field]) -> ColumnFilter:
    """Return the filter that properties hold values.

    Parameters
    ----------
    values
        The value of each property, as the JSON of CQL2 writes it; at least one.
    fields
        Properties of the layer.

    Raises
    ------
    FilterError
        If a property is none of them, or a value is not of its kind.
    """
    parts = [{"op": "=", "args": [{"property": name}, value]} for name, value in values.items()]
    tree = {"op": "and", "args": parts}
    return _filter(json.dumps(tree, ensure_ascii=False), tree, fields, WGS_84)


def _filter(text: str, tree: Node, fields: Sequence[Field], reference: Reference) -> ColumnFilter:
    known = {field.name: field for field in fields}
    truths = _Reader(known, reference).condition(tree)
    return ColumnFilter(text, truths, tuple(conjuncts(tree, known)), smallest(boxes(tree, reference)))


class _Reader:
    """Reads the conditions of one filter."""

    def __init__(self, fields: dict[str, Field], reference: Reference) -> None:
        self.fields = fields
        self.reference = reference

    def condition(self, node: Node) -> AsTruths:
        if isinstance(node, bool):
            return constant(node)
        if not isinstance(node, dict):
            raise FilterError(NO_CONDITION.format(said=_said(node)))
        if "property" in node:
            found = term(node, self.fields)
            if found.kind != "boolean":
                raise FilterError(NO_CONDITION.format(said=found.name))
            return found.values
        operator, args = str(node.get("op", "")).lower(), node.get("args", [])
        if not operator or not isinstance(args, list):
            raise FilterError(NO_CONDITION.format(said=_said(node)))
        if operator in ("and", "or"):
            return self._together(operator, args)
        if operator == "not":
            inner = self.condition(_only(operator, args))
            return lambda table: pc.invert(inner(table))
        if operator in SPATIAL:
            if len(args) != 2:  # noqa: PLR2004 - two geometries
                raise FilterError(BAD_ARGUMENTS.format(operator=operator, count=2))
            return spatial(operator, args[0], args[1], self.reference)
        return self._plain(operator, args)

    def _together(self, operator: str, args: list[Node]) -> AsTruths:
        if not args:
            raise FilterError(BAD_ARGUMENTS.format(operator=operator, count=2))
        parts = [self.condition(one) for one in args]
        join = pc.and_kleene if operator == "and" else pc.or_kleene

        def told(table: FeatureTable) -> pa.Array | pa.Scalar:
            found = parts[0](table)
            for part in parts[1:]:
                found = join(found, part(table))
            return found

        return told

    def _plain(self, operator: str, args: list[Node]) -> AsTruths:
        if operator in COMPARISONS:
            if len(args) != 2:  # noqa: PLR2004 - a comparison has two sides
                raise FilterError(BAD_ARGUMENTS.format(operator=operator, count=2))
            return comparison(operator, term(args[0], self.fields), term(args[1], self.fields))
        if operator == "isnull":
            return self._is_null(_only("IS NULL", args))
        if operator == "like":
            return self._like(args)
        if operator == "between":
            return self._between(args)
        if operator == "in":
            return self._in(args)
        raise FilterError(UNKNOWN_OPERATOR.format(operator=operator.upper()))

    def _is_null(self, node: Node) -> AsTruths:
        if is_ground(node):
            return lambda table: pa.array(table.shapes.is_missing)
        found = term(node, self.fields)
        return lambda table: pc.is_null(found.values(table))

    def _like(self, args: list[Node]) -> AsTruths:
        if len(args) != 2:  # noqa: PLR2004 - a text and a pattern
            raise FilterError(NO_LIKE)
        found, pattern = term(args[0], self.fields), term(args[1], self.fields)
        if found.kind != "text" or pattern.kind != "text" or not pattern.is_constant:
            raise FilterError(NO_LIKE)
        # The pattern does not depend on features: it is worked out on none of them.
        wanted = pattern.values(_NOTHING).as_py()
        return lambda table: pc.match_like(found.values(table), wanted)

    def _between(self, args: list[Node]) -> AsTruths:
        if len(args) != BETWEEN_ARGUMENTS:
            raise FilterError(NO_BETWEEN)
        value, least, most = (term(one, self.fields) for one in args)
        if value.kind not in ("number", "date", "datetime"):
            raise FilterError(NO_BETWEEN)
        above, below = comparison(">=", value, least), comparison("<=", value, most)
        return lambda table: pc.and_kleene(above(table), below(table))

    def _in(self, args: list[Node]) -> AsTruths:
        if len(args) != 2 or not isinstance(args[1], list) or not args[1]:  # noqa: PLR2004 - a value and a list
            raise FilterError(NO_LIST)
        value = term(args[0], self.fields)
        members = [term(one, self.fields) for one in args[1]]
        if all(one.is_constant and kinds_match(value, one) for one in members) and value.kind in ("text", "number"):
            return _is_one_of(value, [one.values(_NOTHING).as_py() for one in members])
        equals = [comparison("=", value, one) for one in members]

        def told(table: FeatureTable) -> pa.Array | pa.Scalar:
            found = equals[0](table)
            for one in equals[1:]:
                found = pc.or_kleene(found, one(table))
            return found

        return told


_NOTHING: Final = FeatureTable((), pa.array([], pa.string()), pa.table({}), Shapes("Point", np.empty((0, 2))))
"""On which values are worked out that are the same for every feature."""


def _is_one_of(value: Term, members: list[str | float]) -> AsTruths:
    kind = pa.string() if value.kind == "text" else pa.float64()
    wanted = pa.array(members, kind)

    def told(table: FeatureTable) -> pa.Array | pa.Scalar:
        held = pc.cast(value.values(table), kind)
        return pc.if_else(pc.is_null(held), pa.scalar(None, pa.bool_()), pc.is_in(held, value_set=wanted))

    return told


def _only(operator: str, args: list[Node]) -> Node:
    if len(args) != 1:
        raise FilterError(BAD_ARGUMENTS.format(operator=operator.upper(), count=1))
    return args[0]


def _said(node: Node) -> str:
    return str(node)[:MOST_SAID]
