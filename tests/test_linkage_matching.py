"""Two firms compared: levels with reasons, decisions, candidates, groups, and the split of labelled pairs."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from benchmarks.linkage_data import FIRM_PAIRS, SHARED, both, is_test, read_part
from benchmarks.linkage_fit import APART, choose_threshold, fit, regress, signs_of_firms, write_firm_model
from supplychain.linkage import Calibration, Party, compare, find_duplicates
from supplychain.linkage.blocking import BlockingReport, candidate_pairs
from supplychain.linkage.clusters import join, pair_of
from supplychain.linkage.comparing import CONFLICT, NAME_ALONE
from supplychain.linkage.fields import edits_level, number_level, text_level, words_level
from supplychain.linkage.firm_features import FEATURES
from supplychain.linkage.judgements import JudgementError
from supplychain.linkage.model import Model, firm_model, log_odds_of, probability_of
from supplychain.linkage.name_comparison import NAME_LEVELS, compare_names
from supplychain.linkage.names import take_apart
from supplychain.linkage.part_comparison import compare_forms
from supplychain.linkage.prepared import Prepared
from supplychain.linkage.queue import make_queue
from supplychain.linkage.recalibration import FEWEST, learn, wilson
from supplychain.linkage.tables import reasons

DOOR = "Lô B-12, đường số 3, KCN VSIP II, P. Hòa Phú, TP. Thủ Dầu Một, Bình Dương"
NEW_DOOR = "Lô B12, đường 3, KCN VSIP II, phường Bình Dương, TP.HCM"
AN_PHAT = Party("a", "Công ty TNHH SX TM Nhựa An Phát", address=DOOR, phone="0650 3743898")


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("Công ty TNHH Thép An Phát", "CTY TNHH THÉP AN PHÁT", "equal"),
        ("Công ty TNHH Thép An Phát", "CONG TY TNHH THEP AN PHAT", "marks_dropped"),
        ("Công ty TNHH Thiết bị Điện An Phát", "Cty TNHH TB Điện An Phát", "abbreviated"),
        ("Công ty TNHH Gỗ Tâm Đức Hậu", "Công ty TNHH Gỗ TâmĐứcHậu", "abbreviated"),
        ("Công ty TNHH Vận tải Container Tây Đô", "Cty TNHH Vận tải Cont Tây Đô", "abbreviated"),
        ("Công ty CP Bao bì Nhựa Tân Tiến", "Tan Tien Plastic Packaging JSC", "translated"),
        ("Công ty TNHH Thép Việt Nhật Tâm", "Công ty TNHH Thép Việt Nhtậ Tâm", "spelling"),
        ("Công ty TNHH Thép Kỳ Lân Vàng", "Công ty TNHH Thép Kỳ Lân Vàn", "letter_slipped"),
        ("Công ty TNHH Thép An Phát Lộc", "Công ty TNHH Thép An Phú Lộc", "word_replaced"),
        ("Công ty TNHH Thép An Tín", "Công ty TNHH Thép An Tiên", "similar_word"),
        ("Công ty TNHH Thép Thái Hưng", "Công ty TNHH Thép Thái Hùng", "marks_differ"),
        ("Công ty TNHH Nam Sài Đông", "Công ty TNHH Sài Đông Nam", "order_differs"),
        ("Công ty TNHH May Phú Sĩ Thành", "Công ty TNHH Phú Sĩ Thành", "left_out"),
        ("Công ty TNHH Cột thép Đại Việt", "Công ty TNHH Đèn LED Đại Việt", "described_differently"),
        ("Công ty TNHH Thép Sao Nam Bộ", "Công ty TNHH Thép Sao Đông Nam Bộ", "words_added"),
        ("Công ty CP Cảng Sài Gòn", "Công ty CP Viễn thông Sài Gòn", "described_differently"),
        ("Công ty TNHH Sơn Hà Nam", "Công ty TNHH Hà Nam Sơn", "order_differs"),
        ("FPT", "Công ty CP Phát triển Đầu tư Công nghệ FPT", "left_out"),
        ("Công ty TNHH Thép Hòa Phát", "Công ty TNHH Gỗ Trường Thành", "different"),
        ("", "Công ty TNHH Gỗ Trường Thành", "none"),
    ],
)  # fmt: skip
def test_names_compare_by_levels(one: str, other: str, level: str) -> None:
    a, b = take_apart(one), take_apart(other)
    assert compare_names(a, b).level == level
    assert compare_names(b, a).level == level


def test_legal_forms_that_contradict_each_other_are_told() -> None:
    limited, shares = take_apart("Công ty TNHH A Bê"), take_apart("Công ty Cổ phần A Bê")
    assert compare_forms(limited, take_apart("Công ty TNHH MTV A Bê")) == "compatible"
    assert compare_forms(limited, take_apart("A Bê Co., Ltd")) == "equal"
    assert compare_forms(limited, shares) == "differ"
    assert compare_forms(limited, take_apart("Hộ kinh doanh A Bê")) == "household_and_firm"
    assert compare_forms(shares, take_apart("Tổng Công ty Cổ phần A Bê")) == "general_corporation_and_firm"


def test_the_same_firm_in_two_ways_of_writing_is_the_same() -> None:
    other = Party("b", "CTY TNHH NHUA AN PHAT", address=NEW_DOOR, phone="+84 274 3743898")
    found = compare(AN_PHAT, other)
    assert found.decision == "same"
    assert {one.name for one in found.features} >= {"name", "address", "phone", "locality"}


def test_the_probability_is_the_sum_of_what_is_explained() -> None:
    other = Party("b", "Cty TNHH Nhựa An Phát 2", tax_code="3700000001", address=NEW_DOOR)
    found = compare(AN_PHAT, other)
    total = found.base + sum(one.weight for one in found.features)
    assert total == pytest.approx(found.log_odds, abs=1e-9)
    assert found.probability == pytest.approx(1 / (1 + math.exp(-total)))


def test_numbers_of_sisters_are_named_in_the_reason() -> None:
    one, two = Party("1", "Công ty TNHH An Phát 1", address=DOOR), Party("2", "Cty TNHH An Phát 2", address=DOOR)
    found = compare(one, two)
    assert found.decision != "same"
    reason = next(feature.reason for feature in found.features if feature.name == "number_in_name")
    assert reason.en == "numbers in the names differ: 1 / 2"
    assert reason.vi == "số trong tên khác nhau: 1 / 2"


def test_valid_identifiers_that_differ_never_merge_silently() -> None:
    """0300588569 and 0100109106 carry right check digits (31 29 23 19 17 13 7 5 3)."""
    one, two = replace(AN_PHAT, tax_code="0300588569"), replace(AN_PHAT, party_id="b", tax_code="0100109106")
    found = compare(one, two)
    assert (found.decision, found.caution) == ("review", CONFLICT)
    with_lei = compare(replace(AN_PHAT, lei="529900T8BM49AURSDO55"), replace(AN_PHAT, lei="5493001KJTIIGC8Y1R12"))
    assert with_lei.decision == "review"


def test_two_codes_of_two_forms_at_one_door_are_not_asked_about() -> None:
    one = replace(AN_PHAT, tax_code="0300588569")
    two = replace(AN_PHAT, party_id="b", name="Công ty Cổ phần Nhựa An Phát", tax_code="0100109106")
    assert compare(one, two).decision == "different"


def test_a_name_alone_is_never_enough() -> None:
    found = compare(Party("a", "Công ty TNHH Thép Minh Thịnh"), Party("b", "Cty TNHH Thép Minh Thịnh"))
    assert (found.decision, found.caution) == ("review", NAME_ALONE)


def test_a_mistyped_tax_code_is_no_contradiction() -> None:
    """Of 0300588569 and 0300588659 (two digits swapped) only the first agrees with its check digit."""
    one, two = replace(AN_PHAT, tax_code="0300588569"), replace(AN_PHAT, party_id="b", tax_code="0300588659")
    found = compare(one, two)
    assert found.decision == "same"
    assert any(
        feature.name == "tax_code" and "fails its check digit" in feature.reason.en for feature in found.features
    )


@pytest.mark.parametrize(
    "other",
    [
        "Chi nhánh Công ty TNHH Nhựa An Phát tại Đồng Nai",
        "VPĐD Công ty TNHH Nhựa An Phát",
        "Công ty TNHH Nhựa An Phát - Nhà máy 2",
        "Hộ kinh doanh Nhựa An Phát",
    ],
)
def test_a_part_of_a_firm_or_a_household_is_not_the_firm(other: str) -> None:
    assert compare(AN_PHAT, replace(AN_PHAT, party_id="b", name=other)).decision != "same"


def test_a_former_name_is_known() -> None:
    told = "Công ty TNHH Bao bì Khánh Toàn (trước đây là Công ty TNHH Giấy Phong Lan)"
    found = compare(Party("a", told, address=DOOR), Party("b", "Công ty TNHH Giấy Phong Lan", address=DOOR))
    assert found.decision == "same"
    listed = Party("a", "Công ty TNHH Khánh Toàn", former_name="Công ty TNHH Giấy Phong Lan", address=DOOR)
    assert compare(listed, Party("b", "Công ty TNHH Giấy Phong Lan", address=DOOR)).decision == "same"


NAMES = st.sampled_from(
    (
        "Công ty TNHH Thép An Phát",
        "An Phat Steel JSC",
        "CN Công ty TNHH An Phát tại Dĩ An",
        "HKD An Phát 2",
        "",
        "()",
        "3",
    )
)
TEXTS = st.one_of(st.none(), st.text(max_size=20), st.sampled_from((DOOR, "0650 3743898", "0300588569", "a@b.vn")))
PARTIES = st.builds(
    Party, st.just("x"), NAMES, tax_code=TEXTS, address=TEXTS, phone=TEXTS, email=TEXTS, website=TEXTS, lei=TEXTS
)


@given(PARTIES, PARTIES)
def test_comparison_is_the_same_both_ways(one: Party, other: Party) -> None:
    there, back = compare(one, other), compare(other, one)
    assert there.probability == pytest.approx(back.probability)
    assert there.decision == back.decision
    assert 0 <= there.probability <= 1


@given(PARTIES)
def test_a_record_is_never_different_from_itself_where_something_is_told(party: Party) -> None:
    found = compare(party, party)
    if take_apart(party.name).words:
        assert found.decision != "different"


def test_every_level_has_a_reason_and_a_weight_of_its_sign() -> None:
    model, table = firm_model(), reasons()
    for feature, levels in model.weights.items():
        assert feature in FEATURES
        for level, weight in levels.items():
            sign = signs_of_firms()[feature, level]
            assert weight * sign >= 0, (feature, level)
    assert {level for feature, level in table if feature == "name"} == set(NAME_LEVELS)
    assert {feature for feature, _ in table} == set(FEATURES)


def test_the_shipped_model_is_the_one_that_the_fit_part_gives(tmp_path: pytest.TempPathFactory) -> None:
    """The file says where it comes from; fitted again it is the same."""
    path = tmp_path / "model.json"  # type: ignore[operator] # pytest's tmp_path is a Path
    write_firm_model(path)
    shipped = json.loads(files("supplychain.linkage").joinpath("tables/firm_model.json").read_text(encoding="utf-8"))
    again = json.loads(path.read_text(encoding="utf-8"))
    assert again["same_from"] == shipped["same_from"]
    for feature, levels in shipped["weights"].items():
        assert again["weights"][feature] == pytest.approx(levels, abs=1e-3)


def test_the_fit_without_bounds_is_scikit_learns() -> None:
    draw = np.random.default_rng(3)
    matrix = draw.integers(0, 2, (200, 5)).astype(float)
    same = draw.random(200) < 1 / (1 + np.exp(-(matrix @ np.array([2.0, -1.0, 0.5, 0.0, -2.0]))))
    intercept, slopes = regress(matrix, same, 0.7, [(None, None)] * 5)
    theirs = LogisticRegression(C=0.7, tol=1e-10, max_iter=10_000).fit(matrix, same)
    assert intercept == pytest.approx(theirs.intercept_[0], abs=1e-4)
    assert slopes == pytest.approx(theirs.coef_[0], abs=1e-4)


def test_weights_keep_their_sign_and_share_what_is_tied() -> None:
    """A shared telephone that only pairs which differ have gets no weight below 0."""
    levels = [{"phone": "equal"}] * 20 + [{"phone": "differ"}] * 20 + [{"number_in_name": "differ"}] * 20
    same = np.array([False] * 15 + [True] * 5 + [True] * 15 + [False] * 5 + [False] * 15 + [True] * 5)
    signs = {("phone", "equal"): 1, ("phone", "differ"): -1}
    model = fit(levels, same, strength=1.0, tied=APART, signs=signs).model
    assert model.weight("phone", "equal") == 0.0
    assert model.weight("phone", "differ") == 0.0
    assert model.weight("number_in_name", "differ") == model.weight("part_of_firm", "one_sided") < 0


def test_the_threshold_prefers_precision() -> None:
    """Of nine pairs one at 0.6 is wrong: above it precision is 1."""
    probabilities = np.array([0.95, 0.9, 0.9, 0.85, 0.8, 0.6, 0.3, 0.2, 0.1])
    same = np.array([True, True, True, True, True, False, False, False, False])
    assert 0.6 < choose_threshold(probabilities, same) <= 0.8


def test_a_model_whose_thresholds_cross_is_refused() -> None:
    with pytest.raises(ValueError, match="must rise between 0 and 1"):
        Model(0.0, {}, 0.5, 0.6)
    with pytest.raises(ValueError, match="slope must be above 0"):
        Calibration(slope=0.0)


@given(st.floats(-600, 600))
def test_probabilities_are_log_odds_and_back(log_odds: float) -> None:
    probability = probability_of(log_odds)
    assert 0 <= probability <= 1
    if 1e-9 < probability < 1 - 1e-9:
        assert log_odds_of(probability) == pytest.approx(log_odds, abs=1e-6)


def test_single_fields_compare_by_levels() -> None:
    assert text_level("smith", "smith") == "equal"
    assert text_level("martha", "marhta") == "over_0.95"  # Jaro-Winkler 0.961 (Winkler 1990)
    assert text_level("", "x") == "none"
    assert words_level("data base systems", "systems data base") == "over_0.95"
    assert edits_level("1990-01-02", "1990-02-01") == "2"
    assert edits_level("a", "bcdefgh") == "more"
    assert number_level(2001, 2002, (1.0, 2.0)) == "within_1"
    assert number_level(None, 1.0, (1.0,)) == "none"


def test_pairs_worth_comparing_share_a_key() -> None:
    parties = [
        AN_PHAT,
        Party("b", "CTY TNHH NHUA AN PHAT", address=NEW_DOOR),
        Party("c", "Công ty TNHH Gỗ Trường Thành", phone="0274 3743898"),
        Party("d", "Công ty CP Dệt Hòa Bình", address="Hà Nội"),
    ]
    assert set(candidate_pairs([Prepared(party) for party in parties])) == {(0, 1), (0, 2)}


def test_a_million_rows_alike_do_not_explode() -> None:
    """30,000 equal rows give 29,999 pairs with the first; 3,000 of one telephone are thinned, and it is told."""
    report = BlockingReport()
    alike = (Party(str(number), "Công ty TNHH An Phát", phone="0274 3743898") for number in range(30_000))
    assert sum(1 for _ in find_duplicates(alike, report=report)) == 29_999
    assert report.pairs == 0
    shared = [Party(str(number), f"Công ty TNHH {number}", phone="0274 3743898") for number in range(3_000)]
    assert len(list(candidate_pairs([Prepared(party) for party in shared], report=report))) <= 6 * 3_000
    assert report.thinned >= 1


def test_a_file_is_held_against_the_registry() -> None:
    """Pairs of the registry alone are not looked at; twins of the registry's records are found."""
    registry = [AN_PHAT, replace(AN_PHAT, party_id="r2", name="Công ty TNHH Nhựa An Phát")]
    parties = [replace(AN_PHAT, party_id="f1"), Party("f2", "Công ty CP Dệt Hòa Bình", address="Hà Nội")]
    found = list(find_duplicates(parties, registry))
    assert {(one.a.party_id, one.b.party_id) for one in found} >= {("a", "f1")}
    assert all(one.b.party_id.startswith("f") for one in found)
    assert all(one.in_registry for one in found)


def test_chains_with_a_contradiction_are_held_back() -> None:
    """A = B and B = C with A and C judged different: none of the three is merged; D = E is."""
    found = join([("a", "b"), ("b", "c"), ("d", "e")], {("a", "c")})
    assert found.one == (("d", "e"),)
    assert found.held_back == ((("a", "b", "c"), (("a", "c"),)),)


@given(
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8))), st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)))
)
def test_no_group_holds_two_that_are_different(same: list[tuple[int, int]], apart: list[tuple[int, int]]) -> None:
    pairs = [pair_of(str(a), str(b)) for a, b in same if a != b]
    different = {pair_of(str(a), str(b)) for a, b in apart if a != b}
    found = join(pairs, different)
    for group in found.one:
        assert not any(pair_of(a, b) in different for a in group for b in group if a < b)
    members = [one for group in (*found.one, *(held for held, _ in found.held_back)) for one in group]
    assert sorted(members) == sorted({one for pair in pairs for one in pair})


def test_codes_that_contradict_hold_a_chain_back() -> None:
    """B has no code and is like both A and C, whose valid codes differ."""
    a, c = replace(AN_PHAT, tax_code="0300588569"), replace(AN_PHAT, party_id="c", tax_code="0100109106")
    parties = [a, replace(AN_PHAT, party_id="b"), c]
    queue = make_queue(list(find_duplicates(parties)), frozenset(), parties, BlockingReport())
    assert queue.clusters.one == ()
    assert queue.clusters.held_back == ((("a", "b", "c"), (("a", "c"),)),)


@pytest.mark.parametrize(
    ("field", "codes"),
    [("tax_code", ("0300588569", "0100109106")), ("lei", ("529900T8BM49AURSDO55", "5493001KJTIIGC8Y1R12"))],
)
def test_two_identifiers_in_a_large_group_hold_it_back(field: str, codes: tuple[str, str]) -> None:
    """Of 50 records alike the fourth and the last carry identifiers that differ; those two are named."""
    carried = {3: codes[0], 49: codes[1]}
    parties = [
        replace(AN_PHAT, party_id=f"{number:02}", **({field: carried[number]} if number in carried else {}))  # type: ignore[arg-type] # one text field
        for number in range(50)
    ]
    queue = make_queue(list(find_duplicates(parties)), frozenset(), parties, BlockingReport())
    assert queue.clusters.one == ()
    ((group, pairs),) = queue.clusters.held_back
    assert (len(group), pairs) == (50, (("03", "49"),))


def test_judged_pairs_are_not_asked_about_again() -> None:
    parties = [AN_PHAT, replace(AN_PHAT, party_id="b")]
    found = list(find_duplicates(parties))
    assert len(make_queue(found, frozenset(), parties, BlockingReport()).candidates) == 1
    assert not make_queue(found, frozenset({("a", "b")}), parties, BlockingReport()).candidates


def test_learning_moves_doubt_and_no_certainty() -> None:
    """People found half of what the model gives log-odds 1 to be the same: there the odds become even or nearly so."""
    log_odds = np.array([1.0] * 60 + [-3.0] * 40)
    same = np.array([True, False] * 30 + [False] * 38 + [True] * 2)
    found = learn(log_odds, same)
    assert found.loss_after < found.loss_before
    assert abs(found.calibration.slope + found.calibration.shift) < 0.35
    assert (found.sure, found.precision_low) == (0, None)
    sure = compare(AN_PHAT, replace(AN_PHAT, party_id="b"), calibration=Calibration(1.0, -9.0, 100))
    assert sure.decision != "same"
    doubtful = compare(Party("a", "Thép Phát Lộc"), Party("b", "Thép Phú Lộc"), calibration=Calibration(1.0, 9.0, 100))
    assert doubtful.decision == "review"


@given(st.lists(st.tuples(st.floats(-8, 8), st.booleans()), min_size=60, max_size=90))
def test_learning_never_fits_worse_and_never_turns_the_order(judged: list[tuple[float, bool]]) -> None:
    log_odds = np.array([one for one, _ in judged])
    same = np.array([two for _, two in judged])
    if min(same.sum(), (~same).sum()) < 10:
        return
    found = learn(log_odds, same)
    assert found.loss_after <= found.loss_before + 1e-9 or found.calibration.slope == pytest.approx(0.1)
    assert found.calibration.slope > 0


def test_learning_from_few_judgements_is_refused() -> None:
    with pytest.raises(JudgementError, match="Nothing was changed"):
        learn(np.ones(FEWEST), np.ones(FEWEST, dtype=bool))


def test_shares_have_wilsons_interval() -> None:
    """81 of 263: 0.2553 to 0.3662 (R. G. Newcombe, Statistics in Medicine 17, 1998, table I)."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 0) == (None, None)


def test_the_split_goes_by_the_hash_of_the_pair() -> None:
    """SHA-256 of vn0001 as a number is not divisible by five, that of vn0003 is: by hashlib, by hand."""
    assert both("b", "a") == both("a", "b") == "a|b"
    fit_part = {pair.key for pair in read_part("vietnamese_firm_pairs", "fit")}
    assert len(fit_part) == 679
    assert not any(is_test(key) for key in fit_part)
    assert FIRM_PAIRS.name == "vietnamese_firm_pairs.csv"


@pytest.mark.shared_data
def test_other_sets_are_read_and_split() -> None:
    if not SHARED.exists():
        pytest.skip(f"no shared data at {SHARED}")
    names = read_part("organisation_names", "fit")
    assert len(names) == 202
    assert sum(pair.same for pair in names) == 132
