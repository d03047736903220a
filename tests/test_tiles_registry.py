"""Tiles of the registry's own collections on both databases: what each viewer sees, and what is edited meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from registry_parts import facility, write
from rest_registry import CALLERS, OURS, UNTOLD, ask, fill, tag
from service_parts import CALLER_HEADER, FixedCallers, listening, make_service
from sqlalchemy import Engine
from tile_parts import features_of

from api.access.caller import ANONYMOUS
from api.service.app import create_app

TILE: Final = "ogc/collections/facilities/tiles/WebMercatorQuad/8/120/203"
"""Bình Dương and around, at zoom 8."""


HERE: Final[dict[str, Any]] = {"lat": 11.0, "lon": 106.65, "position_accuracy_m": 5.0}


@pytest.fixture
def asking(registry_engine: Engine, tmp_path: Path) -> Iterator[httpx.Client]:
    """Ask a service over either database, filled."""
    fill(registry_engine)
    write(registry_engine, facility("theirs_2", "theirs", visibility="private", name_vi=UNTOLD, **HERE))
    app = create_app(
        make_service(registry_engine), authenticate=FixedCallers(OURS, {**CALLERS, "anonymous": ANONYMOUS})
    )
    app.state.cache_folder = tmp_path / "cache"
    with listening(app) as address, httpx.Client(base_url=address, timeout=60) as found:
        yield found


def seen(asking: httpx.Client, who: str) -> set[str]:
    """Return the ids in the tile as somebody sees it; words that only hidden records hold are nowhere in it."""
    answer = asking.get(f"/api/v1/{TILE}", headers={CALLER_HEADER: who})
    assert answer.status_code == 200
    if who not in {"steward", "theirs"}:
        assert UNTOLD.encode() not in answer.content
    return set(features_of(answer.content, "facilities"))


def test_tiles_hold_what_each_viewer_may_see_whoever_asked_before(asking: httpx.Client) -> None:
    for who in ("steward", "anonymous", "theirs", "ours", "reader", "steward"):
        expected = {"ours_1", "theirs_1"} | ({"theirs_2"} if who in {"steward", "theirs"} else set())
        assert seen(asking, who) == expected, who


def test_a_record_that_is_edited_is_in_its_tile_at_once(asking: httpx.Client) -> None:
    """Its name, its place and then its visibility: no tile of before is shown again."""
    known = asking.get(f"/api/v1/{TILE}", headers={CALLER_HEADER: "ours"}).headers["ETag"]
    changes = ({"name_vi": "Nhà máy mới"}, {"lat": 10.9, "lon": 106.85}, {"visibility": "private"})
    for change in changes:
        done = ask(
            asking, "ours", "PATCH", "facilities/ours_1", tag=tag(asking, "ours", "facilities/ours_1"), json=change
        )
        assert done.status_code == 200, done.text
        answer = asking.get(f"/api/v1/{TILE}", headers={CALLER_HEADER: "ours", "If-None-Match": known})
        assert answer.status_code == 200
        known = answer.headers["ETag"]
        shape, properties = features_of(answer.content, "facilities")["ours_1"]
        assert properties["name_vi"] == "Nhà máy mới"
    assert shape.x > 4000
    assert seen(asking, "anonymous") == {"theirs_1"}
