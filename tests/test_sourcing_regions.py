"""Where places lie, before and since July 2025: read off the official lists, with what is not certain told."""

from __future__ import annotations

import pytest
from sourcing_parts import DAY, HERE, MEANS, party, supply

from supplychain.errors import HinterlandError
from supplychain.sourcing.build import Catalogue
from supplychain.sourcing.finding import find_suppliers
from supplychain.sourcing.question import Asked
from supplychain.sourcing.regions import lies_in, readings
from supplychain.sourcing.values import Written

VSIP_1 = Written(park_ward="Phường Bình Hoà", park_province="Bình Dương")
VSIP_2 = Written(park_ward="Phường Bình Dương", park_province="Bình Dương")
NOT_STATED = Written(park_province="Đồng Nai")


@pytest.mark.parametrize("region", ["Thuận An", "thuan an", "thành phố Thuận An, Bình Dương", "Bình Hòa", "25987"])
@pytest.mark.parametrize(
    "written",
    [
        VSIP_1,
        Written(ward_code="25987"),
        Written(former_ward_code="25987"),
        Written(address="Số 8 đường số 3, phường Bình Hòa, Thành phố Thuận An, tỉnh Bình Dương"),
    ],
)
def test_a_ward_lies_in_its_town_of_before_and_its_own_name_of_today(region: str, written: Written) -> None:
    assert lies_in(region, written, ()) == "in"
    assert lies_in("Bình Dương", written, ()) == "in"
    assert lies_in("TP. Hồ Chí Minh", written, ()) == "in"
    assert lies_in("Dĩ An", written, ()) == "out"


def test_what_is_not_certain_is_neither_inside_nor_outside() -> None:
    """The ward Bình Dương was made of wards of several towns; of a park in Đồng Nai only the province is known."""
    assert lies_in("Tân Uyên", VSIP_2, ()) == "unsure"
    assert lies_in("phường Bình Dương", VSIP_2, ()) == "in"
    assert lies_in("Biên Hòa", NOT_STATED, ()) == "unknown"
    assert lies_in("Đồng Nai", NOT_STATED, ()) == "in"
    assert lies_in("Thuận An, Bình Dương", NOT_STATED, ()) == "out"
    assert lies_in("Đồng Nai", Written(), ()) == "unknown"


def test_a_park_goes_by_its_name_and_id() -> None:
    words = ("vsip_1", "kcn vsip i", "vsip i industrial park")
    assert lies_in("VSIP I", VSIP_1, words) == "in"
    assert lies_in("vsip_1", VSIP_1, words) == "in"
    assert lies_in("KCN VSIP II", VSIP_1, words) == "out"


def test_a_name_of_several_places_says_which_were_met() -> None:
    (note,) = readings("Bình Dương", [(VSIP_1, ()), (VSIP_2, ())])
    assert "Binh Duong Province (before July 2025), Binh Duong Ward" in note.en
    assert "Tỉnh Bình Dương (trước tháng 7/2025), Phường Bình Dương" in note.vi
    assert readings("Thuận An, Bình Dương", [(VSIP_1, ())]) == ()


def test_matching_counts_who_lies_outside_or_perhaps_and_refuses_what_is_no_place() -> None:
    supplies = tuple(
        supply(name, party=party(name, written=written))
        for name, written in (("in", VSIP_1), ("perhaps", VSIP_2), ("unknown", Written()))
    )
    catalogue = Catalogue(supplies, (), (), parties={one.offer_id: one.party for one in supplies})

    def found(region: str) -> tuple[list[str], dict[str, int]]:
        asked = Asked(destination=HERE, region=region)
        answer = find_suppliers(catalogue, "ong thep", asked, MEANS, DAY).answer
        return [one.candidate.supply.offer_id for one in answer.ranked], {
            one.reason: one.first for one in answer.counts
        }

    assert found("Thuận An") == (["off_in"], {"region": 1, "region_unknown": 1})
    assert found("Tân Uyên, Bình Dương") == ([], {"region": 1, "region_unsure": 1, "region_unknown": 1})
    with pytest.raises(HinterlandError, match="no ward"):
        found("Xyzzy")
