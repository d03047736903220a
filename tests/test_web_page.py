"""The page at ``/`` in a real browser: the map, the plan's flows, what a link carries, by hand, key and phone."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import pyogrio
import pytest
import shapely
from access_parts import PASSWORD, account, several
from demo_run import DemoRun
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from service_parts import OPERATOR, FixedCallers, listening, make_service

from api.access.authenticate import authenticate
from api.service.app import create_app
from api.service.front import front_router
from api.service.results import results_router
from supplychain.database import make_engine

pytestmark = pytest.mark.browser

SWITCHES: Final = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-unsafe-swiftshader",
)
"""Without a graphics card the map is drawn by the processor (SwiftShader)."""
PATIENCE_MS: Final = 90_000
IDLE: Final = "body[data-map=idle]"
DRIVER: Final = "GL Driver Message"
"""What the drawing by the processor says of its own speed."""


@dataclass(frozen=True)
class Link:
    """A link of the demo's base plan, as its layers for QGIS have it.

    Parameters
    ----------
    name
        Its name in English.
    t_per_day
        Tonnes of a working day.
    place
        Longitude and latitude of a point on it.
    """

    name: str
    t_per_day: float
    place: tuple[float, float]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Yield a headless Chromium; skip where none is installed."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium on the PATH")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=list(SWITCHES))
        yield found
        found.close()


@pytest.fixture(scope="module")
def database(demo: DemoRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the demo's database, which has its runs."""
    copy = tmp_path_factory.mktemp("page") / "hinterland.gpkg"
    shutil.copy(demo.folder / "hinterland.gpkg", copy)
    return copy


@pytest.fixture(scope="module")
def root(demo: DemoRun, database: Path) -> Iterator[str]:
    """Yield the address of a service for one user."""
    engine = make_engine(str(database), connections=16)
    pages = (front_router(with_results=True), results_router(demo.folder))
    with listening(create_app(make_service(engine), authenticate=FixedCallers(OPERATOR), pages=pages)) as address:
        yield address
    engine.dispose()


@pytest.fixture(scope="module")
def shared_root(database: Path) -> Iterator[str]:
    """Yield the address of a service with accounts, one of them a planner's."""
    engine = make_engine(str(database), connections=16)
    account(engine, "lan", "planner", password=PASSWORD)
    app = create_app(several(engine), authenticate=authenticate, pages=(front_router(with_results=False),))
    with listening(app) as address:
        yield address
    engine.dispose()


@pytest.fixture(scope="module")
def busiest(demo: DemoRun) -> Link:
    """Return the road with most freight among those that leave room around their middle."""
    frame = pyogrio.read_dataframe(demo.folder / "layers.gpkg", layer="plan_links")
    roads = frame[(frame["mode"] == "road") & (shapely.length(frame.geometry) > 0.02)].sort_values("t_per_day")
    row = roads.iloc[-1]
    middle = shapely.line_interpolate_point(row.geometry, 0.5, normalized=True)
    return Link(str(row["name_vi"]), float(row["t_per_day"]), (middle.x, middle.y))


@contextmanager
def opened(
    browser: Browser,
    address: str,
    *,
    width: int = 1280,
    height: int = 860,
    refusals: int = 0,
    scheme: Literal["light", "dark"] = "light",
) -> Iterator[Page]:
    """Open a page and wait for its map; nothing in it may be an error, and nothing may be asked of anybody else."""
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page, troubles, elsewhere = context.new_page(), [], []
    page.set_default_timeout(PATIENCE_MS)
    own = re.match(r"http://[^/]+", address)
    assert own is not None
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "console",
        lambda said: (
            troubles.append(said.text) if said.type in {"error", "warning"} and DRIVER not in said.text else None
        ),
    )
    page.on(
        "request",
        lambda asked: (
            elsewhere.append(asked.url) if not asked.url.startswith((own.group(), "data:", "blob:")) else None
        ),
    )
    page.goto(address)
    page.wait_for_selector(IDLE)
    yield page
    context.close()
    assert len(troubles) == refusals, troubles
    assert elsewhere == []


def at(place: tuple[float, float], zoom: float = 13) -> str:
    """Return the end of an address that opens the map at a place."""
    return f"#{zoom}/{place[1]:.6f}/{place[0]:.6f}"


def click_middle(page: Page) -> None:
    """Click on what is in the middle of the map, and wait for what is told of it."""
    box = page.locator("#map canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_selector("#details:not([hidden])")


def figure(page: Page, name: str) -> float:
    """Return a figure of the feature that is told of, as an English number."""
    said = page.locator(f"#details [data-figure={name}] b").inner_text()
    return float(re.sub(r"[^0-9.]", "", said.split(" ")[0].split("\n")[0]))


def switch(page: Page, layer: str) -> Locator:
    """Return the switch of a layer."""
    return page.locator(f"input[data-layer={layer}]")


def test_a_click_on_a_link_tells_its_tonnes_capacity_and_shadow_price(
    browser: Browser, root: str, busiest: Link
) -> None:
    """The tonnes are those of the layers for QGIS, which the demo wrote without the service."""
    with opened(browser, f"{root}/?lang=en{at(busiest.place)}") as page:
        click_middle(page)
        assert page.locator("#details h2").inner_text() == busiest.name
        assert figure(page, "t_per_day") == round(busiest.t_per_day)
        assert figure(page, "capacity_per_day") > 0
        assert 0 < figure(page, "utilisation") <= 101
        assert page.locator("#details [data-figure=shadow_price]").count() == 1
        page.keyboard.press("Escape")
        expect(page.locator("#details")).to_be_hidden()


def test_keys_alone_reach_what_a_click_reaches(browser: Browser, root: str, busiest: Link) -> None:
    with opened(browser, f"{root}/?lang=en{at(busiest.place)}") as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.locator("#map canvas").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#details:not([hidden])")
        assert figure(page, "t_per_day") == round(busiest.t_per_day)
        assert page.evaluate("document.activeElement.className") == "close"
        page.keyboard.press("Escape")
        expect(page.locator("#details")).to_be_hidden()
        assert page.evaluate("document.activeElement.className").startswith("maplibregl-canvas")


def test_layers_have_legends_and_switches_that_are_remembered(browser: Browser, root: str) -> None:
    with opened(browser, f"{root}/?lang=en") as page:
        flows = switch(page, "plan_flows")
        expect(flows).to_be_checked()
        legend = page.locator("#layers li:has(input[data-layer=plan_flows]) .legend")
        assert {"Road", "Inland waterway"} <= set(legend.locator("li").all_inner_texts())
        assert any("t a day" in line for line in legend.locator("li").all_inner_texts())
        flows.uncheck()
        expect(legend).to_be_hidden()
        switch(page, "facilities").check()
        page.reload()
        page.wait_for_selector(IDLE)
        expect(switch(page, "plan_flows")).not_to_be_checked()
        expect(switch(page, "facilities")).to_be_checked()


def test_another_plan_is_chosen_and_the_other_language_keeps_the_place(browser: Browser, root: str) -> None:
    with opened(browser, f"{root}/?lang=en#9/10.9/106.7", refusals=1) as page:
        totals = page.locator("#plan .totals")
        first = totals.inner_text()
        expect(page.locator("#run option").first).to_have_text("Base case")
        assert page.locator("#run option").count() > 1
        with page.expect_request(lambda asked: "/collections/plan_flows." in asked.url):
            page.locator("#run").select_option(index=1)
        expect(totals).not_to_have_text(first)
        page.route("**/api/v1/plans/*", lambda route: route.fulfill(status=503, json={"detail": "Later, please."}))
        page.locator("#run").select_option(index=0)
        expect(page.locator("#plan [role=alert]")).to_have_text("Later, please.")
        expect(totals).to_have_count(0)  # figures of one plan never stand under the name of another
        page.unroute("**/api/v1/plans/*")
        page.locator("#language").click()
        page.wait_for_selector(IDLE)
        assert page.evaluate("document.documentElement.lang") == "vi"
        assert page.url.endswith("#9/10.9/106.7")
        expect(page.locator("#plan h2")).to_have_text("Phương án mới nhất")


def test_without_an_account_plans_are_invisible_and_the_page_says_so(browser: Browser, shared_root: str) -> None:
    with opened(browser, f"{shared_root}/?lang=en", refusals=1) as page:
        expect(page.locator("#no-plans")).to_contain_text("signed-in planners")
        assert switch(page, "plan_flows").count() == 0
        expect(switch(page, "parks")).to_be_checked()
        page.click("#sign-in")
        page.fill("#account", "lan")
        page.fill("#password", "not this one")
        page.click("dialog button[type=submit]")
        expect(page.locator("dialog [role=alert]")).to_be_visible()
        page.fill("#password", PASSWORD)
        page.click("dialog button[type=submit]")
        page.wait_for_selector("#plan .totals")
        expect(switch(page, "plan_flows")).to_be_checked()
        page.click("#sign-out")
        page.wait_for_selector("#no-plans")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_and_can_be_read_by_day_and_night(
    browser: Browser, root: str, busiest: Link, scheme: Literal["light", "dark"]
) -> None:
    address = f"{root}/?lang=vi{at(busiest.place)}"
    with opened(browser, address, width=360, height=740, scheme=scheme) as page:
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        click_middle(page)
        card, stage = (page.locator(one).bounding_box() for one in ("#details", ".stage"))
        assert card is not None
        assert stage is not None
        assert card["x"] >= 0
        assert card["x"] + card["width"] <= 360
        assert stage["y"] <= card["y"]
        assert card["y"] + card["height"] <= stage["y"] + stage["height"]
        read = ("h1", "#plan h2", ".totals dt", ".legend", ".links small", "#details dt", "#details h2", "summary")
        faint = {one: ratio for one in read if (ratio := contrast(page, one)) < 4.5}
        assert faint == {}, "WCAG 2.2, 1.4.3: text has a contrast of 4.5 or more"


def contrast(page: Page, selector: str) -> float:
    """Return the contrast of a text with what it stands on (WCAG 2.2, relative luminance)."""
    found: list[list[float]] = page.evaluate(
        """selector => {
            const rgb = text => (text.match(/[0-9.]+/g) ?? []).map(Number);
            let below = document.querySelector(selector);
            const ink = rgb(getComputedStyle(below).color).slice(0, 3);
            while (rgb(getComputedStyle(below).backgroundColor)[3] === 0) below = below.parentElement;
            return [ink, rgb(getComputedStyle(below).backgroundColor).slice(0, 3)];
        }""",
        selector,
    )
    dark, light = sorted(luminance(colour) for colour in found)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: list[float]) -> float:
    """Return the relative luminance of red, green and blue from 0 to 255."""
    parts = [part / 255 for part in colour]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
