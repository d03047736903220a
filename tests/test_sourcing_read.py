"""Matching from the registry, on both databases: what hangs on what, whose position counts, and who sees what."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from shapely import Point
from sourcing_parts import DAY, HERE, MEANS
from sqlalchemy.orm import Session

from supplychain.models import (
    Article,
    Certificate,
    DataSource,
    Facility,
    IndustrialPark,
    Need,
    Offer,
    OfferMonth,
    Organisation,
    Plot,
)
from supplychain.registry.visibility import Viewer
from supplychain.sourcing.build import Catalogue
from supplychain.sourcing.finding import find_suppliers
from supplychain.sourcing.question import Asked
from supplychain.sourcing.read import Look, match_need, read_catalogue

ORIGIN: dict[str, Any] = {"source": "s", "confidence": "estimate"}


def organisation(name: str, *, synthetic: bool = False, visibility: str | None = None) -> Organisation:
    return Organisation(
        organisation_id=name,
        name_vi=f"Công ty {name}",
        kind="enterprise",
        synthetic=synthetic,
        visibility=visibility,
        **ORIGIN,
    )


def facility(name: str, owner: str, **values: object) -> Facility:
    columns: dict[str, Any] = {"name_vi": f"Nhà máy {name}", "kind": "factory", "synthetic": False, **ORIGIN}
    return Facility(facility_id=name, organisation_id=owner, **(columns | values))


def offer(name: str, place: str, **values: object) -> Offer:
    columns: dict[str, Any] = {
        "article_vi": "Bu lông",
        "article_id": "bolts",
        "capacity_t_per_month": 50.0,
        "lead_time_days": 7.0,
        "price_per_unit": 900.0,
        "currency": "USD",
        "price_year": 2025,
        "synthetic": False,
        **ORIGIN,
    }
    return Offer(offer_id=name, facility_id=place, **(columns | values))


@pytest.fixture
def filled(session: Session) -> Session:
    """Return a database with a buyer and five suppliers of bolts: public, private, made up, in a park, nowhere."""
    session.add(DataSource(source_id="s", title="Nguồn", kind="own_estimate", reference="test"))
    session.flush()
    session.add(
        IndustrialPark(
            park_id="kcn",
            name_vi="KCN Mỹ Phước",
            name_en="My Phuoc",
            former_province="Bình Dương",
            in_region=True,
            geometry=Point(106.3, 11.0),
            position_accuracy_m=100.0,
            area_ha=10.0,
            leased_pct=50.0,
            status="open",
            **ORIGIN,
        )
    )
    session.add_all(
        [
            organisation("buyer"),
            organisation("open"),
            organisation("shy", visibility="private"),
            organisation("toy", synthetic=True),
            organisation("parked"),
            organisation("lost"),
        ]
    )
    session.add(
        Article(
            article_id="bolts",
            name_vi="Bu lông",
            name_en="Bolts",
            kind="goods",
            hs_code="731815",
            synonyms="ốc vít;screws",
            synthetic=False,
            **ORIGIN,
        )
    )
    session.flush()
    here = {"geometry": Point(HERE.lon, HERE.lat), "position_accuracy_m": 10.0}
    near = {"geometry": Point(106.1, 11.0), "position_accuracy_m": 10.0}
    session.add_all(
        [
            facility("f_buyer", "buyer", **here),
            facility("f_open", "open", **near),
            facility("f_shy", "shy", **near),
            facility("f_toy", "toy", synthetic=True, **near),
            facility("f_parked", "parked", park_id="kcn"),
            facility("f_lost", "lost"),
            Plot(plot_id="p1", park_id="kcn", label="A1", area_ha=2.0, state="vacant", synthetic=False, **ORIGIN),
        ]
    )
    session.flush()
    session.add_all(
        [
            offer("o_open", "f_open"),
            offer("o_shy", "f_shy"),
            offer("o_toy", "f_toy", synthetic=True),
            offer("o_parked", "f_parked", visibility="public"),
            offer("o_lost", "f_lost"),
            Need(
                need_id="n1",
                facility_id="f_buyer",
                article_vi="Vít",
                article_id="bolts",
                quantity_t_per_month=20.0,
                first_month="2027-03",
                last_month="2027-04",
                certificates_required="ISO 9001;IATF 16949",
                synthetic=False,
                **ORIGIN,
            ),
            Certificate(
                certificate_id="c1",
                facility_id="f_open",
                scheme="ISO 9001:2015",
                scope="Bu lông",
                scope_codes="hs:7318",
                issuer="X",
                valid_from=date(2025, 1, 1),
                valid_to=date(2028, 1, 1),
                withdrawn_on=date(2027, 4, 1),
                synthetic=False,
                **ORIGIN,
            ),
        ]
    )
    session.flush()
    months = [("2027-03", 30.0, None), ("2027-04", 25.0, "private")]
    session.add_all(
        OfferMonth(
            offer_month_id=f"m{at}",
            offer_id="o_open",
            month=month,
            capacity=50.0,
            free_capacity=free,
            visibility=visibility,
            synthetic=False,
            **ORIGIN,
        )
        for at, (month, free, visibility) in enumerate(months)
    )
    session.flush()
    return session


def seen(session: Session, viewer: Viewer, *, synthetic: bool = False) -> Catalogue:
    return read_catalogue(session.connection(), Look(viewer, DAY, synthetic))


def offers(catalogue: Catalogue) -> list[str]:
    return [one.offer_id for one in catalogue.supplies]


def test_rows_are_put_together(filled: Session) -> None:
    catalogue = seen(filled, Viewer.everything())
    supplies = {one.offer_id: one for one in catalogue.supplies}
    one = supplies["o_open"]
    assert one.goods.hs_code == "731815"
    assert one.goods.names_en == ("Bolts", "ốc vít", "screws")
    assert one.free_by_month == {"2027-03": 30.0, "2027-04": 25.0}
    assert one.certificates[0].valid_to == date(2027, 3, 31)
    spots = {name: None if found.party.spot is None else found.party.spot.of for name, found in supplies.items()}
    assert spots == {"o_lost": None, "o_open": "facility", "o_parked": "park", "o_shy": "facility"}
    gated = read_catalogue(filled.connection(), Look(Viewer.everything(), DAY, gates={"kcn": (106.25, 11.0)}))
    (parked,) = (found for found in gated.supplies if found.offer_id == "o_parked")
    assert parked.party.spot is not None
    assert (parked.party.spot.of, parked.party.spot.lon) == ("gate", 106.25)
    assert [one.plot_id for one in catalogue.plots] == ["p1"]
    assert catalogue.orphans == ()


def test_made_up_and_private_records_are_nowhere_in_an_answer(filled: Session) -> None:
    """Not in the ranking, not among those left out, not in a count and not in what giving way brings."""
    assert offers(seen(filled, Viewer.public())) == ["o_lost", "o_open", "o_parked"]
    assert offers(seen(filled, Viewer.organisation("shy"))) == ["o_lost", "o_open", "o_parked", "o_shy"]
    assert offers(seen(filled, Viewer.public(), synthetic=True)) == ["o_lost", "o_open", "o_parked", "o_toy"]
    answer = find_suppliers(seen(filled, Viewer.public()), "n1", Asked(), MEANS, DAY).answer
    assert [(one.reason, one.detail, one.first) for one in answer.counts] == [
        ("certificate", "ISO 9001", 2),
        ("certificate_expires", "ISO 9001", 1),
        ("certificate", "IATF 16949", 0),
    ]
    assert not any("shy" in repr(one) for one in (*answer.left_out, *answer.ranked, *answer.apart))


def test_a_private_month_is_as_if_it_were_not_stated(filled: Session) -> None:
    for viewer, stated in ((Viewer.public(), False), (Viewer.organisation("open"), True)):
        asked = Asked(quantity=26.0, certificates=("none of them",), months="2027-04")
        found = match_need(filled.connection(), "bu long", asked, MEANS, Look(viewer, DAY))
        (one,) = (left for left in found.answer.left_out if left.candidate.supply.offer_id == "o_open")
        assert any(failure.reason == "capacity" for failure in one.failures) is stated


def test_a_position_of_a_park_is_told(filled: Session) -> None:
    asked = Asked(destination=HERE, minutes=60.0)
    found = match_need(filled.connection(), "screws", asked, MEANS, Look(Viewer.public(), DAY))
    notes = {one.candidate.supply.offer_id: [note.en for note in one.notes] for one in found.answer.ranked}
    assert notes["o_parked"] == ["stands at the position of its park: it has no position of its own"]
    assert notes["o_open"] == []
    assert [(one.reason, one.first) for one in found.answer.counts] == [("no_position", 1)]
