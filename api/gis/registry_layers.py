"""Collections of the registry: parks, facilities, terminals and zones, as whoever asks may see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from api.gis.collections import Asking, Collection
from geodata.features.source import Source
from geodata.features.stored import open_stored
from supplychain.text import Text


def _opened(table: str) -> Callable[[Asking, Mapping[str, str]], Source]:
    def open_table(asking: Asking, _given: Mapping[str, str]) -> Source:
        return open_stored(asking.engine, table, asking.caller.viewer)

    return open_table


def _collection(name: str, title: Text, meaning: Text) -> Collection:
    return Collection(name, title, meaning, "Point", "records:read", name, _opened(name))


REGISTRY_COLLECTIONS: Final = (
    _collection(
        "parks",
        Text(en="Industrial parks", vi="Khu công nghiệp"),
        Text(en="An industrial park, at its gate or middle", vi="Một khu công nghiệp, tại cổng hoặc tâm khu"),
    ),
    _collection(
        "facilities",
        Text(en="Facilities", vi="Cơ sở"),
        Text(
            en="A factory, warehouse or other site that you may see; those whose place is not known have no geometry",
            vi="Một nhà máy, kho hoặc cơ sở khác mà bạn được xem; cơ sở chưa rõ vị trí không có hình học",
        ),
    ),
    _collection(
        "terminals",
        Text(en="Terminals", vi="Đầu mối vận tải"),
        Text(
            en="A seaport, river port, dry port, ICD, rail station or airport where freight changes mode",
            vi="Một cảng biển, cảng sông, cảng cạn, ICD, ga hoặc sân bay nơi hàng đổi phương thức",
        ),
    ),
    _collection(
        "zones",
        Text(en="Zones outside the parks", vi="Vùng phát sinh hàng ngoài khu công nghiệp"),
        Text(
            en="The point that stands for the freight of an area outside the parks",
            vi="Điểm đại diện cho hàng của một khu vực ngoài khu công nghiệp",
        ),
    ),
)
"""Collections of tables whose records stand at points."""
