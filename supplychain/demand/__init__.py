"""Freight demand: tonnes and TEU per working day that follow from trade, places and industry mixes."""

from supplychain.demand.build import build_demand
from supplychain.demand.changes import DemandChange
from supplychain.demand.freight_classes import FreightClass
from supplychain.demand.trace import DemandTrace, TraceStep, trace_demand
from supplychain.demand.values import Demand

__all__ = ["Demand", "DemandChange", "DemandTrace", "FreightClass", "TraceStep", "build_demand", "trace_demand"]
