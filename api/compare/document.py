"""The report of a comparison: side by side, who gains and who loses, gateways, modes, links, capacities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from api.compare.layers import differences_of
from api.compare.words import rows_of
from api.documents.frames import frame_table, number_column, text_column
from api.documents.maps import difference_map
from api.documents.model import Bar, BarPart, Bars, Cell, Column, Document, Figure, Section, Stand, Table
from api.documents.units import PER_T, T_PER_DAY, TEU_PER_DAY, money_unit
from api.styles import LESS_COLOUR, MORE_COLOUR
from optimizer.compare.comparable import per_period
from supplychain.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from api.documents.layers import Ground
    from optimizer.compare.comparison import Comparison, Difference

MOST_BARS: Final = 12
OPEN_ROWS: Final = 15
MILLION: Final = 1e6
ANSWER: Final = Text(en="Plans compared", vi="So sánh phương án")
SIDE_BY_SIDE: Final = Text(en="Side by side", vi="Đặt cạnh nhau")
QUANTITY: Final = Text(en="Quantity", vi="Đại lượng")
BASE: Final = Text(en="Base", vi="Nền")
OTHER: Final = Text(en="This plan", vi="Phương án này")
DIFFERENCE: Final = Text(en="Difference", vi="Chênh lệch")
AGAINST: Final = Text(en="{other} against {base}", vi="{other} so với {base}")
NOTHING: Final = Text(en="Nothing differs.", vi="Không có gì khác.")
MAP: Final = Text(en="Where more or less is carried", vi="Nơi hàng đi nhiều hơn hoặc ít hơn")
GAINS: Final = Text(en="Who gains and who loses", vi="Ai được lợi, ai bị thiệt")
GAINS_NOTE: Final = Text(
    en="Effect of what a tonne costs, all in (money, time, carbon, penalty), at the mean of the tonnes wanted in both "
    "plans; less is a gain. What more or fewer tonnes change stands apart as volume. Both add up to the difference of "
    "the objective.",
    vi="Tác động của chi phí mỗi tấn gồm cả tiền, thời gian, carbon và tiền phạt, tính trên bình quân số tấn của hai "
    "phương án; giảm là được lợi. Phần do số tấn nhiều hơn hoặc ít hơn được tách riêng. Hai phần cộng lại đúng bằng "
    "chênh lệch hàm mục tiêu.",
)
UNIT_EFFECT: Final = Text(en="By cost per tonne", vi="Do chi phí mỗi tấn")
VOLUME_EFFECT: Final = Text(en="By volume", vi="Do khối lượng")
PER_TONNE: Final = Text(en="Per tonne", vi="Mỗi tấn")
GROUPS: Final = (
    ("places", Text(en="Places", vi="Nơi đi, đến")),
    ("commodities", Text(en="Commodities", vi="Mặt hàng")),
    ("markets", Text(en="Markets", vi="Thị trường")),
)
KG_PER_DAY: Final = Text(en="kg/day", vi="kg/ngày")
NAME: Final = Text(en="Name", vi="Tên")


def comparison_document(found: Comparison, stand: Stand, ground: Ground | None = None) -> Document:
    """Return the report of a comparison.

    Parameters
    ----------
    found
        The comparison.
    stand
        Of all its plans together (``api.documents.model.combined_stand``).
    ground
        Where the rows of the plans lie; None for no maps.
    """
    names = [found.differences[0].base_name, *(one.other_name for one in found.differences)]
    title = Text(en=" · ".join(name.en for name in names), vi=" · ".join(name.vi for name in names))
    notes = tuple(note for one in found.differences for note in one.notes)
    return Document(
        title=Text(en=f"{ANSWER.en}: {title.en}", vi=f"{ANSWER.vi}: {title.vi}"),
        stand=stand.with_remarks(*notes),
        sections=(
            Section(SIDE_BY_SIDE, tables=(_side_by_side(found, names),)),
            *(_section(one, found, ground) for one in found.differences),
        ),
        summary=tuple(one.explanation for one in found.differences),
    )


def _side_by_side(found: Comparison, names: list[Text]) -> Table:
    columns = [Column("quantity", QUANTITY)]
    columns += [Column(f"plan_{at}", name, digits=1, is_number=True) for at, name in enumerate(names)]
    columns += [
        number_column(f"difference_{at}", Text(en=f"{DIFFERENCE.en}: {name.en}", vi=f"{DIFFERENCE.vi}: {name.vi}"))
        for at, name in enumerate(names[1:], start=1)
    ]
    rows: tuple[tuple[Cell, ...], ...] = tuple((row.label, *row.figures, *row.changes) for row in rows_of(found))
    return Table(SIDE_BY_SIDE, tuple(columns), rows)


def _section(one: Difference, found: Comparison, ground: Ground | None) -> Section:
    title = AGAINST.format(other=one.other_name, base=one.base_name)
    if one.is_empty:
        return Section(title, (NOTHING,))
    figures: list[Figure] = []
    if ground is not None:
        lines = differences_of(one, ground)
        if len(lines):
            weights = one.places.set_index("place_id")["difference_generalised_cost_per_day"].abs().to_dict()
            figures.append(difference_map(MAP, lines, ground, places=weights))
    gains = [_bars(label, getattr(one, name), found) for name, label in GROUPS if len(getattr(one, name))]
    tables = [_gain_table(label, getattr(one, name), found) for name, label in GROUPS if len(getattr(one, name))]
    return Section(
        title,
        (one.explanation, *one.notes),
        figures=tuple(figures),
        tables=_amount_tables(one, found),
        sections=(Section(GAINS, (GAINS_NOTE,), tables=tuple(tables), figures=tuple(gains)),),
    )


def _bars(label: Text, table: pd.DataFrame, found: Comparison) -> Bars:
    largest = table["unit_cost_effect_per_day"].abs().sort_values(ascending=False, kind="stable").index[:MOST_BARS]
    rows = table.loc[sorted(largest)]
    bars = [
        Bar(
            Text(en=str(row["name_en"]), vi=str(row["name_vi"])),
            (
                BarPart(
                    UNIT_EFFECT,
                    row["unit_cost_effect_per_day"] / MILLION,
                    MORE_COLOUR if row["unit_cost_effect_per_day"] > 0 else LESS_COLOUR,
                ),
            ),
        )
        for row in rows.to_dict("records")
    ]
    return Bars(
        label, per_period(money_unit(found.currency, MILLION), found.period), tuple(bars), digits=1, look="signed"
    )


def _gain_table(label: Text, table: pd.DataFrame, found: Comparison) -> Table:
    money, tonnes = (per_period(unit, found.period) for unit in (money_unit(found.currency), T_PER_DAY))
    per_t = money_unit(found.currency, per=PER_T)
    columns = (
        Column("name", NAME),
        number_column("unit_cost_effect_per_day", UNIT_EFFECT, money, look="signed"),
        number_column("effect_per_t", PER_TONNE, per_t, look="signed"),
        number_column("volume_effect_per_day", VOLUME_EFFECT, money, look="signed"),
        *_sides("t_per_day", Text(en="Served", vi="Được phục vụ"), tonnes, 1),
        number_column("other_unserved_t_per_day", Text(en="Unserved", vi="Không phục vụ được"), tonnes, 1),
        *_sides("mean_time_h", Text(en="Mean time", vi="Thời gian"), Text(en="h", vi="giờ"), 1),
        number_column(
            "difference_emissions_kg_co2e_per_day",
            Text(en="CO2e", vi="CO2e"),
            per_period(KG_PER_DAY, found.period),
            look="signed",
        ),
    )
    return frame_table(label, table, columns, open_rows=OPEN_ROWS)


def _sides(name: str, label: Text, unit: Text, digits: int) -> tuple[Column, Column]:
    """Return the columns of an amount of this plan and of its difference."""
    return (
        number_column(f"other_{name}", label, unit, digits),
        number_column(
            f"difference_{name}",
            Text(en=f"{label.en}: difference", vi=f"{label.vi}: chênh lệch"),
            unit,
            digits,
            look="signed",
        ),
    )


def _amount_tables(one: Difference, found: Comparison) -> tuple[Table, ...]:
    price = Text(en=f"{found.currency}/unit", vi=f"{found.currency}/đơn vị")
    wanted = (
        ("gateways", Text(en="Gateways", vi="Cửa ngõ"), (("teu_per_day", TEU_PER_DAY, 1), ("t_per_day", T_PER_DAY, 1))),
        (
            "modes",
            Text(en="Modes", vi="Phương thức"),
            (("t_per_day", T_PER_DAY, 1), ("tkm_per_day", Text(en="t·km/day", vi="tấn·km/ngày"), 0)),
        ),
        (
            "chains",
            Text(en="Chains of modes", vi="Chuỗi phương thức"),
            (("t_per_day", T_PER_DAY, 1), ("teu_per_day", TEU_PER_DAY, 1)),
        ),
        ("links", Text(en="Links, services and terminals", vi="Tuyến, dịch vụ và bến"), (("t_per_day", T_PER_DAY, 1),)),
        (
            "capacities",
            Text(en="Capacities", vi="Năng lực thông qua"),
            (("shadow_price", price, 0), ("used_per_day", Text(en="used a day", vi="dùng mỗi ngày"), 1)),
        ),
        ("unserved", Text(en="Left unserved", vi="Không phục vụ được"), (("unserved_t_per_day", T_PER_DAY, 1),)),
        ("demands", Text(en="Demand that differs", vi="Nhu cầu khác nhau"), (("demand_t_per_day", T_PER_DAY, 1),)),
    )
    made = []
    for name, label, amounts in wanted:
        table = one.tables()[name]
        if table.empty:
            continue
        columns = [Column("name", NAME)]
        columns += [text_column(word) for word in ("kind", "mode") if name == "links"]
        for amount, unit_per_day, digits in amounts:
            unit = per_period(unit_per_day, found.period)
            for side, side_label in (("base", BASE), ("other", OTHER), ("difference", DIFFERENCE)):
                look = "signed" if side == "difference" else "plain"
                columns.append(number_column(f"{side}_{amount}", side_label, unit, digits, look=look))  # type: ignore[arg-type] # one of the looks
        made.append(frame_table(label, table, tuple(columns), open_rows=OPEN_ROWS))
    return tuple(made)
