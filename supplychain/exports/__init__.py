"""The registry as files people and programs open, and back again without loss."""
