"""Quotes of one shipment and statements of emissions: commands, documents and layers."""
