"""What differs between plans: totals and tables side by side, who gains and who loses, and why in words."""
