"""The cheapest set of firms that together cover a need, month by month."""
