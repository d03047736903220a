"""The index follows the registry on both databases, comes back when it is gone, and holds nothing personal."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from registry_parts import (
    emptied,
    facility,
    offer,
    offer_month,
    organisation,
    partnership,
    set_values,
    source,
    write,
)
from sqlalchemy import Engine

from api.database import migrate
from supplychain.database import make_engine
from supplychain.registry.erasure import erase_personal
from supplychain.registry.merging import merge_records, split_records
from supplychain.registry.undoing import undo_change
from supplychain.registry.values import Edit
from supplychain.registry.visibility import Viewer
from supplychain.search.folder import CURRENT_FILE, DamagedIndexError, open_current
from supplychain.search.index import SearchIndex, index_folder, open_index
from supplychain.search.lock import LOCK_FILE, BusyError, writing
from supplychain.search.question import Query
from supplychain.search.rows import personal_columns

PUBLIC = Viewer.public()
EVERYTHING = Viewer.everything()


@pytest.fixture(params=["sqlite_engine", pytest.param("postgis_engine", marks=pytest.mark.postgis)])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Yield each of the two databases in turn with two firms."""
    found: Engine = request.getfixturevalue(request.param)
    if request.param == "sqlite_engine":
        firms(found)
        yield found
        return
    with emptied(found):
        firms(found)
        yield found


@pytest.fixture
def index(engine: Engine, tmp_path: Path) -> SearchIndex:
    """Return the index of the database, not made yet."""
    return open_index(engine, tmp_path / "index")


@pytest.fixture
def embedded(sqlite_engine: Engine, tmp_path: Path) -> SearchIndex:
    """Return an index of the embedded database alone."""
    firms(sqlite_engine)
    return open_index(sqlite_engine, tmp_path / "index")


def firms(engine: Engine) -> None:
    """Write two firms with an offer each."""
    write(
        engine,
        source(),
        organisation(
            "org_a",
            name_vi="Công ty Điện tử Tân Phú",
            tax_code="0100109106",
            representative="Nguyễn Thị Bí Mật",
            contact_name="Trần Kín Đáo",
        ),
        facility("fac_a", "org_a", lat=11.0, lon=106.7, position_accuracy_m=10.0),
        offer("off_a", "fac_a", article_vi="Bo mạch in", hs_code="853400", capacity_t_per_month=10.0),
        organisation("org_b", name_vi="Công ty Nhựa Bình An", address="Đường số 8, Thuận An"),
        facility("fac_b", "org_b"),
        offer("off_b", "fac_b", article_vi="Hạt nhựa", unit="piece", capacity_per_month=500.0, unit_mass_kg=20.0),
    )


def found(index: SearchIndex, text: str, viewer: Viewer = PUBLIC, **asked: Any) -> list[str]:  # noqa: ANN401
    """Return the organisations that a text finds."""
    return [hit.organisation_id for hit in index.search(Query(text, **asked), viewer).hits]


def test_offers_names_addresses_and_tax_codes_are_found(index: SearchIndex) -> None:
    assert found(index, "bo mach in") == ["org_a"]
    assert found(index, "tan phu") == ["org_a"]
    assert found(index, "0100109106") == ["org_a"]
    assert found(index, "thuan an") == ["org_b"]
    assert found(index, "", codes=("hs:85",)) == ["org_a"]
    assert found(index, "", minimum_capacity=10.0) == ["org_a", "org_b"]
    assert found(index, "", near=(106.7, 11.0, 1.0)) == ["org_a"]


def test_a_change_is_found_at_once(engine: Engine, index: SearchIndex) -> None:
    assert found(index, "ốc vít") == []
    write(engine, offer("off_c", "fac_b", article_vi="Ốc vít"), set_values("offers", "off_a", article_vi="Tụ điện"))
    before = time.perf_counter()
    assert found(index, "ốc vít") == ["org_b"]
    assert time.perf_counter() - before < 1.0
    assert found(index, "bo mạch") == []
    assert found(index, "tụ điện") == ["org_a"]
    write(engine, Edit("offers", "off_c", None))
    assert found(index, "ốc vít") == []
    assert found(index, "bình an") == ["org_b"]


def test_another_process_sees_the_change_through_the_same_folder(engine: Engine, index: SearchIndex) -> None:
    other = open_index(engine, index.folder)
    assert found(index, "bo mạch") == found(other, "bo mạch") == ["org_a"]
    write(engine, offer("off_c", "fac_b", article_vi="Ốc vít"))
    assert found(index, "ốc vít") == ["org_b"]
    assert other.refresh().organisations == 0
    assert found(other, "ốc vít") == ["org_b"]


def test_only_the_organisations_touched_are_made_again(engine: Engine, index: SearchIndex) -> None:
    assert index.refresh().organisations == -1
    write(engine, set_values("organisations", "org_a", role="chế xuất"))
    assert index.refresh().organisations == 1
    assert found(index, "chế xuất") == ["org_a"]
    write(engine, set_values("facilities", "fac_a", organisation_id="org_b"))
    assert index.refresh().organisations == 2
    assert found(index, "bo mạch") == ["org_b"]
    assert found(index, "tân phú") == ["org_a"]


def test_articles_and_parks_reach_the_offers_that_speak_of_them(engine: Engine, index: SearchIndex) -> None:
    article = {"name_vi": "Mạch in nhiều lớp", "name_en": "Multilayer PCB", "kind": "goods", "synonyms": "PWB; mạch"}
    said = {"source": "tenant_list", "confidence": "high", "synthetic": False}
    write(engine, Edit("articles", "art", {**article, **said}), set_values("offers", "off_b", article_id="art"))
    assert found(index, "pwb") == ["org_b"]
    write(engine, set_values("articles", "art", synonyms="bảng dẫn", hs_code="8534"))
    assert found(index, "pwb") == []
    assert found(index, "bảng dẫn") == ["org_b"]
    assert found(index, "", codes=("hs:8534",)) == ["org_a", "org_b"]
    write(engine, set_values("articles", "art", visibility="private"))
    assert found(index, "bảng dẫn") == []


def test_a_firm_is_found_by_its_industry_in_either_edition(engine: Engine, index: SearchIndex) -> None:
    write(engine, set_values("organisations", "org_a", vsic_code="26100", vsic_version="2018"))
    for code in ("vsic:2610", "vsic2018:26", "vsic2025:26190", "vsic:C"):
        assert found(index, "", codes=(code,)) == ["org_a"]
    assert found(index, "", codes=("vsic2025:2620",)) == []


def test_visibility_is_that_of_the_strictest_record(engine: Engine, index: SearchIndex) -> None:
    write(engine, set_values("facilities", "fac_a", visibility="partners"))
    assert found(index, "bo mạch") == []
    assert found(index, "tân phú") == ["org_a"]
    assert found(index, "bo mạch", Viewer.organisation("org_a")) == ["org_a"]
    assert found(index, "bo mạch", Viewer.organisation("org_b")) == []
    assert found(index, "bo mạch", EVERYTHING) == ["org_a"]
    write(engine, partnership("pair", "org_a", "org_b"))
    assert found(index, "bo mạch", Viewer.organisation("org_b")) == ["org_a"]
    write(engine, set_values("offers", "off_a", visibility="private"))
    assert found(index, "bo mạch", Viewer.organisation("org_b")) == []
    assert found(index, "bo mạch", Viewer.organisation("org_a")) == ["org_a"]


def test_a_hidden_certificate_or_month_helps_nobody_who_does_not_see_it(engine: Engine, index: SearchIndex) -> None:
    certificate = {
        "facility_id": "fac_a",
        "scheme": "ISO 9001:2015",
        "scope": "x",
        "scope_codes": "hs:85",
        "issuer": "y",
        "valid_from": "2025-01-01",
        "valid_to": "2027-12-31",
        "visibility": "private",
        "source": "tenant_list",
        "confidence": "high",
        "synthetic": False,
    }
    write(engine, Edit("certificates", "cert", certificate), offer_month("m", "off_a", "2026-03", visibility="private"))
    held: dict[str, Any] = {"certificates": ("ISO 9001",), "on": date(2026, 3, 1)}
    free: dict[str, Any] = {"month": "2026-03", "minimum_capacity": 40.0}
    for asked in (held, free):
        assert found(index, "", **asked) == []
        assert found(index, "", Viewer.organisation("org_a"), **asked) == ["org_a"]
    write(engine, set_values("certificates", "cert", visibility="public", withdrawn_on="2026-03-01"))
    assert found(index, "", **held) == []
    assert found(index, "", certificates=("ISO 9001",), on=date(2026, 2, 28)) == ["org_a"]
    write(engine, set_values("certificates", "cert", scope_codes="hs:39", withdrawn_on=None))
    assert found(index, "bo mạch", **held) == []


def test_made_up_records_are_hidden_until_asked_for(engine: Engine, index: SearchIndex) -> None:
    write(engine, set_values("organisations", "org_a", synthetic=True))
    assert found(index, "bo mạch") == []
    assert found(index, "bo mạch", synthetic=True) == ["org_a"]


def test_an_offer_holds_on_its_days(engine: Engine, index: SearchIndex) -> None:
    write(engine, set_values("offers", "off_a", valid_from="2026-02-01", valid_to="2026-02-28"))
    assert found(index, "bo mạch", on=date(2026, 2, 28)) == ["org_a"]
    assert found(index, "bo mạch", on=date(2026, 3, 1)) == []
    assert found(index, "bo mạch", on=date(2026, 1, 31)) == []
    assert found(index, "tân phú", on=date(2026, 3, 1)) == ["org_a"]


def test_needs_are_found_apart_from_offers(engine: Engine, index: SearchIndex) -> None:
    need = {"facility_id": "fac_b", "article_vi": "Bo mạch in", "quantity_t_per_month": 3.0, "synthetic": False}
    write(engine, Edit("needs", "need_1", {**need, "source": "tenant_list", "confidence": "high"}))
    assert found(index, "bo mạch") == ["org_a"]
    hits = index.search(Query("bo mạch", purpose="need")).hits
    assert [(hit.organisation_id, hit.need_id, hit.offer_id) for hit in hits] == [("org_b", "need_1", "")]


def test_merges_splits_and_undone_changes_show(engine: Engine, index: SearchIndex) -> None:
    assert found(index, "bo mạch") == ["org_a"]
    merged = merge_records(engine, "organisations", "org_b", ["org_a"], choices={"tax_code": "org_a"}, author="Lan")
    assert found(index, "bo mạch") == ["org_b"]
    assert merged.number is not None
    split_records(engine, merged.number, author="Lan")
    assert found(index, "bo mạch") == ["org_a"]
    change = write(engine, Edit("offers", "off_a", None))
    assert found(index, "bo mạch") == []
    assert change.number is not None
    undo_change(engine, change.number, author="Lan")
    assert found(index, "bo mạch") == ["org_a"]


def test_no_personal_value_is_in_any_file_of_the_index(engine: Engine, index: SearchIndex) -> None:
    write(engine, organisation("org_p", name_vi="Cửa hàng Kim", tax_code="079123456789"), facility("fac_p", "org_p"))
    assert personal_columns() == []
    assert found(index, "cửa hàng kim") == ["org_p"]
    for text in ("bí mật", "kín đáo", "079123456789"):
        assert found(index, text, EVERYTHING) == []
    content = b"".join(path.read_bytes() for path in index.folder.rglob("*") if path.is_file())
    for secret in ("Bí Mật", "bi_mat", "079123456789", "Kín"):
        assert secret.encode() not in content
    erase_personal(engine, "organisations", "org_a", author="Lan", reason="yêu cầu")
    assert found(index, "tân phú") == ["org_a"]


def test_a_deleted_index_comes_back(embedded: SearchIndex) -> None:
    assert found(embedded, "bo mạch") == ["org_a"]
    shutil.rmtree(embedded.folder)
    assert found(embedded, "bo mạch") == ["org_a"]
    assert embedded.folder.is_dir()


@pytest.mark.parametrize("ending", ["term", "store", "fast", "idx", "pos"])
@pytest.mark.parametrize("how", ["cut", "gone", "empty"])
def test_a_damaged_index_is_made_again(embedded: SearchIndex, ending: str, how: str) -> None:
    assert found(embedded, "bo mạch") == ["org_a"]
    for path in embedded.folder.rglob(f"*.{ending}"):
        content = path.read_bytes()[: 20 if how == "cut" else 0]
        path.unlink()  # never cut short in place: the first index has the file mapped into memory
        if how != "gone":
            path.write_bytes(content)
    again = open_index(embedded.engine, embedded.folder)
    assert found(again, "bo mạch") == ["org_a"]


@pytest.mark.parametrize("content", ["", "{", '{"format": 0, "generation": "g1"}', '{"format": 1}', "[]", '"x"'])
def test_an_index_of_another_version_is_made_again(embedded: SearchIndex, content: str) -> None:
    embedded.refresh()
    (embedded.folder / CURRENT_FILE).write_text(content, encoding="utf-8")
    with pytest.raises(DamagedIndexError, match="made again from the database"):
        open_current(embedded.folder)
    again = open_index(embedded.engine, embedded.folder)
    assert found(again, "bo mạch") == ["org_a"]
    assert again.refresh().organisations == 0


def test_a_new_database_at_the_same_address_gets_an_index_of_its_own(tmp_path: Path) -> None:
    path, folder = tmp_path / "one.gpkg", tmp_path / "index"
    for words in ("Bo mạch in", "Ốc vít"):
        engine = make_engine(str(path))
        migrate(engine)
        write(engine, source(), organisation("org_a"), facility("fac_a", "org_a"))
        write(engine, offer("off_a", "fac_a", article_vi=words))
        assert found(open_index(engine, folder), words) == ["org_a"]
        engine.dispose()
        for file in tmp_path.glob("one.gpkg*"):
            file.unlink()


def test_databases_have_folders_of_their_own(sqlite_engine: Engine, tmp_path: Path) -> None:
    other = make_engine(str(tmp_path / "other.gpkg"))
    first, second = index_folder(sqlite_engine, tmp_path), index_folder(other, tmp_path)
    assert first != second
    assert first.parent == second.parent == tmp_path / "search"
    secret = make_engine("postgresql://lan:secret@host/name")
    changed = make_engine("postgresql://lan:other@host/name")
    assert index_folder(secret, tmp_path) == index_folder(changed, tmp_path)


def test_a_second_writer_is_told_who_writes(tmp_path: Path) -> None:
    with (
        writing(tmp_path),
        pytest.raises(BusyError, match=f"being written by process {os.getpid()}"),
        writing(tmp_path),
    ):
        pass
    with writing(tmp_path):
        pass


def test_the_lock_of_a_killed_writer_is_taken_over(tmp_path: Path) -> None:
    child = run_child(
        "import sys, time\nfrom pathlib import Path\nfrom supplychain.search.lock import writing\n"
        "with writing(Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)\n",
        str(tmp_path),
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    with pytest.raises(BusyError, match=f"process {child.pid}"), writing(tmp_path):
        pass
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert (tmp_path / LOCK_FILE).read_text(encoding="utf-8").strip() == str(child.pid)
    with writing(tmp_path):
        pass


@pytest.mark.parametrize("moment", ["writer.commit()", "whole.replace", "while a change is written"])
def test_a_writer_killed_half_way_leaves_a_usable_index(embedded: SearchIndex, moment: str) -> None:
    """Killed before the commit, before a rebuild is put in use, and before the commit of a change."""
    embedded.refresh()
    engine = embedded.engine
    write(engine, offer("off_c", "fac_b", article_vi="Ốc vít"))
    child = run_child(
        "import os, signal, sys, tantivy\nfrom pathlib import Path\n"
        "from supplychain.database import make_engine\n"
        "from supplychain.search import folder, index\n"
        "moment = sys.argv[3]\n"
        "def die(*_args, **_kinds):\n    os.kill(os.getpid(), signal.SIGKILL)\n"
        "if moment == 'whole.replace':\n    Path.replace = die\n"
        "else:\n    folder.state_document = die\n"
        "found = index.open_index(make_engine(sys.argv[1]), Path(sys.argv[2]))\n"
        "found.refresh() if moment.startswith('while') else found.rebuild()\n",
        str(engine.url.database),
        str(embedded.folder),
        moment,
    )
    assert child.wait() == -signal.SIGKILL
    assert child.stdout is not None
    child.stdout.close()
    generation, _ = open_current(embedded.folder)
    again = open_index(engine, embedded.folder)
    assert found(again, "ốc vít") == ["org_b"]
    assert found(again, "bo mạch") == ["org_a"]
    assert json.loads((embedded.folder / CURRENT_FILE).read_text(encoding="utf-8"))["generation"] == generation
    again.rebuild()
    assert len(list(embedded.folder.glob("g*"))) == 1


def run_child(program: str, *arguments: str) -> subprocess.Popen[str]:
    """Return a Python process that runs a program."""
    return subprocess.Popen([sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, text=True)


def test_threads_ask_and_write_at_once(embedded: SearchIndex) -> None:
    answers: list[list[str]] = []

    def ask() -> None:
        answers.extend(found(embedded, "bo mạch") for _ in range(5))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(5):
        write(embedded.engine, offer(f"off_{number}", "fac_b", article_vi=f"Hàng {number}"))
    for thread in threads:
        thread.join()
    assert answers == [["org_a"]] * 20
    assert found(embedded, "hàng 4") == ["org_b"]


_TEXTS = st.sampled_from(("Bo mạch", "Ốc vít", "Nhựa", "Vải dệt"))
_LEVELS = st.sampled_from((None, "partners", "private"))
_EDITS = st.one_of(
    st.builds(
        lambda at, text, level: offer(f"off_{at}", f"fac_{at % 2}", article_vi=text, visibility=level),
        st.integers(0, 3),
        _TEXTS,
        _LEVELS,
    ),
    st.builds(
        lambda at, text, level: set_values("organisations", f"org_{at}", name_vi=text, visibility=level),
        st.integers(0, 2),
        _TEXTS,
        _LEVELS,
    ),
    st.builds(
        lambda at, owner: set_values("facilities", f"fac_{at}", organisation_id=f"org_{owner}"),
        st.integers(0, 1),
        st.integers(0, 2),
    ),
    st.builds(
        lambda at, made_up: set_values("facilities", f"fac_{at}", synthetic=made_up), st.integers(0, 1), st.booleans()
    ),
)


@pytest.fixture(scope="module")
def three_firms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database file with three firms and two facilities; tests copy it."""
    path = tmp_path_factory.mktemp("three") / "firms.gpkg"
    engine = make_engine(str(path))
    migrate(engine)
    there = [organisation(f"org_{at}") for at in range(3)]
    write(engine, source(), *there, *(facility(f"fac_{at}", f"org_{at}") for at in range(2)))
    engine.dispose()
    return path


_ROUND = st.lists(_EDITS, min_size=1, max_size=3, unique_by=lambda edit: (edit.table, edit.record_id))


@settings(max_examples=12, deadline=None)
@given(rounds=st.lists(_ROUND, min_size=1, max_size=4))
def test_following_the_log_gives_the_index_a_rebuild_gives(
    rounds: Sequence[Sequence[Edit]], three_firms: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("law")
    engine = make_engine(str(shutil.copy(three_firms, folder)))
    index = open_index(engine, folder / "index")
    index.refresh()
    for edits in rounds:
        write(engine, *edits)
        index.refresh()
    followed = answers(index)
    index.rebuild()
    assert followed == answers(index)
    engine.dispose()


def answers(index: SearchIndex) -> list[object]:
    """Return what every kind of viewer finds."""
    viewers = (PUBLIC, EVERYTHING, Viewer.organisation("org_0"))
    texts = ("", "bo mạch", "ốc", "nhựa", "vải")
    return [index.search(Query(text, synthetic=True), viewer) for viewer in viewers for text in texts]
