"""Searches that must be compiled, where compiled code cannot be kept and where the compiler does not load."""

from __future__ import annotations

import os
import subprocess
import sys

START = """
import sys
import numpy as np
sys.path.insert(0, "tests")
from flow_problems import build_two_route_problem
from optimizer.flow.solve import solve
from optimizer.flow.options import SolveOptions
"""

LIMITED = """
problem = build_two_route_problem(time_h=np.ones((1, 2)), max_time_h=np.array([10.0]))
"""

WITHOUT_COMPILER = """
sys.modules["numba"] = None
from optimizer.flow.search.choose import CompilerMissingError
def tell(problem, **options):
    try:
        print(solve(problem, SolveOptions(**options)).objective)
    except CompilerMissingError as error:
        print(error.sentence("en"), error.sentence("vi"))
"""


def _run(script: str, **environment: str) -> str:
    """Return what a script writes in a process of its own."""
    command = [sys.executable, "-c", START + script]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"} | environment,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_search_works_where_compiled_code_cannot_be_kept() -> None:
    """Compiled code may only be kept under a file, where no folder can be made; then it is compiled anew."""
    places = {"NUMBA_CACHE_LOCATOR_CLASSES": "UserProvidedCacheLocator", "NUMBA_CACHE_DIR": os.devnull + "/kept"}
    refused = "import numba\ntry: numba.njit(cache=True)(solve)\nexcept RuntimeError: print('no place')\n"
    search = """
from optimizer.flow.search import labels
tail, head = np.array([[0], [1]], dtype=np.int32)
graph = labels.Graph(np.array([0, 0, 1]), tail, head, np.array([0, 1, 1]), np.zeros(1, dtype=np.int32))
print(labels.sweep(graph, np.array([3.0]), 1, np.inf)[0].tolist())
from optimizer.flow.search import contraction_kernels, link_kernels, search_kernels
"""
    assert _run(refused + search, **places).split("\n")[:2] == ["no place", "[3.0, 0.0]"]


def test_limits_without_the_compiler_are_refused_in_one_sentence() -> None:
    said = _run(LIMITED + WITHOUT_COMPILER + "tell(problem)")
    assert said.startswith(
        "Limits of time and distance (max_time_h, max_length_km) need the compiled search, and numba"
    )
    assert "Giới hạn thời gian và quãng đường (max_time_h, max_length_km) cần phần tìm đường được biên dịch" in said
    assert said.count("\n") == 1


def test_asking_for_tables_without_the_compiler_is_refused_and_all_else_is_solved() -> None:
    script = """
tell(build_two_route_problem(), pricing="tables")
tell(build_two_route_problem())
"""
    said = _run(WITHOUT_COMPILER + script).splitlines()
    assert said[0].startswith("The way of pricing tables needs the compiled search")
    assert "Cách định giá tables cần phần tìm đường được biên dịch" in said[0]
    assert float(said[1]) == 32.0
