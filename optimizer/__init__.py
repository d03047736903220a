"""How best: scenarios, the frozen problem, its solution by OR-Tools, the independent check, comparisons."""
