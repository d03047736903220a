"""Tables of a pack become a network, piece by piece."""
