"""Vector tiles: layers cut, simplified and written as Mapbox Vector Tiles (MVT 2.1)."""
