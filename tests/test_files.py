"""Files in the database: what goes in comes out, whole or in part, and nothing half is ever seen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select

from api.files.clearing import clear_files
from api.files.names import LONGEST_BYTES, clean_media_type, clean_name
from api.files.store import PART_BYTES, FileWriter, delete_file, file_parts, read_file, store_file
from api.files.tables import CONTENTS, FILES, PARTS
from api.service.problems import ServiceError
from supplychain.database import for_writing
from supplychain.errors import HinterlandError


def counts(engine: Engine) -> tuple[int, int, int]:
    """Return how many files, contents and parts there are."""
    with engine.connect() as connection:
        files, contents, parts = (
            connection.scalar(select(func.count()).select_from(table)) for table in (FILES, CONTENTS, PARTS)
        )
    return files or 0, contents or 0, parts or 0


def text_file(engine: Engine, contents: bytes = b"abc", **said: object) -> str:
    """Store a small file of one account and return its id."""
    given = {"name": "a.csv", "media_type": "text/csv", "owner": "acc_1", **said}
    return store_file(engine, [contents], **given).file_id  # type: ignore[arg-type] # a test may say anything


def test_a_file_comes_back_as_it_went_in(registry_engine: Engine) -> None:
    """2.5 parts make three rows; the digest is that of the whole."""
    contents = bytes(range(250)) * 10_000
    pieces = [contents[at : at + 777_777] for at in range(0, len(contents), 777_777)]
    stored = store_file(registry_engine, pieces, name="tệp.bin", media_type="Text/CSV; charset=utf-8", owner="acc_1")
    assert stored.size == 2_500_000
    assert stored.sha256 == hashlib.sha256(contents).hexdigest()
    assert (stored.name, stored.media_type, stored.owner) == ("tệp.bin", "text/csv", "acc_1")
    assert read_file(registry_engine, stored.file_id) == stored
    assert b"".join(file_parts(registry_engine, stored.file_id)) == contents
    assert counts(registry_engine) == (1, 1, 3)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.integers(0, 2_600_000), length=st.integers(0, 2_600_000))
def test_any_stretch_is_that_of_the_whole(sqlite_engine: Engine, start: int, length: int) -> None:
    contents = bytes(range(250)) * 10_000
    file_id = text_file(sqlite_engine, contents)
    found = b"".join(file_parts(sqlite_engine, file_id, start, start + length))
    assert found == contents[start : start + length]


def test_an_empty_file_is_a_file(registry_engine: Engine) -> None:
    stored = store_file(registry_engine, [], name="", media_type="", owner=None)
    assert (stored.size, stored.name, stored.media_type, stored.owner) == (0, "file", "application/octet-stream", None)
    assert b"".join(file_parts(registry_engine, stored.file_id)) == b""


def test_the_same_contents_are_kept_once_for_each_owner(registry_engine: Engine) -> None:
    one, two = text_file(registry_engine), text_file(registry_engine, name="b.csv")
    other = text_file(registry_engine, owner="acc_2")
    assert counts(registry_engine) == (3, 2, 2)
    delete_file(registry_engine, one)
    delete_file(registry_engine, one)
    assert b"".join(file_parts(registry_engine, two)) == b"abc"
    delete_file(registry_engine, two)
    delete_file(registry_engine, other)
    assert counts(registry_engine) == (0, 0, 0)


def test_nothing_stays_of_a_file_that_breaks_off(registry_engine: Engine) -> None:
    def broken() -> Iterator[bytes]:
        yield b"x" * (PART_BYTES + 1)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store_file(registry_engine, broken(), name="a", media_type="", owner="acc_1")
    assert counts(registry_engine) == (0, 0, 0)


def test_what_a_killed_program_left_is_cleared_away(registry_engine: Engine) -> None:
    left = FileWriter(registry_engine, name="a", media_type="", owner="acc_1")
    left.add(b"x" * (PART_BYTES + 5))
    assert counts(registry_engine) == (0, 1, 1)
    clear_files(registry_engine)
    assert counts(registry_engine) == (0, 1, 1)
    clear_files(registry_engine, at=datetime.now(UTC) + timedelta(hours=2))
    assert counts(registry_engine) == (0, 0, 0)
    with pytest.raises(HinterlandError, match="took so long to arrive"):
        left.finish()
    assert counts(registry_engine) == (0, 0, 0)


def test_a_file_that_expired_is_absent_at_once_and_cleared_later(registry_engine: Engine) -> None:
    past = datetime.now(UTC) - timedelta(minutes=1)
    file_id = text_file(registry_engine, expires_at=past)
    kept = text_file(registry_engine, expires_at=past + timedelta(days=3))
    with pytest.raises(ServiceError, match=f"There is no file {file_id} here"):
        read_file(registry_engine, file_id)
    clear_files(registry_engine)
    assert counts(registry_engine)[0] == 2
    clear_files(registry_engine, at=datetime.now(UTC) + timedelta(hours=25))
    assert read_file(registry_engine, kept).file_id == kept
    assert counts(registry_engine) == (1, 1, 1)


def test_a_file_removed_while_it_is_read_is_told(registry_engine: Engine) -> None:
    file_id = text_file(registry_engine, b"y" * (2 * PART_BYTES))
    parts = file_parts(registry_engine, file_id)
    next(parts)
    delete_file(registry_engine, file_id)
    with pytest.raises(HinterlandError, match="was removed while it was read"):
        next(parts)


def test_an_absent_file_is_refused_before_anything_is_read(registry_engine: Engine) -> None:
    with pytest.raises(ServiceError, match="There is no file file_nothing here"):
        file_parts(registry_engine, "file_nothing")


def test_a_time_without_a_zone_is_refused(sqlite_engine: Engine) -> None:
    naive = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(ValueError, match="must say its time zone"):
        text_file(sqlite_engine, expires_at=naive)


def test_a_transaction_taken_back_leaves_no_file(registry_engine: Engine) -> None:
    writer = FileWriter(registry_engine, name="a", media_type="", owner="acc_1")
    writer.add(b"x" * (PART_BYTES + 5))
    connection = for_writing(registry_engine).connect()
    with connection, connection.begin() as transaction:
        writer.seal(connection)
        transaction.rollback()
    writer.abandon()
    assert counts(registry_engine) == (0, 0, 0)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("danh sách.csv", "danh sách.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\báo cáo.xlsx", "báo cáo.xlsx"),
        ("..", "file"),
        ("a\x00b\nc", "a_b_c"),
        ("\u202egpj.exe", "_gpj.exe"),
        ("CON.txt", "_CON.txt"),
        (".htaccess", "htaccess"),
        ('a"b<c>.csv', "a_b_c_.csv"),
        ("", "file"),
    ],
)
def test_names_are_cleaned(given: str, name: str) -> None:
    assert clean_name(given) == name


@given(st.text(max_size=400))
def test_a_cleaned_name_is_a_name(given: str) -> None:
    name = clean_name(given)
    assert clean_name(name) == name
    assert 0 < len(name.encode()) <= LONGEST_BYTES
    assert not set(name) & set('/\\:\0\n\r"<>|?*')
    assert name not in (".", "..")


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ("text/csv; charset=utf-8", "text/csv"),
        ("TEXT/HTML", "text/html"),
        ("text/html\r\nSet-Cookie: a=b", "application/octet-stream"),
        ("", "application/octet-stream"),
        ("văn/bản", "application/octet-stream"),
    ],
)
def test_media_types_are_cleaned(given: str, kind: str) -> None:
    assert clean_media_type(given) == kind
