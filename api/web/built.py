"""What was built from ``web/``: which file is which, since each is named by its content."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

STATIC: Final = Path(__file__).parent / "static"
MANIFEST: Final = "manifest.json"


@dataclass(frozen=True, slots=True)
class Built:
    """The built files of the page.

    Parameters
    ----------
    folder
        Where they are.
    files
        Name of the file by what it is: ``page.js``, ``page.css``, ``map-worker.js``, ``land.json``,
        ``licences.txt``.
    """

    folder: Path
    files: Mapping[str, str]


def read_built(folder: Path = STATIC) -> Built | None:
    """Return the built files in a folder; None where nothing was built, as in a copy of the source not set up yet."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Built(folder, dict(manifest["files"]))
