"""Fitting the additive models of linkage: ridge logistic regression over the levels of features, with signs held.

A level that agrees never speaks against a pair, and one that disagrees never for it: without that, labelled pairs that
were made to be hard teach that the same telephone is a bad sign. Without bounds the fit is scikit-learn's
``LogisticRegression`` (a test holds it to that).

``python -m benchmarks.linkage_fit`` fits the model of firms on the fit part of the Vietnamese pairs and writes it to
``supplychain/linkage/tables/firm_model.json``; the test part is not read.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.feature_extraction import DictVectorizer
from sklearn.model_selection import StratifiedKFold

from benchmarks.linkage_data import Pair, read_part
from supplychain.linkage.comparing import CONFLICTS
from supplychain.linkage.firm_features import compare_prepared
from supplychain.linkage.model import Model
from supplychain.linkage.party import Party
from supplychain.linkage.prepared import Prepared
from supplychain.linkage.tables import reasons

Levels = Mapping[str, str]

APART: Final = {
    "number_in_name": ("differ", "one_sided"),
    "part_of_firm": ("one_sided", "differ", "elsewhere"),
    "tax_code": ("branch_and_head", "branches_differ"),
    "legal_form": ("household_and_firm", "general_corporation_and_firm"),
}
"""Levels that say the law knows two persons, or a firm and a part of it: few pairs of each, so all share a weight."""
LIKE: Final = {("lei", "equal"): ("tax_code", "equal"), ("lei", "conflict"): ("tax_code", "conflict")}
"""Levels no labelled pair has, and the level whose weight they take."""
FOLDS: Final = 10
SEEDS: Final = (0, 1, 2)
PRECISION_WANTED: Final = 0.999
F1_GIVEN_UP: Final = 0.005
REVIEW_RECALL: Final = 0.999
AGREES_FROM: Final = 0.9
DIFFERS_TO: Final = 0.3


@dataclass(frozen=True)
class Fitted:
    """A model with what was seen when it was fitted.

    Parameters
    ----------
    model
        The additive model.
    counts
        Pairs with each feature and level, different and same.
    probabilities
        Of the fit pairs by models fitted without their fold, mean of several splits.
    """

    model: Model
    counts: Mapping[tuple[str, str], tuple[int, int]]
    probabilities: NDArray[np.float64] = field(repr=False)


def fit(
    levels: Sequence[Levels],
    same: NDArray[np.bool_],
    *,
    strength: float,
    tied: Mapping[str, Sequence[str]] | None = None,
    signs: Mapping[tuple[str, str], int] | None = None,
    splits: tuple[Sequence[int], int] = (SEEDS, FOLDS),
) -> Fitted:
    """Return the model fitted on pairs, and probabilities of the same pairs from models that did not see them.

    Parameters
    ----------
    levels
        Levels of each pair by feature.
    same
        Labels.
    strength
        Inverse of the ridge penalty.
    tied
        Levels by feature that share one weight.
    signs
        1 for levels whose weight may not be below 0, -1 for those not above.
    splits
        Seeds and number of parts of the cross-validation.
    """
    tied = tied or {}
    vectorizer = DictVectorizer(sparse=False)
    matrix = vectorizer.fit_transform([_columns(one, tied) for one in levels])
    columns = list(vectorizer.get_feature_names_out())
    held = [_bounds(column, signs or {}) for column in columns]
    out_of_fold = np.zeros(len(same))
    seeds, folds = splits
    for seed in seeds:
        for train, rest in StratifiedKFold(folds, shuffle=True, random_state=seed).split(matrix, same):
            intercept, slopes = regress(matrix[train], same[train], strength, held)
            out_of_fold[rest] += 1.0 / (1.0 + np.exp(-(matrix[rest] @ slopes + intercept)))
    out_of_fold /= len(seeds)
    intercept, slopes = regress(matrix, same, strength, held)
    found = dict(zip(columns, slopes, strict=True))
    weights = _weights(levels, found, tied)
    automatic = choose_threshold(_without_conflicts(levels, out_of_fold), same)
    review = min(choose_review(out_of_fold, same), automatic)
    counts = _counts(levels, same)
    return Fitted(Model(intercept, weights, automatic, review), counts, out_of_fold)


def regress(
    matrix: NDArray[np.float64],
    same: NDArray[np.bool_],
    strength: float,
    held: Sequence[tuple[float | None, float | None]],
) -> tuple[float, NDArray[np.float64]]:
    """Return intercept and slopes that minimise log loss times ``strength`` plus half the squared slopes, in bounds."""
    signed = np.where(same, 1.0, -1.0)

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = signed * (matrix @ parameters[1:] + parameters[0])
        pulls = -signed / (1.0 + np.exp(margins))
        gradient = np.concatenate(([strength * pulls.sum()], strength * (matrix.T @ pulls) + parameters[1:]))
        return float(strength * np.logaddexp(0.0, -margins).sum() + 0.5 * parameters[1:] @ parameters[1:]), gradient

    start = np.zeros(matrix.shape[1] + 1)
    options = {"maxiter": 5000, "ftol": 1e-12, "gtol": 1e-8}
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(None, None), *held], options=options)
    return float(found.x[0]), found.x[1:]


def _bounds(column: str, signs: Mapping[tuple[str, str], int]) -> tuple[float | None, float | None]:
    feature, _, level = column.partition("=")
    sign = -1 if feature == "apart" else signs.get((feature, level), 0)
    return (0.0 if sign > 0 else None, 0.0 if sign < 0 else None)


def _columns(levels: Levels, tied: Mapping[str, Sequence[str]]) -> dict[str, float]:
    columns: dict[str, float] = {}
    for feature, level in levels.items():
        if level == "none":
            continue
        name = "apart" if level in tied.get(feature, ()) else f"{feature}={level}"
        columns[name] = columns.get(name, 0.0) + 1.0
    return columns


def _weights(
    levels: Sequence[Levels], found: Mapping[str, float], tied: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, float]]:
    weights: dict[str, dict[str, float]] = {}
    seen = {(feature, level) for one in levels for feature, level in one.items() if level != "none"}
    seen |= {(feature, level) for feature, some in tied.items() for level in some}
    for feature, level in sorted(seen):
        name = "apart" if level in tied.get(feature, ()) else f"{feature}={level}"
        weights.setdefault(feature, {})[level] = round(float(found[name]), 4)
    for (feature, level), (like, its_level) in LIKE.items():
        if its_level in weights.get(like, {}):
            weights.setdefault(feature, {})[level] = weights[like][its_level]
    return weights


def _counts(levels: Sequence[Levels], same: NDArray[np.bool_]) -> dict[tuple[str, str], tuple[int, int]]:
    counts: Counter[tuple[str, str, bool]] = Counter()
    for one, label in zip(levels, same, strict=True):
        counts.update((feature, level, bool(label)) for feature, level in one.items() if level != "none")
    return {(f, level): (counts[f, level, False], counts[f, level, True]) for f, level, _ in counts}


def _without_conflicts(levels: Sequence[Levels], probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probabilities, 0 where identifiers conflict: such a pair is never decided automatically."""
    conflicts = [any((f, level) in CONFLICTS for f, level in one.items()) for one in levels]
    return np.where(conflicts, 0.0, probabilities)


def choose_threshold(probabilities: NDArray[np.float64], same: NDArray[np.bool_]) -> float:
    """Return the probability above which pairs are the same.

    Among those with the precision wanted the highest whose F1 is near the best: a firm merged wrongly costs more than
    a question to a person.
    """
    scored: list[tuple[float, float]] = []
    for threshold in np.arange(0.5, 0.995, 0.01):
        chosen = probabilities >= threshold
        hits = int((chosen & same).sum())
        if hits and hits / int(chosen.sum()) >= PRECISION_WANTED:
            scored.append((2 * hits / (int(chosen.sum()) + int(same.sum())), float(threshold)))
    best = max((f1 for f1, _ in scored), default=0.0)
    return round(max((threshold for f1, threshold in scored if f1 >= best - F1_GIVEN_UP), default=0.99), 2)


def choose_best_f1(probabilities: NDArray[np.float64], same: NDArray[np.bool_]) -> float:
    """Return the probability above which pairs are the same with the best F1."""
    thresholds = np.arange(0.05, 0.96, 0.05)
    hits = np.array([int(((probabilities >= one) & same).sum()) for one in thresholds])
    chosen = np.array([int((probabilities >= one).sum()) for one in thresholds])
    return round(float(thresholds[int(np.argmax(2 * hits / (chosen + same.sum())))]), 2)


def choose_review(probabilities: NDArray[np.float64], same: NDArray[np.bool_]) -> float:
    """Return seven tenths of the lowest probability that a pair that is the same got: below it nobody is asked."""
    threshold = float(np.quantile(probabilities[same], 1 - REVIEW_RECALL))
    return max(round(0.7 * threshold, 2), 0.02)


def signs_of_firms() -> dict[tuple[str, str], int]:
    """Return the sign that each level of firms must have, by how far it says two firms agree."""
    scores = {key: reason.score for key, reason in reasons().items()}
    return {key: (score >= AGREES_FROM) - (score <= DIFFERS_TO) for key, score in scores.items()}


def firm_levels(pairs: Sequence[Pair]) -> list[Levels]:
    """Return the levels of pairs of firms."""
    return [compare_prepared(Prepared(Party.of("a", pair.a)), Prepared(Party.of("b", pair.b)))[0] for pair in pairs]


def labels(pairs: Sequence[Pair]) -> NDArray[np.bool_]:
    """Return which pairs are the same."""
    return np.array([pair.same for pair in pairs])


def write_firm_model(path: Path, strength: float = 1.0) -> Fitted:
    """Fit the model of firms on the fit part of the Vietnamese pairs and write it to a file that people can read."""
    pairs = read_part("vietnamese_firm_pairs", "fit")
    fitted = fit(firm_levels(pairs), labels(pairs), strength=strength, tied=APART, signs=signs_of_firms())
    stored = {
        "source": "benchmarks/data/vietnamese_firm_pairs.csv, pairs whose id's SHA-256 is not divisible by 5",
        "method": f"logistic regression over levels, signs held, ridge with C={strength:g}; levels of {sorted(APART)} "
        "that tell a firm from its parts or from another person in law share one weight; LEI as tax codes",
        "pairs": len(pairs),
        "same": sum(pair.same for pair in pairs),
        "intercept": round(fitted.model.intercept, 4),
        "same_from": fitted.model.same_from,
        "review_from": fitted.model.review_from,
        "weights": fitted.model.weights,
        "pairs_different_and_same": _by_feature(fitted.counts),
    }
    path.write_text(json.dumps(stored, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return fitted


def _by_feature(counts: Mapping[tuple[str, str], tuple[int, int]]) -> dict[str, dict[str, list[int]]]:
    table: dict[str, dict[str, list[int]]] = {}
    for (feature, level), pair in sorted(counts.items()):
        table.setdefault(feature, {})[level] = list(pair)
    return table


if __name__ == "__main__":
    write_firm_model(Path(str(files("supplychain.linkage").joinpath("tables", "firm_model.json"))))
