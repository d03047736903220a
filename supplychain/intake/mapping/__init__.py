"""Which column of a file is which field: suggested with reasons, confirmed by a person, kept as YAML."""
