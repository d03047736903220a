"""Same firm or not: names made comparable, candidates found, scores that explain themselves, judgements kept."""
