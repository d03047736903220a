"""The documentation page of all tables and columns, made from their declarations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from supplychain.columns import LARGEST_INTEGER, ColumnDeclaration
from supplychain.models.base import (
    Ascending,
    AtLeastOne,
    Base,
    Different,
    ExactlyOne,
    Needs,
    Rule,
    UniqueTogether,
)
from supplychain.pack.declaration import TableDeclaration, declare

_INTRODUCTION: Final = """# Tables and columns of a region pack · Bảng và cột của gói dữ liệu vùng

This page is made from the declarations in the code: `python -m api.columns_page` writes it, a test keeps it in step.

A region pack is a folder with `pack.yaml`, one CSV file per table (`<table>.csv`) and `scenarios/<scenario_id>.yaml`.
UTF-8, commas, a header line; an empty cell is null. Yes/no columns hold `yes` or `no`; lists put `;` between their
words; numbers have a decimal point and nothing between thousands. Ids are `a–z`, digits and `_`, unique in the whole
pack. Positions are WGS 84 degrees. An optional column may be left out. In the database every table also has an integer
key `fid`, and `lat`, `lon` or the WKT are one column `geometry`. Columns marked *personal* say something of a person:
they are shown to the record's owner alone and can be erased from history ([records.md](registry/records.md)).

Gói dữ liệu vùng là thư mục gồm `pack.yaml`, mỗi bảng một tệp CSV (`<bảng>.csv`) và `scenarios/<scenario_id>.yaml`.
Tệp theo UTF-8, ngăn cách bằng dấu phẩy, có dòng tiêu đề; ô trống nghĩa là không có giá trị. Cột có/không ghi `yes`
hoặc `no`; danh sách ngăn cách bằng `;`; số dùng dấu chấm thập phân. Mã gồm `a–z`, chữ số và `_`, duy nhất trong cả
gói. Tọa độ là độ WGS 84. Cột không bắt buộc có thể bỏ. Trong cơ sở dữ liệu, mỗi bảng có thêm khóa số `fid`, còn `lat`,
`lon` hoặc WKT thành một cột `geometry`. Cột ghi *personal* là dữ liệu cá nhân: chỉ chủ hồ sơ được xem và có thể xóa
khỏi lịch sử.
"""


def columns_page(models: Sequence[type[Base]]) -> str:
    """Return the page in Markdown, tables in the order of the models."""
    return "\n".join([_INTRODUCTION, *(line for table in declare(models).values() for line in _table_lines(table))])


def _table_lines(table: TableDeclaration) -> Iterator[str]:
    yield f"## `{table.name}`"
    yield ""
    yield f"{table.meaning.en} · {table.meaning.vi}"
    yield ""
    if table.storage == "yaml":
        yield f"One YAML file a row: `{table.name}/<{table.key}>.yaml` · Mỗi dòng là một tệp YAML."
        yield ""
    if table.may_be_absent:
        yield "The file may be left out · Có thể bỏ tệp này."
        yield ""
    yield "| column | type | required | unit | allowed | meaning | ý nghĩa |"
    yield "|---|---|---|---|---|---|---|"
    for column in table.columns:
        cells = (
            f"`{column.name}`",
            column.kind,
            "yes" if column.required else "",
            column.unit or "",
            _allowed(column),
            column.meaning.en,
            column.meaning.vi,
        )
        yield f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
    yield ""
    for rule in table.rules:
        yield f"- {_rule_sentence(rule)}"
    if table.rules:
        yield ""


def _allowed(column: ColumnDeclaration) -> str:
    if column.personal:
        return "*personal*"
    if column.references:
        return "in " + " or ".join(f"`{target}`" for target in column.references)
    if column.choices:
        return ", ".join(f"`{word}`" for word in column.choices)
    low, high = column.minimum, column.maximum
    if high == LARGEST_INTEGER:
        high = None
    if low is not None and high is not None:
        return f"{low:g} to {high:g}"
    if low is not None:
        return f"≥ {low:g}"
    return "" if high is None else f"≤ {high:g}"


def _rule_sentence(rule: Rule) -> str:
    names = ", ".join(f"`{column}`" for column in rule.columns)
    match rule:
        case ExactlyOne():
            return f"Exactly one of {names} has a value."
        case AtLeastOne():
            return f"At least one of {names} has a value."
        case Ascending():
            return " ≤ ".join(f"`{column}`" for column in rule.columns) + "."
        case Different():
            return f"{names} differ."
        case UniqueTogether():
            return f"{names} together are unique."
        case Needs():
            needed = ", ".join(f"`{column}`" for column in rule.needed)
            return f"Where {names} has a value, {needed} must have one."
