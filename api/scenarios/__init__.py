"""Scenarios as files: made, checked, compared and shown from the command line."""
