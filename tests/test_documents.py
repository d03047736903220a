"""Documents: one answer as HTML, DOCX and XLSX, in both languages, whatever its texts hold."""

from __future__ import annotations

import math
import re
from datetime import date
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from api.documents.as_docx import MOST_ROWS, document_docx
from api.documents.as_html import document_html
from api.documents.as_xlsx import document_xlsx, sheet_names
from api.documents.cells import cell_text, number_text, stand_line, visible
from api.documents.fixed_zip import fixed_zip
from api.documents.model import (
    Amount,
    Bar,
    BarPart,
    Bars,
    Cell,
    Column,
    Document,
    Map,
    MapLine,
    MapPoint,
    Section,
    Stand,
    Table,
    combined_stand,
)
from api.documents.options import AnswerRequest, answer_request, write_answers
from api.documents.raster import to_png
from api.documents.shapes import Box, Disc, Picture, Stroke, Word, to_svg
from api.documents.write import write_document
from supplychain.errors import HinterlandError
from supplychain.text import LANGUAGES, Language, Text

HOSTILE = '<script>alert("1")</script> & =1+1 \x07\u202egnp.exe'
TONNES = Text(en="t/day", vi="tấn/ngày")


def both(words: str) -> Text:
    return Text(en=words, vi=f"{words} (vi)")


def stand_of(status: str = "optimal", gap: float = 3e-10, digest: str = "ab" * 32) -> Stand:
    return Stand(
        "optimum",
        "VND",
        2025,
        digest,
        status=status,
        gap=gap,
        checked=True,
        sources=("Niên giám thống kê", HOSTILE),
        versions=(("hinterland", "0.1.0"),),
        scenario=both("Base"),
        remarks=(both("Much is assumed."),),
    )


def table_of(rows: int = 3, words: str = HOSTILE) -> Table:
    columns = (
        Column("name", both("Name")),
        Column("tonnes", both("Moved"), TONNES, 1, is_number=True),
        Column("share", both("Share"), digits=1, is_number=True, look="share"),
        Column("change", both("Change"), TONNES, is_number=True, look="signed"),
    )
    return Table(both("Modes"), columns, tuple((words, 1234.5, 0.25, -12.0) for _ in range(rows)))


def document_of(*tables: Table) -> Document:
    """Return a document with hostile words wherever words can stand."""
    line = MapLine(((106.6, 10.9), (106.9, 10.6)), "road", 1200.0, both(HOSTILE), is_marked=True)
    place = MapPoint(106.6, 10.9, "park", both(HOSTILE), 10.0)
    drawn = Map(both("Map"), (line,), (place,), {"road": "#b4532a", "park": "#2f7d4f"}, {"road": both(HOSTILE)}, TONNES)
    parts = (BarPart(both(HOSTILE), 0.25, "#c58a00"), BarPart(both("rest"), 0.75, "#0b3c6f"))
    bars = Bars(both("Shares"), TONNES, (Bar(both(HOSTILE), parts),), 1, "share")
    section = Section(both(HOSTILE), (both(HOSTILE),), tables or (table_of(),), (drawn, bars))
    return Document(both(f"Plan {HOSTILE}"), stand_of(), (section,), (both("It is so."),))


class Reader(HTMLParser):
    """Collects elements, and the words of one language."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._other = "vi" if language == "en" else "en"
        self._open: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "link", "br", "line", "circle", "rect", "path"}:
            self._open.append(dict(attrs).get("class"))

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        if self._open and tag not in {"line", "circle", "rect", "path"}:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Note what is said, but in the other language."""
        if self._other not in self._open and data.strip():
            self.words.append(data.strip())


def read_page(page: str, language: Language) -> Reader:
    reader = Reader(language)
    reader.feed(page)
    return reader


def words_of_docx(content: bytes) -> list[str]:
    word = docx.Document(BytesIO(content))
    return [element.text or "" for element in word.element.body.iter(qn("w:t"))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_says_what_it_shows_how_sure_and_what_it_follows_from(language: Language) -> None:
    told = " ".join(read_page(document_html(document_of(), language), language).words)
    wanted = {
        "en": ("An optimum, not a forecast", "optimal", "passed", "VND, prices of 2025", "Much is assumed."),
        "vi": ("Phương án tối ưu, không phải dự báo", "tối ưu", "đạt", "VND, giá năm 2025", "Much is assumed. (vi)"),
    }
    for words in (*wanted[language], "3×10⁻¹⁰", "ab" * 32, "Niên giám thống kê"):
        assert words in told


def test_a_page_has_no_outside_reference_and_hostile_names_are_text() -> None:
    page = document_html(document_of(), "en")
    reader = read_page(page, "en")
    for tag, attributes in reader.tags:
        assert not (attributes.get("src") or "").strip()
        assert tag in {"a", "link", "use"} or "href" not in attributes
        href = attributes.get("href") or "#"
        assert href.startswith(("#", "data:,"))
    assert [tag for tag, _ in reader.tags].count("script") == 1  # our own; what a name holds makes no other
    assert "alert(" not in re.sub(r"&lt;script&gt;alert\(", "", page)
    assert "⟨U+0007⟩" in page
    assert "⟨U+202E⟩" in page
    assert "\x07" not in page
    assert "\u202e" not in page


def test_every_printed_page_names_the_stand() -> None:
    """A name in the stand cannot end the style it stands in: only letters and digits are left as they are."""
    page = document_html(document_of(), "vi")
    foot = re.search(r'<style class="page-vi">@page\{@bottom-left\{content:"([^"]*)"', page)
    assert foot is not None
    plain = re.sub(r"\\([0-9A-F]{6})", lambda found: chr(int(found[1], 16)), foot[1])
    assert plain == stand_line(stand_of()).vi


@pytest.mark.parametrize(
    ("value", "column", "english", "vietnamese"),
    [
        (1234567.891, Column("a", both("a"), digits=2, is_number=True), "1,234,567.89", "1.234.567,89"),
        (0.1234, Column("a", both("a"), digits=1, is_number=True, look="share"), "12.3\xa0%", "12,3\xa0%"),
        (12.0, Column("a", both("a"), is_number=True, look="signed"), "+12", "+12"),
        (-0.4, Column("a", both("a"), is_number=True), "0", "0"),
        (math.nan, Column("a", both("a"), is_number=True), "–", "–"),
        (math.inf, Column("a", both("a"), is_number=True), "–", "–"),
        (Amount(0.5, 1, "share"), Column("a", both("a"), is_number=True), "50.0\xa0%", "50,0\xa0%"),
        (Amount(None), Column("a", both("a"), is_number=True), "–", "–"),
        (None, Column("a", both("a")), "–", "–"),
        (True, Column("a", both("a")), "yes", "có"),
        (date(2026, 1, 2), Column("a", both("a")), "2026-01-02", "02/01/2026"),
    ],
)
def test_cells_are_written_as_each_language_writes_them(
    value: Cell, column: Column, english: str, vietnamese: str
) -> None:
    assert cell_text(value, column) == Text(en=english, vi=vietnamese)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_document_gives_the_same_bytes(language: Language) -> None:
    assert document_html(document_of(), language) == document_html(document_of(), language)
    assert document_docx(document_of(), language) == document_docx(document_of(), language)
    assert document_xlsx(document_of(), language) == document_xlsx(document_of(), language)


@pytest.mark.parametrize("prefix", ["dcterms", "dct"])
def test_no_office_file_tells_when_it_was_written_whatever_prefix_a_library_of_the_process_gave(prefix: str) -> None:
    core = f'<p xmlns:{prefix}="http://purl.org/dc/terms/"><{prefix}:{{0}} a="b">{{1}}</{prefix}:{{0}}></p>'
    files = []
    for second in (29, 30):
        held = BytesIO()
        with ZipFile(held, "w") as office:
            office.writestr("docProps/core.xml", core.format("modified", f"2026-11-23T11:47:{second}Z"))
            office.writestr("word/core.xml", core.format("created", "2026-11-23T11:47:29Z"))
        files.append(fixed_zip(held.getvalue()))
    assert files[0] == files[1]
    with ZipFile(BytesIO(files[0])) as office:
        assert office.read("docProps/core.xml").decode() == core.format("modified", "2000-01-01T00:00:00Z")
        assert office.read("word/core.xml").decode() == core.format("created", "2026-11-23T11:47:29Z")


def test_a_workbook_holds_numbers_with_formats_and_text_that_is_no_formula() -> None:
    rows = (
        ("=1+1", 1234.5, 0.25, Amount(-12.0, 2, "signed")),
        ("+84 28", None, math.nan, 3.0),
        ("@me\x00", 1.0, 1.0, 0.0),
    )
    table = Table(both("Modes"), table_of().columns, rows)
    book = load_workbook(BytesIO(document_xlsx(document_of(table), "vi")))
    assert book.sheetnames == ["Giới thiệu", "Modes (vi)", "Các cột"]
    sheet = book["Modes (vi)"]
    assert [cell.value for cell in sheet[3]] == [
        "Name (vi)", "Moved (vi), tấn/ngày", "Share (vi), %", "Change (vi), tấn/ngày",
    ]  # fmt: skip
    assert sheet.freeze_panes == "B4"
    first, second, third = (list(row) for row in sheet.iter_rows(min_row=4, max_row=6))
    assert [cell.value for cell in first] == ["=1+1", 1234.5, 0.25, -12]
    assert [cell.data_type for cell in (first[0], second[0], third[0])] == ["s", "s", "s"]
    assert [cell.number_format for cell in first[1:]] == ["#,##0.0", "0.0%", "+#,##0.00;-#,##0.00;0.00"]
    assert (second[1].value, second[2].value) == (None, None)
    assert third[0].value == "@me⟨U+0000⟩"
    assert stand_line(stand_of()).vi in str(sheet["A2"].value)
    explained = [[cell.value for cell in row] for row in book["Các cột"].iter_rows(min_row=2)]
    assert [row[4] for row in explained] == ["name", "tonnes", "share", "change"]


def test_names_of_sheets_are_valid_and_different() -> None:
    """By the rules of Excel: at most 31 characters, no sign of paths or ranges, case not counted, not ``History``."""
    names = sheet_names(["A/B: [1]?", "a b 1", "x" * 40, "x" * 41, "", "History", "'quoted'", "="])
    assert names == ["A B 1", "a b 1 (2)", "x" * 30 + "…", "x" * 26 + "… (2)", "-", "History -", "quoted", "="]


@given(st.lists(st.text(max_size=40), max_size=8))
def test_any_names_make_valid_sheets(wanted: list[str]) -> None:
    names = sheet_names(wanted)
    assert len({name.casefold() for name in names}) == len(wanted)
    assert all(1 <= len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in names)


@settings(max_examples=20, deadline=None)  # each writes three files
@given(st.text(alphabet=st.characters(), max_size=60))
def test_any_text_can_be_written_everywhere(words: str) -> None:
    table = table_of(1, words)
    document = Document(both("t"), stand_of(), (Section(both(words), tables=(table,)),))
    page = document_html(document, "en")
    assert load_workbook(BytesIO(document_xlsx(document, "en"))).worksheets[1]["A4"].value == (visible(words) or None)
    assert visible(words).replace("\n", " ") in words_of_docx(document_docx(document, "en"))
    assert page.count("<td") == 4


def test_a_word_file_has_headings_repeated_heads_its_language_and_page_numbers() -> None:
    document = document_of(table_of(3))
    content = document_docx(document, "vi")
    word = docx.Document(BytesIO(content))
    styles = [(paragraph.style.name, paragraph.text) for paragraph in word.paragraphs if paragraph.style is not None]
    assert styles[0] == ("Title", visible(both(f"Plan {HOSTILE}").vi))
    assert ("Heading 1", visible(both(HOSTILE).vi)) in styles
    assert ("Heading 2", "Modes (vi)") in styles
    heads = list(word.element.body.iter(qn("w:tblHeader")))
    assert len(heads) == 2  # the table, and the figures behind the bars
    language = word.styles.element.find(f".//{qn('w:lang')}")
    assert language is not None
    assert language.get(qn("w:val")) == "vi-VN"
    foot = word.sections[0].footer
    assert foot.paragraphs[0].text == stand_line(stand_of()).vi
    assert [field.get(qn("w:instr")) for field in foot._element.iter(qn("w:fldSimple"))] == ["PAGE", "NUMPAGES"]  # noqa: SLF001 - python-docx shows no fields
    with ZipFile(BytesIO(content)) as parts:
        names = parts.namelist()
    assert {"word/media/figure1.svg", "word/media/figure2.svg"} <= set(names)


def test_wide_tables_stand_on_landscape_pages_and_long_ones_say_what_is_left_out() -> None:
    columns = tuple(Column(f"c{number}", both(f"Heading number {number}"), is_number=True) for number in range(14))
    wide = Table(both("Wide"), columns, (tuple(1e9 for _ in columns),))
    long = Table(both("Long"), (Column("n", both("n"), is_number=True),), tuple((1.0,) for _ in range(MOST_ROWS + 7)))
    sections = (Section(both("One"), tables=(long,)), Section(both("Two"), tables=(wide,)))
    content = document_docx(Document(both("t"), stand_of(), sections), "en")
    pages = [page.orientation == WD_ORIENT.LANDSCAPE for page in docx.Document(BytesIO(content)).sections]
    assert pages == [False, True, False]
    assert any(f"{MOST_ROWS} of {MOST_ROWS + 7} rows" in words for words in words_of_docx(content))


def test_a_stand_of_several_plans_is_as_sure_as_the_least_sure() -> None:
    stands = {both("Base"): stand_of(), both("Road"): stand_of("stopped", 0.02, "cd" * 32)}
    found = combined_stand(stands)
    assert (found.status, found.gap, found.checked) == ("stopped", 0.02, True)
    assert [plan.inputs_sha256 for plan in found.plans] == ["ab" * 32, "cd" * 32]
    page = document_html(Document(both("t"), found, ()), "en")
    assert "cd" * 32 in page
    book = load_workbook(BytesIO(document_xlsx(Document(both("t"), found, ()), "en")))
    assert any("cd" * 32 in str(cell.value) for row in book.worksheets[0] for cell in row)


def test_refusals_of_the_model() -> None:
    with pytest.raises(ValueError, match="must say its status"):
        Stand("optimum", "VND", 2025, "")
    with pytest.raises(ValueError, match="row 0 of 't' has 1 cells for 2 columns"):
        Table(both("t"), (Column("a", both("a")), Column("b", both("b"))), (("x",),))
    with pytest.raises(ValueError, match="different keys"):
        Table(both("t"), (Column("a", both("a")), Column("a", both("b"))), ())
    usd = Stand("price", "USD", 2025, "")
    with pytest.raises(ValueError, match="one money"):
        combined_stand(((both("a"), stand_of()), (both("b"), usd)))


@pytest.mark.parametrize("name", ["report.pdf", "report", "report.doc"])
def test_a_report_of_another_form_is_refused_before_anything_is_computed(name: str) -> None:
    with pytest.raises(HinterlandError, match=r"\.html, \.docx or \.xlsx"):
        answer_request([Path(name)])
    with pytest.raises(HinterlandError, match=r"ends in \.gpkg"):
        answer_request(None, Path(name))


def test_a_failed_write_leaves_the_older_report(tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    write_document(document_of(), path, "en")
    before = path.read_bytes()
    (tmp_path / ".report.docx.partial").mkdir()  # the file cannot be made
    with pytest.raises(OSError, match="partial"):
        write_document(document_of(table_of(1)), path, "en")
    assert path.read_bytes() == before


class Heard:
    """Hears what a user is told."""

    language: Language = "en"
    as_json = False

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, text: Text) -> None:
        """Hear a sentence."""
        self.said.append(text.en)


def test_answers_are_written_to_every_file_asked_for_and_told(tmp_path: Path) -> None:
    files = [tmp_path / "deep" / f"answer.{suffix}" for suffix in ("html", "docx", "xlsx")]
    heard = Heard()
    write_answers(document_of, None, answer_request(files), heard)  # type: ignore[arg-type] # hears as a Talk does
    assert all(path.stat().st_size > 1000 for path in files)
    assert heard.said == [f"Written: {path}" for path in files]
    heard.said.clear()
    write_answers(document_of, None, AnswerRequest((), tmp_path / "a.gpkg"), heard)  # type: ignore[arg-type] # as above
    assert heard.said == ["No layers are written: this answer has no places on a map."]
    write_answers(lambda: pytest.fail("nobody asked"), None, AnswerRequest(), heard)  # type: ignore[arg-type] # as above


def test_pictures_hold_their_words_escaped_and_their_shapes_in_pixels() -> None:
    """A box of 10 by 10 in a picture of 20 by 20 at scale 1 is black, a line of width 4 covers its middle rows."""
    shapes = (
        Box(0, 0, 10, 10, "#000000"),
        Stroke(((0, 15), (20, 15)), "#ff0000", 4.0, both(HOSTILE)),
        Disc(16, 5, 3, "#00ff00"),
        Word(1, 1, both("<b>"), has_halo=True),
    )
    picture = Picture(20, 20, shapes)
    svg = to_svg(picture, both("t"), ("en",))
    assert svg.count("&lt;b&gt;") == 2
    assert "<b>" not in svg
    assert "<script" not in svg
    png = to_png(picture, 1.0)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(png) < 600
    assert to_png(picture, 1.0) == png


def test_numbers_of_points_keep_their_sign() -> None:
    assert number_text(-1.25, "signed", 1).vi == "\N{MINUS SIGN}1,2"
