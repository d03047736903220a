"""The report of one base plan and its what-ifs, as one HTML file that opens offline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from api.numbers import number, percent
from api.report import words
from api.report.chapters import chapters_of
from api.report.maps import (
    MapLine,
    MapPlace,
    Projection,
    definitions_svg,
    difference_map,
    fit_projection,
    flow_map,
)
from api.styles import LESS_COLOUR, MODE_COLOURS, MODE_NAMES, MORE_COLOUR, PLACE_COLOURS, PLACE_NAMES
from supplychain.text import Language, Text

if TYPE_CHECKING:
    from api.results import Results

MARGIN_DEGREES = 0.05
LABELLED_KINDS = frozenset({"airport"})
LABELLED_PLACES = frozenset({"cat_lai", "tcit", "hiep_phuoc_spct", "thanh_phuoc", "ga_song_than", "vsip_1", "bau_bang"})


@dataclass(frozen=True, slots=True)
class Card:
    """One key figure on top of the report.

    Parameters
    ----------
    value
        The figure with its unit.
    label
        What it is.
    """

    value: Text
    label: Text


@dataclass(frozen=True, slots=True)
class MapBox:
    """One map of the report.

    Parameters
    ----------
    anchor
        Id in the page.
    label
        What it shows.
    svg
        The drawing.
    """

    anchor: str
    label: Text
    svg: str


def write_report_html(results: Results, language: Language) -> str:
    """Return the report as one HTML document without any outside reference."""
    environment = Environment(
        loader=PackageLoader("api.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    lines, places = map_lines(results), map_places(results)
    projection = fit_projection(lines, places, MARGIN_DEGREES)
    region = results.region_name
    return environment.get_template("report.html.j2").render(
        language=language,
        region=region,
        title=Text(en=f"Freight plan of {region.en}", vi=f"Phương án luồng hàng: {region.vi}"),
        subtitle=_subtitle(results),
        caution=words.CAUTION,
        words=words.WORDS,
        menu=words.MENU,
        cards=_cards(results),
        definitions=definitions_svg(lines, projection),
        maps=_maps(results, lines, places, projection),
        line_legend=_line_legend(),
        place_legend=[(PLACE_COLOURS[kind], PLACE_NAMES[kind]) for kind in PLACE_COLOURS],
        chapters=chapters_of(results),
        colophon=_colophon(results),
    )


def _subtitle(results: Results) -> Text:
    scenario, document = results.base.case.scenario, results.base.document
    return Text(
        en=f"Scenario “{scenario.name.en}”; one working day; money in {document['currency']} of "
        f"{document['price_year']}. {scenario.description.en}",
        vi=f"Kịch bản “{scenario.name.vi}”; một ngày làm việc; tiền tính bằng {document['currency']} giá năm "
        f"{document['price_year']}. {scenario.description.vi}",
    )


def _with_unit(figure: Text, unit: Text) -> Text:
    space = "\N{NO-BREAK SPACE}"
    return Text(en=f"{figure.en}{space}{unit.en}", vi=f"{figure.vi}{space}{unit.vi}")


def _cards(results: Results) -> list[Card]:
    totals: Mapping[str, float] = results.base.indicators.totals
    document = results.base.document
    checked = Text(en="passed", vi="đạt") if document["checked"] else Text(en="FAILED", vi="KHÔNG ĐẠT")
    tonne_a_day, teu_a_day = Text(en="t/day", vi="tấn/ngày"), Text(en="TEU/day", vi="TEU/ngày")
    return [
        Card(_with_unit(number(totals["t_per_day"]), tonne_a_day), Text(en="moved", vi="được chuyên chở")),
        Card(_with_unit(number(totals["teu_per_day"]), teu_a_day), Text(en="containers", vi="container")),
        Card(
            _with_unit(number(totals["unserved_t_per_day"], 1), tonne_a_day),
            Text(en="unserved", vi="không phục vụ được"),
        ),
        Card(
            _with_unit(number(totals["inland_cost_per_day"] / 1e9, 2), Text(en="bn VND/day", vi="tỷ đồng/ngày")),
            Text(en="price of the inland part", vi="giá phần nội địa"),
        ),
        Card(
            _with_unit(number(totals["cost_per_day"] / 1e9, 2), Text(en="bn VND/day", vi="tỷ đồng/ngày")),
            Text(en="price to and from the market", vi="giá đến và từ thị trường"),
        ),
        Card(
            _with_unit(
                number(totals["inland_emissions_kg_co2e_per_day"] / 1e3, 1),
                Text(en="t CO2e/day", vi="tấn CO2e/ngày"),
            ),
            Text(en="inland, well to wheel", vi="phần nội địa, từ giếng tới bánh xe"),
        ),
        Card(
            percent(totals["gateway_share_hcmc_ports"]),
            Text(en="TEU by HCMC ports", vi="TEU qua cảng TP.HCM"),
        ),
        Card(percent(totals["gateway_share_cai_mep"]), Text(en="TEU by Cái Mép", vi="TEU qua Cái Mép")),
        Card(
            Text(en=str(document["status"]), vi=str(document["status"])),
            Text(
                en=f"status; proven gap {document['gap']:.1e}",
                vi=f"trạng thái; sai lệch chứng minh {document['gap']:.1e}",
            ),
        ),
        Card(checked, Text(en="independent check", vi="kiểm tra độc lập")),
    ]


def map_lines(results: Results) -> tuple[MapLine, ...]:
    """Return every link row of the pack, open or not, as map lines."""
    from shapely import from_wkt  # noqa: PLC0415 - only the report needs it here

    links = results.pack.table("links")
    lines = []
    for record in links.to_dict("records"):
        name = str(record["road"])
        local = record.get("name_vi")
        local_name = name if local is None or str(local) in {"nan", "None", "<NA>", ""} else f"{name}, {local}"
        points = tuple((float(lon), float(lat)) for lon, lat in from_wkt(record["geometry"]).coords)
        lines.append(
            MapLine(
                row_id=str(record["link_id"]),
                mode=str(record["mode"]),
                status=str(record["status"]),
                name=Text(en=local_name, vi=local_name),
                points=points,
            )
        )
    return tuple(lines)


def map_places(results: Results) -> tuple[MapPlace, ...]:
    """Return the parks and zones of the region and all terminals as map places."""
    places: list[MapPlace] = []
    for table, key, kind in (
        ("zones", "zone_id", "zone"),
        ("parks", "park_id", "park"),
        ("terminals", "terminal_id", None),
    ):
        for record in results.pack.table(table).to_dict("records"):
            place_id, place_kind = str(record[key]), kind or str(record["kind"])
            places.append(
                MapPlace(
                    place_id=place_id,
                    kind=place_kind,
                    name=Text(en=str(record["name_en"]), vi=str(record["name_vi"])),
                    lon=float(record["lon"]),
                    lat=float(record["lat"]),
                    is_labelled=place_kind in LABELLED_KINDS or place_id in LABELLED_PLACES,
                )
            )
    return tuple(places)


def _loads(links: Any) -> dict[str, float]:  # noqa: ANN401 - a DataFrame
    rows = links[links["row_table"] == "links"]
    return {str(row): float(load) for row, load in rows.groupby("row_id")["t_per_day"].sum().items()}


def _maps(
    results: Results, lines: Sequence[MapLine], places: Sequence[MapPlace], projection: Projection
) -> list[MapBox]:
    loads = {outcome.case.scenario.scenario_id: _loads(outcome.indicators.links) for outcome in results.outcomes}
    largest = max((load for one in loads.values() for load in one.values()), default=0.0)
    base_id = results.base.case.scenario.scenario_id
    boxes = []
    for outcome in results.outcomes:
        scenario = outcome.case.scenario
        flow_label = Text(en=f"{scenario.name.en}: flows", vi=f"{scenario.name.vi}: luồng hàng")
        svg = flow_map(lines, places, projection, loads[scenario.scenario_id], largest, flow_label)
        boxes.append(MapBox(f"map-{scenario.scenario_id}", flow_label, svg))
        if scenario.scenario_id == base_id:
            continue
        label = Text(
            en=f"{scenario.name.en}: difference from the base",
            vi=f"{scenario.name.vi}: chênh lệch so với nền",
        )
        rows = loads[scenario.scenario_id].keys() | loads[base_id].keys()
        change = {row: loads[scenario.scenario_id].get(row, 0.0) - loads[base_id].get(row, 0.0) for row in rows}
        svg = difference_map(lines, places, projection, change, label)
        boxes.append(MapBox(f"difference-{scenario.scenario_id}", label, svg))
    return boxes


def _line_legend() -> list[tuple[str, Text]]:
    drawn = ("road", "rail", "inland_waterway")
    entries = [(MODE_COLOURS[mode], MODE_NAMES[mode]) for mode in drawn]
    entries.append((MORE_COLOUR, Text(en="more than the base", vi="nhiều hơn nền")))
    entries.append((LESS_COLOUR, Text(en="less than the base", vi="ít hơn nền")))
    return entries


def _colophon(results: Results) -> Text:
    document = results.base.document
    versions = ", ".join(f"{name} {version}" for name, version in sorted(document["versions"].items()))
    digest = document["inputs_sha256"]
    return Text(
        en=f"Inputs SHA-256 {digest}; gap {document['gap']:.1e}; {versions}. "
        "Positions are read by the authors, not survey data.",
        vi=f"SHA-256 đầu vào {digest}; sai lệch {document['gap']:.1e}; {versions}. "
        "Vị trí do nhóm tác giả xác định, không phải số liệu đo đạc.",
    )
