"""The command that holds a plan against what is known, its document, page and layers."""
