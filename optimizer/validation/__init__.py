"""A plan held against what is known: control totals, shares, prices, distances, and traffic across screenlines."""
