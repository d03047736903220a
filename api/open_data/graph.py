"""A description in RDF as plain values, and its two forms: JSON-LD 1.1 and Turtle 1.1."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

PREFIXES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "dcat": "http://www.w3.org/ns/dcat#",
        "dct": "http://purl.org/dc/terms/",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)

_NOT_IN_IRI: Final = re.compile(r"[\x00-\x20<>\"{}|^`\\]")
_ESCAPED: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\"\\]")


@dataclass(frozen=True, slots=True)
class Iri:
    """A resource by its address; signs that no address may hold are percent-encoded."""

    address: str

    def __post_init__(self) -> None:
        encoded = _NOT_IN_IRI.sub(lambda sign: "".join(f"%{byte:02X}" for byte in sign[0].encode()), self.address)
        object.__setattr__(self, "address", encoded)


@dataclass(frozen=True, slots=True)
class Literal:
    """A text in a language, or a value of a type such as ``xsd:dateTime``."""

    text: str
    language: str | None = None
    kind: str | None = None


Value = Iri | Literal


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource and what is said of it.

    Parameters
    ----------
    iri
        Which.
    kind
        Its class, such as ``dcat:Dataset``.
    said
        Property, such as ``dct:title``, and value, in order.
    """

    iri: Iri
    kind: str
    said: Sequence[tuple[str, Value]]


def to_json_ld(resources: Sequence[Resource]) -> dict[str, Any]:
    """Return resources as a JSON-LD document."""
    return {"@context": dict(PREFIXES), "@graph": [_node(one) for one in resources]}


def _node(resource: Resource) -> dict[str, Any]:
    node: dict[str, Any] = {"@id": resource.iri.address, "@type": resource.kind}
    for name, value in resource.said:
        node.setdefault(name, []).append(_json_value(value))
    return node


def _json_value(value: Value) -> dict[str, str]:
    if isinstance(value, Iri):
        return {"@id": value.address}
    more = {"@language": value.language, "@type": value.kind}
    return {"@value": value.text, **{name: one for name, one in more.items() if one is not None}}


def to_turtle(resources: Sequence[Resource]) -> Iterator[str]:
    """Yield resources as lines of Turtle."""
    for prefix, address in PREFIXES.items():
        yield f"@prefix {prefix}: <{address}> .\n"
    for one in resources:
        yield f"\n<{one.iri.address}> a {one.kind}"
        for name, value in one.said:
            yield f" ;\n    {name} {_turtle_value(value)}"
        yield " .\n"


def _turtle_value(value: Value) -> str:
    if isinstance(value, Iri):
        return f"<{value.address}>"
    text = _CONTROL.sub(lambda sign: _ESCAPED.get(sign[0], f"\\u{ord(sign[0]):04X}"), value.text)
    tail = f"@{value.language}" if value.language else f"^^{value.kind}" if value.kind else ""
    return f'"{text}"{tail}'
