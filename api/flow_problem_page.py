"""``python -m api.flow_problem_page [FILE]`` makes the tables of ``docs/flow-problem.md`` anew; the rest stays."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from optimizer.folder.page import flow_problem_page

PAGE: Final = Path("docs/flow-problem.md")


def main(arguments: list[str]) -> None:
    """Write the page."""
    path = Path(arguments[0]) if arguments else PAGE
    path.write_text(flow_problem_page(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
