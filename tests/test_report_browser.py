"""The report and the service in a real browser, without a network."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urljoin

import pytest
from demo_run import DemoRun
from playwright.sync_api import Browser, Page, sync_playwright
from served import served

pytestmark = pytest.mark.browser
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Yield a headless Chromium; skip where none is installed."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium on the PATH")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        yield found
        found.close()


@contextmanager
def opened(browser: Browser, address: str, *, offline: bool = True, width: int = 1280) -> Iterator[Page]:
    """Open a page in a context of its own; nothing it does may be an error or ask for anything elsewhere."""
    context = browser.new_context(offline=offline, viewport={"width": width, "height": 900})
    page, troubles = context.new_page(), []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("requestfailed", lambda request: troubles.append(request.url))
    page.goto(address)
    yield page
    context.close()
    assert not troubles


@pytest.fixture
def report(browser: Browser, demo: DemoRun) -> Iterator[Page]:
    """Yield the demo's report, opened from its file."""
    with opened(browser, (demo.folder / "report.html").as_uri()) as page:
        yield page


def widths(page: Page) -> list[float]:
    """Return the width of each line that is drawn, in pixels."""
    found: list[float] = page.eval_on_selector_all(
        "#map-flows use",
        "lines => lines.filter(l => l.style.display !== 'none').map(l => parseFloat(l.style.strokeWidth))",
    )
    return found


def view_box(page: Page) -> list[float]:
    """Return what part of the map is seen."""
    return [float(part) for part in (page.get_attribute("#map", "viewBox") or "").split()]


def test_the_language_changes_everywhere_at_once(report: Page) -> None:
    assert report.evaluate("document.documentElement.lang") == "en"
    assert report.locator("h1").inner_text().startswith("Freight plan")
    assert "Base case" in report.locator("#plan option").first.inner_text()
    report.click("#language")
    assert report.locator("h1").inner_text().startswith("Phương án luồng hàng")
    assert report.title().startswith("Phương án luồng hàng")
    assert "Hiện trạng" in report.locator("#plan option").first.inner_text()
    shown = report.locator("main").inner_text()
    assert "Điểm nghẽn" in shown
    assert "Bottlenecks" not in shown
    report.click("#language")
    assert report.title().startswith("Freight plan")


def test_the_first_screen_holds_the_story(report: Page) -> None:
    for selector in (".caution", ".story li:last-child", ".cards .card:last-child", ".bars .bar:last-child"):
        box = report.locator(selector).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 900, selector


def test_each_plan_has_its_map_figures_and_difference(report: Page, demo: DemoRun) -> None:
    values = report.eval_on_selector_all("#plan option", "options => options.map(option => option.value)")
    assert values[0] == "base"
    assert set(values[1:]) == {path.stem for path in (demo.folder / "plans").iterdir()}
    assert report.locator("#kind").is_disabled()
    base = widths(report)
    assert max(base) <= 14
    for value in values[1:]:
        report.select_option("#plan", value)
        report.select_option("#kind", "flows")
        flows = widths(report)
        report.select_option("#kind", "difference")
        colours = report.eval_on_selector_all(
            "#map-flows use",
            "lines => [...new Set(lines.filter(l => l.style.display !== 'none').map(l => l.style.stroke))]",
        )
        assert len(flows) > 100
        assert 0 < len(widths(report)) <= len(flows) + len(base)
        assert len(colours) <= 2
        assert report.locator(".side:visible").count() == 1
    report.select_option("#plan", "base")
    assert widths(report) == base


def test_the_map_zooms_moves_and_comes_home(report: Page) -> None:
    home = view_box(report)
    report.click("#nearer")
    assert view_box(report)[2] == pytest.approx(0.6 * home[2])
    report.click("#nearer")
    assert report.locator("#map.close").count() == 1
    before = view_box(report)
    report.locator("#map").focus()
    report.keyboard.press("ArrowRight")
    assert view_box(report)[0] > before[0]
    box = report.locator("#map").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    report.mouse.move(x, y)
    report.mouse.down()
    report.mouse.move(x + 80, y + 40)
    report.mouse.up()
    moved = view_box(report)
    assert moved[1] < before[1]
    assert moved[2:] == pytest.approx(before[2:])
    report.mouse.dblclick(x, y)
    assert view_box(report)[2] == pytest.approx(moved[2] / 2)
    report.click("#home")
    assert view_box(report) == home
    assert "km" in report.locator("#scale").inner_text()


def test_a_line_and_a_place_tell_their_load(report: Page) -> None:
    report.locator("#map").scroll_into_view_if_needed()
    report.locator("[data-place]").last.hover(force=True)
    assert "base" in report.locator("#tip").inner_text()
    report.select_option("#plan", "river_first")
    report.locator("[data-place]").last.hover(force=True)
    assert len(report.locator("#tip").inner_text().splitlines()) >= 2


def test_a_long_table_unfolds(report: Page) -> None:
    parks = report.locator("#parks")
    hidden = parks.locator("tbody.rest tr").first
    assert not hidden.is_visible()
    parks.locator("button").click()
    assert hidden.is_visible()
    assert "fewer" in parks.locator("button").inner_text()


@pytest.mark.parametrize("width", [390, 820, 1280])
def test_the_page_is_never_wider_than_the_screen(browser: Browser, demo: DemoRun, width: int) -> None:
    with opened(browser, (demo.folder / "report.html").as_uri(), width=width) as page:
        for _ in range(2):
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.click("#language")


def test_the_served_page_shows_the_report_and_links_the_layers(browser: Browser, demo: DemoRun) -> None:
    with served(demo.folder) as client, opened(browser, str(client.base_url), offline=False) as page:
        frame = page.frame_locator("iframe")
        frame.locator("#map").wait_for()
        assert "Freight plan" in frame.locator("h1").inner_text()
        links = page.eval_on_selector_all("a", "links => links.map(link => link.getAttribute('href'))")
        assert len(links) >= 8
        statuses = [client.get(urljoin(str(client.base_url), link)).status_code for link in links]
        assert statuses == [200] * len(links)
