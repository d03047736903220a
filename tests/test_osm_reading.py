"""The two ways of reading a file give the same, and neither lets damaged content harm the process."""

from __future__ import annotations

import subprocess
import sys
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import osmium
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from osm_files import OsmFile, cross, no_turn, one_way, with_detour

from geodata.osm.blobs import BlobError, cut_pieces
from geodata.osm.collecting import Collector
from geodata.osm.errors import OsmFileError
from geodata.osm.importing import import_osm
from geodata.osm.raw import RawOsm
from geodata.osm.reading import OsmReader
from geodata.osm.text import NotAsTextError, TextReader

SHARED = Path(__file__).parents[2] / "shared" / "data" / "osm"


def all_of(_: Mapping[str, str]) -> bool:
    return True


def roads(tags: Mapping[str, str]) -> bool:
    return tags.get("highway") not in ("footway", "steps")


def both(path: Path) -> tuple[RawOsm, RawOsm]:
    return OsmReader(path, roads).read(), OsmReader(path, roads, as_text=False).read()


def assert_same(one: RawOsm, other: RawOsm) -> None:
    for name in ("way_id", "version", "combination", "name", "ref", "offsets", "node", "lon", "lat", "source"):
        np.testing.assert_array_equal(getattr(one.ways, name), getattr(other.ways, name), err_msg=name)
    assert one.nodes == other.nodes
    assert one.relations == other.relations
    assert one.combinations == other.combinations
    assert one.duplicates == other.duplicates
    assert set(one.skipped) == set(other.skipped)
    for combination, some in one.skipped.items():
        same = other.skipped[combination]
        assert (some.count, some.way_id) == (same.count, same.way_id)
        np.testing.assert_array_equal([some.lon, some.lat], [same.lon, same.lat])


WORDS = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=12
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.tuples(WORDS, WORDS), max_size=4), name=WORDS, drop=st.sets(st.integers(1, 3)))
def test_any_text_is_read_the_same(tmp_path: Path, texts: list[tuple[str, str]], name: str, drop: set[int]) -> None:
    """Names, keys, values and roles of any characters; missing nodes; ways not wanted; restrictions."""
    file = with_detour({**dict(texts), "highway": "primary", "name": name}, node_tags={"barrier": name})
    file.way(50, [4, 5], {"highway": "footway", "ref": name, "service": name})
    file.way(51, [], {"highway": "service", "name:vi": name, "surface": name})
    file.way(52, [4], {"highway": "service", "ref": name})
    members, _ = no_turn(10, 3, 40)
    file.relation(1, [*members, ("r", 1, name), ("n", -5, "")], {"type": "restriction", "restriction": name})
    for node_id in drop:
        del file.nodes[node_id]
    one, other = both(file.write(tmp_path / "x.osm.pbf", header={"sorting": "Type_then_ID"}))
    assert_same(one, other)
    assert name in one.ways.name
    assert one.relations[0].members[-2].role == name


def test_places_out_of_range_are_read_the_slow_way(tmp_path: Path) -> None:
    """The text writer refuses them; the import falls back, and nothing is read twice."""
    file = one_way({"highway": "primary"}, node_tags={"barrier": "gate"})
    file.nodes[3] = (106.7, 95.0, {})
    one, other = both(file.write(tmp_path / "x.osm.pbf"))
    assert_same(one, other)
    assert len(one.ways) == len(one.nodes) == 1
    assert np.isinf(one.ways.lat[2])


@pytest.mark.shared_data
@pytest.mark.parametrize("name", ["hcm_2018", "helsinki", "bayfront_singapore"])
def test_real_files_are_read_the_same(name: str) -> None:
    path = SHARED / f"{name}.osm.pbf"
    if not path.exists():
        pytest.skip(f"{path.name} is not on this machine")
    assert_same(*both(path))


def test_a_full_disk_is_no_matter(tmp_path: Path) -> None:
    """What cannot be written as text is refused there, in a process that stays alive, and read object by object."""
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    path = cross().write(tmp_path / "x.osm.pbf")
    program = f"""
import osmium
from pathlib import Path
from geodata.osm.collecting import Collector
from geodata.osm.text import NotAsTextError, TextReader
reader = TextReader(Collector(bool), Path("."))
reader.path = Path("/dev/full")
try:
    reader.read(lambda handler: osmium.apply(osmium.io.Reader({str(path)!r}), handler))
except NotAsTextError:
    print("refused")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "refused\n"


def test_what_is_refused_as_text_leaves_no_trace(tmp_path: Path) -> None:
    collector = Collector(all_of)
    reader = TextReader(collector, tmp_path)

    def damaged(handler: object) -> None:
        del handler
        msg = "end of buffer exception"
        raise RuntimeError(msg)

    with pytest.raises(NotAsTextError):
        reader.read(damaged)
    assert len(collector.way_id) == len(collector.nodes) == len(collector.relations) == 0


# Blobs.


def pieces(data: bytes, size: int) -> list[bytes]:
    return [piece.unpacked().data for piece in cut_pieces(memoryview(data), size)]


def test_pieces_are_small_files_that_hold_everything_once(tmp_path: Path) -> None:
    file = OsmFile()
    for node_id in range(1, 20_001):
        file.node(node_id, node_id, 0)
    for way in range(9_000):
        file.way(way + 1, [2 * way + 1, 2 * way + 2], {"highway": "service"})
    data = file.write(tmp_path / "x.osm.pbf").read_bytes()
    cut = pieces(data, 1)
    assert len(cut) >= 4
    found: list[tuple[str, int]] = []

    class Taker:
        def node(self, one: osmium.osm.Node) -> None:
            found.append(("n", one.id))

        def way(self, one: osmium.osm.Way) -> None:
            found.append(("w", one.id))

    for piece in cut:
        osmium.apply(osmium.io.Reader(osmium.io.FileBuffer(piece, "pbf")), Taker())
    assert found == [("n", n) for n in range(1, 20_001)] + [("w", w) for w in range(1, 9_001)]
    assert pieces(data, 10**9) != cut


def test_a_header_alone_is_a_piece(tmp_path: Path) -> None:
    data = OsmFile().write(tmp_path / "x.osm.pbf").read_bytes()
    assert len(pieces(data, 100)) == 1
    assert len(import_osm([tmp_path / "x.osm.pbf"]).infrastructure.links) == 0


def test_two_files_in_one_are_both_read(tmp_path: Path) -> None:
    """PBF files may be written one behind the other."""
    first = one_way({"highway": "primary"}).write(tmp_path / "a.osm.pbf").read_bytes()
    other = OsmFile()
    for node_id in (101, 102):
        other.node(node_id, node_id, 50)
    other.way(20, [101, 102], {"highway": "service"})
    second = other.write(tmp_path / "b.osm.pbf").read_bytes()
    path = tmp_path / "both.osm.pbf"
    path.write_bytes(first + second)
    assert sorted(import_osm([path]).infrastructure.links.link_id) == ["w10:1:3", "w20:101:102"]


def number(value: int) -> bytes:
    return bytes([value & 0x7F | 0x80]) + number(value >> 7) if value > 0x7F else bytes([value])


def blob(kind: bytes, content: bytes) -> bytes:
    header = b"\x0a" + number(len(kind)) + kind + b"\x18" + number(len(content))
    return len(header).to_bytes(4, "big") + header + content


def header_of(path: Path) -> bytes:
    data = path.read_bytes()
    first = next(iter(cut_pieces(memoryview(data))))
    return first.header


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\x1a\x04abcd", "damaged"),  # zlib_data that is not packed
        (b"\x10\x05\x1a" + number(len(zlib.compress(b"x" * 5)) - 2) + zlib.compress(b"x" * 5)[:-2], "damaged"),
        (b"\x32\x04abcd", "packing"),  # lz4_data
        (b"", "packing"),
        (b"\x0a\x7f", "damaged"),  # raw that is longer than the blob
        (b"\x0b", "damaged"),  # a wire type that is none
        (b"\xff\xff\xff", "damaged"),  # a number without end
        (b"\x0a\x0c\x0a\x0a\x0a\x00\x0a\x03ab\x00\x0a\x01c", "damaged"),  # a text with a NUL character
        (b"\x1a" + number(len(zlib.compress(bytes(40 << 20)))) + zlib.compress(bytes(40 << 20)), "damaged"),  # a bomb
    ],
)
def test_blobs_that_cannot_be_read_are_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    data = header_of(cross().write(tmp_path / "x.osm.pbf")) + blob(b"OSMData", content)
    with pytest.raises(BlobError) as caught:
        pieces(data, 100)
    assert caught.value.reason == reason
    path = tmp_path / "bad.osm.pbf"
    path.write_bytes(data)
    with pytest.raises(OsmFileError, match="block"):
        import_osm([path])


def test_blobs_of_other_kinds_are_passed_over(tmp_path: Path) -> None:
    path = cross().write(tmp_path / "x.osm.pbf")
    path.write_bytes(path.read_bytes() + blob(b"Index", b"anything"))
    assert len(import_osm([path]).infrastructure.links) == 5


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), min_size=1, max_size=4))
def test_damage_that_no_checksum_shows_is_told_or_read(tmp_path: Path, places: list[tuple[float, int]]) -> None:
    """Bytes are changed in a file that is not packed, so that they reach pyosmium."""
    path = tmp_path / "bad.osm.pbf"
    file = osmium.io.File(str(path), "pbf,pbf_compression=none")
    source = with_detour({"highway": "primary", "name": "Đường"}, node_tags={"barrier": "gate"})
    source.relation(1, *no_turn(10, 3, 40))
    plain = source.write(tmp_path / "good.osm.pbf")
    with osmium.SimpleWriter(file, overwrite=True) as writer:
        osmium.apply(osmium.io.Reader(str(plain)), writer)
    data = bytearray(path.read_bytes())
    for where, change in places:
        data[int(where * len(data))] ^= change
    path.write_bytes(data)
    try:
        import_osm([path])
    except OsmFileError as error:
        assert error.sentence("vi")  # noqa: PT017 - either way is right
