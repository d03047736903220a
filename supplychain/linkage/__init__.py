"""Same firm or not: names made comparable, candidates found, scores that explain themselves, judgements kept."""

from supplychain.linkage.comparing import Comparison, Feature, compare
from supplychain.linkage.duplicates import Candidate, find_duplicates
from supplychain.linkage.model import Calibration
from supplychain.linkage.party import Party

__all__ = ["Calibration", "Candidate", "Comparison", "Feature", "Party", "compare", "find_duplicates"]
