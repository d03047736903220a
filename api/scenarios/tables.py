"""Tables of scenarios that people own, share and fork."""
