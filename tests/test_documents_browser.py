"""A document in a real browser, offline: nothing fails, both languages, nothing overflows, it prints."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from test_documents import document_of, table_of

from api.documents.model import Column, Table
from api.documents.write import write_document
from supplychain.text import Text

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Yield a headless Chromium; skip where none is installed."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium on the PATH")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """Yield a document with a wide table; no script may fail and nothing may be asked for elsewhere."""
    columns = tuple(Column(f"c{n}", Text(en=f"Heading {n}", vi=f"Cột {n}"), is_number=True) for n in range(14))
    wide = Table(
        Text(en="Wide", vi="Rộng"), columns, tuple(tuple(1e9 for _ in columns) for _ in range(30)), open_rows=5
    )
    path = tmp_path / "answer.html"
    write_document(document_of(table_of(), wide), path, "vi")
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    opened, troubles = context.new_page(), []
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("console", lambda message: troubles.append(message.text) if message.type != "log" else None)
    opened.on("requestfailed", lambda request: troubles.append(request.url))
    opened.on("dialog", lambda dialog: troubles.append(dialog.message))
    opened.goto(path.as_uri())
    yield opened
    context.close()
    assert not troubles


def test_a_button_switches_the_language_of_everything(page: Page) -> None:
    assert page.get_by_text("Phương án tối ưu, không phải dự báo").is_visible()
    assert not page.get_by_text("An optimum, not a forecast").is_visible()
    page.click("#language")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.get_by_text("An optimum, not a forecast").is_visible()
    assert page.get_by_role("columnheader", name="Moved, t/day").is_visible()
    assert page.evaluate("document.querySelector('style.page-vi').media") == "not all"


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_overflows_the_page(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_long_tables_unfold_and_print_whole(page: Page) -> None:
    button = page.locator(".unfold")
    rest = page.locator("tbody.rest")
    assert not rest.is_visible()
    button.click()
    assert rest.is_visible()
    assert button.get_attribute("aria-expanded") == "true"
    button.click()
    page.emulate_media(media="print")
    assert rest.is_visible()
    assert not button.is_visible()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
