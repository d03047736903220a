"""Files that people upload and that jobs leave, kept in the database in parts."""
