"""What `hinterland export` does with layers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from api.access.caller import Caller, name_of_user, operator
from api.access.rights import ROLE_NAMES, SEES_EVERYTHING
from api.gis.catalogue import COLLECTIONS
from api.gis.collections import Asking
from api.gis.exports.asking import ANSWERED, Export, name_of, read_box, run_export
from api.gis.exports.forms import FORMS, FormName
from api.gis.exports.job import WRITING
from api.gis.exports.whole import WHOLE, copy_database
from api.gis.exports.zones import PROPOSED_CRS
from api.readiness import opened
from api.registry.reading import viewer_named
from supplychain.errors import HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from api.console import Talk

LAYERS: Final = Text(en="Layers", vi="Các lớp")
NAME: Final = Text(en="Name", vi="Tên")
TITLE: Final = Text(en="What it is", vi="Nội dung")
SHAPE: Final = Text(en="Shape", vi="Hình học")
FORMATS: Final = Text(
    en="Formats: {names}. Write `hinterland export LAYER… --format NAME --out FILE`; "
    "`hinterland export database --out FILE.gpkg` copies everything.",
    vi="Định dạng: {names}. Dùng `hinterland export LỚP… --format TÊN --out TỆP`; "
    "`hinterland export database --out TỆP.gpkg` sao chép toàn bộ.",
)
COPIED: Final = Text(
    en="{path}: the whole database, {size} MB, also what is private and the digests of passwords: keep it as safe as "
    "the database.",
    vi="{path}: toàn bộ cơ sở dữ liệu, {size} MB, kể cả dữ liệu riêng và mã băm mật khẩu: hãy giữ cẩn thận như cơ sở "
    "dữ liệu.",
)
NO_FORMAT: Final = Text(
    en="Say in which format {out} is to be: --format {names}.",
    vi="Hãy nêu định dạng của {out}: --format {names}.",
)
LAYERS_OR_WHOLE: Final = Text(
    en="`database` is everything; it is copied alone.", vi="`database` là toàn bộ; hãy xuất riêng."
)


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What was written on the command line.

    Parameters
    ----------
    layers
        Layers; none lists what there is.
    out
        File; None for one of the name of the layer in the working folder.
    form
        Format; None goes by the ending of ``out``.
    crs, filter_text, box
        As written; ``box`` is None for everywhere.
    viewer
        Who looks.
    """

    layers: tuple[str, ...]
    out: Path | None
    form: str | None
    crs: str
    filter_text: str
    box: str | None
    viewer: str


def run_command(request: ExportRequest, database: str, talk: Talk) -> None:
    """Export layers, or the whole database, or tell which layers there are.

    Raises
    ------
    HinterlandError
        If the request cannot be met; nothing is left half-written.
    """
    if not request.layers:
        _list(talk)
    elif WHOLE in request.layers:
        _copy(request, database, talk)
    else:
        _export(request, database, talk)


def _list(talk: Talk) -> None:
    rows = [(one.name, one.title.of(talk.language), one.shape) for one in COLLECTIONS.values()]
    talk.table(LAYERS, (NAME, TITLE, SHAPE), rows)
    talk.say(FORMATS.format(names=", ".join(FORMS)))
    talk.answer({"layers": [one.name for one in COLLECTIONS.values()], "formats": list(FORMS)})


def _copy(request: ExportRequest, database: str, talk: Talk) -> None:
    if len(request.layers) > 1:
        raise HinterlandError(LAYERS_OR_WHOLE)
    out = request.out or Path("hinterland.gpkg")
    size = copy_database(database, out)
    talk.say(COPIED.format(path=out, size=f"{size / 1e6:,.1f}"))
    talk.answer({"out": str(out), "bytes": size})


def _export(request: ExportRequest, database: str, talk: Talk) -> None:
    box = None if request.box is None else read_box(request.box)
    form = _form(request)
    export = Export(request.layers, form, request.crs, request.filter_text, box=box, language=talk.language)
    if request.filter_text.lstrip().startswith("{"):
        export = replace(export, filter_language="cql2-json")
    out = request.out or Path(name_of(export))
    begun: list[str] = []
    with opened(database) as engine, talk.steps(len(request.layers)) as steps:

        def tell(layer: str, features: int) -> None:
            sentence = WRITING.format(layer=layer, features=f"{features:,}")
            if layer in begun:
                steps.detail(sentence)
                return
            begun.append(layer)
            steps.begin(sentence)

        document = run_export(Asking(engine, _caller(engine, request.viewer), talk.language), export, out, tell)
    for layer in document["layers"]:
        words = {"count": f"{layer['features']:,}", "title": layer["title"], "path": out, "form": FORMS[form].title}
        talk.say(ANSWERED.format(crs=document["crs"], **words))
        for line in (layer["duties"], *layer["losses"]):
            talk.say(Text(en=f"  {line}", vi=f"  {line}"))
    if document["proposed_crs"] not in {None, document["crs"]} and not FORMS[form].only_wgs84:
        talk.say(PROPOSED_CRS.format(crs=document["proposed_crs"]))
    talk.answer({"out": str(out), **document})


def _form(request: ExportRequest) -> FormName:
    if request.form is not None:
        return cast("FormName", request.form.lower())
    if request.out is None:
        return "gpkg"
    # An archive tells its format by the ending before its own.
    endings = [suffix.lower() for suffix in request.out.suffixes if suffix.lower() != ".zip"]
    for form in FORMS.values():
        if endings and endings[-1] == form.suffix:
            return form.name
    raise HinterlandError(NO_FORMAT.format(out=request.out, names=", ".join(FORMS)))


def _caller(engine: Engine, who: str) -> Caller:
    """Return who sits at the machine, who sees of the registry what a viewer does."""
    with engine.connect() as connection:
        viewer = viewer_named(connection, who)
    if viewer.kind == "everything":
        return operator(name_of_user())
    roles = frozenset(ROLE_NAMES) - SEES_EVERYTHING
    return Caller("operator", name_of_user(), roles, viewer.organisation_id, means="operator")
