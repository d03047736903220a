"""Generated packs for laws that hold for every pack: hard texts, numbers to the last bit, references."""

from __future__ import annotations

import string
from typing import Any, Final

import pandas as pd
from hypothesis import strategies as st

from api.regions import PACK_MODELS
from supplychain.pack import Pack, Region
from supplychain.pack.cells import clean
from supplychain.text import Text

REGION: Final = Region("small", Text(en="Small", vi="Nhỏ"), "VND", 2025, 2024, "EPSG:4326", "Apache-2.0")

Tables = dict[str, list[dict[str, Any]]]

ids = st.text(string.ascii_lowercase + string.digits + "_", min_size=1, max_size=12).filter(
    lambda value: not value.startswith("_")
)
texts = (
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co")) | st.sampled_from('\n,;"\t'), max_size=30)
    .map(clean)
    .filter(lambda value: value != "" and value[0] not in "=@+-#")
)
numbers = st.floats(0, 1e15, allow_nan=False)
latitudes, longitudes = st.floats(8, 14), st.floats(104, 110)


@st.composite
def small_tables(draw: st.DrawFn) -> Tables:
    """Return the rows of packs with sources, nodes, links and organisations with hard texts and numbers."""
    names = draw(st.lists(ids, min_size=7, max_size=10, unique=True))
    source, *rest = names
    organisations, nodes = rest[:3], rest[3:5]
    base = {"source": source, "confidence": "high"}
    tables: Tables = {
        "sources": [{"source_id": source, "title": draw(texts), "kind": "press", "reference": draw(texts)}],
        "organisations": [
            {
                "organisation_id": name,
                "name_vi": draw(texts),
                "name_en": draw(texts),
                "address": draw(st.none() | texts),
                "parent_id": draw(st.none() | st.sampled_from(above)) if above else None,
                "kind": "school",
                "synthetic": draw(st.booleans()),
                **base,
            }
            # An organisation belongs to one that stands before it, so that none belongs to itself.
            for place, name in enumerate(organisations)
            for above in [organisations[:place]]
        ],
        "nodes": [
            {
                "node_id": name,
                "mode": "rail",
                "lat": draw(latitudes),
                "lon": draw(longitudes),
                "position_accuracy_m": draw(numbers),
                **base,
            }
            for name in nodes
        ],
    }
    line = draw(st.lists(st.tuples(longitudes, latitudes), min_size=2, max_size=4))
    tables["links"] = [
        {
            "link_id": rest[5],
            "road": draw(texts),
            "mode": "rail",
            "from_node_id": nodes[0],
            "to_node_id": nodes[1],
            "link_class": "rail_main",
            "oneway": draw(st.booleans()),
            "geometry": f"LINESTRING ({', '.join(f'{lon!r} {lat!r}' for lon, lat in line)})",
            "length_m": draw(st.floats(0.001, 1e9)),
            "speed_kmh": draw(st.floats(0.1, 350)),
            "lanes": draw(st.none() | st.integers(1, 24)),
            "status": "planned",
            **base,
        }
    ]
    return tables


def small_pack(tables: Tables) -> Pack:
    """Return the pack of generated rows."""
    frames = {name: pd.DataFrame(rows) for name, rows in tables.items()}
    return Pack.from_tables(REGION, frames, PACK_MODELS)
