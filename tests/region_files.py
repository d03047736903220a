"""The shipped region in embedded databases, as tests get it to copy."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class RegionFiles:
    """The shipped region with its made-up firms, and without them. Tests copy what they write to."""

    whole: Path
    real: Path


def region_copy(original: Path, folder: Path, name: str = "hinterland.gpkg") -> Path:
    """Return a copy of an embedded database that nobody has open."""
    return Path(shutil.copy(original, folder / name))
