"""What tests share: both databases, the shipped region pack, one run of the demo, and when a test may be skipped."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Generator, Iterator
from functools import cache
from pathlib import Path
from typing import Final

import hypothesis
import pytest
import typer
from demo_run import DemoRun, read_demo, run_demo
from once import made_once
from region_files import RegionFiles
from registry_parts import emptied
from small_results import small_results
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from api.database import load_region, migrate
from api.regions import check_region, region_folder
from api.results import Results
from supplychain.database import for_writing, make_engine
from supplychain.pack import Pack

POSTGRES_URL: Final = os.environ.get(
    "HINTERLAND_TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:55432/hinterland_test"
)
NO_SKIP: Final = os.environ.get("HINTERLAND_TEST_NO_SKIP") == "1"
SERVICES: Final = ("postgis", "browser", "qgis")
"""Markers of tests that need something outside Python. Where it should be there, a skip is a failure."""


LONG_FILES: Final = frozenset(
    (
        "test_access_leaks",
        "test_access_leaks_jobs",
        "test_benchmarks",
        "test_cli",
        "test_database",
        "test_files_killed",
        "test_jobs_kill",
        "test_jobs_worker",
        "test_network_commands",
        "test_ogc_clients",
        "test_ogc_conformance",
        "test_ogc_qgis",
        "test_rest_planning",
        "test_rest_planning_workers",
        "test_service_running",
        "test_service_schemathesis",
        "test_styles_documents",
        "test_tiles_served",
        "test_web_build",
        "test_web_page",
    )
)
"""Files that take long, much of it waiting for processes: begun first, they do not keep one worker busy at the end."""


# On a build machine the generated examples are the same each time: a red build can be run again without luck.
hypothesis.settings.register_profile("build", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("build")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take long; the others stay in their order."""
    items.sort(key=lambda item: item.path.stem not in LONG_FILES)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip for want of a service into a failure when ``HINTERLAND_TEST_NO_SKIP`` is 1."""
    report = yield
    wanting = [name for name in SERVICES if item.get_closest_marker(name)]
    if NO_SKIP and report.skipped and wanting and call.excinfo is not None:
        report.outcome = "failed"
        report.longrepr = f"skipped although HINTERLAND_TEST_NO_SKIP=1 ({', '.join(wanting)}): {call.excinfo.value}"
    return report


@pytest.fixture(scope="session", autouse=True)
def _commands_made_once() -> Iterator[None]:
    """Let ``CliRunner`` take the commands it made before: making all of them takes a tenth of a second each time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("typer.testing._get_command", cache(typer.main.get_command))
        yield


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    """Return one finished run of the demo; tests only read it."""
    return read_demo(made_once(tmp_path_factory, "demo", run_demo))


@pytest.fixture(scope="session")
def small() -> Results:
    """Return the results of the main job on a region of one park; tests only read them."""
    return small_results()


@pytest.fixture(scope="session")
def region_pack() -> Pack:
    """Return the shipped pack of Bình Dương, after every check."""
    return check_region(region_folder("binh_duong"))


@pytest.fixture(scope="session")
def region_files(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> RegionFiles:
    """Return embedded databases of the shipped region, to be copied: loading it takes seconds."""

    def make(folder: Path) -> None:
        for name, with_synthetic in (("whole", True), ("real", False)):
            path = shutil.copy(sqlite_template, folder / f"{name}.gpkg")
            load_region(str(path), region_folder("binh_duong"), with_synthetic=with_synthetic)

    folder = made_once(tmp_path_factory, "region", make)
    return RegionFiles(folder / "whole.gpkg", folder / "real.gpkg")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an embedded database with all tables, to be copied: making them takes most of a second."""

    def make(folder: Path) -> None:
        engine = make_engine(str(folder / "hinterland.gpkg"))
        migrate(engine)
        engine.dispose()

    return made_once(tmp_path_factory, "template", make) / "hinterland.gpkg"


@pytest.fixture
def sqlite_engine(tmp_path: Path, sqlite_template: Path) -> Iterator[Engine]:
    """Yield a fresh embedded database with all tables."""
    engine = make_engine(str(shutil.copy(sqlite_template, tmp_path / "hinterland.gpkg")))
    yield engine
    engine.dispose()


@pytest.fixture
def sqlite_session(sqlite_engine: Engine) -> Iterator[Session]:
    """Yield a session on a fresh embedded database; nothing it does is kept."""
    yield from _rolled_back(for_writing(sqlite_engine))


@pytest.fixture(scope="session")
def postgis_url() -> Iterator[str]:
    """Yield the URL of a PostGIS database whose default schema is new and empty; skip where no server answers."""
    schema = f"test_{uuid.uuid4().hex[:12]}"
    engine = create_engine(POSTGRES_URL, connect_args={"connect_timeout": 3})
    try:
        with engine.begin() as connection:
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
            connection.execute(text(f"CREATE SCHEMA {schema}"))
    except OperationalError as error:
        engine.dispose()
        pytest.skip(f"no PostGIS server answers at {engine.url.render_as_string(hide_password=True)}: {error.orig}")
    joint = "&" if "?" in POSTGRES_URL else "?"
    yield f"{POSTGRES_URL}{joint}options=-csearch_path%3D{schema},public"
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


@pytest.fixture(scope="session")
def postgis_engine(postgis_url: str) -> Iterator[Engine]:
    """Yield a PostGIS database with all tables, in a schema of its own."""
    engine = make_engine(postgis_url)
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def postgis_session(postgis_engine: Engine) -> Iterator[Session]:
    """Yield a session on PostGIS; nothing it does is kept."""
    yield from _rolled_back(postgis_engine)


@pytest.fixture(params=["sqlite_session", pytest.param("postgis_session", marks=pytest.mark.postgis)])
def session(request: pytest.FixtureRequest) -> Session:
    """Return a session on each of the two databases in turn."""
    found: Session = request.getfixturevalue(request.param)
    return found


def _rolled_back(engine: Engine) -> Iterator[Session]:
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as opened:
            yield opened
        outer.rollback()


@pytest.fixture
def postgis_registry(postgis_engine: Engine) -> Iterator[Engine]:
    """Yield PostGIS for tests that commit to the registry, and empty it afterwards."""
    with emptied(postgis_engine) as engine:
        yield engine


@pytest.fixture(params=["sqlite_engine", pytest.param("postgis_registry", marks=pytest.mark.postgis)])
def registry_engine(request: pytest.FixtureRequest) -> Engine:
    """Return each of the two databases in turn, empty and ready to commit to."""
    found: Engine = request.getfixturevalue(request.param)
    return found
