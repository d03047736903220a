"""Long work: queued, run by workers, resumed when a worker dies, ended once."""
