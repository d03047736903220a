"""Read the changes of a scenario file by the declarations of their verbs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from optimizer.scenarios.document import Path, Place
from optimizer.scenarios.fields import FieldReader, name_of
from optimizer.scenarios.scenario import FORM
from optimizer.scenarios.stated import Selection, StatedChange
from optimizer.scenarios.verb import Subject, Verb
from optimizer.scenarios.verbs import VERBS
from supplychain.text import Text

OLD_CHANGE_KEYS: Final = ("table", "ids", "where", "set", "scale", "reason")
COMMON_KEYS: Final = ("change", "from", "to", "reason")
ALL: Final = "all"
NOT_A_LIST: Final = Text(en="must be a list.", vi="phải là một danh sách.")
NOT_A_CHANGE: Final = Text(
    en="a change is a mapping that begins with change: and a verb.",
    vi="mỗi thay đổi là một ánh xạ bắt đầu bằng change: và một động từ.",
)
NO_VERB: Final = Text(en="has no change: with a verb; verbs are {verbs}.", vi="thiếu change: với động từ; có {verbs}.")
ONE_OF_KEYS: Final = Text(en="needs exactly one of {keys}.", vi="cần đúng một trong: {keys}.")
AT_MOST_ONE: Final = Text(en="takes at most one of {keys}.", vi="chỉ nhận tối đa một trong: {keys}.")
SAY_WHICH: Final = Text(
    en="could mean several tables here; write {example} instead.", vi="có thể là nhiều bảng; hãy viết {example}."
)
AT_LEAST_ONE: Final = Text(en="needs {keys}.", vi="cần {keys}.")
ONE_OF: Final = Text(en="at least one of {keys}", vi="ít nhất một trong {keys}")
NOT_BOTH: Final = Text(en="cannot stand beside {other}; keep one of them.", vi="không đi cùng {other}; hãy giữ một.")
UPSIDE_DOWN: Final = Text(
    en="ends on {last}, before it begins on {first}.", vi="kết thúc ngày {last}, trước khi bắt đầu ngày {first}."
)


def read_changes(reader: FieldReader, form: int) -> tuple[StatedChange, ...]:
    """Return the changes of a file; what is wrong with them is collected by the reader."""
    data = reader.document.data.get("changes")
    if data is None:
        return ()
    if not isinstance(data, list):
        reader.wrong(("changes",), NOT_A_LIST)
        return ()
    places: dict[Path, dict[str, Place]] = {}
    for keys, place in reader.document.values.items():
        if keys[2:]:
            places.setdefault(keys[:2], {})[name_of(keys[2:])] = place
    paths: list[Path] = [("changes", index) for index in range(len(data))]
    read = (_change(reader, item, path, form, places.get(path, {})) for item, path in zip(data, paths, strict=True))
    return tuple(change for change in read if change is not None)


def _change(
    reader: FieldReader, data: object, path: Path, form: int, places: Mapping[str, Place]
) -> StatedChange | None:
    if not isinstance(data, dict):
        reader.wrong(path, NOT_A_CHANGE)
        return None
    before = len(reader.findings.findings)
    if form < FORM:
        reader.keys(data, OLD_CHANGE_KEYS, path)
        data = {"change": "table"} | data
    verb = _verb(reader, data, path)
    if verb is None:
        return None
    _check_keys(reader, verb, data, path, form)
    change = StatedChange(
        verb=verb.name,
        fields=MappingProxyType(_values(reader, verb, data, path)),
        selections=MappingProxyType(_selections(reader, verb, data, path)),
        first=None if data.get("from") is None else reader.day(data["from"], (*path, "from")),
        last=None if data.get("to") is None else reader.day(data["to"], (*path, "to")),
        reason=reader.text(data.get("reason"), (*path, "reason"), plain=True),
        place=reader.document.value_place(*path),
        places=MappingProxyType(places),
    )
    _check_given(reader, verb, data, path)
    if change.first is not None and change.last is not None and change.first > change.last:
        reader.wrong((*path, "to"), UPSIDE_DOWN.format(first=change.first, last=change.last))
    return change if len(reader.findings.findings) == before else None


def _verb(reader: FieldReader, data: Mapping[str, Any], path: Path) -> Verb | None:
    names = tuple(VERBS)
    if "change" not in data:
        reader.wrong(path, NO_VERB.format(verbs=", ".join(names)), column="change")
        return None
    name = reader.word(names, data["change"], (*path, "change"))
    return None if name is None else VERBS[name]


def _check_keys(reader: FieldReader, verb: Verb, data: Mapping[str, Any], path: Path, form: int) -> None:
    if form < FORM:
        return
    where = ("where",) if verb.takes_where else ()
    several = "where" in data and not where and verb.subjects and verb.field("where") is None
    known = (*COMMON_KEYS, *verb.subjects, *where, *(one.name for one in verb.fields))
    if several:
        subject = verb.subjects[0]
        example = f"{subject}: {{…}}"
        reader.findings.add(reader.document.key_place(*path, "where"), "where", SAY_WHICH.format(example=example))
    reader.keys({key: value for key, value in data.items() if not (several and key == "where")}, known, path)


def _values(reader: FieldReader, verb: Verb, data: Mapping[str, Any], path: Path) -> dict[str, Any]:
    return {
        one.name: reader.field(one, data[one.name], (*path, one.name))
        for one in verb.fields
        if data.get(one.name) is not None
    }


def _selections(reader: FieldReader, verb: Verb, data: Mapping[str, Any], path: Path) -> dict[Subject, Selection]:
    found: dict[Subject, Selection] = {}
    for subject in verb.subjects:
        if data.get(subject) is not None:
            found[subject] = _selection(reader, data[subject], (*path, subject))
    if verb.takes_where and data.get("where") is not None:
        if verb.subjects[0] in found:
            keys = f"{verb.subjects[0]}, where"
            reader.wrong((*path, "where"), ONE_OF_KEYS.format(keys=keys))
        found[verb.subjects[0]] = Selection(where=reader.where(data["where"], (*path, "where")))
    if verb.selection == "one" and len(found) != 1:
        keys = ", ".join((*verb.subjects, "where") if verb.takes_where else verb.subjects)
        reader.wrong(path, ONE_OF_KEYS.format(keys=keys))
    if verb.selection == "optional" and len(found) > 1:
        reader.wrong(path, AT_MOST_ONE.format(keys=", ".join(verb.subjects)))
    return found


def _selection(reader: FieldReader, data: object, path: Path) -> Selection:
    if data == ALL:
        return Selection()
    if isinstance(data, dict):
        return Selection(where=reader.where(data, path))
    return Selection(ids=reader.ids(data, path))


def _check_given(reader: FieldReader, verb: Verb, data: Mapping[str, Any], path: Path) -> None:
    given = [name for name in data if data[name] is not None]
    for one in verb.fields:
        if one.required and one.name not in given:
            reader.wrong(path, AT_LEAST_ONE.format(keys=one.name), column=one.name)
    if verb.one_of and not set(verb.one_of) & set(given):
        keys = ONE_OF.format(keys=", ".join(verb.one_of)) if len(verb.one_of) > 1 else verb.one_of[0]
        reader.wrong(path, AT_LEAST_ONE.format(keys=keys))
    for group in verb.exclusive:
        both = [name for name in group if name in given]
        if len(both) > 1:
            reader.wrong((*path, both[1]), NOT_BOTH.format(other=both[0]))
    if verb.name == "table" and ("ids" in given) == ("where" in given):
        reader.wrong(path, ONE_OF_KEYS.format(keys="ids, where"))
