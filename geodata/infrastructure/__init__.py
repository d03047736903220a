"""What stands on the ground: roads, railways and waterways as rows, before freight, places and services meet them."""
