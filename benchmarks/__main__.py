"""``python -m benchmarks NAME|all [--write FILE]``: a JSON line per case; exit status 1 when a target is missed."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.case import Section, write_results

NAMES = (
    "flow_vs_edge_lp",
    "flow_million",
    "flow_many_capacities",
    "flow_resolve",
    "many_demands",
    "growth",
    "sweep",
    "skim",
    "route",
    "network_load",
    "osm_import",
    "registry_import",
    "search_million",
    "linkage",
    "desk",
    "programme",
    "load",
    "crash",
    "features_paging",
    "tiles",
    "export",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the named benchmark, or all, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", choices=[*NAMES, "all"], help="benchmark to run")
    parser.add_argument("--write", type=Path, metavar="FILE", help="also write a page of results")
    given = parser.parse_args(arguments)
    sections: list[Section] = []
    for name in NAMES if given.name == "all" else [given.name]:
        try:
            benchmark = importlib.import_module(f"benchmarks.{name}")
        except ImportError as error:
            print(f"{name}: {error}. Install the peers with: pip install .[benchmarks]", file=sys.stderr)
            return 1
        cases = []
        for case in benchmark.run():
            print(case.to_json(), flush=True)
            cases.append(case)
        draws = given.write is not None and hasattr(benchmark, "illustrate")
        notes = benchmark.illustrate(cases, given.write.parent) if draws else []
        sections.append(Section(name, str(benchmark.__doc__).split("\n", 1)[0], cases, notes))
    if given.write is not None:
        write_results(sections, given.write)
    return 0 if all(case.meets_target for section in sections for case in section.cases) else 1


if __name__ == "__main__":
    sys.exit(main())
