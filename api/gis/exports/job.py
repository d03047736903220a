"""The job of exports of layers: one file with its metadata records, as its caller may see them when it runs."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from api.gis.collections import Asking
from api.gis.exports.asking import Export, name_of, run_export
from api.gis.exports.forms import FORMS, ZIP
from api.jobs.kinds import JobContext
from supplychain.text import Text

WRITING: Final = Text(en="Writing {layer}: {features} features", vi="Ghi {layer}: {features} đối tượng")
RECORD: Final = "application/xml"


def run_layer_export(context: JobContext, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Export layers as the caller sees them when the job runs.

    Raises
    ------
    HinterlandError
        If it cannot be met.
    """
    export = Export.of(request)
    asking = Asking(context.engine, context.caller, export.language)

    def tell(layer: str, features: int) -> None:
        context.tell(WRITING.format(layer=layer, features=f"{features:,}"))

    with context.folder() as folder:
        path = folder / name_of(export)
        document = run_export(asking, export, path, tell)
        media_type = ZIP if path.suffix == ".zip" else FORMS[export.form].media_type
        document["file_id"] = context.keep_file(path, media_type)
        document["records"] = [
            {"file_id": context.keep_file(folder / name, _media_type(Path(name))), "name": name}
            for name in document["beside"]
        ]
    return document


def _media_type(path: Path) -> str:
    return RECORD if path.suffix == ".xml" else mimetypes.guess_type(path.name)[0] or "application/octet-stream"
