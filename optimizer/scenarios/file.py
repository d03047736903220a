"""Read scenario files: YAML or JSON, of form 1 or 2."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path as FilePath
from types import MappingProxyType
from typing import Any, Final

from optimizer.scenarios.document import NOT_READ, NOT_UTF8, Path, ScenarioFindings, load_document, place_after
from optimizer.scenarios.fields import NO_NUMBER, YEAR, FieldReader, is_number, name_of
from optimizer.scenarios.read_changes import read_changes
from optimizer.scenarios.scenario import CURRENCIES, FORM, TARIFF_LEVELS, CarbonPrice, TariffLevel
from optimizer.scenarios.stated import ScenarioFile
from optimizer.scenarios.units import UnitError, parse_quantity, shown
from optimizer.scenarios.verb_parts import money
from supplychain.text import Text

OLD_KEYS: Final = ("scenario_id", "name", "description", "carbon_price", "changes")
KEYS: Final = (
    "format",
    "scenario_id",
    "name",
    "description",
    "base",
    "stack",
    "date",
    "carbon_price",
    "tariff_level",
    "changes",
)
PRICE_KEYS: Final = ("value", "unit", "currency", "price_year")
SUFFIXES: Final = (".yaml", ".yml", ".json")
NEWER_FORM: Final = Text(
    en="is {form}; this program reads forms 1 and {newest}. Update it with pip install -U hinterland.",
    vi="là {form}; chương trình này đọc dạng 1 và {newest}. Hãy cập nhật bằng pip install -U hinterland.",
)
NOT_A_FORM: Final = Text(en="must be {newest}, got {value}.", vi="phải là {newest}, hiện là {value}.")
NEEDS_PRICE: Final = Text(
    en="needs value, unit (USD/t or VND/t) and price_year.", vi="cần value, unit (USD/t hoặc VND/t) và price_year."
)
ITSELF: Final = Text(en="names the scenario itself.", vi="trỏ tới chính kịch bản này.")
NEGATIVE: Final = Text(en="must be a number of at least 0, got {value}.", vi="phải là số không âm, hiện là {value}.")


def read_scenario_file(path: FilePath) -> ScenarioFile:
    """Return the scenario file at a path: YAML or JSON, of form 1 or 2.

    Raises
    ------
    FindingsError
        With every finding, when the file is missing, not UTF-8, not YAML or JSON, or not a scenario.
    """
    findings = ScenarioFindings(path.name)
    text, content = "", b""
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        findings.add(None, None, NOT_READ.format(why=error.strerror))
    except UnicodeDecodeError as error:
        before = content[: content.index(error.object) + error.start].decode("utf-8", "replace")
        findings.add(place_after(before), None, NOT_UTF8.format(byte=error.start))
    findings.raise_if_any()
    return parse_scenario_file(text, path.name)


def parse_scenario_file(text: str, file: str = "scenario") -> ScenarioFile:
    """Return the scenario file that a text holds.

    Raises
    ------
    FindingsError
        With every finding; the place is the line and character of the text.
    """
    findings = ScenarioFindings(file)
    document = load_document(text, findings)
    findings.raise_if_any()
    assert document is not None  # noqa: S101 - without a finding there is a document
    reader = FieldReader(document, findings)
    form = _form(reader)
    findings.raise_if_any()
    data = document.data
    reader.keys(data, KEYS if form >= FORM else OLD_KEYS, ())
    plain = form >= FORM
    read = ScenarioFile(
        scenario_id=reader.identifier(data.get("scenario_id"), ("scenario_id",)),
        name=reader.text(data.get("name"), ("name",), plain=plain),
        description=reader.text(data.get("description"), ("description",), plain=plain),
        form=form,
        base=None if data.get("base") is None else reader.identifier(data["base"], ("base",)),
        stack=_stack(reader),
        date=None if data.get("date") is None else reader.day(data["date"], ("date",)),
        carbon_price=_carbon_price(reader, form),
        tariff_level=_tariff_level(reader),
        changes=read_changes(reader, form),
        file=file,
        text=text,
        places=MappingProxyType({name_of(path): place for path, place in document.values.items() if _is_outer(path)}),
    )
    for name, ids in (("base", (read.base,)), ("stack", read.stack)):
        if read.scenario_id and read.scenario_id in ids:
            reader.wrong((name,), ITSELF)
    findings.raise_if_any()
    return read


def _is_outer(path: Path) -> bool:
    """Return whether a value is a setting of the scenario, or part of one, and not of a change."""
    return bool(path) and path[0] != "changes"


def _form(reader: FieldReader) -> int:
    value = reader.document.data.get("format")
    if value is None:
        return 1
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        reader.wrong(("format",), NOT_A_FORM.format(newest=FORM, value=shown(value)))
        return FORM
    if value > FORM:
        reader.wrong(("format",), NEWER_FORM.format(form=value, newest=FORM))
    return value


def _stack(reader: FieldReader) -> tuple[str, ...]:
    data = reader.document.data.get("stack")
    if data in (None, []):
        return ()
    return tuple(reader.identifier(one, ("stack",)) for one in reader.ids(data, ("stack",)))


def _tariff_level(reader: FieldReader) -> TariffLevel | None:
    data = reader.document.data.get("tariff_level")
    if data is None:
        return None
    word = reader.word(TARIFF_LEVELS, data, ("tariff_level",))
    return next((level for level in TARIFF_LEVELS if level == word), None)


def _carbon_price(reader: FieldReader, form: int) -> CarbonPrice | None:
    data = reader.document.data.get("carbon_price")
    path = ("carbon_price",)
    if data is None:
        return None
    if not isinstance(data, dict):
        reader.wrong(path, NEEDS_PRICE)
        return None
    reader.keys(data, PRICE_KEYS, path)
    value, year = data.get("value"), data.get("price_year")
    before = len(reader.findings.findings)
    if not is_number(value) or value < 0:  # type: ignore[operator] # a number
        reader.wrong((*path, "value"), NEGATIVE.format(value=shown(value)))
    currency = _currency(reader, data, path)
    if not isinstance(year, int) or isinstance(year, bool):
        reader.wrong((*path, "price_year"), NO_NUMBER.format(what=YEAR, value=shown(year)))
    if len(reader.findings.findings) > before:
        return None
    if form < FORM and not value:
        return None  # every file of form 1 states a price; none was how it said that it has none
    return CarbonPrice(float(value), currency, int(year))  # type: ignore[arg-type] # looked at above


def _currency(reader: FieldReader, data: Mapping[str, Any], path: Path) -> str:
    if "unit" in data:
        try:
            return parse_quantity(f"0 {data['unit']}", money("t")).of
        except UnitError as error:
            reader.wrong((*path, "unit"), error.text)
            return ""
    if data.get("currency") in CURRENCIES:
        return str(data["currency"])
    reader.wrong((*path, "currency" if "currency" in data else "unit"), NEEDS_PRICE)
    return ""
