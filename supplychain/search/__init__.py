"""Search over the registry: a side index beside the database, made from it and fed by its log of changes."""
