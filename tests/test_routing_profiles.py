"""Vehicle profiles: the shipped figures, users' files, and what is refused."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from routing_parts import profile

from geodata.infrastructure.columns import VEHICLE_KINDS
from geodata.models import ROAD_CLASSES
from geodata.routing import profiles as profile_module
from geodata.routing.profiles import VehicleProfile, read_profiles
from geodata.routing.vehicle import FIGURES, HOUR_GROUPS
from supplychain.errors import FindingsError
from supplychain.pack import Pack
from supplychain.vocabulary import CONFIDENCES

OWN = """
profiles:
  heavy:
    based_on: articulated_40
    name: {en: Heavy lorry, vi: Xe nặng}
    figures:
      gross_weight_t: {value: 48, source: own, confidence: high}
      hour_factors:
        value: {arterial: {weekday: {7: 0.5}, weekend: {}}}
        source: counts
        confidence: medium
"""


def refusal(folder: Path, text: str) -> str:
    path = folder / "own.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FindingsError) as caught:
        read_profiles(path)
    return caught.value.sentence("en")


def test_every_figure_of_the_shipped_profiles_names_its_source_and_confidence() -> None:
    listed = (Path(profile_module.__file__).parent / "profiles.yaml").read_text(encoding="utf-8")
    for one in read_profiles().values():
        stated = {rule.name for rule in FIGURES if not np.isnan(getattr(one, rule.name))}
        stated -= {"turn_left_s", "turn_right_s", "signals_s", "turn_u_s", "toll_per_km_unknown"} - set(one.origins)
        assert stated - set(one.origins) <= {"teu", "load_share"}
        for origin in one.origins.values():
            assert f"\n  {origin.source}:" in listed
            assert origin.confidence in CONFIDENCES


def test_shipped_profiles_cover_every_kind_of_freight_vehicle() -> None:
    shipped = read_profiles()
    assert {one.kind for one in shipped.values()} == set(VEHICLE_KINDS) - {"car"}
    assert {"van", "rigid_10t", "articulated_20", "articulated_40", "train"} <= set(shipped)
    assert sum(name.startswith("barge_class_") for name in shipped) == 7


def test_lorries_keep_the_limits_of_circular_39_2024() -> None:
    """Single axle 10 t, tandem 18 t, tridem 24 t; six axles 48 t, five 44 t; 20 m long, 4.35 m high with a box."""
    shipped = read_profiles()
    for name, most_t in (("rigid_10t", 20.0), ("articulated_20", 44.0), ("articulated_40", 48.0)):
        lorry = shipped[name]
        assert lorry.gross_weight_t <= most_t
        assert lorry.axle_load_t <= 10.0
        assert lorry.length_m <= 20.0
        assert lorry.height_m <= 4.35
        assert lorry.width_m <= 2.5


def test_a_heavier_lorry_is_never_faster_at_any_hour_on_any_class() -> None:
    shipped = read_profiles()
    order = [shipped[name] for name in ("van", "rigid_10t", "articulated_20", "articulated_40")]
    for light, heavy in pairwise(order):
        assert light.gross_weight_t < heavy.gross_weight_t
        assert light.max_speed_kmh >= heavy.max_speed_kmh
        assert all(light.speeds_kmh[link_class] >= heavy.speeds_kmh[link_class] for link_class in ROAD_CLASSES)
        assert (light.factors >= heavy.factors).all()


def test_money_energy_and_emissions_are_those_of_the_planner(region_pack: Pack) -> None:
    """truck_container, barge_container and train_container of the region pack: cost a km and hour, litres, payloads."""
    shipped = read_profiles()
    vehicles = region_pack.table("vehicles").set_index("vehicle_id")
    costs = region_pack.table("costs").set_index("cost_id")
    pairs = (("articulated_40", "truck_container"), ("barge_class_I", "barge_container"), ("train", "train_container"))
    for name, vehicle_id in pairs:
        one, row = shipped[name], vehicles.loc[vehicle_id]
        assert one.cost_per_km == float(costs.loc[f"{vehicle_id}_distance", "mid"])
        assert one.cost_per_hour == float(costs.loc[f"{vehicle_id}_vehicle_hour", "mid"])
        assert one.payload_t == float(row["payload_t"])
        assert one.empty_share == float(row["empty_return_share"])
        if name == "train":
            assert one.ttw_g_per_tkm == float(row["ttw_g_per_tkm"])
            assert one.wtt_g_per_tkm == float(row["wtt_g_per_tkm"])
        else:
            assert one.energy_full_per_km == float(row["energy_full_per_km"])
            assert one.energy_empty_per_km == float(row["energy_empty_per_km"])
    fuel = region_pack.table("fuels").set_index("fuel_id").loc["diesel"]
    assert shipped["van"].ttw_kg_per_unit == float(fuel["ttw_kgco2e_per_unit"])
    assert shipped["van"].wtt_kg_per_unit == float(fuel["wtt_kgco2e_per_unit"])


def test_emissions_by_fuel_and_by_tonne_kilometre() -> None:
    """Full 0.4 l/km, empty 0.3, half loaded, empty share 0.5: 0.35 + 0.15 = 0.5 l/km; × 2.6 and 0.6 kg/l.

    By factor: 20 t × 0.5 at 100 and 25 g/tkm: 1.0 and 0.25 kg/km, whatever the empty share.
    """
    by_fuel = profile(
        payload_t=20.0,
        gross_weight_t=40.0,
        load_share=0.5,
        empty_share=0.5,
        energy_full_per_km=0.4,
        energy_empty_per_km=0.3,
        ttw_kg_per_unit=2.6,
        wtt_kg_per_unit=0.6,
        ttw_g_per_tkm=np.nan,
        wtt_g_per_tkm=np.nan,
    )
    assert by_fuel.emissions_kg_per_km() == pytest.approx((1.3, 0.3))
    by_factor = profile(
        payload_t=20.0, gross_weight_t=40.0, load_share=0.5, empty_share=0.5, ttw_g_per_tkm=100.0, wtt_g_per_tkm=25.0
    )
    assert by_factor.emissions_kg_per_km() == pytest.approx((1.0, 0.25))


def test_a_file_adds_profiles_that_take_over_from_others(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(OWN, encoding="utf-8")
    found = read_profiles(path)
    assert set(found) == {*read_profiles(), "heavy"}
    heavy, base = found["heavy"], found["articulated_40"]
    assert heavy.gross_weight_t == 48.0
    assert heavy.origins["gross_weight_t"].source == "own"
    assert heavy.origins["cost_per_km"] == base.origins["cost_per_km"]
    assert heavy.cost_per_km == base.cost_per_km
    arterial = heavy.factors[HOUR_GROUPS.index("arterial")]
    assert arterial[7] == arterial[4 * 24 + 7] == 0.5
    assert arterial[5 * 24 + 7] == 1.0


def test_everything_wrong_with_a_file_is_told_at_once(tmp_path: Path) -> None:
    text = """
profiles:
  a:
    based_on: nothing
    kind: bicycle
    name: Xe
    currency: EUR
    wheels: 6
    figures:
      length_m: {value: long, source: own, confidence: high}
      axle_load_t: 9
      beauty: {value: 1, source: own, confidence: high}
      width_m: {value: 2, source: own, confidence: sure}
      speeds_kmh: {value: {primary: fast}, source: own, confidence: high}
      hour_factors: {value: {arterial: {monday: {7: 1}}}, source: own, confidence: high}
  b:
    based_on: van
    figures:
      height_m: {value: -1, source: own, confidence: high}
      speeds_kmh: {value: {rail_main: 60, primary: 0}, source: own, confidence: high}
      hour_factors: {value: {night: {weekday: {7: 9}}}, source: own, confidence: high}
"""
    told = refusal(tmp_path, text)
    for words in (
        "a.based_on]: names 'nothing'",
        "a.kind]: must be one of",
        "a.name]: must be {en: …, vi: …}",
        "a.currency]: must be one of VND, USD",
        "a.wheels]: is not known",
        "a.length_m]: must be a number",
        "a.axle_load_t]: must be {value",
        "a.beauty]: is not a figure",
        "a.width_m]: confidence must be one of",
        "a.speeds_kmh]: must map link classes to numbers",
        "a.hour_factors.arterial]: must hold weekday and weekend",
        "b.height_m]: must be 0.1 … 100 m, got -1.0",
        "b.speeds_kmh]: names 'rail_main'",
        "b.speeds_kmh]: of primary must be above 0",
        "b.hour_factors]: names 'night'",
        "b.hour_factors]: of night must be 168 factors",
    ):
        assert words in told


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("profiles: []", "at least one profile"),
        ("profiles: {a: 1}", "must be a mapping"),
        ("profiles: {a: {figures: 1}}", "must map names to figures"),
        ("profiles: {}\nvehicles: {}", "at least one profile"),
        ("profiles: {a: {}, a: {}}", "stands there twice"),
        ("profiles: [", "YAML"),
        ("profiles: {a: {kind: hgv, name: {en: A, vi: A}, currency: VND, figures: {}}}", "is needed for kind hgv"),
    ],
)
def test_files_that_are_no_profiles_are_refused(tmp_path: Path, text: str, words: str) -> None:
    assert words in refusal(tmp_path, text)


def test_a_file_that_stands_for_an_endless_one_is_refused(tmp_path: Path) -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 12)]
    assert "repeats itself too often" in refusal(tmp_path, "\n".join([*rows, "profiles: {b: {name: *a11}}"]))
    assert "repeats itself too often" in refusal(tmp_path, "profiles: &p {a: *p}")


def test_files_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FindingsError, match="nothing of the file was used"):
        read_profiles(tmp_path / "absent.yaml")
    with pytest.raises(FindingsError):
        read_profiles(tmp_path)
    huge = tmp_path / "huge.yaml"
    huge.write_bytes(b"#" * 4_000_001)
    with pytest.raises(FindingsError) as caught:
        read_profiles(huge)
    assert "too large" in caught.value.sentence("en")
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("profiles: {xe: {name: Tải}}".encode("cp1258", errors="replace") + b"\xff\xe3")
    with pytest.raises(FindingsError):
        read_profiles(latin)


def test_a_profile_built_in_a_program_is_checked() -> None:
    with pytest.raises(ValueError, match="kind must be one of"):
        profile(kind="bicycle")
    with pytest.raises(ValueError, match="speeds_kmh must name at least one"):
        profile(speeds_kmh={})
    with pytest.raises(ValueError, match="either by fuel"):
        profile(ttw_g_per_tkm=np.nan)
    with pytest.raises(ValueError, match="waterway_class must be one of"):
        profile(waterway_class="river")
    assert isinstance(profile(), VehicleProfile)


def test_a_payload_of_the_whole_weight_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    figure = "payload_t: {value: 3.5, source: scale, confidence: high}"
    file.write_text(f"profiles:\n  mine:\n    based_on: van\n    figures:\n      {figure}\n")
    with pytest.raises(FindingsError) as caught:
        read_profiles(file)
    assert "must be less than gross_weight_t, 3.5 t, got 3.5 t" in caught.value.sentence("en")
