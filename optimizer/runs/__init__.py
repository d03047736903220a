"""Runs: what a plan was made from, kept so that it can be made again, and whether it then comes out the same."""
