"""Cheapest paths for all demands at given capacity prices."""
