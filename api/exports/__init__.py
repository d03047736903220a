"""Files a planner or a GIS analyst opens: tables and layers."""
