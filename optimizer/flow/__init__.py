"""The frozen flow problem and its solution by column generation."""
