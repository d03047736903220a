"""Tables of files and their parts."""
