"""A transport problem described by a folder of CSV files: read, built and answered."""
