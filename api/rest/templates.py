"""Templates of files to import: headings that name their field, lists to choose from, explanations, examples."""

from __future__ import annotations

import tempfile
from pathlib import Path as FilePath
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Path, Query, Response

from api.access.guard import allowed
from api.files.answers import attachment
from api.rest.fields import Model, told
from api.rest.table_names import ImportTarget
from api.service.context import ServiceParameter

ROUTER: Final = APIRouter()

MEDIA_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class TemplateModel(Model):
    """A template."""

    table: str = told("What the rows of the file are", "Mỗi dòng của tệp là gì", "tenants")
    meaning_vi: str = told("What the table holds, in Vietnamese", "Bảng chứa gì, tiếng Việt", "Doanh nghiệp trong khu")
    meaning_en: str = told("What the table holds, in English", "Bảng chứa gì, tiếng Anh", "Tenants of a park")
    columns: list[str] = told("Fields, those to fill in first", "Các trường, trường cần điền đứng trước", ["name_vi"])


class TemplatesModel(Model):
    """All templates."""

    templates: list[TemplateModel] = told("One for each table", "Mỗi bảng một mẫu", [])


@ROUTER.get("/templates", dependencies=[allowed("public")], summary="Các mẫu tệp · Templates of files to import")
def list_templates() -> TemplatesModel:
    """Return what can be imported, and the fields of each."""
    from supplychain.intake.targets import TARGETS  # noqa: PLC0415 - loads what declares them
    from supplychain.intake.templates import template_columns  # noqa: PLC0415

    found = [
        TemplateModel(
            table=name,
            meaning_vi=declared.meaning.vi,
            meaning_en=declared.meaning.en,
            columns=[column.name for column in template_columns(declared)],
        )
        for name, declared in TARGETS.items()
    ]
    return TemplatesModel(templates=found)


@ROUTER.get(
    "/templates/{table}",
    dependencies=[allowed("public")],
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in MEDIA_TYPES.values()}, "description": "Mẫu · The template"}},
    summary="Tải một mẫu · A template to fill in",
)
def get_template(
    service: ServiceParameter,
    table: Annotated[ImportTarget, Path(description="Bảng, hoặc tenants · A table, or tenants", examples=["tenants"])],
    form: Annotated[
        Literal["xlsx", "ods", "csv"],
        Query(
            alias="format",
            description="Định dạng; csv chỉ có tiêu đề · Format; csv has the headings alone",
            examples=["xlsx"],
        ),
    ] = "xlsx",
) -> Response:
    """Return a file to fill in and upload; names of parks are there to choose from."""
    from supplychain.intake.templates import park_names, write_template  # noqa: PLC0415 - loads what writes workbooks

    with service.engine.connect() as connection:
        parks = park_names(connection)
    with tempfile.TemporaryDirectory(prefix="hinterland-template-") as folder:
        out = FilePath(folder) / f"{table}.{form}"
        write_template(table, out, form, parks)
        contents = out.read_bytes()
    return Response(contents, 200, attachment(out.name), MEDIA_TYPES[form])
