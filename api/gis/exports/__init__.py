"""Layers as files that GIS and office programs open, each with its style, its licence and its record (ISO 19115)."""
