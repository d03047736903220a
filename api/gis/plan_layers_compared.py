"""What differs between the flows of two recorded plans, link by link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from api.documents.layers import SMALLEST_T, change_words
from api.gis.kept_layers import Made
from api.gis.plan_layers_fields import ABOUT_WAY, difference_fields, table_of
from geodata.features.source import Origin
from geodata.features.table import Shapes
from supplychain.text import Text

if TYPE_CHECKING:
    from geodata.features.held import HeldSource

SOURCE: Final = Text(en="{b} compared with {a}", vi="{b} so với {a}")
AMOUNTS: Final = ("t_per_day", "teu_per_day")


def compared_flows(first: tuple[Text, HeldSource], second: tuple[Text, HeldSource]) -> Made:
    """Return the links and services whose tonnes differ: those of the first plan's network, then the second's own.

    Parameters
    ----------
    first, second
        Name and flows of each plan.
    """
    (_, a), (_, b) = first, second
    frames = [_frame(one) for one in (a, b)]
    ids = frames[0].index.append(frames[1].index.difference(frames[0].index, sort=False))
    columns: dict[str, Any] = {}
    for side, frame in zip("ab", frames, strict=True):
        columns |= {f"{side}_{name}": frame[name].reindex(ids).fillna(0.0).to_numpy() for name in AMOUNTS}
    for name in AMOUNTS:
        columns[f"difference_{name}"] = columns[f"b_{name}"] - columns[f"a_{name}"]
    about = pd.concat([frames[0], frames[1].loc[frames[1].index.difference(frames[0].index, sort=False)]])
    columns |= {field.name: about[field.name].to_numpy() for field in ABOUT_WAY}
    size = np.abs(columns["difference_t_per_day"])
    columns["change"] = change_words(pd.Series(columns["a_t_per_day"]), pd.Series(columns["b_t_per_day"]))
    columns["width"] = size / max(size.max(initial=0.0), SMALLEST_T)
    differing = size > SMALLEST_T
    shapes = Shapes.of(np.asarray(about["geometry"].to_numpy()[differing], dtype=object), "LineString")
    chosen = {name: values[differing] for name, values in columns.items()}
    return Made(table_of(difference_fields(), ids[differing].tolist(), chosen, shapes), _origin(a.origin, b.origin))


def _frame(source: HeldSource) -> pd.DataFrame:
    table = source.table
    frame = table.columns.to_pandas()
    geometry = np.empty(len(table), dtype=object)
    geometry[:] = table.shapes.to_shapely()
    return frame.assign(geometry=geometry).set_index(pd.Index(table.ids.to_pylist()))


def _origin(a: Origin, b: Origin) -> Origin:
    def both(name: str) -> str:
        texts = [text for one in (a, b) for text in getattr(one, name).split("; ") if text]
        return "; ".join(dict.fromkeys(texts))

    return Origin(
        SOURCE.format(a=a.source, b=b.source),
        both("licence"),
        both("attribution"),
        max(a.made_at, b.made_at),
    )
