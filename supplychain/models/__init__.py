"""The tables of the registry."""

from __future__ import annotations

from typing import Final

from supplychain.models.base import METADATA, Base
from supplychain.models.demand import FreightDemand
from supplychain.models.goods import Commodity, Control, Estimate, IndustryMix, KnownDistance, Trade
from supplychain.models.linkage import CALIBRATIONS, JUDGEMENTS
from supplychain.models.organisations import (
    Article,
    Certificate,
    Facility,
    Need,
    Offer,
    OfferMonth,
    Organisation,
    Partnership,
    Plot,
    SupplyRelation,
)
from supplychain.models.places import IndustrialPark, Market, Terminal, Zone
from supplychain.models.programme import Action, Indicator, Milestone, Programme
from supplychain.models.registry import HISTORY_TABLES
from supplychain.models.screenlines import Screenline, ScreenlineCount
from supplychain.models.services import Service
from supplychain.models.sources import Assumption, DataSource, Rate, Region
from supplychain.models.vehicles import Cost, Fuel, Transshipment, Vehicle

REGISTRY_MODELS: Final[tuple[type[Base], ...]] = (
    DataSource,
    Assumption,
    Rate,
    Fuel,
    Vehicle,
    Cost,
    Transshipment,
    Commodity,
    IndustryMix,
    Organisation,
    IndustrialPark,
    Zone,
    Terminal,
    Market,
    Service,
    Trade,
    Control,
    Estimate,
    KnownDistance,
    Screenline,
    ScreenlineCount,
    Plot,
    Facility,
    Article,
    Offer,
    OfferMonth,
    Need,
    Certificate,
    SupplyRelation,
    Partnership,
    Programme,
    Action,
    Milestone,
    Indicator,
)
"""Every table of a region pack that this package owns, in the order files are shown."""

__all__ = [
    "CALIBRATIONS",
    "HISTORY_TABLES",
    "JUDGEMENTS",
    "METADATA",
    "REGISTRY_MODELS",
    "Action",
    "Article",
    "Assumption",
    "Base",
    "Certificate",
    "Commodity",
    "Control",
    "Cost",
    "DataSource",
    "Estimate",
    "Facility",
    "FreightDemand",
    "Fuel",
    "Indicator",
    "IndustrialPark",
    "IndustryMix",
    "KnownDistance",
    "Market",
    "Milestone",
    "Need",
    "Offer",
    "OfferMonth",
    "Organisation",
    "Partnership",
    "Plot",
    "Programme",
    "Rate",
    "Region",
    "Screenline",
    "ScreenlineCount",
    "Service",
    "SupplyRelation",
    "Terminal",
    "Trade",
    "Transshipment",
    "Vehicle",
    "Zone",
]
