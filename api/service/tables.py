"""Tables of idempotency keys, secrets, the audit trail."""
