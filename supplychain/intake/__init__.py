"""Files of firms, schools and parks become records of the registry: read, check, stage, commit, hand back the rest."""
