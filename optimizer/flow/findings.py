"""What is wrong with a flow problem, collected value by value and raised once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from supplychain.errors import Finding, FindingsError
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray

MOST_FINDINGS_PER_COLUMN = 100
"""Findings of one column that are named one by one; the rest are counted in one more."""

LARGEST_AMOUNT = 1e15
"""Amounts above this are refused: nothing on earth is that large in the units of a problem, and sums lose digits."""


class ProblemError(FindingsError, ValueError):
    """A flow problem that cannot be planned as it stands; holds every finding."""


class ProblemFindings:
    """Collects what is wrong with one problem and raises once."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def add(self, column: str, en: str, vi: str) -> None:
        """Add a finding about a column."""
        self.findings.append(Finding(file="problem", row=None, column=column, text=Text(en=en, vi=vi)))

    def add_amount(self, column: str, place: str, value: object) -> None:
        """Add a finding about an amount that is no number from 0 to the largest."""
        self.add(
            column,
            f"{column} of {place} is {value}; give a number from 0 to {LARGEST_AMOUNT:g}.",
            f"{column} của {place} là {value}; hãy cho một số từ 0 đến {LARGEST_AMOUNT:g}.",
        )

    def raise_if_any(self) -> None:
        """Raise everything found, if anything was."""
        if self.findings:
            count = len(self.findings)
            summary = Text(
                en=f"The flow problem has {count} finding(s):",
                vi=f"Bài toán luồng hàng có {count} lỗi cần sửa:",
            )
            listed = "".join(f"\n{finding.sentence('en')}" for finding in self.findings)
            error = ProblemError(summary, self.findings)
            error.args = (summary.en + listed,)
            raise error

    def check_unique(self, name: str, ids: Sequence[str]) -> None:
        """Check that no id stands twice."""
        if len(set(ids)) == len(ids):
            return
        seen: set[str] = set()
        for one in ids:
            if one in seen:
                self.add(name, f"{name} names {one!r} twice.", f"{name} có mã {one!r} bị lặp.")
            seen.add(one)

    def check_array(self, name: str, values: ArrayLike, shape: tuple[int, ...], dtype: type) -> NDArray[Any]:
        """Return a new array of the declared type; a wrong shape or kind of number is a finding."""
        if isinstance(values, np.ma.MaskedArray):
            self.add(
                name,
                f"{name} is a masked array; fill in what is masked.",
                f"{name} là mảng có phần bị che; hãy điền các giá trị còn thiếu.",
            )
            return np.zeros(shape, dtype)
        given = np.asarray(values)
        if given.size == 0 and 0 in shape:
            return np.zeros(shape, dtype)
        kinds = {np.int32: "iu", np.bool_: "b", np.float64: "fiu"}[dtype]
        if given.dtype.kind not in kinds:
            wanted = {np.int32: "integers", np.bool_: "booleans", np.float64: "numbers"}[dtype]
            self.add(
                name,
                f"{name} holds {given.dtype} values; it must hold {wanted}.",
                f"{name} chứa giá trị kiểu {given.dtype}; cần kiểu {np.dtype(dtype).name}.",
            )
        elif given.shape != shape:
            self.add(
                name,
                f"{name} has shape {given.shape}; it must be {shape}.",
                f"{name} có kích thước {given.shape}; phải là {shape}.",
            )
        elif dtype is np.int32 and given.size and not -(2**31) <= given.min() <= given.max() < 2**31:
            self.add(name, f"{name} is out of range.", f"{name} vượt quá khoảng cho phép.")
        else:
            return np.array(given, dtype=dtype)
        return np.zeros(shape, dtype)

    def check_members(self, members: object, shape: tuple[int, int]) -> sparse.csr_array:
        """Return the matrix as compressed rows of its own; a wrong shape is a finding."""
        try:
            given = sparse.csr_array(members)
        except (TypeError, ValueError):
            given = None
        if given is None or given.dtype.kind not in "fiu":
            self.add(
                "capacity_members",
                f"capacity_members is {type(members).__name__}; give a sparse matrix of numbers.",
                f"capacity_members là {type(members).__name__}; hãy cho một ma trận thưa gồm các số.",
            )
            return sparse.csr_array(shape, dtype=np.float64)
        matrix = sparse.csr_array(given, dtype=np.float64, copy=True)
        if matrix.shape != shape:
            self.add(
                "capacity_members",
                f"capacity_members has shape {matrix.shape}; it must be {shape}.",
                f"capacity_members có kích thước {matrix.shape}; phải là {shape}.",
            )
            return sparse.csr_array(shape, dtype=np.float64)
        matrix.sum_duplicates()
        matrix.data.setflags(write=False)
        return matrix

    def check_scalar(self, name: str, value: float) -> None:
        """Check one amount of the whole problem."""
        if not isinstance(value, int | float | np.integer | np.floating) or not 0 <= value <= LARGEST_AMOUNT:
            self.add_amount(name, "the problem", value)

    def check_index(self, name: str, values: NDArray[Any], ids: Sequence[str], limit: int, things: str) -> None:
        """Check that indices are from 0 to below ``limit``."""
        wrong = np.flatnonzero((values < 0) | (values >= limit))
        for index in wrong[:MOST_FINDINGS_PER_COLUMN]:
            self.add(
                name,
                f"{name} of {ids[index]} is {values[index]}, but there are {limit} {things}.",
                f"{name} của {ids[index]} là {values[index]}, nhưng chỉ có {limit} phần tử.",
            )
        self._add_rest(name, wrong.size)

    def check_amounts(
        self, name: str, values: NDArray[Any], ids: Iterable[Sequence[str]], *, endless: bool = False
    ) -> None:
        """Check that amounts are numbers from 0 to the largest; ``endless`` allows infinity too."""
        axes = tuple(ids)
        right = (values >= 0) & (values <= LARGEST_AMOUNT)
        if right.all():
            return
        wrong = np.argwhere(~(right | (values == np.inf)) if endless else ~right)
        for place in wrong[:MOST_FINDINGS_PER_COLUMN]:
            named = " / ".join(axis[index] for axis, index in zip(axes, place, strict=True))
            self.add_amount(name, named, values[tuple(place)])
        self._add_rest(name, len(wrong))

    def check_shares(self, name: str, values: NDArray[Any], ids: Sequence[str]) -> None:
        """Check that shares are from 0 to 1."""
        wrong = np.flatnonzero(~((values >= 0) & (values <= 1)))
        for index in wrong[:MOST_FINDINGS_PER_COLUMN]:
            self.add(
                name,
                f"{name} of {ids[index]} is {values[index]}; give a share from 0 to 1.",
                f"{name} của {ids[index]} là {values[index]}; hãy cho một tỷ lệ từ 0 đến 1.",
            )
        self._add_rest(name, wrong.size)

    def _add_rest(self, name: str, count: int) -> None:
        rest = count - MOST_FINDINGS_PER_COLUMN
        if rest > 0:
            self.add(name, f"{rest} more values of {name} are wrong.", f"Còn {rest} giá trị {name} khác bị sai.")
