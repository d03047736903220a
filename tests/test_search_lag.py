"""An index may be behind what others add or reword, for a moment; never behind what hides, removes or is one's own."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from registry_parts import emptied, facility, offer, organisation, partnership, set_values, source, write
from sqlalchemy import Engine

from api.database import migrate
from supplychain.database import make_engine
from supplychain.registry.erasure import erase_personal
from supplychain.registry.merging import merge_records
from supplychain.registry.undoing import undo_change
from supplychain.registry.values import Edit
from supplychain.registry.visibility import Viewer
from supplychain.search import lag
from supplychain.search.index import SearchIndex, open_index
from supplychain.search.lock import writing
from supplychain.search.question import Query

PUBLIC = Viewer.public()
EVERYTHING = Viewer.everything()
FOR_EVER_S = 1e9


@pytest.fixture(params=["sqlite_engine", pytest.param("postgis_engine", marks=pytest.mark.postgis)])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Yield each of the two databases in turn with two firms."""
    found: Engine = request.getfixturevalue(request.param)
    if request.param == "sqlite_engine":
        _fill(found)
        yield found
        return
    with emptied(found):
        _fill(found)
        yield found


def _fill(engine: Engine) -> None:
    said = {"name_vi": "Bảng mạch in", "kind": "goods", "source": "tenant_list", "confidence": "high"}
    write(
        engine,
        source(),
        organisation("org_a", name_vi="Công ty Điện tử Tân Phú", tax_code="0100109106", address="Đường Hoa Sữa"),
        organisation("org_b", name_vi="Công ty Nhựa Bình An", representative="Nguyễn Thị Bí Mật"),
        Edit("articles", "art", {**said, "synonyms": "PWB", "synthetic": False}),
        facility("fac_a", "org_a"),
        facility("fac_b", "org_b"),
        offer("off_a", "fac_a", article_vi="Bo mạch", article_id="art", capacity_t_per_month=10.0),
    )


@pytest.fixture
def index(engine: Engine, tmp_path: Path) -> SearchIndex:
    """Return an index, made, whose answers may be behind for ever."""
    index = open_index(engine, tmp_path / "index", lag_s=FOR_EVER_S)
    assert found(index, "tân phú") == ["org_a"]
    return index


def found(index: SearchIndex, text: str, viewer: Viewer = PUBLIC, author: str = "") -> list[str]:
    """Return the organisations that a text finds."""
    return [hit.organisation_id for hit in index.search(Query(text), viewer, author).hits]


def test_what_others_add_or_reword_is_taken_in_together(index: SearchIndex) -> None:
    before = index.search(Query("tân phú"), PUBLIC).number
    write(index.engine, offer("off_c", "fac_b", article_vi="Ốc vít"))
    write(index.engine, set_values("organisations", "org_a", name_vi="Công ty Kim Quy"))
    assert found(index, "ốc vít") == []
    assert found(index, "tân phú") == ["org_a"]
    assert index.search(Query("tân phú"), PUBLIC).number == before
    assert index.refresh().organisations == 2
    assert found(index, "ốc vít") == ["org_b"]
    assert found(index, "tân phú") == []


def test_everything_is_found_when_the_lag_is_over(engine: Engine, tmp_path: Path) -> None:
    index = open_index(engine, tmp_path / "index", lag_s=0.4)
    assert found(index, "ốc vít") == []
    write(engine, offer("off_c", "fac_b", article_vi="Ốc vít"))
    time.sleep(0.4)
    assert found(index, "ốc vít") == ["org_b"]


def test_half_way_through_the_lag_changes_are_taken_in(engine: Engine, tmp_path: Path) -> None:
    index = open_index(engine, tmp_path / "index", lag_s=2.0)
    assert found(index, "ốc vít") == []
    write(engine, offer("off_c", "fac_b", article_vi="Ốc vít"))
    time.sleep(1.0)
    assert found(index, "ốc vít") == ["org_b"]


def test_without_a_lag_everything_is_found_at_once(engine: Engine, tmp_path: Path) -> None:
    index = open_index(engine, tmp_path / "index")
    assert found(index, "ốc vít") == []
    write(engine, offer("off_c", "fac_b", article_vi="Ốc vít"))
    assert found(index, "ốc vít") == ["org_b"]


def test_whoever_writes_finds_it_at_once(index: SearchIndex) -> None:
    write(index.engine, offer("off_c", "fac_b", article_vi="Ốc vít"), author="Hoa")
    assert found(index, "ốc vít", author="Lan") == []
    assert found(index, "ốc vít", author="Hoa") == ["org_b"]
    assert found(index, "ốc vít", author="Lan") == ["org_b"]


def test_counts_and_candidates_are_of_the_same_time(index: SearchIndex) -> None:
    write(index.engine, offer("off_c", "fac_b", article_vi="Ốc vít"), author="Hoa")
    circle = Query("ốc vít", near=(106.7, 11.0, 5.0))
    assert index.count_without_position(circle, PUBLIC) == 0
    assert index.candidates(Query("ốc vít"), PUBLIC).entries == ()
    assert index.count_without_position(circle, PUBLIC, "Hoa") == 1


HIDING: dict[str, tuple[str, Edit]] = {
    "an organisation made private": ("tân phú", set_values("organisations", "org_a", visibility="private")),
    "a facility for partners": ("bo mạch", set_values("facilities", "fac_a", visibility="partners")),
    "an offer made private": ("bo mạch", set_values("offers", "off_a", visibility="private")),
    "an article made private": ("pwb", set_values("articles", "art", visibility="private")),
    "an offer removed": ("bo mạch", Edit("offers", "off_a", None)),
    "an address emptied": ("hoa sữa", set_values("organisations", "org_a", address=None)),
    "an article taken off an offer": ("pwb", set_values("offers", "off_a", article_id=None)),
    "a tax code replaced": ("0100109106", set_values("organisations", "org_a", tax_code="079123456789")),
    "made up": ("tân phú", set_values("organisations", "org_a", synthetic=True)),
}


@pytest.mark.parametrize("case", HIDING)
def test_what_is_hidden_is_never_found_from_that_moment(index: SearchIndex, case: str) -> None:
    text, edit = HIDING[case]
    assert found(index, text) == ["org_a"]
    write(index.engine, set_values("organisations", "org_b", role="một"))
    write(index.engine, edit)
    write(index.engine, set_values("organisations", "org_b", role="hai"))
    assert found(index, text) == []


def test_a_facility_that_changes_hands_is_found_under_its_owner_at_once(index: SearchIndex) -> None:
    write(index.engine, set_values("facilities", "fac_a", organisation_id="org_b"))
    assert found(index, "bo mạch") == ["org_b"]


def test_a_partner_no_more_finds_nothing_that_was_shared(index: SearchIndex) -> None:
    write(index.engine, set_values("offers", "off_a", visibility="partners"), partnership("pair", "org_a", "org_b"))
    assert found(index, "bo mạch", Viewer.organisation("org_b")) == ["org_a"]
    write(index.engine, Edit("partnerships", "pair", None))
    assert found(index, "bo mạch", Viewer.organisation("org_b")) == []


def test_merged_undone_and_erased_show_at_once(index: SearchIndex) -> None:
    engine = index.engine
    added = write(engine, offer("off_c", "fac_b", article_vi="Ốc vít"))
    assert added.number is not None
    index.refresh()
    assert found(index, "ốc vít") == ["org_b"]
    undo_change(engine, added.number, author="Lan")
    assert found(index, "ốc vít") == []
    write(engine, set_values("organisations", "org_b", role="chế xuất"))
    erase_personal(engine, "organisations", "org_b", author="Lan", reason="yêu cầu")
    assert found(index, "chế xuất") == ["org_b"], "an erasure waits for nothing"
    merge_records(engine, "organisations", "org_b", ["org_a"], choices={"tax_code": "org_a"}, author="Lan")
    assert found(index, "bo mạch") == ["org_b"]


def test_a_large_change_is_taken_in_at_once(index: SearchIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lag, "MOST_REVISIONS", 3)
    write(index.engine, *(offer(f"off_{at}", "fac_b", article_vi="Ốc vít") for at in range(3)))
    assert found(index, "ốc vít") == []
    write(index.engine, offer("off_3", "fac_b", article_vi="Ốc vít"))
    assert found(index, "ốc vít") == ["org_b"]


def test_a_crowd_that_waits_is_answered_by_one_taking_in(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one question takes changes in, six more come; the first of them takes in what came meanwhile, for all."""
    index = open_index(engine, tmp_path / "index")
    assert found(index, "ốc vít") == []
    takes, is_taking, may_go_on = [], Event(), Event()

    @contextmanager
    def held(folder: Path, wait_s: float) -> Iterator[None]:
        takes.append(folder)
        is_taking.set()
        may_go_on.wait(10)
        with writing(folder, wait_s):
            yield
        # Somebody writes all the time, so that each who looks again finds something to take in.
        write(engine, offer(f"off_busy_{len(takes)}", "fac_a", article_vi="Máy bơm"))

    monkeypatch.setattr("supplychain.search.index.writing", held)
    write(engine, offer("off_first", "fac_a", article_vi="Máy bơm"))
    with ThreadPoolExecutor(7) as threads:
        first = threads.submit(found, index, "máy bơm")
        assert is_taking.wait(10)
        write(engine, offer("off_c", "fac_b", article_vi="Ốc vít"))
        others = [threads.submit(found, index, "ốc vít") for _one in range(6)]
        time.sleep(0.3)
        may_go_on.set()
        assert first.result() == ["org_a"]
        assert [one.result() for one in others] == [["org_b"]] * 6, "nothing older than the question is missed"
    assert len(takes) <= 2


def test_an_index_of_another_process_is_no_older(engine: Engine, index: SearchIndex) -> None:
    other = open_index(engine, index.folder, lag_s=FOR_EVER_S)
    assert found(other, "bo mạch") == ["org_a"]
    write(engine, set_values("offers", "off_a", visibility="private"))
    assert found(index, "bo mạch") == []
    assert found(other, "bo mạch") == []


def test_a_new_database_at_the_same_address_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "firms.gpkg"
    for name in ("một", "hai"):
        engine = make_engine(str(path))
        migrate(engine)
        write(engine, source(), organisation("org", name_vi=name))
        if name == "một":
            index = open_index(engine, tmp_path / "index", lag_s=FOR_EVER_S)
            assert found(index, "một") == ["org"]
        else:
            index.engine = engine
            assert found(index, "một") == []
            assert found(index, "hai") == ["org"]
        engine.dispose()
        path.unlink()


_LEVELS = st.sampled_from((None, "partners", "private"))
_EDITS = st.one_of(
    st.builds(
        lambda at, where, level: offer(f"off_{at}", f"fac_{where}", article_vi="Bo mạch", visibility=level),
        st.integers(0, 3),
        st.integers(0, 1),
        _LEVELS,
    ),
    st.builds(lambda at: Edit("offers", f"off_{at}", None), st.integers(0, 3)),
    st.builds(
        lambda at, level: set_values("organisations", f"org_{at}", name_vi="Bo mạch", visibility=level),
        st.integers(0, 2),
        _LEVELS,
    ),
    st.builds(
        lambda at, owner: set_values("facilities", f"fac_{at}", organisation_id=f"org_{owner}"),
        st.integers(0, 1),
        st.integers(0, 2),
    ),
    st.builds(lambda at: set_values("organisations", f"org_{at}", role="chế xuất"), st.integers(0, 2)),
)


@pytest.fixture(scope="module")
def three_firms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database file with three firms, two facilities and four offers; tests copy it."""
    path = tmp_path_factory.mktemp("three") / "firms.gpkg"
    engine = make_engine(str(path))
    migrate(engine)
    there = [organisation(f"org_{at}") for at in range(3)]
    offers = [offer(f"off_{at}", f"fac_{at % 2}") for at in range(4)]
    write(engine, source(), *there, *(facility(f"fac_{at}", f"org_{at}") for at in range(2)), *offers)
    engine.dispose()
    return path


@settings(max_examples=15, deadline=None)
@given(edits=st.lists(_EDITS, min_size=1, max_size=6))
def test_nothing_is_shown_that_an_index_without_lag_would_not_show(
    edits: Sequence[Edit], three_firms: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("law")
    engine = make_engine(str(shutil.copy(three_firms, folder)))
    behind = open_index(engine, folder / "behind", lag_s=FOR_EVER_S)
    behind.refresh()
    exact = open_index(engine, folder / "exact")
    there = {f"off_{at}" for at in range(4)}
    for edit in edits:
        if edit.values is None and edit.record_id not in there:
            continue
        there = there - {edit.record_id} if edit.values is None else there | {edit.record_id}
        write(engine, edit)
        for viewer in (PUBLIC, EVERYTHING, Viewer.organisation("org_0")):
            assert shown(behind, viewer) <= shown(exact, viewer)
    behind.refresh()
    assert shown(behind, EVERYTHING) == shown(exact, EVERYTHING)
    engine.dispose()


def shown(index: SearchIndex, viewer: Viewer) -> set[tuple[str, str]]:
    """Return organisation and record of every entry that a viewer is shown."""
    entries = index.candidates(Query("", synthetic=True), viewer).entries
    return {(entry.organisation_id, entry.record_id) for entry in entries if entry.kind == "offer"}
