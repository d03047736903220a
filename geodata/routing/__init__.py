"""Routes, sweeps and least-impedance tables on roads, railways and waterways."""
