"""One network from a detailed one and a region pack's corridors: never the same road twice."""
