"""What of this database is open: the DCAT catalogue that portals of open data harvest."""
