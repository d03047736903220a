"""The ``hinterland network`` commands: import, export, show, check, join, compare, merge and delete versions."""
