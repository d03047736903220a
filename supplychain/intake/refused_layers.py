"""Refused rows of typed formats (Parquet, GeoPackage, GeoJSON), geometry and types as they were."""
from __future__ import annotations
LAYER_WRITERS = {}
