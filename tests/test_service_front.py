"""The page at ``/``: in both languages, without scripts, and what it leads to is there."""

from __future__ import annotations

import re

import pytest
from patience import browser
from service_parts import FixedCallers, listening, make_service
from sqlalchemy import Engine

from api.access.caller import ANONYMOUS
from api.service.app import create_app
from api.service.front import front_router


@pytest.mark.parametrize("mode", ["single", "accounts"])
def test_the_page_at_the_root_leads_on_for_everybody(sqlite_engine: Engine, mode: str) -> None:
    pages = (front_router(with_results=False),)
    app = create_app(make_service(sqlite_engine, mode=mode), authenticate=FixedCallers(ANONYMOUS), pages=pages)
    with listening(app) as address, browser(address) as one:
        answer = one.get("/")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "script-src" not in answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "<script" not in answer.text
        assert "Giao diện lập trình" in answer.text
        assert "whether the service can work" in answer.text
        assert ("runs for one user" in answer.text) == (mode == "single")
        links = re.findall(r'<a href="([^"]+)"', answer.text)
        assert "/api/v1/openapi.json" in links
        assert "/results/" not in links
        assert {link: one.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_results_are_named_where_they_are_shown(sqlite_engine: Engine) -> None:
    app = create_app(make_service(sqlite_engine), pages=(front_router(with_results=True),))
    with listening(app) as address, browser(address) as one:
        assert '<a href="/results/">' in one.get("/").text
