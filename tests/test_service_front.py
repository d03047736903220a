"""The page at ``/`` as the service writes it: in both languages, nothing run in the page itself, where it leads."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from patience import browser
from service_parts import OPERATOR, FixedCallers, listening, make_service, somebody
from sqlalchemy import Engine

from api.access.caller import ANONYMOUS, Caller
from api.service.app import create_app
from api.service.front import front_router
from api.web.built import Built, read_built

EARLIER = (
    "/api/v1/openapi.json",
    "/api/v1/session",
    "/api/v1/parks",
    "/api/v1/templates",
    "/api/v1/documents/scenario-schema",
    "/api/v1/catalogue",
    "/readyz",
)
"""What the page led to before it had a map."""


@contextmanager
def visiting(engine: Engine, caller: Caller = ANONYMOUS, mode: str = "accounts") -> Iterator[httpx.Client]:
    """Give a browser at a service whose callers are all the same."""
    app = create_app(
        make_service(engine, mode=mode), authenticate=FixedCallers(caller), pages=(front_router(with_results=False),)
    )
    with listening(app) as root, browser(root) as one:
        yield one


@pytest.mark.parametrize("mode", ["single", "accounts"])
def test_the_page_at_the_root_leads_on_for_everybody(sqlite_engine: Engine, mode: str) -> None:
    with visiting(sqlite_engine, mode=mode) as one:
        for language in ("vi", "en"):
            answer = one.get(f"/?lang={language}")
            assert answer.status_code == 200
            assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
            assert f'<html lang="{language}">' in answer.text
            assert "built-in" not in answer.text
            links = re.findall(r'<a [^>]*href="(/[^"]*)"', answer.text)
            assert set(EARLIER) <= set(links)
            assert "/results/" not in links
            assert {link: one.get(link).status_code for link in links} == dict.fromkeys(links, 200)
            files = re.findall(r'(?:src|href)="(/static/[^"]+)"', answer.text)
            assert len(files) == 3
            assert {file: one.get(file).status_code for file in files} == dict.fromkeys(files, 200)


def test_nothing_in_the_page_itself_is_run_and_all_comes_from_here(sqlite_engine: Engine) -> None:
    with visiting(sqlite_engine) as one:
        answer = one.get("/")
    rules = dict(rule.strip().split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == rules["worker-src"] == "'self'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert re.findall(r"<script(?![^>]* src=)", answer.text) == []
    assert "<style" not in answer.text
    assert re.findall(r'\s(?:style|on\w+)="', answer.text) == []
    assert re.findall(r'(?:src|href)="(?!/|#|data:,")[^"]*"', answer.text) == []


def test_the_address_chooses_the_language_or_else_the_browser(sqlite_engine: Engine) -> None:
    with visiting(sqlite_engine) as one:
        for address, accepted, heading in (
            ("/", "en", "Layers"),
            ("/", "vi-VN,vi;q=0.9,en;q=0.8", "Lớp bản đồ"),
            ("/?lang=en", "vi", "Layers"),
            ("/?lang=xx", "vi", "Lớp bản đồ"),
        ):
            answer = one.get(address, headers={"Accept-Language": accepted})
            assert f"<h2>{heading}</h2>" in answer.text
            assert "Accept-Language" in answer.headers["Vary"]


def test_it_says_who_may_see_plans_and_how_it_runs(sqlite_engine: Engine) -> None:
    def page(caller: Caller, mode: str = "accounts") -> str:
        with visiting(sqlite_engine, caller, mode) as one:
            return one.get("/?lang=en").text

    public = page(ANONYMOUS)
    assert 'data-plans="sign-in"' in public
    assert "Plans are shown to signed-in planners" in public
    assert 'id="sign-in"' in public
    assert "runs with accounts" in public
    reader = page(somebody("reader", name="<b>Minh</b>"))
    assert 'data-plans="no"' in reader
    assert "Your account may not see plans" in reader
    assert "&lt;b&gt;Minh&lt;/b&gt;" in reader
    planner = page(somebody("planner"))
    assert 'data-plans="yes"' in planner
    assert 'id="no-plans"' not in planner
    single = page(OPERATOR, "single")
    assert "runs for one user" in single
    assert 'id="sign-in"' not in single


def test_results_are_named_where_they_are_shown(sqlite_engine: Engine) -> None:
    app = create_app(make_service(sqlite_engine), pages=(front_router(with_results=True),))
    with listening(app) as address, browser(address) as one:
        assert '<a href="/results/">' in one.get("/").text


def test_a_copy_of_the_source_that_was_not_set_up_says_how_to_build_the_map(
    sqlite_engine: Engine, tmp_path: Path
) -> None:
    assert read_built(tmp_path) is None
    router = front_router(with_results=False, read=lambda: read_built(tmp_path))
    app = create_app(make_service(sqlite_engine), pages=(router,))
    with listening(app) as address, browser(address) as one:
        shown = one.get("/?lang=en").text
        assert "make setup" in shown
        assert "<script" not in shown
        assert all(f'href="{link}"' in shown for link in EARLIER)
        assert one.get("/static/page.js").status_code == 404


def test_a_page_built_anew_is_served_without_a_restart(sqlite_engine: Engine, tmp_path: Path) -> None:
    def build(name: str) -> None:
        (tmp_path / name).write_text("console.log(1)", encoding="utf-8")
        files = dict.fromkeys(("page.js", "page.css", "licences.txt"), name)
        (tmp_path / "manifest.json").write_text(json.dumps({"files": files}), encoding="utf-8")

    router = front_router(with_results=False, read=lambda: read_built(tmp_path))
    app = create_app(make_service(sqlite_engine), authenticate=FixedCallers(ANONYMOUS), pages=(router,))
    with listening(app) as address, browser(address) as one:
        for name, other in (("page-1.js", "page-2.js"), ("page-2.js", "page-1.js")):
            build(name)
            assert f'src="/static/{name}"' in one.get("/").text
            answers = [one.get(f"/static/{each}", headers={"Accept-Encoding": ""}) for each in (name, other)]
            assert [answer.status_code for answer in answers] == [200, 404]


def built() -> Built:
    """Return the built files; without them there is nothing to test."""
    found = read_built()
    assert found is not None, "run `make setup`: the page was not built"
    return found


def test_built_files_come_packed_as_asked_and_are_kept_for_good(sqlite_engine: Engine) -> None:
    found = built()
    name = found.files["land.json"]
    whole = (found.folder / name).read_bytes()
    with visiting(sqlite_engine) as one:
        for accepted, packing in (
            ("gzip, deflate, br, zstd", "br"),
            ("gzip", "gzip"),
            ("br;q=0, gzip;q=0.5", "gzip"),
            ("identity", None),
        ):
            with one.stream("GET", f"/static/{name}", headers={"Accept-Encoding": accepted}) as answer:
                content = b"".join(answer.iter_raw())
            assert answer.headers.get("Content-Encoding") == packing
            assert answer.headers["Content-Type"] == "application/json"
            assert "immutable" in answer.headers["Cache-Control"]
            assert answer.headers["Vary"] == "Accept-Encoding"
            if packing == "br":
                assert content == (found.folder / f"{name}.br").read_bytes()
            else:
                assert (gzip.decompress(content) if packing else content) == whole


def test_only_built_files_are_given_and_the_worker_may_ask_this_service_only(sqlite_engine: Engine) -> None:
    with visiting(sqlite_engine) as one:
        for name in ("manifest.json", "nothing.js", "%2e%2e/__init__.py", "..%2f__init__.py"):
            assert one.get(f"/static/{name}").status_code == 404
        answer = one.get(f"/static/{built().files['map-worker.js']}")
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; connect-src 'self'"
        assert answer.headers["Content-Type"].startswith("text/javascript")
