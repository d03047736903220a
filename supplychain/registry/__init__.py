"""The registry: every write is a numbered change, every value knows where it comes from, nothing is forgotten.

``changes`` writes, ``history`` reads, ``merging`` joins records and parts them again, ``visibility`` says who sees
what, ``erasure`` takes personal data out of all history.
"""
