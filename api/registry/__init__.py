"""The registry on the command line: records, imports, duplicates, search, matching, risk."""
