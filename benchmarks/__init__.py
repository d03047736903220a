"""Side-by-side measurements as code: ``python -m benchmarks NAME`` prints one JSON line per case."""
