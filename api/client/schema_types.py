"""Types of Python for the schemas of an OpenAPI document."""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

_SIMPLE = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


def identifier(name: str) -> str:
    """Return a name as Python has them: words in small letters with underlines."""
    words = re.sub(r"[^0-9A-Za-z]+", "_", name).strip("_").lower() or "value"
    words = f"n{words}" if words[0].isdigit() else words
    return f"{words}_" if keyword.iskeyword(words) else words


class SchemaTypes:
    """The named schemas of a document as TypedDicts.

    Parameters
    ----------
    schemas
        ``components.schemas`` of the document.
    """

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas
        self._names = {name: _type_name(name) for name in schemas}
        if len(set(self._names.values())) != len(self._names):
            msg = "two schemas of the OpenAPI document have the same name in Python; rename one of the models."
            raise ValueError(msg)
        self._queries: dict[str, tuple[str, Mapping[str, Schema]]] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the types."""
        return (*self._names.values(), *(name for name, _fields in self._queries.values()))

    def add_query(self, name: str, fields: Mapping[str, Schema]) -> None:
        """Declare the type of parameters that are given together; the same ones again have the first name."""
        self._queries.setdefault(_content(fields), (name, fields))

    def query(self, fields: Mapping[str, Schema]) -> str:
        """Return the type of parameters that were declared."""
        return self._queries[_content(fields)][0]

    def of(self, schema: Schema) -> str:
        """Return the type of a schema."""
        if "$ref" in schema:
            return self._names[schema["$ref"].rpartition("/")[2]]
        if "const" in schema or "enum" in schema:
            values = schema.get("enum", (schema.get("const"),))
            return f"Literal[{', '.join(repr(one) for one in values)}]"
        return self._joined(schema) or self._typed(schema)

    def _joined(self, schema: Schema) -> str | None:
        """Return the type of a schema that is made of others; None for the rest."""
        for union in ("anyOf", "oneOf"):
            if union in schema:
                kinds = dict.fromkeys(self.of(one) for one in schema[union])
                if "Any" in kinds:
                    return "Any"
                return " | ".join(sorted(kinds, key=lambda kind: kind == "None"))
        if len(schema.get("allOf", ())) == 1:
            return self.of(schema["allOf"][0])
        return None

    def _typed(self, schema: Schema) -> str:
        kind = schema.get("type")
        if isinstance(kind, list):
            return " | ".join(self._typed({**schema, "type": one}) for one in kind)
        if kind == "array":
            return f"list[{self.of(schema['items']) if schema.get('items') else 'Any'}]"
        if kind == "object":
            more = schema.get("additionalProperties")
            return f"dict[str, {self.of(more) if isinstance(more, Mapping) and more else 'Any'}]"
        return _SIMPLE.get(str(kind), "Any")

    def module(self) -> str:
        """Return the source of the module of all types."""
        parts = [self._definition(name, schema) for name, schema in sorted(self._schemas.items())]
        parts += [self._query_definition(*one) for one in sorted(self._queries.values(), key=lambda one: one[0])]
        body = "\n\n".join(parts)
        used = [word for word in ("Any", "Literal", "NotRequired", "TypedDict") if re.search(rf"\b{word}\b", body)]
        head = ['"""Bodies of requests and answers."""', "", "from __future__ import annotations", ""]
        return "\n".join([*head, f"from typing import {', '.join(used)}", "", "", body, ""])

    def _definition(self, name: str, schema: Schema) -> str:
        fields = schema.get("properties")
        if schema.get("type") != "object" or not fields:
            return f"{self._names[name]} = {self.of(schema)}\n"
        required = set(schema.get("required", ()))
        typed = {
            field: self.of(one) if field in required else f"NotRequired[{self.of(one)}]"
            for field, one in fields.items()
        }
        if all(field.isidentifier() and not keyword.iskeyword(field) for field in fields):
            told = _first_line(schema.get("description", "")) or f"{name}."
            lines = [f"class {self._names[name]}(TypedDict):", f'    """{told}"""', ""]
            return "\n".join([*lines, *(f"    {field}: {kind}" for field, kind in typed.items()), ""])
        pairs = ", ".join(f"{field!r}: {kind!r}" for field, kind in typed.items())
        return f"{self._names[name]} = TypedDict({self._names[name]!r}, {{{pairs}}})\n"

    def _query_definition(self, name: str, fields: Mapping[str, Schema]) -> str:
        pairs = ", ".join(f"{field!r}: {self.of(one)!r}" for field, one in fields.items())
        return f"{name} = TypedDict({name!r}, {{{pairs}}}, total=False)\n"


def _content(fields: Mapping[str, Schema]) -> str:
    return json.dumps({name: _shape(schema) for name, schema in fields.items()}, sort_keys=True)


def _shape(schema: Schema) -> Schema:
    """Return what of a schema makes its type: not how it is described."""
    return {name: one for name, one in schema.items() if name not in ("description", "examples", "title")}


def _type_name(name: str) -> str:
    parts = re.sub(r"[^0-9A-Za-z]+", "_", name).split("_")
    return "".join(part[:1].upper() + part[1:] for part in parts)


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0].replace("\\", "").replace('"', "'")
