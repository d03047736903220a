"""What ``hinterland scenario`` does."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from api.console import Talk
from api.database import read_region
from api.regions import PACK_MODELS, region_folder
from api.scenarios.library import Library, Shelf, is_scenario_file
from optimizer.scenarios.changes import apply_changes
from optimizer.scenarios.diff import AS_IT_IS, Difference, diff_scenarios
from optimizer.scenarios.document import ScenarioFindings
from optimizer.scenarios.file import read_scenario_file
from optimizer.scenarios.lineage import build_lineage
from optimizer.scenarios.resolve import idle_changes, resolve_scenario
from optimizer.scenarios.scenario import Scenario
from optimizer.scenarios.schema import scenario_schema
from optimizer.scenarios.stated import ScenarioFile
from optimizer.scenarios.template import is_scenario_id, scenario_template
from supplychain.assumptions import apply_assumptions
from supplychain.demand import build_demand
from supplychain.errors import Finding, FindingsError, HinterlandError
from supplychain.pack import Pack, read_pack
from supplychain.text import Text

NOT_YAML: Final = Text(
    en="A scenario is made as a YAML file; name it {stem}.yaml.",
    vi="Kịch bản được tạo dạng tệp YAML; hãy đặt tên {stem}.yaml.",
)
BAD_STEM: Final = Text(
    en="The name of the file is the scenario's id: a–z, 0–9 and _, beginning with a letter; got {stem}.",
    vi="Tên tệp là mã kịch bản: a–z, 0–9 và _, bắt đầu bằng chữ cái; hiện là {stem}.",
)
IS_THERE: Final = Text(
    en="{file} is there already; nothing was written. Name another file.",
    vi="Đã có tệp {file}; chưa ghi gì. Hãy đặt tên khác.",
)
MADE: Final = Text(
    en="Wrote {file}. Fill it in, then: hinterland scenario validate {file}",
    vi="Đã ghi {file}. Hãy điền rồi chạy: hinterland scenario validate {file}",
)
VALID: Final = Text(en="{file}: no findings.", vi="{file}: không có lỗi.")
IDLE: Final = Text(
    en="{file}:{line}:{character}: {verb} does not hold on {day}, so it changes nothing.",
    vi="{file}:{line}:{character}: {verb} không có hiệu lực ngày {day} nên không thay đổi gì.",
)
WROTE: Final = Text(en="Wrote {file}.", vi="Đã ghi {file}.")
NO_DIFFERENCE: Final = Text(en="No difference: both have one plan.", vi="Không khác nhau: cùng một phương án.")
NO_CHANGE: Final = Text(en="Nothing changes: it is the region as it is.", vi="Không thay đổi gì so với hiện trạng.")
FREIGHT: Final = Text(
    en="Freight with empties: {before} → {after} t and {teu_before} → {teu_after} TEU a working day",
    vi="Hàng gồm cả vỏ rỗng: {before} → {after} tấn và {teu_before} → {teu_after} TEU mỗi ngày làm việc",
)
BECAUSE: Final = Text(en="# {reason}", vi="# {reason}")
LINE: Final = Text(en="  {text}", vi="  {text}")
HEAD: Final = Text(en="{name} ({scenario_id}): {description}", vi="{name} ({scenario_id}): {description}")
BUILDS_ON: Final = Text(en="builds on {names}", vi="dựa trên {names}")
PLANNED_FOR: Final = Text(en="planned for {day}", vi="lập cho ngày {day}")


@dataclass(frozen=True, slots=True)
class Source:
    """Where the region is read from.

    Parameters
    ----------
    database
        URL of the database.
    region
        Pack folder or name of a shipped pack, in place of the database.
    shelf
        Scenarios beside those of the region; where there is a shelf, no name means a file.
    """

    database: str
    region: str | None = None
    shelf: Shelf | None = None

    def read(self) -> Pack:
        """Return the region."""
        if self.region is None:
            return read_region(self.database)
        return read_pack(region_folder(self.region), PACK_MODELS)

    def library(self) -> Library:
        """Return the scenarios that a name can mean."""
        return Library.of(self.read(), self.shelf)


def make_scenario(file: Path, base: str | None, stack: Sequence[str], talk: Talk) -> None:
    """Write a commented scenario file to start from; a file that is there stays.

    Raises
    ------
    HinterlandError
        If the file is there, or its name is no scenario's id.
    """
    if file.suffix not in (".yaml", ".yml"):
        raise HinterlandError(NOT_YAML.format(stem=file.stem))
    for name in (file.stem, *((base,) if base else ()), *stack):
        if not is_scenario_id(name):
            raise HinterlandError(BAD_STEM.format(stem=name))
    text = scenario_template(file.stem, talk.language, base=base, stack=stack, file=str(file))
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError as error:
        raise HinterlandError(IS_THERE.format(file=file)) from error
    talk.say(MADE.format(file=file))


def validate_scenarios(names: Sequence[str], source: Source, talk: Talk) -> bool:
    """Tell every finding of some scenarios; return whether there is none.

    Files may build on each other, on files beside them and on scenarios of the region.
    """
    read: list[tuple[str, ScenarioFile | None, tuple[Finding, ...]]] = []
    library = source.library()
    others: dict[str, ScenarioFile] = {}
    for name in names:
        try:
            file, known = _open(library, name)
        except FindingsError as error:
            read.append((name, None, error.findings))
        else:
            others = {**others, **known, file.scenario_id: file}
            read.append((name, file, ()))
    told = [(name, findings or _findings(file, others, library.pack)) for name, file, findings in read]
    for name, findings in told:
        for finding in findings:
            talk.say(Text(en=finding.sentence("en"), vi=finding.sentence("vi")))
        if not findings:
            talk.say(VALID.format(file=name))
    for (_name, stated, _found), (_told, findings) in zip(read, told, strict=True):
        if stated is not None and not findings:
            _tell_idle(stated, others, talk)
    talk.answer({"scenarios": [_verdict(name, findings) for name, findings in told]})
    return not any(findings for _name, findings in told)


def _open(library: Library, name: str) -> tuple[ScenarioFile, Mapping[str, ScenarioFile]]:
    if library.shelf is None and is_scenario_file(name):
        read_scenario_file(Path(name))  # what is wrong with the file itself, before what it builds on
    return library.open(name)


def _findings(file: ScenarioFile | None, known: Mapping[str, ScenarioFile], pack: Pack) -> tuple[Finding, ...]:
    if file is None:
        return ()
    try:
        resolve_scenario(file, known, pack)
    except FindingsError as error:
        return error.findings
    return ()


def _tell_idle(file: ScenarioFile, known: Mapping[str, ScenarioFile], talk: Talk) -> None:
    """Tell which changes of a scenario and of what it builds on do not hold on the day planned."""
    lineage = build_lineage(file, known, ScenarioFindings(file.file))
    day = lineage.planned_for
    for one in () if day is None else lineage.files:
        for change in idle_changes(one, day):
            line, character = change.place
            talk.say(IDLE.format(file=one.file, line=line, character=character, verb=change.verb, day=day))


def _verdict(name: str, findings: Sequence[Finding]) -> dict[str, Any]:
    return {
        "scenario": name,
        "valid": not findings,
        "findings": [
            {
                "file": finding.file,
                "line": finding.row,
                "character": finding.character,
                "field": finding.column,
                "text": asdict(finding.text),
            }
            for finding in findings
        ],
    }


def tell_difference(first: str, second: str, source: Source, talk: Talk) -> None:
    """Tell what differs between two scenarios."""
    library = source.library()
    old, new = library.scenario(first), library.scenario(second)
    differences = diff_scenarios(old, new, library.pack)
    _tell_differences(differences, talk)
    if not differences:
        talk.say(NO_DIFFERENCE)
    talk.answer(
        {
            "first": old.scenario_id,
            "second": new.scenario_id,
            "differences": [difference.to_dict() for difference in differences],
        }
    )


def show_scenario(name: str, source: Source, talk: Talk) -> None:
    """Tell what a scenario comes to: what changes from what to what, and the freight."""
    library = source.library()
    scenario = library.scenario(name)
    differences = diff_scenarios(AS_IT_IS, scenario, library.pack)
    _tell_head(scenario, talk)
    _tell_differences(differences, talk)
    for one in library.names(name):
        _tell_idle(*library.open(one), talk)
    freight = _freight(library.pack, scenario)
    if not differences:
        talk.say(NO_CHANGE)
    talk.say(FREIGHT.format(**{key: f"{value:,.0f}" for key, value in freight.items()}))
    talk.answer(
        {
            "scenario": scenario.to_dict(),
            "base": scenario.base,
            "stack": list(scenario.stack),
            "changes": [difference.to_dict() for difference in differences],
            "freight_t_per_day": {"before": freight["before"], "after": freight["after"]},
            "freight_teu_per_day": {"before": freight["teu_before"], "after": freight["teu_after"]},
        }
    )


def _tell_head(scenario: Scenario, talk: Talk) -> None:
    head = HEAD.format(name=scenario.name, scenario_id=scenario.scenario_id, description=scenario.description)
    talk.say(head)
    builds_on = [*([scenario.base] if scenario.base else ()), *scenario.stack]
    if builds_on:
        talk.say(BUILDS_ON.format(names=", ".join(builds_on)))
    if scenario.date is not None:
        talk.say(PLANNED_FOR.format(day=scenario.date))


def _tell_differences(differences: Sequence[Difference], talk: Talk) -> None:
    """Tell differences under the reason they have, those of one row together."""
    by_reason: dict[Text, list[Difference]] = {}
    for difference in differences:
        by_reason.setdefault(difference.reason, []).append(difference)
    for reason, some in by_reason.items():
        if reason.of(talk.language):
            talk.say(BECAUSE.format(reason=reason))
        for difference in some:
            talk.say(LINE.format(text=difference.text))


def _freight(pack: Pack, scenario: Scenario) -> dict[str, float]:
    """Return tonnes and TEU a day of the region as it is and of the scenario."""
    before = build_demand(apply_assumptions(pack))
    after = build_demand(apply_assumptions(apply_changes(pack, scenario)), scenario.demand_changes)
    return {
        "before": before.total("t"),
        "after": after.total("t"),
        "teu_before": before.total("teu"),
        "teu_after": after.total("teu"),
    }


def list_scenarios(source: Source, talk: Talk) -> None:
    """Tell the scenarios of a region."""
    files = source.library().files
    headings = (
        Text(en="Scenario", vi="Kịch bản"),
        Text(en="Name", vi="Tên"),
        Text(en="Builds on", vi="Dựa trên"),
        Text(en="Changes", vi="Thay đổi"),
    )
    rows = [
        (name, file.name.of(talk.language), ", ".join(_builds_on(file)), str(len(file.changes)))
        for name, file in files.items()
    ]
    talk.table(Text(en="Scenarios of the region", vi="Các kịch bản của vùng"), headings, rows)
    talk.answer(
        {
            "scenarios": [
                {
                    "scenario_id": name,
                    "name": asdict(file.name),
                    "description": asdict(file.description),
                    "form": file.form,
                    "base": file.base,
                    "stack": list(file.stack),
                    "date": None if file.date is None else file.date.isoformat(),
                    "changes": len(file.changes),
                }
                for name, file in files.items()
            ]
        }
    )


def _builds_on(file: ScenarioFile) -> tuple[str, ...]:
    return (*((file.base,) if file.base else ()), *file.stack)


def write_schema(out: Path | None, talk: Talk) -> None:
    """Write the JSON Schema of scenario files to a file, or print it."""
    text = schema_text()
    if out is None:
        sys.stdout.write(text)
        return
    out.write_text(text, encoding="utf-8")
    talk.say(WROTE.format(file=out))


def schema_text() -> str:
    """Return the JSON Schema as it is published in ``docs/planning/scenario.schema.json``."""
    return json.dumps(scenario_schema(), ensure_ascii=False, indent=2) + "\n"
