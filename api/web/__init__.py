"""The page at ``/`` as it was built from ``web/``: its files, named by their content."""
