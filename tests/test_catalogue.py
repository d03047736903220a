"""The DCAT catalogue: what is public and openly licensed, and nothing else; two forms that say the same."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
from hypothesis import given
from hypothesis import strategies as st
from registry_parts import facility, organisation, partnership, set_values, source, write
from service_parts import OPERATOR, client, somebody
from sqlalchemy import Engine, insert

from api.access.caller import ANONYMOUS
from api.open_data.graph import PREFIXES, Iri, Literal, Resource, to_json_ld, to_turtle
from geodata.versions.tables import VERSIONS
from supplychain.database import for_writing

URL = "/api/v1/catalogue"
Triple = tuple[str, str, str]

TOKEN = re.compile(
    r'<([^<>"{}|^`\\\x00-\x20]*)>|"((?:[^"\\\n\r]|\\[\\"nrt]|\\u[0-9A-F]{4})*)"(?:@([a-z]+)|\^\^(\w+:\w+))?|([;.])(?=\s)|(\w+:\w+|a)'
)
UNESCAPED = {"\\n": "\n", "\\r": "\r", "\\t": "\t", '\\"': '"', "\\\\": "\\"}


def full(name: str) -> str:
    """Return the address of a short name."""
    prefix, _, rest = name.partition(":")
    return PREFIXES[prefix] + rest


def unescaped(text: str) -> str:
    """Return a Turtle string as it is meant."""
    return re.sub(r"\\u([0-9A-F]{4})|\\.", lambda sign: chr(int(sign[1], 16)) if sign[1] else UNESCAPED[sign[0]], text)


def triples_of_turtle(text: str) -> set[Triple]:
    """Read the part of Turtle 1.1 that we write, strictly: every sign must belong to a token."""
    body = re.sub(r"^@prefix \w+: <[^>]*> \.\n", "", text, flags=re.MULTILINE)
    place, tokens = 0, []
    while place < len(body):
        if body[place].isspace():
            place += 1
            continue
        token = TOKEN.match(body, place)
        assert token, body[place : place + 80]
        tokens.append(token)
        place = token.end()
    found: set[Triple] = set()
    subject = predicate = None
    for token in tokens:
        iri, string, language, kind, sign, name = token.groups()
        if sign == ".":
            subject = predicate = None
        elif sign == ";":
            predicate = None
        elif subject is None:
            subject = iri
        elif predicate is None:
            predicate = "rdf:type" if name == "a" else full(name)
        elif string is not None:
            found.add((subject, predicate, f"{unescaped(string)}@{language or ''}^{full(kind) if kind else ''}"))
        else:
            found.add((subject, predicate, iri if iri is not None else full(name)))
    return found


def triples_of_json(document: dict[str, Any]) -> set[Triple]:
    """Read our JSON-LD."""
    found: set[Triple] = set()
    for node in document["@graph"]:
        found.add((node["@id"], "rdf:type", full(node["@type"])))
        for name, values in node.items():
            for value in values if not name.startswith("@") else ():
                told = value.get("@id")
                if told is None:
                    kind = full(value["@type"]) if "@type" in value else ""
                    told = f"{value['@value']}@{value.get('@language', '')}^{kind}"
                found.add((node["@id"], full(name), told))
    return found


@given(st.lists(st.tuples(st.text(max_size=40), st.sampled_from((None, "vi")), st.text(max_size=30)), max_size=4))
def test_both_forms_say_the_same_whatever_the_texts(texts: list[tuple[str, str | None, str]]) -> None:
    said = [("dct:title", Literal(text, language)) for text, language, _ in texts]
    said += [("dct:modified", Literal(text, kind="xsd:dateTime")) for text, _, _ in texts]
    links = [("dcat:dataset", Iri(f"https://x.vn/{path}")) for _, _, path in texts]
    resources = [Resource(Iri("https://x.vn/c"), "dcat:Catalog", [*said, *links])]
    turtle = "".join(to_turtle(resources))
    assert turtle.encode("utf-8", "surrogatepass")
    assert triples_of_turtle(turtle) == triples_of_json(json.loads(json.dumps(to_json_ld(resources))))


def described(service: httpx.Client, caller: str = "anonymous") -> dict[str, Any]:
    """Return the catalogue by the ids of its resources."""
    answer = service.get(URL, headers={"x-test-caller": caller})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/ld+json")
    return {node["@id"].partition("/api/v1/")[2]: node for node in answer.json()["@graph"]}


def fill(engine: Engine) -> None:
    """Enter records of an open source, of one without licence, and hidden ones."""
    write(
        engine,
        source(),
        source("closed", licence=None, title="Không giấy phép"),
        source("other", licence="All rights reserved"),
        organisation("org_a"),
        organisation("org_b", source="closed"),
        organisation("org_c", source="other"),
        organisation("org_private", visibility="private"),
        organisation("org_made_up", synthetic=True),
        facility("f_private", "org_a", visibility="private"),
        partnership("p", "org_a", "org_b", source="closed"),
    )


def test_only_what_is_public_and_openly_licensed_is_in_it(registry_engine: Engine) -> None:
    """One public organisation of a CC BY 4.0 source: one data set. Hidden and made-up ones are not even counted."""
    fill(registry_engine)
    others = {"anonymous": ANONYMOUS, "steward": somebody("steward"), "operator": OPERATOR}
    with client(registry_engine, others=others) as service:
        nodes = described(service)
        assert described(service, "steward") == nodes
        url = nodes["catalogue#organisations-tenant_list-json"]["dcat:accessURL"][0]["@id"]
        rows = service.get(url, headers={"x-test-caller": "anonymous"})
        assert [row["organisation_id"] for row in rows.json()["items"]] == ["org_a"]
    datasets = [one for one in nodes.values() if one["@type"] == "dcat:Dataset"]
    assert [one["dct:identifier"][0]["@value"] for one in datasets] == ["organisations-tenant_list"]
    assert "1 public records" in datasets[0]["dct:description"][1]["@value"]
    assert nodes["catalogue#organisations-tenant_list-json"]["dct:license"] == [
        {"@id": "http://creativecommons.org/licenses/by/4.0/"}
    ]


def test_it_has_what_dcat_ap_asks_for(registry_engine: Engine) -> None:
    """DCAT-AP 3.0: mandatory properties of Catalogue, Dataset, Distribution, Agent and Data Service."""
    fill(registry_engine)
    network = {"name": "osm_2026", "kind": "imported", "created_at": "2026-01-05T08:00:00+00:00", "note": ""}
    counts = dict.fromkeys(("nodes", "links", "conditions", "turns", "candidates", "records"), 3)
    more = {"licence": "ODbL 1.0", "attribution": "© OpenStreetMap contributors", "sources": "[]", "length_km": 12.0}
    with for_writing(registry_engine).begin() as connection:
        connection.execute(insert(VERSIONS).values(**network, **counts, **more, content_hash="0" * 64))
    with client(registry_engine, others={"anonymous": ANONYMOUS}) as service:
        nodes = described(service)
    mandatory = {
        "dcat:Catalog": ("dct:title", "dct:description", "dct:publisher", "dcat:dataset"),
        "dcat:Dataset": ("dct:title", "dct:description"),
        "dcat:Distribution": ("dcat:accessURL", "dct:license"),
        "dcat:DataService": ("dct:title", "dcat:endpointURL"),
        "foaf:Agent": ("foaf:name",),
    }
    assert {node["@type"] for node in nodes.values()} == set(mandatory)
    for node in nodes.values():
        assert not [name for name in mandatory[node["@type"]] if not node.get(name)]
    ids = {node["@id"] for node in nodes.values()}
    for node in nodes.values():
        for name in ("dcat:dataset", "dcat:distribution", "dcat:service", "dct:publisher", "dct:creator"):
            assert {one["@id"] for one in node.get(name, [])} <= ids
    assert nodes["catalogue#network-osm_2026-json"]["dct:license"][0]["@id"].endswith("/odbl/1-0/")


def test_it_is_described_anew_when_something_changes_and_not_before(registry_engine: Engine) -> None:
    fill(registry_engine)
    with client(registry_engine) as service:
        first = service.get(URL)
        tag = {"if-none-match": first.headers["etag"]}
        assert service.get(URL, headers=tag).status_code == 304
        turtle = service.get(URL, headers={"accept": "text/turtle"})
        assert turtle.headers["content-type"].startswith("text/turtle")
        assert triples_of_turtle(turtle.text) == triples_of_json(first.json())
        assert service.get(f"{URL}?format=turtle").text == turtle.text
        write(registry_engine, set_values("organisations", "org_a", visibility="private"))
        later = service.get(URL, headers=tag)
        assert later.status_code == 200
        assert "organisations-tenant_list" not in later.text
