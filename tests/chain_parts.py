"""A small registry and a small chain that tests of chains are worked by hand on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from supplychain.chains.chain import Asked, Chain, Near, Sign, Skill, Stage
from supplychain.text import Text

Row = dict[str, Any]
DAY = date(2026, 11, 22)
STATED = {"source": "own_estimate", "confidence": "assumption"}


def both(text: str) -> Text:
    """Return one wording for both languages."""
    return Text(en=text, vi=text)


def small_chain() -> Chain:
    """Chips are packaged on boards; boards could be made by stampers; people are trained."""
    return Chain(
        "small",
        both("Small"),
        (
            Stage(
                "packaging",
                both("Packaging"),
                both("Chips"),
                (Sign(("goods",), hs=("8542",), without=("lead frames",)),),
                near=(
                    Near(Sign(("goods",), hs=("8534",)), both("makes boards")),
                    Near(Sign(("goods",), vsic_2018=("2640",)), both("assembles electronics")),
                ),
                certificates=(
                    Asked("ISO 9001", essential=True, why=both("basis")),
                    Asked("ANSI/ESD S20.20", essential=True, why=both("static")),
                    Asked("IATF 16949", essential=False, why=both("cars")),
                ),
                inputs=("boards", "teaching"),
                skills=(Skill(both("packaging"), ("chip packaging",)), Skill(both("clean rooms"), ("phong sach",))),
            ),
            Stage(
                "boards",
                both("Boards"),
                both("Boards"),
                (Sign(("goods",), hs=("8534",)),),
                near=(Near(Sign(("goods",), words=("stamping",)), both("stamps metal")),),
                certificates=(Asked("ISO 9001", essential=True, why=both("basis")),),
            ),
            Stage(
                "teaching",
                both("Teaching"),
                both("People"),
                (Sign(("training",), words=("chip packaging",)),),
                industries=Sign(("training",), vsic_2018=("8541",)),
            ),
        ),
    )


def organisation(key: str, kind: str = "enterprise", **more: object) -> Row:
    """Return a row of an organisation."""
    row = {"organisation_id": key, "name_vi": f"Đơn vị {key}", "kind": kind, "synthetic": False}
    return {**row, **STATED, **more}


def facility(key: str, of: str, **more: object) -> Row:
    """Return a row of a facility."""
    row = {"facility_id": key, "organisation_id": of, "name_vi": f"Cơ sở {key}", "kind": "factory", "synthetic": False}
    return {**row, **STATED, **more}


def offer(key: str, of: str, name: str, **more: object) -> Row:
    """Return a row of an offer."""
    row = {"offer_id": key, "facility_id": of, "article_vi": name, "synthetic": False}
    return {**row, **STATED, **more}


def need(key: str, of: str, name: str, **more: object) -> Row:
    """Return a row of a need."""
    row = {"need_id": key, "facility_id": of, "article_vi": name, "synthetic": False}
    return {**row, **STATED, **more}


def certificate(key: str, of: str, scheme: str, **more: object) -> Row:
    """Return a row of a certificate that holds on ``DAY``."""
    row = {
        "certificate_id": key,
        "facility_id": of,
        "scheme": scheme,
        "scope": "all",
        "issuer": "A",
        "valid_from": date(2025, 1, 1),
        "valid_to": date(2027, 12, 31),
        "synthetic": False,
    }
    return {**row, **STATED, **more}


def small_rows() -> Mapping[str, Sequence[Row]]:
    """Two board makers, one of them certified; a stamper; a maker of speakers; a university without offers."""
    return {
        "organisations": [
            organisation("board_a"),
            organisation("board_b"),
            organisation("speaker", vsic_code="26400", vsic_version="2018"),
            organisation("stamper"),
            organisation("university", "school", vsic_code="8541", vsic_version="2018"),
        ],
        "facilities": [
            facility("f_board_a", "board_a"),
            facility("f_board_b", "board_b"),
            facility("f_speaker", "speaker"),
            facility("f_stamper", "stamper"),
            facility("f_university", "university"),
        ],
        "offers": [
            offer("o_a", "f_board_a", "Bảng mạch in", hs_code="853400", capacity_t_per_month=30.0),
            offer("o_b", "f_board_b", "Bảng mạch in", hs_code="8534", capacity_per_month=500.0, unit="m2"),
            offer("o_s", "f_stamper", "Metal stamping"),
        ],
        "offer_months": [
            {"offer_month_id": "m1", "offer_id": "o_a", "month": "2027-01", "capacity": 30.0, "free_capacity": 12.0},
            {"offer_month_id": "m2", "offer_id": "o_b", "month": "2027-01", "capacity": 500.0, "free_capacity": 90.0},
        ],
        "needs": [
            need("n_1", "f_speaker", "Vi mạch", hs_code="854231"),
            need("n_2", "f_speaker", "PCB", hs_code="8534"),
        ],
        "certificates": [
            certificate("c_1", "f_board_a", "ISO 9001:2015"),
            certificate("c_2", "f_board_a", "ANSI/ESD S20.20-2021", scope_codes="hs:8534"),
            certificate("c_3", "f_board_b", "ISO 9001:2015", valid_to=date(2026, 11, 21)),
        ],
    }
