"""Who may do what: accounts, keys, sessions, roles, claims, the audit trail."""
