"""The resources under /api/v1, one module each: they check, call what exists, and answer."""
