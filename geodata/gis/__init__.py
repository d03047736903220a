"""Files of other programs: GIS layers in any format and CRS, GMNS, and the corridors of a region pack."""
