"""Tiles of collections: made, kept and described (OGC API Tiles, TileJSON, MapLibre styles)."""
