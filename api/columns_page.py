"""``python -m api.columns_page [FILE]`` writes the page of all tables and columns, ``docs/columns.md`` by default."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from api.regions import PACK_MODELS
from supplychain.pack.columns_page import columns_page

PAGE: Final = Path("docs/columns.md")


def main(arguments: list[str]) -> None:
    """Write the page."""
    path = Path(arguments[0]) if arguments else PAGE
    path.write_text(columns_page(PACK_MODELS), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
