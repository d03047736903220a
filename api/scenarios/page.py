"""``python -m api.scenarios.page [FILE]`` writes the page of all verbs, ``docs/planning/verbs.md`` by default."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from optimizer.scenarios.fields import UNLIMITED
from optimizer.scenarios.verb import FieldDeclaration, Verb
from optimizer.scenarios.verbs import VERBS

PAGE: Final = Path("docs/planning/verbs.md")
HEAD: Final = """\
# Verbs of scenario files · Động từ của tệp kịch bản

This page is made from the declarations in the code: `python -m api.scenarios.page` writes it, a test keeps it in step.
How files, bases, stacks and dates work: [scenarios.md](scenarios.md). Every change also has a `reason`, and may have
`from:` and `to:` days. A subject is an id, a list of ids, `all`, or columns with the values they may have
(`links: {road: [VĐ3], status: planned}`).

Trang này được tạo từ khai báo trong mã nguồn. Mỗi thay đổi còn có `reason` và có thể có ngày `from:`, `to:`. Đối tượng
là một mã, danh sách mã, `all`, hoặc các cột và giá trị được phép.
"""
KINDS: Final = {
    "factor": "0.8",
    "share": "0 … 1",
    "number": "number",
    "integer": "whole number",
    "year": "year",
    "hours": "06:00-22:00",
    "boolean": "yes / no",
    "id": "id",
    "ids": "ids",
    "text": "text",
    "point": "{lat, lon}",
    "end": "id or {lat, lon}",
    "line": "WKT or GeoJSON",
    "cells": "{column: value}",
    "factors": "{column: factor}",
    "where": "{column: values}",
}


def verbs_page() -> str:
    """Return the page of all verbs."""
    return "\n".join([HEAD, *(part for verb in VERBS.values() for part in _verb(verb))])


def _verb(verb: Verb) -> list[str]:
    lines = [f"## `{verb.name}`", "", f"{verb.meaning.en} · {verb.meaning.vi}", ""]
    if verb.subjects:
        join = {"one": "one of", "optional": "at most one of", "any": "any of"}[verb.selection]
        lines += [f"About {join}: {', '.join(f'`{subject}`' for subject in verb.subjects)}.", ""]
    if verb.fields:
        lines += ["| field | takes | required | meaning | ý nghĩa |", "|---|---|---|---|---|"]
        lines += [_field(field) for field in verb.fields] + [""]
    rules = [f"at least one of {', '.join(f'`{name}`' for name in verb.one_of)}"] if len(verb.one_of) > 1 else []
    rules += [f"not {' beside '.join(f'`{name}`' for name in group)}" for group in verb.exclusive]
    if rules:
        lines += [f"Needs {'; '.join(rules)}." if verb.one_of else f"{'; '.join(rules)}.", ""]
    return [*lines, "```yaml", verb.example, "```", ""]


def _field(field: FieldDeclaration) -> str:
    if field.kind == "quantity":
        takes = ", ".join(f"`{unit}`" for unit in (*field.units, *((UNLIMITED,) if field.unlimited else ())))
    elif field.kind in ("choice", "choices"):
        takes = ("several of " if field.kind == "choices" else "") + ", ".join(f"`{word}`" for word in field.choices)
    else:
        takes = f"id of `{field.table}`" if field.table else KINDS[field.kind]
    required = "yes" if field.required else ""
    return f"| `{field.name}` | {takes} | {required} | {field.meaning.en} | {field.meaning.vi} |"


def main(arguments: list[str]) -> None:
    """Write the page."""
    path = Path(arguments[0]) if arguments else PAGE
    path.write_text(verbs_page(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
