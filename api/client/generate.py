"""Make the typed client from the OpenAPI document, as a package that needs httpx and nothing of Hinterland."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from api.client.operations import filter_fields, method_source
from api.client.schema_types import SchemaTypes, identifier
from supplychain.errors import HinterlandError
from supplychain.text import Text

FOLDER: Final = Path(__file__).parent
PACKAGE: Final = "hinterland_client"
HEAD: Final = "# Made by `hinterland client` from the OpenAPI document of the service; make it again after an update.\n"
INIT: Final = '''"""A typed client of Hinterland: ``from hinterland_client import Client``."""

from .client import Client
from .transport import Answer, Download, ProblemError

__all__ = ["Answer", "Client", "Download", "ProblemError"]
'''
NOT_OURS: Final = Text(
    en="{path} is there and is no client of Hinterland. Name another folder.",
    vi="Đã có {path} và đó không phải thư viện của Hinterland. Hãy chọn thư mục khác.",
)
NOT_WRITTEN: Final = Text(en="{path} cannot be written: {reason}.", vi="Không ghi được {path}: {reason}.")
METHODS: Final = ("get", "post", "put", "patch", "delete")


class ClientError(HinterlandError):
    """A client that could not be written."""


def client_files(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the generated modules by file name: the types, a class of each tag, and the client that holds them."""
    types = SchemaTypes(document["components"]["schemas"])
    by_tag: dict[str, list[tuple[str, str, Mapping[str, Any]]]] = {}
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                operation = {**item[method], "parameters": [*item.get("parameters", ()), *_parameters(item[method])]}
                by_tag.setdefault(operation["tags"][0], []).append((path, method, operation))
    for operations in by_tag.values():
        for _path, _method, asked in operations:
            if fields := filter_fields(asked):
                types.add_query(f"{_class(asked['operationId'])}Filters", fields)
    files = {"types.py": HEAD + types.module()}
    for tag, operations in sorted(by_tag.items()):
        files[f"{_module(tag)}.py"] = HEAD + _tag_module(tag, operations, types)
    files["client.py"] = HEAD + _client_module(sorted(by_tag))
    files["__init__.py"] = INIT
    return files


def _parameters(operation: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(operation.get("parameters", ()))


def _module(tag: str) -> str:
    return "of_" + identifier(tag)


def _class(tag: str) -> str:
    return "".join(part.capitalize() for part in identifier(tag).split("_"))


def _tag_module(tag: str, operations: list[tuple[str, str, Mapping[str, Any]]], types: SchemaTypes) -> str:
    methods = [method_source(path, method, operation, types) for path, method, operation in operations]
    body = "\n".join(methods)
    lines = [f'"""Requests on {tag}."""', "", "from __future__ import annotations", ""]
    if "AbstractContextManager" in body:
        lines.append("from contextlib import AbstractContextManager")
    if "Iterator[" in body:
        lines.append("from collections.abc import Iterator")
    used = [name for name in ("Any", "IO", "Literal") if re.search(rf"\b{name}\b", body)]
    lines.append("from dataclasses import dataclass")
    if used:
        lines.append(f"from typing import {', '.join(used)}")
    names = sorted(name for name in types.names if re.search(rf"\b{name}\b", body))
    transport = [name for name in ("Answer", "Download", "Transport") if re.search(rf"\b{name}\b", body + "Transport")]
    if "quoted(" in body:
        transport.append("quoted")
    lines += ["", f"from .transport import {', '.join(transport)}"]
    if names:
        lines.append(f"from .types import {', '.join(names)}")
    head = [f"class {_class(tag)}:", f'    """Requests on {tag}."""', "", "    transport: Transport", "", ""]
    return "\n".join([*lines, "", "", "@dataclass(frozen=True, slots=True)", *head]) + body


def _client_module(tags: list[str]) -> str:
    imports = [f"from .{_module(tag)} import {_class(tag)}" for tag in tags]
    lines = [
        '"""The client: one attribute for each part of the service."""',
        "",
        "from __future__ import annotations",
        "",
        "from functools import cached_property",
        "",
        *imports,
        "from .transport import Transport",
        "",
        "",
        "class Client(Transport):",
        '    """A service; see :class:`Transport` for what it is made with."""',
        "",
    ]
    for tag in tags:
        lines += [
            "    @cached_property",
            f"    def {identifier(tag)}(self) -> {_class(tag)}:",
            f'        """Requests on {tag}."""',
            f"        return {_class(tag)}(self)",
            "",
        ]
    return "\n".join(lines)


def write_client(document: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write the package ``hinterland_client`` into a folder and return its files; those of an earlier one are replaced.

    Raises
    ------
    ClientError
        If the folder has something else of that name.
    """
    package = folder / PACKAGE
    if package.exists() and not (package / "transport.py").is_file():
        raise ClientError(NOT_OURS.format(path=package))
    files = {
        **client_files(document),
        "transport.py": (FOLDER / "transport.py").read_text(encoding="utf-8"),
        "py.typed": "",
    }
    try:
        package.mkdir(parents=True, exist_ok=True)
        for old in package.glob("*.py"):
            old.unlink()
        written = [package / name for name in files]
        for path in written:
            path.write_text(files[path.name], encoding="utf-8")
    except OSError as error:
        raise ClientError(NOT_WRITTEN.format(path=package, reason=error.strerror or error)) from error
    return written


@dataclass(frozen=True, slots=True)
class NoGate:
    """A way to no worker: nothing is asked of the service whose document is read."""

    def wake(self, job_id: str) -> None:
        """Do nothing."""

    def cancel(self, job_id: str) -> None:
        """Do nothing."""


def service_document() -> dict[str, Any]:
    """Return the OpenAPI document of this version of the service."""
    from api.service.app import create_app  # noqa: PLC0415 - only this needs the whole service
    from api.service.context import Service  # noqa: PLC0415
    from api.service.settings import ServiceSettings  # noqa: PLC0415
    from supplychain.database import make_engine  # noqa: PLC0415

    service = Service(make_engine(":memory:"), ServiceSettings(":memory:", mode="accounts"), NoGate(), b"")
    return create_app(service).openapi()
