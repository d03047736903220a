"""Scenarios as files, and their changes to a pack."""
