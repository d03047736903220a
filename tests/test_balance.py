"""Iterative proportional fitting: by hand, laws, a published table, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from supplychain.demand.balance import Control, ControlError, balance, largest_deviation

Table = NDArray[np.float64]


def margins(rows: Table, columns: Table) -> list[Control]:
    """Return the controls of a two-way table given by its margins."""
    cells = np.arange(len(rows) * len(columns)).reshape(len(rows), len(columns))
    return [
        *(Control(f"row_{i}", cells[i], float(total)) for i, total in enumerate(rows)),
        *(Control(f"column_{j}", cells[:, j], float(total)) for j, total in enumerate(columns)),
    ]


def test_two_by_two_by_hand() -> None:
    """Fitting keeps the odds ratio 1·4 ÷ (1·1) = 4; with all margins 3, x² ÷ (3 − x)² = 4, so x = 2.

    The first pass by hand: rows to 3 gives 1.5 1.5 / 0.6 2.4; columns (2.1, 3.9) to 3 gives 2.143 1.154 / 0.857
    1.846; the limit is 2 1 / 1 2.
    """
    fitted = balance(np.array([1.0, 1.0, 1.0, 4.0]), margins(np.array([3.0, 3.0]), np.array([3.0, 3.0])))
    np.testing.assert_allclose(fitted, [2.0, 1.0, 1.0, 2.0], rtol=1e-12)


def test_a_total_and_one_part_by_hand() -> None:
    """Of 10, cell 0 takes 4; the other 6 are shared 1 : 2."""
    everything = Control("all", np.array([0, 1, 2]), 10.0)
    first = Control("first", np.array([0]), 4.0)
    np.testing.assert_allclose(balance(np.array([1.0, 1.0, 2.0]), [everything, first]), [4.0, 2.0, 4.0], rtol=1e-12)


def test_cells_without_a_control_keep_their_seed() -> None:
    fitted = balance(np.array([1.0, 7.0]), [Control("first", np.array([0]), 5.0)])
    np.testing.assert_array_equal(fitted, [5.0, 7.0])


def test_marital_status_by_age_of_bishop_fienberg_and_holland() -> None:
    """Published: Y. M. M. Bishop, S. E. Fienberg, P. W. Holland, Discrete Multivariate Analysis, MIT Press 1975.

    The same census table, with three empty cells, is worked in the SAS/IML user's guide, "Iterative Proportional
    Fitting".
    """
    seed = np.array(
        [
            [1306, 83, 0],
            [619, 765, 3],
            [263, 1194, 9],
            [173, 1372, 28],
            [171, 1393, 51],
            [159, 1372, 81],
            [208, 1350, 108],
            [1116, 4100, 2329],
        ],
        dtype=np.float64,
    )
    ages = np.array([1412.0, 1402.0, 1450.0, 1541.0, 1681.0, 1532.0, 1662.0, 7644.0])
    status = np.array([3988.0, 11702.0, 2634.0])
    published = [
        [1325.27, 86.73, 0.00],
        [615.56, 783.39, 3.05],
        [253.94, 1187.18, 8.88],
        [165.13, 1348.55, 27.32],
        [173.41, 1454.71, 52.87],
        [147.21, 1308.12, 76.67],
        [202.33, 1352.28, 107.40],
        [1105.16, 4181.04, 2357.81],
    ]
    fitted = balance(seed.ravel(), margins(ages, status)).reshape(seed.shape)
    np.testing.assert_allclose(fitted, published, atol=0.0051)


positive = st.floats(0.01, 1000.0)


@st.composite
def seeds_and_targets(draw: st.DrawFn, min_side: int = 2) -> tuple[Table, Table]:
    shape = draw(hnp.array_shapes(min_dims=2, max_dims=2, min_side=min_side, max_side=6))
    table = hnp.arrays(np.float64, shape, elements=positive)
    return draw(table), draw(table)


@given(seeds_and_targets())
@settings(deadline=None)
def test_margins_of_any_table_are_matched(case: tuple[Table, Table]) -> None:
    seed, target = case
    controls = margins(target.sum(axis=1), target.sum(axis=0))
    fitted = balance(seed.ravel(), controls)
    assert largest_deviation(fitted, controls) <= 1e-9
    assert np.all(fitted >= 0)


def test_a_seed_far_from_its_controls_is_still_fitted_exactly() -> None:
    """Odds of 161 · 996 ÷ 0.0625² = 4.1e7: with margins 2, x ÷ (2 − x) is the square root of the odds.

    Scaling alone would need some hundred thousand passes.
    """
    odds = (161.0 * 996.0) ** 0.5 / 0.0625
    fitted = balance(np.array([161.0, 0.0625, 0.0625, 996.0]), margins(np.array([2.0, 2.0]), np.array([2.0, 2.0])))
    assert fitted[0] == pytest.approx(2 * odds / (1 + odds), rel=1e-12)
    assert fitted[1] == pytest.approx(2 / (1 + odds), rel=1e-6)


@given(seeds_and_targets())
@settings(deadline=None)
def test_odds_ratios_of_the_seed_are_kept(case: tuple[Table, Table]) -> None:
    seed, target = case
    fitted = balance(seed.ravel(), margins(target.sum(axis=1), target.sum(axis=0))).reshape(seed.shape)
    before = seed[0, 0] * seed[1, 1] / (seed[0, 1] * seed[1, 0])
    after = fitted[0, 0] * fitted[1, 1] / (fitted[0, 1] * fitted[1, 0])
    assert after == pytest.approx(before, rel=1e-9)


@given(seeds_and_targets(), st.floats(0.001, 1000.0))
@settings(deadline=None)
def test_scaled_controls_scale_the_table(case: tuple[Table, Table], factor: float) -> None:
    seed, target = case
    once = balance(seed.ravel(), margins(target.sum(axis=1), target.sum(axis=0)))
    scaled = balance(seed.ravel(), margins(factor * target.sum(axis=1), factor * target.sum(axis=0)))
    np.testing.assert_allclose(scaled, factor * once, rtol=1e-9)


@given(seeds_and_targets())
@settings(deadline=None)
def test_a_table_that_fits_already_stays(case: tuple[Table, Table]) -> None:
    _, target = case
    controls = margins(target.sum(axis=1), target.sum(axis=0))
    np.testing.assert_allclose(balance(target.ravel(), controls), target.ravel(), rtol=1e-9)


@given(seeds_and_targets(min_side=3))
@settings(deadline=None)
def test_empty_cells_stay_empty_and_a_total_of_zero_empties_its_cells(case: tuple[Table, Table]) -> None:
    seed, target = case
    seed[0, 0] = 0.0
    target[0, 0] = 0.0
    target[:, -1] = 0.0
    fitted = balance(seed.ravel(), margins(target.sum(axis=1), target.sum(axis=0))).reshape(seed.shape)
    assert fitted[0, 0] == 0
    assert np.all(fitted[:, -1] == 0)
    assert fitted.sum() == pytest.approx(target.sum(), rel=1e-9)


def test_contradictory_margins_are_refused_and_named() -> None:
    with pytest.raises(ControlError, match=r"row_0 .*column_0") as caught:
        balance(np.ones(4), margins(np.array([3.0, 3.0]), np.array([3.0, 4.0])))
    assert "không thể cùng thỏa mãn" in caught.value.sentence("vi")


def test_margins_that_empty_cells_make_impossible_are_refused() -> None:
    """Row 0 may only use column 0, which is smaller than the row."""
    with pytest.raises(ControlError, match=r"row_0 \(5 ≠"):
        balance(np.array([1.0, 0.0, 1.0, 1.0]), margins(np.array([5.0, 1.0]), np.array([3.0, 3.0])))


def test_a_positive_control_without_a_seed_is_refused() -> None:
    with pytest.raises(ControlError, match=r"No seed above 0 .*nothing_there \(5\)"):
        balance(np.array([0.0, 1.0]), [Control("nothing_there", np.array([0]), 5.0)])


@pytest.mark.parametrize("total", [-1.0, float("nan"), float("inf")])
def test_a_control_must_be_a_number_of_at_least_zero(total: float) -> None:
    with pytest.raises(ControlError, match="Control bad is"):
        Control("bad", np.array([0]), total)


def test_a_control_names_a_cell_once() -> None:
    with pytest.raises(ValueError, match="bad names a cell twice"):
        Control("bad", np.array([0, 0]), 1.0)


@pytest.mark.parametrize("cell", [-1.0, float("nan"), float("inf")])
def test_a_seed_must_be_a_number_of_at_least_zero(cell: float) -> None:
    with pytest.raises(ValueError, match="at least 0"):
        balance(np.array([cell, 1.0]), [])
