"""What could go wrong with supply: single sources, tiers behind tiers, local content, what a dropout takes away."""
