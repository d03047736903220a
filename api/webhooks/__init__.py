"""Webhooks: what happened here is told to other systems, signed, by the workers."""
