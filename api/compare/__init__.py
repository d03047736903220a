"""The answer to the third question: two or more plans side by side, as words, tables, a report and layers."""
