"""The answer to the second question: why a plan is as it is."""
