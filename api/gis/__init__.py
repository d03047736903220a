"""Map layers for GIS programs: the catalogue of collections, OGC API, tiles, styles and exports."""
