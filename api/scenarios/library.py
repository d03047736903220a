"""The scenarios at hand: those of the region, and files with what stands beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.regions import pack_scenario_files
from optimizer.scenarios.document import ScenarioFindings
from optimizer.scenarios.file import SUFFIXES, read_scenario_file
from optimizer.scenarios.nearest import nearest
from optimizer.scenarios.resolve import resolve_scenario, stack_scenarios
from optimizer.scenarios.scenario import Scenario
from optimizer.scenarios.stated import ScenarioFile
from supplychain.errors import HinterlandError
from supplychain.pack import Pack
from supplychain.text import Text

STACKED: Final = "+"

Shelf = Mapping[str, tuple[ScenarioFile, Mapping[str, ScenarioFile]]]
"""Scenarios that are no files of this machine: by the name they are asked for under, each with what it builds on."""

OTHER_ID: Final = Text(
    en="is {scenario}, but it is built on by its file name, {name}. Give the file and the scenario one name.",
    vi="là {scenario}, nhưng được dựa vào theo tên tệp {name}. Hãy đặt tên tệp và mã kịch bản giống nhau.",
)
NO_SCENARIO: Final = Text(
    en="There is no scenario {scenario}{hint}. There are: {known}; or name a YAML or JSON file.",
    vi="Không có kịch bản {scenario}{hint}. Hiện có: {known}; hoặc chỉ một tệp YAML hay JSON.",
)

TWO_OF_ONE_ID: Final = Text(
    en="Two scenarios have the id {name}, and they are not the same. Give one of them another scenario_id.",
    vi="Có hai kịch bản cùng mã {name} mà nội dung khác nhau. Hãy đặt scenario_id khác cho một trong hai.",
)


def is_scenario_file(name: str) -> bool:
    """Return whether a name is that of a scenario file and not a scenario's id."""
    return name.endswith(SUFFIXES)


@dataclass(frozen=True, slots=True)
class Library:
    """The scenarios that a name can mean.

    Parameters
    ----------
    pack
        The region.
    files
        Its scenarios by id.
    shelf
        Scenarios beside those of the region; where there is a shelf, no name means a file.
    """

    pack: Pack
    files: Mapping[str, ScenarioFile]
    shelf: Shelf | None = None

    @classmethod
    def of(cls, pack: Pack, shelf: Shelf | None = None) -> Library:
        """Return the scenarios of a region, and those of a shelf in place of files."""
        return cls(pack, pack_scenario_files(pack), shelf)

    def names(self, asked: str) -> tuple[str, ...]:
        """Return the scenarios that a name asks for: itself, or those between ``+`` as a stack."""
        if STACKED not in asked or (self.shelf is None and is_scenario_file(asked) and Path(asked).is_file()):
            return (asked,)
        return tuple(name.strip() for name in asked.split(STACKED))

    def open(self, name: str) -> tuple[ScenarioFile, Mapping[str, ScenarioFile]]:
        """Return a scenario by id or file name, and what it may build on.

        A file may build on files beside it (``<scenario_id>.yaml``) and on scenarios of the region, in this order.

        Raises
        ------
        HinterlandError
            If there is no such scenario.
        FindingsError
            If a file is not a scenario.
        """
        if self.shelf is not None and name in self.shelf:
            file, known = self.shelf[name]
            return file, _joined(_joined(self.files, known), {file.scenario_id: file})
        if self.shelf is None and is_scenario_file(name):
            file = read_scenario_file(Path(name))
            return file, {**self.files, **_beside(Path(name).parent, file)}
        if name not in self.files:
            hint = nearest(name, {one: f"{file.name.vi}\n{file.name.en}" for one, file in self.files.items()})
            raise HinterlandError(NO_SCENARIO.format(scenario=name, hint=hint, known=", ".join(self.files)))
        return self.files[name], self.files

    def scenario(self, name: str) -> Scenario:
        """Return a scenario worked out on the region: an id, a file, or several with ``+`` between them as a stack.

        Raises
        ------
        HinterlandError
            If there is no such scenario, or it does not fit the region.
        """
        return self.stack(self.names(name))

    def stack(self, names: Sequence[str]) -> Scenario:
        """Return several scenarios laid on each other; a single one as it is."""
        opened = [self.open(name.strip()) for name in names]
        return self.laid([file for file, _others in opened], [others for _file, others in opened])

    def laid(self, files: Sequence[ScenarioFile], others: Sequence[Mapping[str, ScenarioFile]]) -> Scenario:
        """Return opened scenarios laid on each other; a single one as it is.

        Parameters
        ----------
        files
            The scenarios.
        others
            What each may build on.
        """
        if len(files) == 1:
            return resolve_scenario(files[0], others[0], self.pack)
        known: dict[str, ScenarioFile] = {}
        for some in others:
            known = {**known, **some} if self.shelf is None else _joined(known, some)
        if self.shelf is not None:
            for file in files:
                known = _joined(known, {file.scenario_id: file})
        return stack_scenarios(files, known, self.pack)


def _joined(files: Mapping[str, ScenarioFile], others: Mapping[str, ScenarioFile]) -> dict[str, ScenarioFile]:
    """Return scenarios by id; two of one id that are not the same are refused.

    Raises
    ------
    HinterlandError
        If an id means two scenarios.
    """
    for name, file in others.items():
        if name in files and files[name].text != file.text:
            raise HinterlandError(TWO_OF_ONE_ID.format(name=name))
    return {**files, **others}


def _beside(folder: Path, file: ScenarioFile) -> dict[str, ScenarioFile]:
    """Return the files in a folder that a scenario builds on, directly or not."""
    found: dict[str, ScenarioFile] = {}
    wanted = [name for name in (file.base, *file.stack) if name is not None]
    while wanted:
        name = wanted.pop()
        path = next((folder / (name + suffix) for suffix in SUFFIXES if _is_file(folder / (name + suffix))), None)
        if name in found or path is None or name == file.scenario_id:
            continue
        found[name] = read_scenario_file(path)
        if found[name].scenario_id != name:
            findings = ScenarioFindings(path.name)
            text = OTHER_ID.format(scenario=found[name].scenario_id, name=name)
            findings.add(found[name].place_of("scenario_id"), "scenario_id", text)
            findings.raise_if_any()
        wanted += [other for other in (found[name].base, *found[name].stack) if other is not None]
    return found


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name longer than any file's
        return False


def find_scenario(name: str, pack: Pack, shelf: Shelf | None = None) -> Scenario:
    """Return a scenario of a region by id, one from a file, or several with ``+`` between them as a stack.

    Parameters
    ----------
    name
        What is asked for.
    pack
        The region.
    shelf
        Scenarios beside those of the region, in place of files.

    Raises
    ------
    HinterlandError
        If there is no such scenario, or it does not fit the region.
    """
    return Library.of(pack, shelf).scenario(name)
