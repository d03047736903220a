"""Tables of jobs, their events, workers."""
