"""Who sees what: nothing private leaves, nothing is more visible than what it hangs on, nothing personal is shown."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from registry_parts import (
    SOURCE,
    facility,
    offer,
    offer_month,
    organisation,
    partnership,
    relation,
    set_values,
    source,
    write,
)
from sqlalchemy import Engine, func, select

from supplychain.models import METADATA
from supplychain.registry.history import read_record, read_table
from supplychain.registry.values import Edit
from supplychain.registry.visibility import HANGS_ON, Viewer, sees

LEVELS = ("private", "partners", "public")
PARTNER = Viewer.organisation("partner")
OWNER = Viewer.organisation("owner")


def ids(engine: Engine, table: str, viewer: Viewer, as_of: int | datetime | None = None) -> list[str]:
    with engine.connect() as connection:
        return [one.record_id for one in read_table(connection, table, viewer=viewer, as_of=as_of)]


def firms(engine: Engine, **visible: str | None) -> None:
    """Write an owner with one facility, offer and month of the visibility given, a partner and a stranger."""
    write(
        engine,
        source(),
        organisation("owner", visibility=visible.get("organisation"), representative="Nguyễn Văn A"),
        organisation("partner"),
        organisation("stranger"),
        facility(
            "f", "owner", visibility=visible.get("facility"), contact_name="Lê B", contact_phone="0901", phone="1"
        ),
        facility("g", "partner"),
        offer("o", "f", visibility=visible.get("offer")),
        offer_month("m", "o", "2026-01", visibility=visible.get("month")),
        partnership("p", "owner", "partner", since_year=2020),
    )


def test_visibility_by_hand(registry_engine: Engine) -> None:
    """The facility is for partners: the public and a stranger see the firm alone, the partner the offer too."""
    firms(registry_engine, facility="partners", month="private")
    stranger = Viewer.organisation("stranger")
    for viewer, places, offers, months in (
        (Viewer.public(), ["g"], [], []),
        (stranger, ["g"], [], []),
        (PARTNER, ["f", "g"], ["o"], []),
        (OWNER, ["f", "g"], ["o"], ["m"]),
        (Viewer.everything(), ["f", "g"], ["o"], ["m"]),
    ):
        assert ids(registry_engine, "organisations", viewer) == ["owner", "partner", "stranger"]
        assert ids(registry_engine, "facilities", viewer) == places
        assert ids(registry_engine, "offers", viewer) == offers
        assert ids(registry_engine, "offer_months", viewer) == months


def test_what_is_personal_is_shown_to_the_owner_alone(registry_engine: Engine) -> None:
    firms(registry_engine)
    write(registry_engine, set_values("organisations", "stranger", tax_code="079190001234"))
    with registry_engine.connect() as connection:
        for viewer, name, person, phone in (
            (Viewer.public(), None, None, "1"),
            (PARTNER, None, None, "1"),
            (OWNER, "Nguyễn Văn A", "Lê B", "1"),
            (Viewer.everything(), "Nguyễn Văn A", "Lê B", "1"),
        ):
            firm = read_record(connection, "organisations", "owner", viewer=viewer)
            place = read_record(connection, "facilities", "f", viewer=viewer)
            before = read_record(connection, "facilities", "f", viewer=viewer, as_of=1)
            assert firm is not None
            assert place is not None
            assert before is not None
            assert firm.values["representative"] == name
            assert ("representative" in firm.origins) == (name is not None)
            assert (place.values["contact_name"], place.values["phone"]) == (person, phone)
            assert before.values["contact_phone"] == (None if person is None else "0901")
        person_ = read_record(connection, "organisations", "stranger", viewer=Viewer.public())
        themselves = read_record(connection, "organisations", "stranger", viewer=Viewer.organisation("stranger"))
    assert person_ is not None
    assert themselves is not None
    assert (person_.values["tax_code"], themselves.values["tax_code"]) == (None, "079190001234")


def test_ties_make_partners_while_they_stand(registry_engine: Engine) -> None:
    firms(registry_engine, facility="partners")
    write(registry_engine, set_values("partnerships", "p", until_year=2024))
    assert ids(registry_engine, "facilities", Viewer.organisation("partner", on=date(2024, 6, 1))) == ["f", "g"]
    assert ids(registry_engine, "facilities", Viewer.organisation("partner", on=date(2026, 6, 1))) == ["g"]
    write(registry_engine, relation("r", "f", "g", since=date(2026, 1, 1), until="2026-12-31"))
    assert ids(registry_engine, "facilities", Viewer.organisation("partner", on=date(2026, 6, 1))) == ["f", "g"]
    assert ids(registry_engine, "facilities", Viewer.organisation("partner", on=date(2027, 1, 1))) == ["g"]
    write(registry_engine, set_values("supply_relations", "r", until=None, synthetic=True))
    assert ids(registry_engine, "facilities", Viewer.organisation("partner", on=date(2026, 6, 1))) == ["g"]


def test_the_past_shows_what_was_shown_then_and_is_shown_now(registry_engine: Engine) -> None:
    """Change 1: public; change 2: private; change 3: public again. The public never sees the second state."""
    firms(registry_engine)
    write(registry_engine, set_values("facilities", "f", visibility="private", phone="secret"))
    assert ids(registry_engine, "facilities", Viewer.public(), as_of=1) == ["g"]
    write(registry_engine, set_values("facilities", "f", visibility="public", phone="2"))
    public = Viewer.public()
    assert ids(registry_engine, "facilities", public, as_of=1) == ["f", "g"]
    assert ids(registry_engine, "facilities", public, as_of=2) == ["g"]
    assert ids(registry_engine, "offers", public, as_of=2) == []
    assert ids(registry_engine, "facilities", OWNER, as_of=2) == ["f", "g"]
    with registry_engine.connect() as connection:
        assert read_record(connection, "facilities", "f", as_of=2, viewer=public) is None
        now = read_record(connection, "facilities", "f", as_of=datetime.now(UTC), viewer=public)
    assert now is not None
    assert now.values["phone"] == "2"


def test_made_up_records_are_hidden_unless_wanted(registry_engine: Engine) -> None:
    firms(registry_engine)
    write(registry_engine, organisation("gia", synthetic=True))
    with registry_engine.connect() as connection:
        for as_of in (None, 2):
            real = [one.record_id for one in read_table(connection, "organisations", as_of=as_of)]
            every = [one.record_id for one in read_table(connection, "organisations", as_of=as_of, synthetic=True)]
            assert real == ["owner", "partner", "stranger"]
            assert every == ["gia", "owner", "partner", "stranger"]


def test_articles_and_plots_belong_to_whom_they_concern(registry_engine: Engine) -> None:
    firms(registry_engine)
    place = {"lat": 11.0, "lon": 106.6, "position_accuracy_m": 100.0, "area_ha": 100.0, "leased_pct": 50.0}
    base = {"source": SOURCE, "confidence": "high"}
    park = {"name_vi": "KCN", "name_en": "IP", "former_province": "Bình Dương", "in_region": True, "status": "open"}
    article = {"name_vi": "Mặt hàng", "kind": "goods", "synthetic": False, "visibility": "private", **base}
    plot = {"park_id": "park", "label": "A1", "area_ha": 1.0, "state": "vacant", "synthetic": False, **base}
    write(
        registry_engine,
        Edit("parks", "park", {**park, **place, **base, "developer_id": "partner"}),
        Edit("plots", "plot", {**plot, "visibility": "private"}),
        Edit("articles", "article", article),
        set_values("offers", "o", article_id="article"),
    )
    assert [ids(registry_engine, "articles", one) for one in (Viewer.public(), PARTNER, OWNER)] == [[], [], ["article"]]
    assert [ids(registry_engine, "plots", one) for one in (Viewer.public(), PARTNER, OWNER)] == [[], ["plot"], []]
    assert ids(registry_engine, "parks", Viewer.public()) == ["park"]


level = st.none() | st.sampled_from(LEVELS)


@given(
    visible=st.fixed_dictionaries(dict.fromkeys(("organisation", "facility", "offer", "month"), level)),
    who=st.sampled_from(["public", "owner", "partner", "stranger"]),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_is_more_visible_than_what_it_hangs_on(
    registry_engine: Engine, visible: dict[str, str | None], who: str
) -> None:
    """Whatever is set where: a record seen means that what it hangs on is seen, and counts say no more than rows."""
    firms(registry_engine, **visible)
    viewer = Viewer.named(who)
    with registry_engine.connect() as connection:
        shown = {
            table: {one.record_id: one.values for one in read_table(connection, table, viewer=viewer)}
            for table in ("organisations", "facilities", "offers", "offer_months", "partnerships")
        }
        for table, records in shown.items():
            rows = METADATA.tables[table]
            count = connection.scalar(select(func.count()).select_from(rows).where(sees(table, viewer)))
            assert count == len(records)
            for values in records.values():
                for column, parent in HANGS_ON.get(table, ()):
                    assert values[column] in shown[parent]
    chain = [visible[name] or "public" for name in ("organisation", "facility", "offer", "month")]
    least = min(LEVELS.index(word) for word in chain)
    needed = {"public": 2, "stranger": 2, "partner": 1, "owner": 0}[who]
    assert ("m" in shown["offer_months"]) == (least >= needed)


@pytest.mark.parametrize("who", ["public", "everything", "owner"])
def test_viewers_by_name(who: str) -> None:
    kinds = {"public": Viewer.public(), "everything": Viewer.everything(), "owner": Viewer.organisation("owner")}
    assert Viewer.named(who) == kinds[who]
