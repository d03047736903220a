"""Steps over an infrastructure (split, join, remove, add), its components, checks of its shape, and repairs."""
