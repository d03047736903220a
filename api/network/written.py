"""Files that the network commands write: there whole, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from supplychain.errors import HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    from geodata.topology.issues import Issues

MOST_REASON: Final = 200
"""Signs of what a driver gives as a reason: the end of it, which names the trouble."""

NOT_WRITTEN: Final = Text(en="{out} cannot be written: {why}.", vi="Không ghi được {out}: {why}.")


def write_rows(rows: Any, out: Path, layer: str) -> None:  # noqa: ANN401 - a DataFrame with lon and lat
    """Write rows with a place to a CSV file, or as points to a GeoPackage.

    Raises
    ------
    HinterlandError
        If it cannot be written.
    """
    import geopandas as gpd  # noqa: PLC0415 - only where something is written

    with _whole_file(out) as partial:
        if out.suffix.lower() == ".csv":
            rows.to_csv(partial, index=False)
            return
        points = gpd.points_from_xy(rows["lon"], rows["lat"])
        frame = gpd.GeoDataFrame(rows.drop(columns=["lon", "lat"]), geometry=points, crs="EPSG:4326")
        _write_layers(partial, (layer, frame, "Point"))


def write_issues(issues: Issues, out: Path) -> None:
    """Write issues to a GeoPackage as a layer of points and one of lines.

    Raises
    ------
    HinterlandError
        If it cannot be written.
    """
    from geodata.topology.layer import issue_lines_layer, issues_layer  # noqa: PLC0415 - only where issues are written

    with _whole_file(out) as partial:
        _write_layers(
            partial,
            ("network_issues", issues_layer(issues), "Point"),
            ("network_issue_lines", issue_lines_layer(issues), "LineString"),
        )


def _write_layers(path: Path, *layers: tuple[str, Any, str]) -> None:
    """Write layers, each a name, a GeoDataFrame and a kind of geometry, to a GeoPackage."""
    import pyogrio  # noqa: PLC0415 - only where something is written

    for number, (name, frame, kind) in enumerate(layers):
        pyogrio.write_dataframe(
            frame, path, layer=name, driver="GPKG", geometry_type=kind, append=number > 0, VERSION="1.3"
        )


@contextmanager
def _whole_file(out: Path) -> Iterator[Path]:
    """Give a file that takes the place of ``out`` when the block ends well, and vanishes when it does not."""
    import pyogrio  # noqa: PLC0415 - only where something is written

    partial = out.with_name(f".{out.name}.partial{out.suffix.lower()}")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        yield partial
        partial.replace(out)
    except pyogrio.errors.DataSourceError as error:
        why = " ".join(str(error).split()).rstrip(".")[-MOST_REASON:]
        raise HinterlandError(NOT_WRITTEN.format(out=out, why=why)) from error
    finally:
        partial.unlink(missing_ok=True)
