"""The command that evaluates the actions of a programme."""
