"""What every benchmark reports about one case, and the page they are written to."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LIBRARIES = ("numpy", "scipy", "numba", "ortools", "highspy")


@dataclass(frozen=True, slots=True)
class Case:
    """One comparison of ours with a peer on the same input.

    Parameters
    ----------
    benchmark, case
        Names.
    ours_cpu_s, ours_peak_mb, peer_cpu_s
        CPU seconds of all threads and children; MB.
    peer
        Library and method compared with.
    relative_difference
        Between the two answers.
    target
        What is asked, in a sentence.
    meets_target
        Whether it is met, the answers agreeing.
    details
        What else helps.
    """

    benchmark: str
    case: str
    ours_cpu_s: float
    ours_peak_mb: float
    peer: str
    peer_cpu_s: float
    relative_difference: float
    target: str
    meets_target: bool
    details: Mapping[str, float | int | str]

    @property
    def ratio(self) -> float:
        """Peer's CPU seconds per one of ours."""
        return self.peer_cpu_s / self.ours_cpu_s

    def to_json(self) -> str:
        """Return the case as one JSON line."""
        fields = {
            "benchmark": self.benchmark,
            "case": self.case,
            "ours_cpu_s": round(self.ours_cpu_s, 4),
            "ours_peak_mb": round(self.ours_peak_mb, 1),
            "peer": self.peer,
            "peer_cpu_s": round(self.peer_cpu_s, 4),
            "ratio": float(f"{self.ratio:.3g}"),
            "relative_difference": self.relative_difference,
            "target": self.target,
            "meets_target": self.meets_target,
        }
        return json.dumps({**fields, **self.details})


@dataclass(frozen=True, slots=True)
class Section:
    """What the page says of one benchmark.

    Parameters
    ----------
    name
        Of the benchmark.
    summary
        What is compared, in a sentence.
    cases
        In the order they are listed.
    notes
        Markdown lines under the cases.
    """

    name: str
    summary: str
    cases: Sequence[Case]
    notes: Sequence[str] = ()


def write_results(sections: Sequence[Section], path: Path) -> None:
    """Write the benchmarks as a page with the machine and the versions they were measured with."""
    lines = [
        "# Benchmark results",
        "",
        "Written by `make bench`. CPU seconds count all threads and children; ratio = peer ÷ ours.",
        "Compiling kernels, or reading them from the cache, is shown apart.",
        "",
        f"Machine: {_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}; "
        f"Python {platform.python_version()}, "
        + ", ".join(f"{name} {importlib.metadata.version(name)}" for name in LIBRARIES)
        + ".",
    ]
    for section in sections:
        lines += ["", f"## {section.name}", "", section.summary, "", *_table(section.cases)]
        if section.notes:
            lines += ["", *section.notes]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def details_table(cases: Sequence[Case], names: Sequence[str]) -> list[str]:
    """Return Markdown lines with more figures of cases; a case that has none of them is left out."""
    shown = [case for case in cases if any(name in case.details for name in names)]
    rows = [[case.case, *(str(case.details.get(name, "")) for name in names)] for case in shown]
    return ["| " + " | ".join(cells) + " |" for cells in (["case", *names], ["---"] * (len(names) + 1), *rows)]


def _table(cases: Sequence[Case]) -> list[str]:
    """Return the lines of a table of cases; what is the same for all of several is said once above it."""
    rows = [
        {
            "case": case.case,
            "ours, CPU s": f"{case.ours_cpu_s:.3f}",
            "compiling, CPU s": f"{float(case.details.get('compile_s', 0)):.1f}",
            "ours, MB": f"{case.ours_peak_mb:.0f}",
            "peer": case.peer,
            "peer, CPU s": f"{case.peer_cpu_s:.2f}",
            "ratio": f"{case.ratio:.3g}",
            "difference": f"{case.relative_difference:.0e}",
            "gap": f"{float(case.details.get('gap', 0)):.0e}",
            "target": case.target,
            "met": "yes" if case.meets_target else "no",
        }
        for case in cases
    ]
    lines = []
    for name in ("peer", "target"):
        if len(rows) > 1 and len({row[name] for row in rows}) == 1:
            lines += [f"{name.capitalize()}: {rows[0][name]}", ""]
            rows = [{key: value for key, value in row.items() if key != name} for row in rows]
    if rows:
        lines += [f"| {' | '.join(rows[0])} |", "|---" * len(rows[0]) + "|"]
    return lines + [f"| {' | '.join(row.values())} |" for row in rows]


def _processor() -> str:
    """Return the name of the processor as well as the system tells it."""
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
