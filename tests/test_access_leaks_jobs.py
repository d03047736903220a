"""What is hidden does not leave through jobs either, nor through answers that are kept for a repeat.

Workers run with the eyes of whoever asked: matching and exports give the same in both worlds (``leak_worlds``).
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import httpx
import pytest
from leak_worlds import NAMED, VIEWERS, make_world, plain
from service_parts import CALLER_HEADER, client, somebody
from sqlalchemy import Engine

from api.access.caller import ANONYMOUS, Caller
from api.database import create_database
from api.jobs.catalogue import JOB_KINDS
from api.rest.matching import MatchModel
from supplychain.database import make_engine
from supplychain.errors import HinterlandError
from supplychain.text import Text


@dataclass
class HereAndNow:
    """A job that runs here and keeps its files in memory."""

    engine: Engine
    caller: Caller
    job_id: str = "job_1"
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def database(self) -> str:
        """Name of the database."""
        return str(self.engine.url.database)

    def tell(self, text: Text, share: float | None = None) -> None:
        """Pass over how far it is."""

    def step(self, name: str, make: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """Return what a step gives."""
        del name
        return make()

    def spread(self, steps: Mapping[str, Mapping[str, Any]], kind: str) -> Mapping[str, Mapping[str, Any]]:
        """Spread nothing."""
        raise NotImplementedError

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """Give a folder."""
        with TemporaryDirectory() as path:
            yield Path(path)

    def keep_file(self, path: Path, media_type: str, name: str | None = None) -> str:
        """Keep a file."""
        return self.keep_bytes([path.read_bytes()], media_type, name or path.name)

    def keep_bytes(self, parts: Iterable[bytes], media_type: str, name: str) -> str:
        """Keep bytes."""
        del media_type
        self.files[name] = b"".join(parts)
        return f"file_{name}"

    def told(self, result: Mapping[str, Any]) -> str:
        """Return all that the job gives, the contents of archives too."""
        return plain(json.dumps([result, {name: _opened(data) for name, data in self.files.items()}], default=str))


def _opened(data: bytes) -> Any:  # noqa: ANN401 - text, or what an archive holds
    if not data.startswith(b"PK"):
        return data.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in sorted(archive.namelist())}


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, Engine]]:
    folder = tmp_path_factory.mktemp("worlds")
    made = []
    for name in ("a", "b"):
        create_database(str(folder / f"{name}.gpkg"))
        made.append(make_engine(str(folder / f"{name}.gpkg")))
        make_world(made[-1], is_named=name == "a")
    yield made[0], made[1]
    for engine in made:
        engine.dispose()


def run(engine: Engine, caller: Caller, kind: str, request: Mapping[str, Any]) -> str:
    """Return all that a job gives somebody: its result and files, or the sentence with which it fails."""
    module, _, name = JOB_KINDS[kind].run.partition(":")
    context = HereAndNow(engine, caller)
    try:
        result = getattr(import_module(module), name)(context, request)
    except HinterlandError as error:
        return plain(error.sentence("en"))
    told = context.told(result)
    return _STATES.sub("STATE", told) if kind == "layer_export" else told


_STATES: Final = re.compile(r"\b(?:[0-9a-f]{24}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")
"""Names of the state of a layer, which are others after every change, and the ids of records made from them."""

LAYERS: Final = ("parks", "facilities", "terminals", "zones", "unmet_needs")


def layer_export(layer: str, form: str, condition: str = "") -> dict[str, Any]:
    """Return the request of an export of one layer."""
    wished = {"crs": "EPSG:4326", "filter": condition, "filter_lang": "cql2-text", "bbox": None, "lang": "en"}
    return {"layers": [layer], "format": form, **wished}


ASKED: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("match", MatchModel(need="Chip").model_dump()),
    ("match", MatchModel(need=f"Chip {NAMED}").model_dump()),
    ("match", MatchModel(need="Bảng mạch").model_dump()),
    ("match", MatchModel(need=f"{NAMED}_n").model_dump()),
    ("match", MatchModel(need="zoe_n").model_dump()),
    ("match", MatchModel(offer=f"{NAMED}_o").model_dump()),
    ("match", MatchModel(offer="owner_o").model_dump()),
    ("export", {"format": "csv", "tables": [], "as_of": None, "synthetic": True}),
    ("export", {"format": "csv", "tables": [], "as_of": "2", "synthetic": True}),
    *(("layer_export", layer_export(name, form)) for name in LAYERS for form in ("csv", "geojson")),
    ("layer_export", layer_export("facilities", "csv", "name_vi LIKE '%" + NAMED + "%'")),
)


@pytest.mark.parametrize("viewer", ["reader", "stranger"])
def test_jobs_give_the_same_whatever_is_hidden(
    worlds: tuple[Engine, Engine], viewer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    wrong = []
    for kind, request in ASKED:
        first, second = (run(engine, VIEWERS[viewer], kind, request) for engine in worlds)
        if first != second or (NAMED in first and NAMED not in str(request)):
            wrong.append(f"{kind} {request}: {first[:800]} is not {second[:800]}")
    assert wrong == []


def test_an_owner_gets_what_is_theirs_from_the_same_job(worlds: tuple[Engine, Engine]) -> None:
    """The comparison above would say nothing if exports were empty."""
    owner = somebody("firm", name="owner", organisation_id="owner")
    assert f"{NAMED}_o" in run(
        worlds[0], owner, "export", {"format": "csv", "tables": [], "as_of": None, "synthetic": True}
    )


def test_a_kept_answer_is_not_given_to_who_may_not_see_it_any_more(sqlite_engine: Engine) -> None:
    """The same account and key: after its claim is taken back, with a narrower key, or as somebody else."""
    make_world(sqlite_engine, is_named=True)
    firm = somebody("firm", name="owner", organisation_id="owner")
    others = {
        "firm": firm,
        "revoked": Caller(firm.account_id, firm.name, firm.roles, None, "key"),
        "wider": somebody("firm", "reader", name="owner", organisation_id="owner"),
        "another": somebody("firm", name="stranger", organisation_id="stranger"),
    }
    with client(sqlite_engine, ANONYMOUS, others=others, mode="accounts") as one:
        wish = {"contact_name": "Lê B"}
        tag = one.get("/api/v1/facilities/owner_f", headers={CALLER_HEADER: "firm"}).headers["etag"]

        def ask(who: str) -> httpx.Response:
            headers = {CALLER_HEADER: who, "idempotency-key": hashlib.sha256(b"k").hexdigest(), "if-match": tag}
            return one.patch("/api/v1/facilities/owner_f", json=wish, headers=headers)

        first = ask("firm")
        assert first.status_code == httpx.codes.OK, first.text
        assert "Lê B" in first.text
        assert ask("firm").content == first.content
        for who in ("revoked", "wider", "another"):
            answer = ask(who)
            assert not answer.is_success, who
            assert "Lê B" not in answer.text
