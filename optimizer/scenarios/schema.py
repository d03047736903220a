"""The JSON Schema of scenario files, made from the declarations of the verbs."""

from __future__ import annotations

import re
from typing import Any, Final

from optimizer.scenarios.fields import LARGEST_FACTOR, UNLIMITED
from optimizer.scenarios.file import KEYS
from optimizer.scenarios.read_changes import ALL
from optimizer.scenarios.scenario import CURRENCIES, FORM, TARIFF_LEVELS
from optimizer.scenarios.verb import SUBJECT_MEANINGS, FieldDeclaration, Subject, Verb
from optimizer.scenarios.verb_parts import money
from optimizer.scenarios.verbs import VERBS
from supplychain.text import Text

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
ID_PATTERN: Final = "^[a-z][a-z0-9_]*$"
NUMBER_PATTERN: Final = r"\s*\+?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?\s*"
HOURS_PATTERN: Final = r"^\s*[0-9]{1,2}:[0-9]{2}\s*[-–]\s*[0-9]{1,2}:[0-9]{2}\s*$"
DATE_PATTERN: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"

Schema = dict[str, Any]

_MEANINGS: Final = {
    "format": Text(en="Form of the file", vi="Dạng của tệp"),
    "scenario_id": Text(en="Id: a–z, 0–9 and _; the file's stem", vi="Mã: a–z, 0–9 và _; trùng tên tệp"),
    "name": Text(en="Short label", vi="Tên ngắn"),
    "description": Text(en="What is different, and why one would ask", vi="Khác gì và vì sao cần hỏi"),
    "base": Text(en="Scenario it builds on and may override", vi="Kịch bản làm nền, có thể ghi đè"),
    "stack": Text(en="Other scenarios laid on, in any order", vi="Các kịch bản xếp chồng, thứ tự tùy ý"),
    "date": Text(
        en="Day planned; dated changes hold on it or not", vi="Ngày lập phương án, để xét thay đổi có thời hạn"
    ),
    "carbon_price": Text(en="Price of CO2e in the objective", vi="Giá CO2e trong hàm mục tiêu"),
    "tariff_level": Text(en="Which value of each cost row counts", vi="Dùng mức nào của mỗi dòng chi phí"),
    "changes": Text(en="What changes", vi="Các thay đổi"),
    "reason": Text(en="Why", vi="Lý do"),
    "from": Text(en="First day on which it holds", vi="Ngày đầu có hiệu lực"),
    "to": Text(en="Last day on which it holds", vi="Ngày cuối có hiệu lực"),
}


def scenario_schema() -> Schema:
    """Return the JSON Schema (draft 2020-12) of scenario files of every form that is read.

    It says what a file may hold, not whether ids are there and changes agree: that takes a region
    (``hinterland scenario validate``).
    """
    return {
        "$schema": DIALECT,
        "$id": "scenario.schema.json",
        "title": "Hinterland scenario · Kịch bản Hinterland",
        "if": {"required": ["format"]},
        "then": {"$ref": "#/$defs/form_2"},
        "else": {"$ref": "#/$defs/form_1"},
        "$defs": {
            "form_2": _form_2(),
            "form_1": _form_1(),
            **_shared(),
            **{f"change_{verb.name}": _change(verb) for verb in VERBS.values()},
        },
    }


_FACTOR: Final[Schema] = {"type": "number", "minimum": 0, "maximum": int(LARGEST_FACTOR)}


def _form_2() -> Schema:
    properties: Schema = {
        "format": {"const": FORM},
        "scenario_id": {"$ref": "#/$defs/id"},
        "name": {"$ref": "#/$defs/text"},
        "description": {"$ref": "#/$defs/text"},
        "base": {"anyOf": [{"$ref": "#/$defs/id"}, {"type": "null"}]},
        "stack": {"anyOf": [{"$ref": "#/$defs/ids"}, {"type": "array", "maxItems": 0}, {"type": "null"}]},
        "date": {"anyOf": [{"$ref": "#/$defs/date"}, {"type": "null"}]},
        "carbon_price": {"$ref": "#/$defs/carbon_price"},
        "tariff_level": {"enum": list(TARIFF_LEVELS)},
        "changes": {"type": ["array", "null"], "items": {"$ref": "#/$defs/change"}},
    }
    described = {key: {**properties[key], "description": _both(_MEANINGS[key])} for key in KEYS}
    return {
        "type": "object",
        "properties": described,
        "required": ["format", "scenario_id", "name", "description"],
        "additionalProperties": False,
    }


def _form_1() -> Schema:
    change = {
        "type": "object",
        "properties": {
            "table": {"type": "string"},
            "ids": {"$ref": "#/$defs/ids"},
            "where": {"$ref": "#/$defs/where"},
            "set": {"$ref": "#/$defs/cells"},
            "scale": {"$ref": "#/$defs/factors"},
            "reason": {"$ref": "#/$defs/text"},
        },
        "required": ["table", "reason"],
        "oneOf": [{"required": ["ids"]}, {"required": ["where"]}],
        "anyOf": [{"required": ["set"]}, {"required": ["scale"]}],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {
            "scenario_id": {"$ref": "#/$defs/id"},
            "name": {"$ref": "#/$defs/both_languages"},
            "description": {"$ref": "#/$defs/both_languages"},
            "carbon_price": {"$ref": "#/$defs/carbon_price"},
            "changes": {"type": ["array", "null"], "items": change},
        },
        "required": ["scenario_id", "name", "description"],
        "additionalProperties": False,
    }


def _shared() -> Schema:
    plain: Schema = {"type": "string", "pattern": r"\S"}
    scalar: Schema = {"type": ["string", "number", "boolean", "null"]}
    both: Schema = {
        "type": "object",
        "properties": {"vi": plain, "en": plain},
        "required": ["vi", "en"],
        "additionalProperties": False,
    }
    number: Schema = {"type": "number"}
    return {
        "change": {
            "type": "object",
            "properties": {"change": {"enum": list(VERBS)}},
            "required": ["change"],
            "allOf": [
                {
                    "if": {"properties": {"change": {"const": name}}, "required": ["change"]},
                    "then": {"$ref": f"#/$defs/change_{name}"},
                }
                for name in VERBS
            ],
        },
        "id": {"type": "string", "pattern": ID_PATTERN},
        "ids": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]},
        "both_languages": both,
        "text": {"anyOf": [plain, {"$ref": "#/$defs/both_languages"}]},
        "date": {"type": "string", "pattern": DATE_PATTERN, "format": "date"},
        "where": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"anyOf": [scalar, {"type": "array", "items": scalar, "minItems": 1}]},
        },
        "cells": {"type": "object", "minProperties": 1, "additionalProperties": scalar},
        "factors": {"type": "object", "minProperties": 1, "additionalProperties": _FACTOR},
        "selection": {"anyOf": [{"const": ALL}, {"$ref": "#/$defs/ids"}, {"$ref": "#/$defs/where"}]},
        "point": {
            "type": "object",
            "properties": {
                "lat": {"type": "number", "minimum": -90, "maximum": 90},
                "lon": {"type": "number", "minimum": -180, "maximum": 180},
            },
            "required": ["lat", "lon"],
            "additionalProperties": False,
        },
        "line": {
            "anyOf": [
                {"type": "string", "pattern": r"^\s*LINESTRING\s*\("},
                {
                    "type": "object",
                    "properties": {
                        "type": {"const": "LineString"},
                        "coordinates": {
                            "type": "array",
                            "minItems": 2,
                            "items": {"type": "array", "items": number, "minItems": 2, "maxItems": 3},
                        },
                    },
                    "required": ["type", "coordinates"],
                },
                {"type": "object", "properties": {"type": {"const": "Feature"}}, "required": ["type", "geometry"]},
            ]
        },
        "carbon_price": {
            "type": ["object", "null"],
            "properties": {
                "value": {"type": "number", "minimum": 0},
                "unit": {"enum": list(money("t"))},
                "currency": {"enum": list(CURRENCIES)},
                "price_year": {"type": "integer"},
            },
            "required": ["value", "price_year"],
            "anyOf": [{"required": ["unit"]}, {"required": ["currency"]}],
            "additionalProperties": False,
        },
    }


def _change(verb: Verb) -> Schema:
    properties: Schema = {"change": {"const": verb.name}}
    for subject in verb.subjects:
        properties[subject] = {"$ref": "#/$defs/selection", "description": _both(SUBJECT_MEANINGS[subject])}
    if verb.takes_where:
        properties["where"] = {"$ref": "#/$defs/where"}
    for field in verb.fields:
        properties[field.name] = {**_field(field), "description": _both(field.meaning)}
    for name, shape in (("from", "date"), ("to", "date"), ("reason", "text")):
        properties.setdefault(name, {"$ref": f"#/$defs/{shape}", "description": _both(_MEANINGS[name])})
    schema: Schema = {
        "description": _both(verb.meaning),
        "type": "object",
        "properties": properties,
        "required": ["change", "reason", *(field.name for field in verb.fields if field.required)],
        "additionalProperties": False,
        "examples": [verb.example],
    }
    rules = [*_selection_rules(verb), *({"not": {"required": list(pair)}} for pair in _pairs(verb))]
    if verb.one_of:
        rules.append({"anyOf": [{"required": [name]} for name in verb.one_of]})
    if verb.name == "table":
        rules.append({"oneOf": [{"required": ["ids"]}, {"required": ["where"]}]})
    return schema | ({"allOf": rules} if rules else {})


def _selection_rules(verb: Verb) -> list[Schema]:
    names: list[Subject | str] = list(verb.subjects)
    if len(names) == 1:
        names.append("where")
    if verb.selection == "one":
        return [{"oneOf": [{"required": [name]} for name in names]}]
    if verb.selection == "optional":
        return [{"not": {"required": names}}]
    return []


def _pairs(verb: Verb) -> list[tuple[str, str]]:
    return [
        (first, second)
        for group in verb.exclusive
        for position, first in enumerate(group)
        for second in group[position + 1 :]
    ]


def _field(field: FieldDeclaration) -> Schema:
    if field.kind == "quantity":
        units = "|".join(re.escape(unit) for unit in field.units)
        quantity: Schema = {"type": "string", "pattern": f"^{NUMBER_PATTERN}({units})\\s*$"}
        return {"anyOf": [quantity, {"const": UNLIMITED}]} if field.unlimited else quantity
    if field.kind == "choice":
        return {"enum": list(field.choices)}
    if field.kind == "choices":
        word: Schema = {"enum": list(field.choices)}
        return {"anyOf": [word, {"type": "array", "items": word, "minItems": 1}]}
    return _KINDS[field.kind]


_KINDS: Final[dict[str, Schema]] = {
    "factor": _FACTOR,
    "share": {"type": "number", "minimum": 0, "maximum": 1},
    "number": {"type": "number"},
    "integer": {"type": "integer", "minimum": 1},
    "year": {"type": "integer", "minimum": 1850, "maximum": 2100},
    "hours": {"type": "string", "pattern": HOURS_PATTERN},
    "boolean": {"type": "boolean"},
    "id": {"type": "string", "pattern": r"\S"},
    "text": {"type": "string", "pattern": r"\S"},
    "ids": {"$ref": "#/$defs/ids"},
    "point": {"$ref": "#/$defs/point"},
    "end": {"anyOf": [{"type": "string", "pattern": r"\S"}, {"$ref": "#/$defs/point"}]},
    "line": {"$ref": "#/$defs/line"},
    "cells": {"$ref": "#/$defs/cells"},
    "factors": {"$ref": "#/$defs/factors"},
    "where": {"$ref": "#/$defs/where"},
}


def _both(text: Text) -> str:
    return f"{text.vi} · {text.en}"
