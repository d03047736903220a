"""Empty boxes that must be brought to places or taken away because laden boxes do not balance there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def box_types(box: NDArray[np.str_], size: NDArray[np.str_]) -> NDArray[np.str_]:
    """Return the pool each commodity's boxes come from: dry 20 ft, dry 40 ft (standard or high cube), reefer.

    Empties of one pool replace each other, those of different pools do not.
    """
    dry = np.where(np.char.startswith(size.astype(np.str_), "20"), "dry20", "dry40")
    return np.where(box == "reefer", "reefer", dry)


def net_empties(
    out_teu: NDArray[np.float64], in_teu: NDArray[np.float64], pooling_share: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the empty TEU each place receives and gives up, of one box type.

    A place that sends more laden boxes than it receives lacks empties; one that receives more has empties left.
    Of the smaller of all lacking and all left-over boxes, ``pooling_share`` goes straight from place to place
    (street turns, inland depots) and is no repositioning; the rest passes a depot. What the region lacks or has
    left as a whole always passes a depot.

    Parameters
    ----------
    out_teu, in_teu
        Laden TEU sent and received, one entry per place, in any common unit of time.
    pooling_share
        Share between 0 and 1.

    Returns
    -------
    tuple[NDArray[np.float64], NDArray[np.float64]]
        Empty TEU to each place, and from each place. ``to - from`` adds up to ``out - in`` of the region.
    """
    if not 0 <= pooling_share <= 1:
        msg = f"pooling_share must be between 0 and 1, got {pooling_share}."
        raise ValueError(msg)
    lacking = np.maximum(out_teu - in_teu, 0.0)
    left = np.maximum(in_teu - out_teu, 0.0)
    pooled = pooling_share * min(lacking.sum(), left.sum())
    return _less(lacking, pooled), _less(left, pooled)


def _less(amounts: NDArray[np.float64], taken: float) -> NDArray[np.float64]:
    """Return the amounts with ``taken`` removed from their sum, each in proportion."""
    total = amounts.sum()
    if not total > taken:
        return np.zeros_like(amounts)
    return np.asarray(amounts * ((total - taken) / total), dtype=np.float64)
