"""Keeping an installation alive: backup and restore."""
