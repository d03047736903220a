"""Stored versions of an infrastructure: what was saved never changes; edits make a new version."""
