"""Supply chains as data: the stages of a chain, who stands where, who could enter, what is missing."""
