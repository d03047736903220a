"""Checks of gates, fees, fleets and limits: what contradicts itself, and what would limit nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from geodata.check.findings import where
from geodata.columns import Flags
from geodata.tables import Table, flags, numbers, texts
from supplychain.errors import Finding
from supplychain.pack import split_list
from supplychain.text import Text

if TYPE_CHECKING:
    from supplychain.pack import Pack

EMPTY_GATE = Text(
    en="Terminal {id}: the gate opens and closes at {hour} h. Write 0 and 24 for a gate that is always open.",
    vi="Đầu mối {id}: cổng mở và đóng cùng lúc {hour} h. Hãy ghi 0 và 24 nếu cổng luôn mở.",
)
NO_ROAD_GATE = Text(
    en="Terminal {id} has a limit of trucks at its gate and no road. Add road to its modes or empty the limit.",
    vi="Đầu mối {id} giới hạn xe qua cổng nhưng không có đường bộ. Hãy thêm road vào modes hoặc để trống "
    "gate_trucks_per_h.",
)
NO_SEA = Text(
    en="Terminal {id} has a fee on what goes by sea ship and no sea among its modes. Add sea, or empty the fee.",
    vi="Đầu mối {id} có phí đối với hàng lên xuống tàu biển nhưng modes không có sea. Hãy thêm sea hoặc để trống phí.",
)
NO_FEE = Text(
    en="Terminal {id} has a share of the fee by waterway and no fee. Fill in fee_per_teu or fee_per_t, or empty it.",
    vi="Đầu mối {id} có tỷ lệ phí theo đường thủy nhưng không có phí. Hãy điền fee_per_teu, fee_per_t hoặc để trống.",
)
TOO_SHALLOW = Text(
    en="Service {id}: its vessel {vehicle} needs {needed} m of water and {terminal} has {depth} m. Correct draft_m of "
    "one, or choose a smaller vessel.",
    vi="Dịch vụ {id}: tàu {vehicle} cần nước sâu {needed} m nhưng {terminal} chỉ có {depth} m. Hãy sửa draft_m hoặc "
    "chọn tàu nhỏ hơn.",
)
NOT_WATER = Text(
    en="Link {id} is of mode {mode}; {column} is for inland_waterway only. Empty it.",
    vi="Đoạn {id} thuộc phương thức {mode}; {column} chỉ dành cho inland_waterway. Hãy để trống.",
)
NOT_LAND = Text(
    en="Link {id} is of mode {mode}; {column} is for road and rail only. Empty it.",
    vi="Đoạn {id} thuộc phương thức {mode}; {column} chỉ dành cho road và rail. Hãy để trống.",
)
IDLE_FLEET = Text(
    en="The fleet of vehicle {id} limits nothing: it is no default, and no commodity names it. Make it one, or empty "
    "fleet.",
    vi="Đội xe {id} không giới hạn gì: không phải phương tiện mặc định và không nhóm hàng nào nêu tên. Hãy đặt mặc "
    "định hoặc để trống fleet.",
)
NO_CARRIER = Text(
    en="None of the vehicles named for commodity {id} carries {form}. Name one that does, or leave vehicles empty.",
    vi="Không phương tiện nào nêu cho nhóm hàng {id} chở được {form}. Hãy nêu phương tiện phù hợp hoặc để trống.",
)


def check_limits(pack: Pack) -> list[Finding]:
    """Return what is wrong with gates, fees, fleets, drafts and the vehicles of commodities, rows of every status."""
    return [*_gates(pack), *_fees(pack), *_links(pack), *_drafts(pack), *_fleets(pack), *_carriers(pack)]


def _gates(pack: Pack) -> Iterator[Finding]:
    table = pack.table("terminals")
    opens, closes = numbers(table, "gate_open_h"), numbers(table, "gate_close_h")
    yield from where(table, "terminals", opens == closes, "gate_open_h", EMPTY_GATE, {"hour": opens})
    limited = ~np.isnan(numbers(table, "gate_trucks_per_h"))
    yield from where(table, "terminals", limited & ~_has_mode(table, "road"), "gate_trucks_per_h", NO_ROAD_GATE)


def _fees(pack: Pack) -> Iterator[Finding]:
    table = pack.table("terminals")
    charged = ~np.isnan(numbers(table, "fee_per_teu")) | ~np.isnan(numbers(table, "fee_per_t"))
    shared = ~np.isnan(numbers(table, "fee_share_waterway"))
    yield from where(table, "terminals", charged & ~_has_mode(table, "sea"), "fee_per_teu", NO_SEA)
    yield from where(table, "terminals", shared & ~charged, "fee_share_waterway", NO_FEE)


def _has_mode(table: Table, mode: str) -> Flags:
    return np.array([mode in split_list(cell) for cell in texts(table, "modes")], dtype=np.bool_)


def _links(pack: Pack) -> Iterator[Finding]:
    table = pack.table("links")
    mode = texts(table, "mode")
    water: Flags = np.asarray(mode == "inland_waterway", dtype=np.bool_)
    for columns, wrong, text in (
        (("depth_m", "clearance_m"), ~water, NOT_WATER),
        (("max_weight_t", "ban_above_t"), water, NOT_LAND),
    ):
        for column in columns:
            given = ~np.isnan(numbers(table, column))
            yield from where(table, "links", given & wrong, column, text, {"mode": mode, "column": column})


def _drafts(pack: Pack) -> Iterator[Finding]:
    services = pack.table("services")
    vehicles = pack.table("vehicles").set_index("vehicle_id")
    terminals = pack.table("terminals").set_index("terminal_id")
    vehicle = texts(services, "vehicle_id")
    needed = numbers(vehicles.reindex(vehicle), "draft_m")
    for column in ("from_terminal_id", "to_terminal_id"):
        ends = texts(services, column)
        depth = numbers(terminals.reindex(ends), "draft_m")
        values = {"vehicle": vehicle, "needed": needed, "terminal": ends, "depth": depth}
        yield from where(services, "services", needed > depth, "vehicle_id", TOO_SHALLOW, values)


def _fleets(pack: Pack) -> Iterator[Finding]:
    table = pack.table("vehicles")
    named = {one for cell in texts(pack.table("commodities"), "vehicles") for one in split_list(cell)}
    used = flags(table, "default") | np.array([one in named for one in texts(table, "vehicle_id")], dtype=np.bool_)
    yield from where(table, "vehicles", ~np.isnan(numbers(table, "fleet")) & ~used, "fleet", IDLE_FLEET)


def _carriers(pack: Pack) -> Iterator[Finding]:
    table, vehicles = pack.table("commodities"), pack.table("vehicles")
    forms = {
        one: split_list(cell) for one, cell in zip(texts(vehicles, "vehicle_id"), texts(vehicles, "forms"), strict=True)
    }
    able = [{form for one in split_list(cell) for form in forms.get(one, ())} for cell in texts(table, "vehicles")]
    some = texts(table, "vehicles") != ""
    shares = [numbers(table, f"container_share_{way}") for way in ("export", "import", "domestic")]
    box = texts(table, "box")
    boxed, loose = np.max(shares, axis=0, initial=0.0) > 0, np.min(shares, axis=0, initial=1.0) < 1
    for form, travels in (("container", boxed & (box == "container")), ("reefer", boxed & (box == "reefer"))):
        wrong = np.array([form not in kinds for kinds in able], dtype=np.bool_)
        yield from where(table, "commodities", some & travels & wrong, "vehicles", NO_CARRIER, {"form": form})
    none = np.array([not kinds for kinds in able], dtype=np.bool_)
    yield from where(table, "commodities", some & loose & ~boxed & none, "vehicles", NO_CARRIER, {"form": "bulk"})
