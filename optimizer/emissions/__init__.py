"""Statements of greenhouse gas emissions of a plan, a demand or a shipment, leg by leg (ISO 14083:2023)."""
