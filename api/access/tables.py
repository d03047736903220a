"""Tables of accounts, roles, keys, sessions, claims."""
