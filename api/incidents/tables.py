"""Tables of incidents, webhooks, deliveries."""
