"""Cells of a file as values of the registry: nothing guessed, what was converted told, what does not fit a problem."""

from __future__ import annotations

from supplychain.intake.values.parse import parse_value
from supplychain.intake.values.types import CellProblem, Value, ValueOptions

__all__ = ["CellProblem", "Value", "ValueOptions", "parse_value"]
