"""Road closures and hot-line tickets from other systems, and what is told to them."""
