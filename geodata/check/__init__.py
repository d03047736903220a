"""What is wrong with a network, told by file and row."""
