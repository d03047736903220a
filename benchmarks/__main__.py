"""``python -m benchmarks NAME|all [--write FILE]``: a JSON line per case; exit status 1 when a target is missed."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.case import Case, write_results

NAMES = ("flow_vs_edge_lp",)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the named benchmark, or all, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", choices=[*NAMES, "all"], help="benchmark to run")
    parser.add_argument("--write", type=Path, metavar="FILE", help="also write a page of results")
    given = parser.parse_args(arguments)
    cases: list[Case] = []
    for name in NAMES if given.name == "all" else [given.name]:
        try:
            benchmark = importlib.import_module(f"benchmarks.{name}")
        except ImportError as error:
            print(f"{name}: {error}. Install the peers with: pip install .[benchmarks]", file=sys.stderr)
            return 1
        for case in benchmark.run():
            print(case.to_json(), flush=True)
            cases.append(case)
    if given.write is not None:
        write_results(cases, given.write)
    return 0 if all(case.meets_target for case in cases) else 1


if __name__ == "__main__":
    sys.exit(main())
