"""A scenario file under another id, its names meaning what they meant: everything else stays as it was written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from optimizer.scenarios.file import parse_scenario_file
from supplychain.errors import HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    from optimizer.scenarios.document import Place
    from optimizer.scenarios.stated import ScenarioFile

NOT_WRITTEN: Final = Text(
    en="The id {old} cannot be written as {new} in the file by itself. Change the file by hand and keep it as new.",
    vi="Không tự ghi được {new} thay cho mã {old} trong tệp. Hãy sửa tệp bằng tay rồi lưu mới.",
)


def renamed(file: ScenarioFile, scenario_id: str, meant: Mapping[str, str]) -> ScenarioFile:
    """Return a scenario file with another id, and with other names for what it builds on.

    Parameters
    ----------
    file
        The file.
    scenario_id
        Its new id.
    meant
        New names of scenarios it builds on, by the old ones.

    Raises
    ------
    HinterlandError
        If the text cannot be changed without changing anything else.
    """
    wanted = {"scenario_id": (file.scenario_id, scenario_id)}
    if file.base is not None:
        wanted["base"] = (file.base, meant.get(file.base, file.base))
    for position, name in enumerate(file.stack):
        wanted[f"stack.{position}"] = (name, meant.get(name, name))
    lines = file.text.split("\n")
    changes = [(file.places[key], *pair) for key, pair in wanted.items() if key in file.places and pair[0] != pair[1]]
    for place, old, new in sorted(changes, reverse=True):
        lines[place.line - 1] = _said(lines[place.line - 1], place, old, new)
    made = parse_scenario_file("\n".join(lines), file.file)
    expected = replace(
        file,
        scenario_id=scenario_id,
        base=None if file.base is None else meant.get(file.base, file.base),
        stack=tuple(meant.get(name, name) for name in file.stack),
    )
    if _content(made) != _content(expected):
        raise HinterlandError(NOT_WRITTEN.format(old=file.scenario_id, new=scenario_id))
    return made


def _said(line: str, place: Place, old: str, new: str) -> str:
    """Return a line with a name at a place written otherwise; quotes stay."""
    before, after = line[: place.character - 1], line[place.character - 1 :]
    found = re.match(rf"""(["']?){re.escape(old)}(?![a-z0-9_])""", after)
    if found is None:
        raise HinterlandError(NOT_WRITTEN.format(old=old, new=new))
    return f"{before}{found[1]}{new}{after[found.end() :]}"


def _content(file: ScenarioFile) -> tuple[object, ...]:
    """Return what a file says, without where it says so."""
    changes = [(one.verb, one.fields, one.selections, one.first, one.last, one.reason) for one in file.changes]
    settings = (file.form, file.date, file.carbon_price, file.tariff_level)
    return (file.scenario_id, file.name, file.description, file.base, file.stack, settings, changes)
