"""Cells of a file as values of the registry: nothing guessed, what was converted told, what does not fit a problem."""
