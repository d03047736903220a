"""Tiles that are kept: bounded in memory and on the disk, never stale, and no trouble where nothing can be written."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from threading import Barrier, Thread
from xml.etree import ElementTree as ET

import pytest
import shapely
from tile_parts import MODE, ORIGIN, WEB, in_tile, layer_of

from api.access.caller import ANONYMOUS
from api.gis.collections import Asking, Collection, Opened
from api.gis.qgis.layers import _layer
from api.gis.qgis.project import project_document
from api.gis.tiles import serving
from api.gis.tiles.dressing import dressed
from api.gis.tiles.keeping import ENTRY_BYTES, TileFolder, TileShelf, tile_key
from api.gis.tiles.making import Prepared
from api.gis.tiles.serving import LayerKey, decompressed, tile_of
from api.styles import to_qml, to_sld
from geodata.features.held import HeldSource
from geodata.features.source import Origin
from geodata.features.table import Field
from geodata.tiles.grid import Tile
from supplychain.database import make_engine
from supplychain.text import Text

TITLE = Text(en="Areas", vi="Vùng")


def test_memory_is_bounded_and_what_was_asked_for_last_stays() -> None:
    """Room for three tiles of 100 bytes."""
    shelf = TileShelf(3 * (100 + ENTRY_BYTES))
    for name in "abc":
        shelf.put(name, bytes(100))
    assert shelf.get("a") == bytes(100)
    shelf.put("d", bytes(100))
    assert [shelf.get(name) is not None for name in "abcd"] == [True, False, True, True]
    shelf.put("a", bytes(50))
    assert len(shelf) == 3
    shelf.put("large", bytes(5000))
    assert shelf.get("large") is None
    assert len(shelf) == 3


def test_empty_tiles_are_remembered_too() -> None:
    shelf = TileShelf()
    shelf.put("sea", b"")
    assert shelf.get("sea") == b""
    assert shelf.get("land") is None


def test_the_folder_is_for_its_owner_bounded_and_read_by_every_process(tmp_path: Path) -> None:
    folder = TileFolder(tmp_path / "tiles", most_bytes=250)
    keys = [tile_key("layer", row) for row in range(4)]
    for age, key in enumerate(keys):
        folder.put(key, bytes(100))
        for file in (tmp_path / "tiles").glob("*/*"):
            if file.stem == key[2:]:
                os.utime(file, (1_000_000 + age, 1_000_000 + age))
    assert stat.S_IMODE((tmp_path / "tiles").stat().st_mode) == 0o700
    folder.sweep()
    other = TileFolder(tmp_path / "tiles")
    assert [other.get(key) is not None for key in keys] == [False, False, True, True]
    assert not list((tmp_path / "tiles").glob("*/*.part"))


def test_a_folder_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    folder = TileFolder(tmp_path / "file")
    folder.put(tile_key("layer"), b"tile")
    assert folder.get(tile_key("layer")) is None


def test_keys_tell_everything_apart() -> None:
    keys = {tile_key("a", 1), tile_key("a", 2), tile_key("a1"), tile_key("a", "1"), tile_key(("a",), 1)}
    assert len(keys) == 5


def never_opened(*_: object) -> HeldSource:
    """Fail: these collections are open already."""
    pytest.fail("opened again")


def opened_areas(version: str = "1") -> Opened:
    """Return two catchments in a tile."""
    gateway = Field("gateway_id", "text", Text(en="Gateway", vi="Cửa ngõ"))
    name = Field("name_vi", "text", Text(en="Name", vi="Tên"))
    tile = Tile(8, 120, 203)
    squares = [shapely.Polygon(in_tile(tile, (x, 0), (x + 900, 0), (x + 900, 900), (x, 900))) for x in (0, 2000)]
    table = layer_of(squares, "Polygon", (gateway, name), gateway_id=["g1", "g2"], name_vi=["Cát Lái", None])
    collection = Collection("catchments", TITLE, TITLE, "Polygon", "public", "catchments", never_opened)
    return Opened("catchments.j1", collection, {"job": "j1"}, HeldSource(table, version, ORIGIN))


def test_a_costly_tile_outlives_the_process_that_made_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "COSTLY_S", 0.0)
    opened = opened_areas("costly")
    key = LayerKey("catchments", (("job", "j1"),), "costly", "public", "vi")
    tile = Tile(8, 120, 203)
    first = tile_of(opened, key, WEB, tile, tmp_path, TileShelf())
    gone = Opened(opened.collection_id, opened.collection, opened.given, HeldSource(layer_of([]), "costly", ORIGIN))
    assert tile_of(gone, key, WEB, tile, tmp_path, TileShelf()) == first
    other = LayerKey("catchments", (("job", "j1"),), "costly", "everything", "vi")
    assert tile_of(gone, other, WEB, tile, tmp_path, TileShelf()) == b""
    assert decompressed(first).count(b"gateway_id") == 1


def test_values_nobody_knew_before_get_colours_and_names_of_their_own() -> None:
    style = dressed(opened_areas())
    assert list(style.colours) == ["g1", "g2"]
    assert len(set(style.colours.values())) == 2
    assert style.names["g1"].vi == "Cát Lái"
    assert style.names["g2"] == Text(en="g2", vi="g2")
    assert style.other is None


def test_styles_of_hostile_names_are_well_formed_and_say_them() -> None:
    """Marks of XML stay letters; signs that no XML holds (production 2) leave a name; its value has no colour."""
    gateway = Field("gateway_id", "text", Text(en="Gateway", vi="Cửa ngõ"))
    name = Field("name_vi", "text", Text(en="Name", vi="Tên"))
    square = shapely.box(106, 10, 107, 11)
    names = ["</rule><script>x</script>]]>", "Cảng\x01\ufffe", "never"]
    ids = ["g1' OR '1'='1", "g2", "g3\x1b"]
    table = layer_of([square] * 3, "Polygon", (gateway, name), gateway_id=ids, name_vi=names)
    collection = Collection("catchments", TITLE, TITLE, "Polygon", "public", "catchments", never_opened)
    origin = Origin(ORIGIN.source, "", "© <b>\x01 & ]]>")
    opened = Opened("catchments.j1", collection, {}, HeldSource(table, "1", origin))
    style = dressed(opened)
    assert list(style.colours) == ids[:2]
    layer = _layer(opened, Asking(make_engine("unused.gpkg"), ANONYMOUS), "ogr", "./a", style, (gateway, name))
    documents = (to_qml(style, (gateway, name), "vi"), to_sld(style, "vi"), project_document("x", [layer], []))
    for text in documents:
        root = ET.fromstring(text)  # noqa: S314 - made by ourselves
        said = {value for one in root.iter() for value in (one.text or "", *one.attrib.values())}
        assert {names[0], "Cảng"} <= said
        assert not list(root.iter("script"))
    assert "© &lt;b&gt; &amp; ]]" in documents[2]


def test_a_style_leaves_out_what_the_layer_has_not() -> None:
    table = layer_of([shapely.LineString([(0, 0), (1, 1)])], fields=(MODE,), mode=["road"])
    links = Collection("network_links", TITLE, TITLE, "LineString", "public", "network_links", never_opened)
    style = dressed(Opened("network_links", links, {}, HeldSource(table, "1", ORIGIN)))
    assert (style.width, style.detail, style.label) == (None, None, None)


def test_what_tiles_are_made_from_is_made_once_whoever_asks_at_the_same_time() -> None:
    prepared, made, start = Prepared(), [], Barrier(8)

    def ask() -> None:
        start.wait()
        prepared.get(("layer", "count"), lambda: made.append(1) or 5, lambda _: 1)  # type: ignore[func-returns-value]

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1


def test_what_tiles_are_made_from_goes_when_there_is_no_room() -> None:
    prepared, made = Prepared(most_bytes=10), []
    for key in ("a", "b", "a"):
        prepared.get((key,), lambda key=key: made.append(key) or key, lambda _: 6)  # type: ignore[misc,func-returns-value]
    assert made == ["a", "b", "a"]
