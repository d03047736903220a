"""Networks: stored versions, and the jobs that make, check, compare and export them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from api.access.caller import Caller
from api.access.guard import CallerParameter, allowed
from api.jobs.models import JobModel
from api.jobs.queue import submit
from api.rest.files import own_file_of
from api.rest.network_models import (
    CheckForm,
    DiffForm,
    ExportForm,
    FeaturePage,
    ImportForm,
    JoinForm,
    LayerPath,
    LengthsModel,
    MappingForm,
    MergeForm,
    NetworkModel,
    NetworkPath,
    NoteModel,
    RepairForm,
    bounds_text,
)
from api.rest.network_reads import (
    check_free,
    network_of,
    number_of,
    read_features,
    read_lengths,
    read_notes,
    show_network,
    tag_of,
)
from api.rest.planning_asking import JOB_ANSWERS, ask
from api.service.context import ServiceParameter
from api.service.etags import IF_MATCH, not_modified, require_match
from api.service.paging import Page, PageParameter
from api.service.problems import ServiceError
from api.service.writing import Answer, write

if TYPE_CHECKING:
    from collections.abc import Sequence

ROUTER: Final = APIRouter(tags=["networks"])
PACK: Final = "pack"
NONE: Final = "none"

Asked = tuple[dict[str, Any], str]
"""Request and title of a job."""

AS_JOB: Final[dict[str, Any]] = {"status_code": 202, "response_model": JobModel, "responses": JOB_ANSWERS}


@ROUTER.get(
    "/networks",
    dependencies=[allowed("networks:read")],
    response_model=Page[NetworkModel],
    operation_id="list_networks",
    summary="Các phiên bản mạng lưới · Stored networks",
)
def list_networks(service: ServiceParameter, page: PageParameter) -> Page[NetworkModel]:
    """Return every stored version, oldest first."""
    from geodata.versions.store import versions_after  # noqa: PLC0415 - loads numpy and what is built on it

    after = 0 if page.after is None else int(page.after[0] or 0)
    with service.engine.connect() as connection:
        rows = versions_after(connection, after, page.fetch)
    shown, following = page.cut(rows, lambda stored: (stored.version_id,))
    return Page(items=[show_network(stored) for stored in shown], next=following)


@ROUTER.get(
    "/networks/{network}",
    dependencies=[allowed("networks:read")],
    response_model=NetworkModel,
    operation_id="get_network",
    summary="Một phiên bản mạng lưới · A stored network",
)
def get_network(
    request: Request, response: Response, service: ServiceParameter, network: NetworkPath
) -> NetworkModel | Response:
    """Return what is known of a version."""
    with service.engine.connect() as connection:
        stored = network_of(connection, network)
    unchanged = not_modified(request, tag_of(stored))
    if unchanged is not None:
        return unchanged
    response.headers["ETag"] = tag_of(stored)
    return show_network(stored)


@ROUTER.delete(
    "/networks/{network}",
    dependencies=[allowed("networks:write")],
    response_model=NetworkModel,
    operation_id="delete_network",
    summary="Xóa phiên bản chưa dùng · Delete a version that no run used",
    openapi_extra=IF_MATCH,
)
def delete_network(
    request: Request, service: ServiceParameter, caller: CallerParameter, network: NetworkPath
) -> Response:
    """Delete a version: nobody sees it from then on, and a worker removes its rows."""
    from geodata.versions.store import take_off  # noqa: PLC0415 - loads numpy and what is built on it
    from geodata.versions.version import VersionError  # noqa: PLC0415

    def make(connection: Connection) -> Answer:
        stored = network_of(connection, network)
        require_match(request, tag_of(stored))
        try:
            take_off(connection, stored)
        except VersionError as error:
            raise ServiceError(error.text, "conflict") from error
        job_id = submit(connection, "network_clean", {"content_hash": stored.content_hash}, caller, title=stored.name)
        wake = (lambda: service.jobs.wake(job_id),)
        return Answer(200, show_network(stored), subject=str(stored.version_id), after=wake)

    return write(request, service, caller, "networks.delete", make)


@ROUTER.get(
    "/networks/{network}/records",
    dependencies=[allowed("networks:read")],
    response_model=Page[NoteModel],
    operation_id="list_network_records",
    summary="Ghi nhận của một phiên bản · Notes kept with a version",
)
def list_network_records(service: ServiceParameter, network: NetworkPath, page: PageParameter) -> Page[NoteModel]:
    """Return what its import noted, its repair did or its merge could not settle."""
    after = 0 if page.after is None else int(page.after[0] or 0)
    with service.engine.connect() as connection:
        rows = read_notes(connection, network_of(connection, network).version_id, after, page.fetch)
    shown, following = page.cut(rows, lambda row: (row[0],))
    return Page(items=[note for _, note in shown], next=following)


@ROUTER.get(
    "/networks/{network}/lengths",
    dependencies=[allowed("networks:read")],
    response_model=LengthsModel,
    operation_id="get_network_lengths",
    summary="Chiều dài theo phương thức và cấp · Lengths by mode and class",
)
def get_network_lengths(service: ServiceParameter, network: NetworkPath) -> LengthsModel:
    """Return number and length of the links of a version."""
    with service.engine.connect() as connection:
        return LengthsModel(items=read_lengths(connection, network_of(connection, network).version_id))


@ROUTER.get(
    "/networks/{network}/layers/{layer}",
    dependencies=[allowed("networks:read")],
    response_model=FeaturePage,
    operation_id="get_network_layer",
    summary="Một lớp của mạng lưới, GeoJSON theo trang · A layer of a network, GeoJSON in pages",
)
def get_network_layer(
    response: Response, service: ServiceParameter, network: NetworkPath, layer: LayerPath, page: PageParameter
) -> FeaturePage:
    """Return rows of a layer in their order; an export gives all of them as a file."""
    after = 0 if page.after is None else int(page.after[0] or 0)
    with service.engine.connect() as connection:
        stored = network_of(connection, network)
        rows = read_features(connection, stored.version_id, layer, after, page.fetch)
    shown, following = page.cut(rows, lambda row: (row[0],))
    response.headers["ETag"] = tag_of(stored)
    features = [feature for _, feature in shown]
    return FeaturePage(type="FeatureCollection", features=features, next=following, attribution=stored.attribution)


def _own_files(connection: Connection, caller: Caller, files: Sequence[str]) -> None:
    for file_id in files:
        own_file_of(connection, caller, file_id)


@ROUTER.post(
    "/networks/imports",
    dependencies=[allowed("networks:write")],
    operation_id="import_network",
    summary="Nhập mạng lưới · Import a network",
    **AS_JOB,
)
def import_network(request: Request, service: ServiceParameter, caller: CallerParameter, form: ImportForm) -> Response:
    """Enter a job that imports uploaded files, or the corridors of the region, as a new version."""

    def make(connection: Connection) -> Asked:
        check_free(connection, form.name)
        _own_files(connection, caller, form.files)
        onto = form.onto if form.onto in (None, NONE) else number_of(connection, str(form.onto))
        asked = {**form.model_dump(), "onto": onto, "bounds": bounds_text(form.bounds)}
        return asked, form.name or form.form

    return ask(request, service, caller, "network_import", make)


@ROUTER.post(
    "/networks/mappings",
    dependencies=[allowed("networks:write")],
    operation_id="suggest_network_mapping",
    summary="Gợi ý ý nghĩa các cột · Suggest what the columns of a GIS file mean",
    **AS_JOB,
)
def suggest_network_mapping(
    request: Request, service: ServiceParameter, caller: CallerParameter, form: MappingForm
) -> Response:
    """Enter a job that reads a GIS file and suggests a mapping to look through."""

    def make(connection: Connection) -> Asked:
        _own_files(connection, caller, form.files)
        return form.model_dump(), ""

    return ask(request, service, caller, "network_mapping", make)


@ROUTER.post(
    "/networks/joins",
    dependencies=[allowed("networks:write")],
    operation_id="join_networks",
    summary="Ghép mạng chi tiết với hành lang · Join detail and corridors",
    **AS_JOB,
)
def join_networks(request: Request, service: ServiceParameter, caller: CallerParameter, form: JoinForm) -> Response:
    """Enter a job that joins a detailed version with the corridors of the region or of another version."""

    def make(connection: Connection) -> Asked:
        check_free(connection, form.name)
        corridors = PACK if form.corridors == PACK else number_of(connection, form.corridors)
        asked = {"name": form.name, "detail": number_of(connection, form.detail), "corridors": corridors}
        return asked, form.name or f"{form.detail} + {form.corridors}"

    return ask(request, service, caller, "network_join", make)


@ROUTER.post(
    "/networks/diffs",
    dependencies=[allowed("routes:ask")],
    operation_id="diff_networks",
    summary="So sánh hai phiên bản · Compare two versions",
    **AS_JOB,
)
def diff_networks(request: Request, service: ServiceParameter, caller: CallerParameter, form: DiffForm) -> Response:
    """Enter a job that tells what differs between two versions."""

    def make(connection: Connection) -> Asked:
        asked = {name: number_of(connection, getattr(form, name)) for name in ("before", "after")}
        return asked, f"{form.before} – {form.after}"

    return ask(request, service, caller, "network_diff", make)


@ROUTER.post(
    "/networks/merges",
    dependencies=[allowed("networks:write")],
    operation_id="merge_networks",
    summary="Đưa bản sửa tay lên dữ liệu mới · Put edits upon a newer import",
    **AS_JOB,
)
def merge_networks(request: Request, service: ServiceParameter, caller: CallerParameter, form: MergeForm) -> Response:
    """Enter a job that puts the edits that lead from one version to another upon a third."""

    def make(connection: Connection) -> Asked:
        check_free(connection, form.name)
        numbers = {name: number_of(connection, getattr(form, name)) for name in ("base", "mine", "theirs")}
        return {"name": form.name, **numbers}, form.name or form.theirs

    return ask(request, service, caller, "network_merge", make)


@ROUTER.post(
    "/networks/{network}/check",
    dependencies=[allowed("routes:ask")],
    operation_id="check_network",
    summary="Kiểm tra mạng lưới · Check a network",
    **AS_JOB,
)
def check_network(
    request: Request, service: ServiceParameter, caller: CallerParameter, network: NetworkPath, form: CheckForm
) -> Response:
    """Enter a job that looks for faults: rows in the result, layers as a file."""

    def make(connection: Connection) -> Asked:
        bounds = bounds_text(form.bounds)
        return {"network": number_of(connection, network), "bounds": bounds, "repairs": False}, network

    return ask(request, service, caller, "network_check", make)


@ROUTER.post(
    "/networks/{network}/repair",
    dependencies=[allowed("networks:write")],
    operation_id="repair_network",
    summary="Sửa lỗi an toàn thành phiên bản mới · Make safe repairs, as a new version",
    **AS_JOB,
)
def repair_network(
    request: Request, service: ServiceParameter, caller: CallerParameter, network: NetworkPath, form: RepairForm
) -> Response:
    """Enter a job that checks a version and makes the safe repairs as a new version."""

    def make(connection: Connection) -> Asked:
        check_free(connection, form.name)
        asked = {"network": number_of(connection, network), "bounds": bounds_text(form.bounds), "repairs": True}
        return {**asked, "name": form.name}, form.name or network

    return ask(request, service, caller, "network_repair", make)


@ROUTER.post(
    "/networks/{network}/exports",
    dependencies=[allowed("routes:ask")],
    operation_id="export_network",
    summary="Xuất mạng lưới thành tệp · Export a network as a file",
    **AS_JOB,
)
def export_network(
    request: Request, service: ServiceParameter, caller: CallerParameter, network: NetworkPath, form: ExportForm
) -> Response:
    """Enter a job that writes a version for GIS programs, or as GMNS tables."""

    def make(connection: Connection) -> Asked:
        return {"network": number_of(connection, network), **form.model_dump()}, network

    return ask(request, service, caller, "network_export", make)
