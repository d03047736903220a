"""The report as a document: complete, in both languages, self-contained, safe, and equal to the plan."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import pandas as pd
import pytest
from demo_run import DemoRun
from planner_pack import Changes
from small_results import small_results

from api.drawing import Projection, line_width_px
from api.numbers import number, percent, scientific
from api.report.build import write_report_html
from api.report.map_input import legend_loads, map_data, map_lines, map_places, short_label
from api.report.maps import MapPlace, fit_projection
from api.report.names import unit_name
from api.report.tables import Columns, figure, plain, share, table
from api.results import Results
from supplychain.text import Text

CHAPTERS = ["maps", "scenarios", "flows", "bottlenecks", "unserved", "known", "assumptions", "sources"]
TABLES = [
    "scenario-table",
    "modes",
    "gateways",
    "terminals",
    "parks",
    "commodities",
    "markets",
    "capacities",
    "known-figures",
    "calibrated",
    "swings",
    "assumption-list",
    "source-list",
]
HOSTILE = '<script>alert("x")</script>&amp;\'</title>'
LARGEST_MB = 5.0


class Reading(HTMLParser):
    """What a browser would find in a page: tags, ids, addresses, and the text in each language."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.texts: dict[str, list[str]] = {"vi": [], "en": []}
        self._spans: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag."""
        found = dict(attrs)
        self.tags.append(tag)
        self.ids.append(found.get("id") or "")
        self.addresses += [
            found[name] or "" for name in ("href", "src", "action", "data", "xlink:href") if name in found
        ]
        if tag == "span":
            self._spans.append(found.get("class") or "")

    def handle_endtag(self, tag: str) -> None:
        """Leave a tag."""
        if tag == "span":
            self._spans.pop()

    def handle_data(self, data: str) -> None:
        """Keep the text that one language shows."""
        for language in self.texts:
            if self._spans and self._spans[-1] == language:
                self.texts[language].append(data)


@pytest.fixture(scope="module")
def page(demo: DemoRun) -> str:
    """Return the demo's report."""
    return (demo.folder / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def reading(page: str) -> Reading:
    """Return what a browser finds in the demo's report."""
    return Reading(page)


def embedded(page: str) -> dict[str, Any]:
    """Return the map's data, read as the page's script reads it."""
    found = re.search(r'<script type="application/json" id="mapdata">(.*?)</script>', page, flags=re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_every_chapter_and_table_is_there_once(reading: Reading) -> None:
    for anchor in (*CHAPTERS, *TABLES):
        assert reading.ids.count(anchor) == 1, anchor
    assert reading.tags.count("h1") == 1


def test_the_menu_leads_to_every_chapter(reading: Reading) -> None:
    assert [address for address in reading.addresses if re.match(r"#(?!g\d)", address)] == [
        f"#{one}" for one in CHAPTERS
    ]


def test_every_text_stands_in_both_languages(reading: Reading) -> None:
    vietnamese, english = reading.texts["vi"], reading.texts["en"]
    assert len(english) > 1000
    assert abs(len(vietnamese) - len(english)) <= 0.01 * len(english)
    assert "Phương án tối ưu" not in " ".join(english)
    for words in ("Bottlenecks", "Known figures", "Unserved freight", "An optimum", "well to wheel"):
        assert words not in " ".join(vietnamese)


def test_no_id_stands_where_a_name_should(reading: Reading) -> None:
    told = " ".join(reading.texts["en"])
    for key in (
        "domestic_north",
        "hcmc_ports",
        "cai_mep",
        "inland_waterway",
        "empty_container",
        "penalty_driven",
        "NaN",
    ):
        assert key not in told, key


def test_the_report_needs_nothing_from_outside(page: str, reading: Reading) -> None:
    assert all(address.startswith("#") or address == "data:," for address in reading.addresses)
    assert not {"img", "iframe", "object", "embed", "base", "form", "video", "audio"} & set(reading.tags)
    assert not re.search(r"url\(|@import|https?://|//[a-z]+\.[a-z]{2,}/", page)
    assert len(page.encode()) < LARGEST_MB * 1e6


def test_the_first_screen_tells_the_plan(reading: Reading, demo: DemoRun) -> None:
    plan, told = demo.document, "".join(reading.texts["en"])
    totals = plan["totals"]
    for expected in (
        number(plan["t_per_day"]),
        number(plan["teu_per_day"]),
        number(totals["inland_cost_per_day"] / 1e9, 1),
        number(totals["inland_emissions_kg_co2e_per_day"] / 1e3),
        percent(plan["shares_by_gateway"]["cai_mep"], 1),
        percent(plan["shares_by_mode"]["tkm"]["road"], 1),
        scientific(plan["gap"]),
    ):
        assert expected.en in told, expected
    assert "independent check: passed" in told
    assert "not a forecast" in told


def test_the_scenario_table_holds_the_figures_of_every_plan(page: str, demo: DemoRun) -> None:
    start = page.index('id="scenario-table"')
    part = "".join(Reading(page[start : page.index("</section>", start)]).texts["vi"])
    for path in sorted((demo.folder / "plans").iterdir()):
        plan = json.loads(path.read_text(encoding="utf-8"))
        assert plan["scenario"]["name"]["vi"] in part
        assert number(plan["totals"]["inland_cost_per_day"] / 1e9, 2).vi in part
        assert percent(plan["shares_by_gateway"]["hcmc_ports"]).vi in part


def test_the_map_holds_the_tonnes_of_every_plan(page: str, demo: DemoRun) -> None:
    data = embedded(page)
    links = pd.read_csv(demo.folder / "tables" / "links.csv")
    road = links[links["row_table"] == "links"].groupby("row_id")["t_per_day"].sum()
    assert sum(data["plans"][0]) == pytest.approx(road.sum(), abs=len(road))
    assert max(data["plans"][0]) == pytest.approx(road.max(), abs=1)
    assert len(data["plans"]) == 1 + len(list((demo.folder / "plans").iterdir()))
    assert all(len(plan) == len(data["lines"]) for plan in data["plans"])
    assert data["largest"] == pytest.approx(max(max(plan) for plan in data["plans"]), abs=1)
    assert page.count('data-line="') == len(data["lines"])
    assert page.count('data-place="') == len(data["places"])


def test_hostile_names_stay_text() -> None:
    """Names from a pack reach the page through HTML, SVG, attributes and JSON: none may become markup."""
    names = {"name_en": HOSTILE, "name_vi": HOSTILE}
    results = small_results(
        {"parks": {"park_a": names}, "terminals": {"city": names}, "links": {"road_1": {"road": HOSTILE}}}
    )
    page = write_report_html(results, "vi")
    assert "<script>alert" not in page
    assert Reading(page).tags.count("script") == 2
    assert page.count("</title>") == 1
    assert "&lt;script&gt;alert" in page
    assert HOSTILE in [line[0] for line in embedded(page)["lines"]]
    assert HOSTILE in [place[1] for place in embedded(page)["places"]]


def test_the_report_opens_in_the_language_asked_for(small: Results) -> None:
    vietnamese, english = write_report_html(small, "vi"), write_report_html(small, "en")
    assert '<html lang="vi">' in vietnamese
    assert "<title>Phương án luồng hàng" in vietnamese
    assert '<html lang="en">' in english
    assert "<title>Freight plan of" in english


def test_unserved_freight_is_told_by_name_and_with_its_reason() -> None:
    """Both ports hold nothing more than 5 TEU a day: 5 of the 10 TEU (40 t) stay behind."""
    full: Changes = {
        "terminals": {"port": {"capacity_teu_per_year": 1.0}},
        "parks": {"park_a": {"name_en": "Alpha", "name_vi": "An"}},
    }
    page = write_report_html(small_results(full), "en")
    start = page.index('id="unserved-base"')
    told = Reading(page[start : page.index("</section>", start)]).texts["en"]
    assert "Alpha" in told
    assert "Overseas" in told
    assert len(told[told.index("Overseas") :]) >= 4


@pytest.mark.parametrize(
    ("name", "label"),
    [
        (Text(en="VSIP I Industrial Park", vi="KCN VSIP I"), Text(en="VSIP I", vi="VSIP I")),
        (
            Text(en="Cái Mép International Terminal (CMIT)", vi="Cảng quốc tế Cái Mép (CMIT)"),
            Text(en="CMIT", vi="CMIT"),
        ),
        (
            Text(en="Phước Long ICD (Trường Thọ)", vi="ICD Phước Long (Trường Thọ)"),
            Text(en="Phước Long ICD", vi="ICD Phước Long"),
        ),
        (
            Text(en="Tân Sơn Nhất International Airport", vi="Cảng hàng không quốc tế Tân Sơn Nhất"),
            Text(en="Tân Sơn Nhất", vi="Tân Sơn Nhất"),
        ),
        (Text(en="Thuận An, outside the parks", vi="Thuận An, ngoài KCN"), Text(en="Thuận An", vi="Thuận An")),
        (Text(en="Port", vi="Cảng"), Text(en="Port", vi="Cảng")),
    ],
)
def test_labels_are_short(name: Text, label: Text) -> None:
    assert short_label(name) == label


def test_a_line_is_as_wide_as_the_root_of_its_load() -> None:
    """14 px × √(2,500 / 10,000) = 7 px; a tonne is drawn 0.8 px wide, less than a tonne not at all."""
    assert line_width_px(10_000.0, 10_000.0) == 14.0
    assert line_width_px(2_500.0, 10_000.0) == 7.0
    assert line_width_px(1.0, 10_000.0) == 0.8
    assert line_width_px(0.5, 10_000.0) == 0.0
    assert line_width_px(5.0, 0.0) == 0.0


def test_the_legend_shows_round_loads_that_occur() -> None:
    assert [load for load, _ in legend_loads(34_567.0)] == [20_000.0, 4_000.0, 400.0]
    assert [load for load, _ in legend_loads(9.0)] == [5.0, 1.0]
    assert legend_loads(0.0) == []


def test_the_projection_is_true_to_scale() -> None:
    """At 10° north a degree of longitude is cos 10° of one of latitude: 2° × 1° give 900 × 457 units."""
    projection = Projection(106.0, 9.5, 108.0, 10.5)
    assert projection.to_map(106.0, 10.5) == (0.0, 0.0)
    assert projection.to_map(108.0, 9.5) == pytest.approx((900.0, projection.height))
    assert projection.height == pytest.approx(900.0 / (2 * 0.984808), abs=0.01)
    assert projection.km_per_unit == pytest.approx(111.32 / projection.height)


def test_a_map_without_places_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one place"):
        fit_projection([], 0.1)


def test_the_map_shows_every_line_and_place_of_the_pack(small: Results) -> None:
    lines, places = map_lines(small), map_places(small)
    assert {line.row_id for line in lines} == {"road_1", "road_2", "river_1"}
    assert {place.place_id for place in places} == {"park_a", "river", "port", "city"}
    assert all(isinstance(place, MapPlace) for place in places)
    data = map_data(small, lines, places, fit_projection(places, 0.1))
    position = [line.row_id for line in lines].index("road_2")
    assert [plan[position] for plan in data["plans"]] == [40, 0]


def test_cells_show_digits_by_size_and_missing_values_as_a_dash() -> None:
    shown = [figure(value).text.en for value in (1_234_567.8, 345.6, 45.67, 1.234, 0.01234, 0.0, None, float("nan"))]
    assert shown == ["1,234,568", "346", "45.7", "1.23", "0.012", "0", "–", "–"]
    assert plain(None).text.en == "–"
    assert (share(0.256).text.vi, share(0.256).bar) == ("25,6\N{NO-BREAK SPACE}%", 0.256)
    assert share(0.0).is_nothing
    assert not share(0.001).is_nothing


def test_units_are_told_in_each_language() -> None:
    assert unit_name("t/yr") == Text(en="t/yr", vi="tấn/năm")
    assert unit_name("hệ số / factor") == Text(en="factor", vi="hệ số")
    assert unit_name("km") == Text(en="km", vi="km")


def test_a_long_table_is_folded_but_complete() -> None:
    frame = pd.DataFrame({"unit": [str(row) for row in range(30)]})
    columns = Columns((("unit", plain),))
    folded = table("t", Text(en="T", vi="T"), frame, columns, open_rows=12)
    assert (folded.shown_rows, len(folded.rows)) == (12, 30)
    assert table("t", Text(en="T", vi="T"), frame.head(16), columns, open_rows=12).shown_rows == 16
    assert table("t", Text(en="T", vi="T"), frame, columns).shown_rows == 30
