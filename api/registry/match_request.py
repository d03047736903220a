"""What `hinterland match` was asked, as its options say it, and those options read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

from api.registry.match_means import MeansRequest
from supplychain.codes import check_hs, check_vsic
from supplychain.errors import HinterlandError
from supplychain.sourcing.covering import CostBy
from supplychain.text import Text
from supplychain.vocabulary import OFFER_KINDS, UNITS

VSIC_EDITIONS: Final = {"vsic": "2025", "vsic2018": "2018", "vsic2025": "2025"}
"""Ways to name VSIC, with the edition by which the form is checked; without a year either edition is meant."""
LOCAL_HOURS: Final = 7
"""Vietnam is seven hours ahead of UTC all year."""

NO_CODE: Final = Text(
    en="{code} names no list of codes; write hs:8534 or vsic:2610.",
    vi="{code} chưa nêu hệ mã; hãy ghi hs:8534 hoặc vsic:2610.",
)
NO_DATE: Final = Text(
    en="{text} is no date; write it as 2027-03-31.", vi="{text} không phải ngày; hãy ghi dạng 2027-03-31."
)
NO_WORD: Final = Text(en="{text} is not one of {known}.", vi="{text} không thuộc các giá trị: {known}.")
TWO_QUANTITIES: Final = Text(
    en="Give the quantity either with --tonnes or with --quantity and --unit.",
    vi="Hãy nêu lượng bằng --tonnes hoặc bằng --quantity kèm --unit.",
)


@dataclass(frozen=True, slots=True)
class SetRequest:
    """How a set of firms is chosen where no single one suffices.

    Parameters
    ----------
    wanted
        Whether a set is wanted even where a single firm suffices.
    by
        What it has the least of.
    most_firms, most_percent, extra_cost
        Most firms, most percent of the need of a month from one, and cost of each firm beyond the first.
    """

    wanted: bool = False
    by: CostBy = "delivered"
    most_firms: int | None = None
    most_percent: float | None = None
    extra_cost: float = 0.0


@dataclass(frozen=True, slots=True)
class PlotRequest:
    """What a firm looks for in a plot, as written; None where nothing is asked."""

    area_ha: float | None = None
    power_kva: float | None = None
    water_m3_per_day: float | None = None
    ready_built_m2: float | None = None
    vsic: str = ""
    rent: float | None = None


@dataclass(frozen=True, slots=True)
class MatchRequest:
    """What was asked, as written.

    Parameters
    ----------
    means
        Network, truck and database.
    need
        Id of a need, or a text; empty where an offer or plots are asked.
    offer
        Id of an offer whose buyers are sought.
    plots
        What a plot must offer; None where no plots are asked.
    near, region
        Place to come to; place the supplier lies in.
    codes, certificates
        As written, each.
    tonnes, quantity, unit
        Quantity a month.
    months, on, arrive
        Months of delivery, day asked (today where empty), last day of arrival.
    minutes, km, lead_time_days
        Limits.
    kind, stage
        Words of offers and organisations.
    least_fit
        Least fit; None for the usual.
    weights
        As written.
    choice
        How a set is chosen.
    viewer, synthetic
        Who looks, and whether made-up records are wanted.
    show
        Rows printed.
    """

    means: MeansRequest
    need: str = ""
    offer: str = ""
    plots: PlotRequest | None = None
    near: str = ""
    region: str = ""
    codes: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    tonnes: float | None = None
    quantity: float | None = None
    unit: str = ""
    months: str = ""
    on: str = ""
    arrive: str = ""
    minutes: float | None = None
    km: float | None = None
    lead_time_days: float | None = None
    kind: str = ""
    stage: str = ""
    least_fit: float | None = None
    weights: str = ""
    choice: SetRequest = field(default_factory=SetRequest)
    viewer: str = "public"
    synthetic: bool = False
    show: int = 10

    def day(self) -> date:
        """Return the day asked: as written, or today in Vietnam."""
        return parse_date(self.on) or (datetime.now(UTC) + timedelta(hours=LOCAL_HOURS)).date()

    def amount(self) -> tuple[float | None, str]:
        """Return the quantity a month and its unit; None where none is asked.

        Raises
        ------
        HinterlandError
            If both ways to give it are used, or the unit is not known.
        """
        check_word(self.unit, UNITS)
        if self.tonnes is not None:
            if self.quantity is not None or self.unit not in ("", "t"):
                raise HinterlandError(TWO_QUANTITIES)
            return self.tonnes, "t"
        return self.quantity, self.unit


def parse_date(text: str) -> date | None:
    """Return the date a text such as ``2027-03-31`` names; None for an empty one.

    Raises
    ------
    HinterlandError
        If it names none.
    """
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise HinterlandError(NO_DATE.format(text=text)) from error


def parse_code(text: str) -> str:
    """Return a code such as ``hs:8534`` in its normal form.

    Raises
    ------
    HinterlandError
        If it names no list of codes, or is none of that list.
    """
    system, colon, code = text.strip().partition(":")
    system = system.strip().lower()
    if colon and system == "hs":
        return f"hs:{check_hs(code)}"
    if colon and system in VSIC_EDITIONS:
        return f"{system}:{check_vsic(code, VSIC_EDITIONS[system])}"
    raise HinterlandError(NO_CODE.format(code=text))


def check_word(word: str, known: tuple[str, ...]) -> None:
    """Raise unless a word is empty or one of those known."""
    if word and word not in known:
        raise HinterlandError(NO_WORD.format(text=word, known=", ".join(known)))


def check_kind(kind: str) -> None:
    """Raise unless a kind of offer is empty or known."""
    check_word(kind, OFFER_KINDS)
