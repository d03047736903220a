"""An export as people ask for it, by the command line or as a job: which layers, which features, in what form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import parse_qsl

from api.gis.catalogue import COLLECTIONS
from api.gis.collections import Asking, open_collection
from api.gis.exports.filtering import read_condition
from api.gis.exports.forms import WGS_84, FormName, form_named
from api.gis.exports.placing import file_layer
from api.gis.exports.provenance import provenance_of
from api.gis.exports.writing import Written, check_crs, packed_name, write_layers
from api.gis.exports.zones import AUTO, NO_ZONE, Zone, proposed_zone
from geodata.features.source import Named, Wanted
from geodata.features.stored_query import is_storable
from geodata.features.table import Box
from supplychain.errors import HinterlandError
from supplychain.plain_numbers import plain_number
from supplychain.text import Language, Text

MOST_LAYERS: Final = 20
MOST_SAID: Final = 80
"""Letters of a wrong layer that are told."""

TOO_MANY: Final = Text(
    en="An export holds at most {most} layers, not {count}.", vi="Một lần xuất tối đa {most} lớp, không phải {count}."
)
WRONG_BOX: Final = Text(
    en="A box is west, south, east, north in degrees, such as 106.5,10.8,106.9,11.2; got {box}.",
    vi="Khung là tây, nam, đông, bắc tính bằng độ, ví dụ 106.5,10.8,106.9,11.2; nhận được {box}.",
)
BAD_PARAMETERS: Final = Text(
    en="What stands after ? in {layer} cannot be read. Write each parameter once, such as "
    "plan_differences?scenario=tunnel&compare=base.",
    vi="Không đọc được phần sau dấu ? của {layer}. Hãy ghi mỗi tham số một lần, ví dụ "
    "plan_differences?scenario=tunnel&compare=base.",
)
TWICE: Final = Text(
    en="Layer {layer} is named twice. Name it once; two runs of one layer by keys, such as plan_flows.base.",
    vi="Lớp {layer} được nêu hai lần. Hãy nêu một lần; hai lần chạy của một lớp thì dùng khóa, ví dụ plan_flows.base.",
)
ANSWERED: Final = Text(
    en="{count} features of {title} are in {path} ({form}, {crs}).",
    vi="{count} đối tượng của {title} nằm trong {path} ({form}, {crs}).",
)


@dataclass(frozen=True, slots=True)
class Export:
    """What is asked for.

    Parameters
    ----------
    layers
        Ids of collections, with keys after dots or parameters after ``?``, such as
        ``plan_differences?scenario=tunnel&compare=base``.
    form
        Name of the format.
    crs
        Code of the coordinate reference system, or ``vn-2000`` for the zone of the place.
    filter_text, filter_language
        CQL2 condition, empty for none, and how it is written.
    box
        West, south, east, north; None for everywhere.
    language
        Of names of fields and records.
    """

    layers: tuple[str, ...]
    form: FormName
    crs: str = WGS_84
    filter_text: str = ""
    filter_language: Literal["cql2-text", "cql2-json"] = "cql2-text"
    box: Box | None = None
    language: Language = "vi"

    def __post_init__(self) -> None:
        if len(self.layers) > MOST_LAYERS:
            raise HinterlandError(TOO_MANY.format(most=MOST_LAYERS, count=len(self.layers)))
        form_named(self.form)
        if self.crs.lower() != AUTO:
            check_crs(self.crs)

    @classmethod
    def of(cls, request: Mapping[str, Any]) -> Export:
        """Return the export of a request that was checked.

        Raises
        ------
        HinterlandError
            If the format, the CRS or the box is none.
        """
        box = request.get("bbox")
        return cls(
            tuple(request["layers"]),
            request["format"],
            request["crs"],
            request["filter"] or "",
            request["filter_lang"],
            None if box is None else box_of(box),
            request["lang"],
        )


def box_of(sides: Sequence[float]) -> Box:
    """Return a box of its sides; one whose west is greater than its east crosses the date line.

    Raises
    ------
    HinterlandError
        If it is none.
    """
    told = ",".join(f"{side:g}" for side in sides)
    if len(sides) != len(Box._fields):
        raise HinterlandError(WRONG_BOX.format(box=told))
    box = Box(*(float(side) for side in sides))
    known = all(-180 <= side <= 180 for side in (box.west, box.east)) and -90 <= box.south <= box.north <= 90  # noqa: PLR2004 - degrees
    if not known:
        raise HinterlandError(WRONG_BOX.format(box=told))
    return box


def read_box(text: str) -> Box:
    """Return the box of a text with commas between its sides.

    Raises
    ------
    HinterlandError
        If it is none.
    """
    try:
        return box_of([plain_number(side) for side in text.split(",")])
    except ValueError as error:
        raise HinterlandError(WRONG_BOX.format(box=text[:60])) from error


def open_layers(asking: Asking, layers: Sequence[str]) -> tuple[Named, ...]:
    """Return layers, opened for who asks.

    Raises
    ------
    HinterlandError
        If there is no such layer, who asks may not see it, or it is named twice.
    """
    found: dict[str, Named] = {}
    for text in layers:
        name, _, parameters = text.partition("?")
        if name in found:
            raise HinterlandError(TWICE.format(layer=name[:MOST_SAID]))
        opened = open_collection(COLLECTIONS, asking, name, _parameters(text, parameters))
        found[name] = Named(name, opened.collection.title, opened.source, opened.collection.style)
    return tuple(found.values())


def _parameters(layer: str, text: str) -> dict[str, str]:
    """Return the parameters of a layer, each given once and of letters that a database holds."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), errors="strict")
    except ValueError as error:
        raise HinterlandError(BAD_PARAMETERS.format(layer=layer[:MOST_SAID])) from error
    found = dict(pairs)
    if len(found) < len(pairs) or not all(map(is_storable, found.values())):
        raise HinterlandError(BAD_PARAMETERS.format(layer=layer[:MOST_SAID]))
    return found


def wanted_of(export: Export, layers: Sequence[Named]) -> dict[str, Wanted]:
    """Return which features are asked for, by name of the layer.

    Raises
    ------
    HinterlandError
        If the filter cannot be read, or asks for what a layer does not have.
    """
    if not export.filter_text:
        return {layer.name: Wanted(box=export.box) for layer in layers}
    text, language = export.filter_text, export.filter_language
    return {layer.name: Wanted(box=export.box, filter=read_condition(text, language, layer.source)) for layer in layers}


def chosen_crs(export: Export, layers: Sequence[Named]) -> str:
    """Return the code of the CRS, that of the place where it was left to us.

    Raises
    ------
    HinterlandError
        If no zone is known for the place.
    """
    if export.crs.lower() != AUTO:
        return export.crs
    zone = zone_of(export, layers)
    if zone is None:
        raise HinterlandError(NO_ZONE)
    return zone.crs


def zone_of(export: Export, layers: Sequence[Named]) -> Zone | None:
    """Return the zone proposed for what is exported."""
    if export.box is not None:
        return proposed_zone(export.box)
    return next((zone for layer in layers if (zone := proposed_zone(layer.source.bounds())) is not None), None)


def name_of(export: Export) -> str:
    """Return what the file of an export is called."""
    first = file_layer(export.layers[0].partition("?")[0])
    return packed_name(export.form, first if len(export.layers) == 1 else "hinterland", len(export.layers))


def run_export(asking: Asking, export: Export, path: Path, tell: Callable[[str, int], None]) -> dict[str, Any]:
    """Write an export and return what is told of it, a JSON object.

    Raises
    ------
    HinterlandError
        If it cannot be met; nothing is left half-written.
    """
    layers = open_layers(asking, export.layers)
    wanted = wanted_of(export, layers)
    crs = chosen_crs(export, layers)
    written = write_layers(layers, export.form, path, crs, export.language, wanted, tell)
    return document_of(written, zone_of(export, layers), export.language)


def document_of(written: Written, zone: Zone | None, language: Language) -> dict[str, Any]:
    """Return what is told of a file of layers, a JSON object."""
    layers = [
        {
            **provenance_of(one.layer).document(language),
            "features": one.features,
            "shortened": dict(one.layout.shortened),
            "losses": [loss.of(language) for loss in one.losses],
        }
        for one in written.layers
    ]
    return {
        "name": written.path.name,
        "format": written.form.name,
        "crs": written.crs,
        "proposed_crs": None if zone is None else zone.crs,
        "beside": [path.name for path in written.beside],
        "layers": layers,
    }
