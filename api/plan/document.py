"""The document of one plan: totals, modes, gateways, places, goods, what binds, what is left, emissions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from api.documents.frames import frame_table, number_column, text_column
from api.documents.layers import Ground, line_layer
from api.documents.maps import flow_map
from api.documents.model import Amount, Bar, BarPart, Bars, Column, Document, Section, Table
from api.documents.stand import stand_of_case
from api.documents.units import (
    CO2E_T_PER_DAY,
    HOURS,
    PER_T,
    PER_UNIT,
    T_PER_DAY,
    TEU_PER_DAY,
    TKM_PER_DAY,
    money_unit,
)
from api.plan import words
from api.plan.layers import row_loads
from api.report.names import FORM_NAMES, names_by_id, unit_name
from api.report.story import sentences_of
from api.results import Results
from api.styles import GATEWAY_COLOURS, GATEWAY_NAMES, MODE_COLOURS, MODE_NAMES, PLACE_NAMES
from api.totals import COMPARED, EMISSIONS, PRICE, Total
from optimizer.results.streets import street_use
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from api.results import Outcome
    from geodata.versions.version import StoredVersion
    from supplychain.pack import Pack

MILLION: Final = 1e6
THOUSAND: Final = 1e3
INLAND_MODES: Final = ("road", "rail", "inland_waterway")
WHAT_IS_SAID: Final = 3
"""Sentences of the summary: what moves, what it costs, what binds; how sure that is, the stand says."""
OPEN_ROWS: Final = 15
TO_MARKET: Final = {"cost_per_t": THOUSAND, "emissions_kg_co2e_per_day": THOUSAND}
"""What figures of the whole way are divided by before they are shown."""
TOTALS: Final = (*COMPARED[:5], PRICE, *COMPARED[5:6], EMISSIONS, *COMPARED[6:])


def plan_document(
    outcome: Outcome, pack: Pack, stored: StoredVersion | None = None, ground: Ground | None = None
) -> Document:
    """Return the document of one planned scenario.

    Parameters
    ----------
    outcome
        The planned scenario.
    pack
        The region as loaded.
    stored
        Stored network it was planned on, if so.
    ground
        Where its rows lie, where it is at hand.
    """
    ground = ground or Ground.of_case(outcome.case)
    scenario, region = outcome.case.scenario, pack.region.name
    stand = stand_of_case(outcome.case, outcome.plan, stored, checked=not outcome.violations)
    use = street_use(outcome.case, outcome.plan)
    if use is not None and use.busiest:
        stand = stand.with_remarks(words.streets(use))
    return Document(
        title=Text(
            en=f"Freight plan of {region.en}: {scenario.name.en}",
            vi=f"Phương án luồng hàng {region.vi}: {scenario.name.vi}",
        ),
        stand=stand,
        summary=(scenario.description, *sentences_of(Results.of_one(pack, outcome))[:WHAT_IS_SAID]),
        sections=(
            _totals(outcome),
            _flows(outcome, ground),
            _gateways(outcome),
            _places(outcome),
            _goods(outcome),
            _bottlenecks(outcome),
            _unserved(outcome),
            _emissions(outcome),
        ),
    )


def _totals(outcome: Outcome) -> Section:
    totals = outcome.indicators.totals
    columns = (Column("figure", words.FIGURE), number_column("value", words.A_DAY))
    rows = tuple((total.label, _amount(total, totals)) for total in TOTALS)
    return Section(words.TOTALS, tables=(Table(words.TOTALS, columns, rows, sheet=words.TOTALS),))


def _amount(total: Total, totals: Mapping[str, float]) -> Amount:
    """Return a total as it is written."""
    value = totals[total.key]
    return Amount(value, 1, "share") if total.is_share else Amount(value / total.divisor, total.digits)


def _flows(outcome: Outcome, ground: Ground) -> Section:
    found = outcome.indicators
    totals = found.totals
    weights = dict(
        zip(found.by_park["place_id"], found.by_park["t_out_per_day"] + found.by_park["t_in_per_day"], strict=True)
    )
    weights |= dict(zip(found.by_terminal["terminal_id"], found.by_terminal["throughput_t_per_day"], strict=True))
    places = {str(place): float(weight) for place, weight in weights.items() if weight > 0}
    lines = line_layer(ground, row_loads(outcome, "t_per_day"))
    lines = lines[lines["row_table"] != "services"]
    parts = tuple(
        BarPart(MODE_NAMES[mode], totals[f"mode_share_tkm_{mode}"], MODE_COLOURS[mode]) for mode in INLAND_MODES
    )
    by_tonnes = tuple(
        BarPart(MODE_NAMES[mode], totals[f"mode_share_t_{mode}"], MODE_COLOURS[mode]) for mode in INLAND_MODES
    )
    bars = Bars(
        words.MODE_SHARES,
        Text(en="", vi=""),
        (Bar(words.OF_TKM, parts), Bar(words.OF_T, by_tonnes)),
        digits=1,
        look="share",
    )
    return Section(
        words.FLOWS,
        (words.FLOW_NOTE,),
        (_mode_table(outcome),),
        (flow_map(words.MAP, lines, ground, places=places, note=words.MAP_NOTE), bars),
    )


def _mode_table(outcome: Outcome) -> Table:
    frame = outcome.indicators.by_mode
    frame = frame[frame.select_dtypes("number").abs().sum(axis=1) > 0]
    currency = str(outcome.document["currency"])
    money = money_unit(currency, MILLION)
    frame = frame.assign(
        cost_per_day=frame["cost_per_day"] / MILLION, resource_cost_per_day=frame["resource_cost_per_day"] / MILLION
    )
    columns = (
        text_column("mode"),
        number_column("t_per_day", words.MOVED, T_PER_DAY),
        number_column("share_t", words.AS_MAIN, digits=1, look="share"),
        number_column("tkm_per_day", words.TKM, TKM_PER_DAY),
        number_column("share_tkm", words.OF_TKM, digits=1, look="share"),
        number_column("vehicle_km_per_day", words.VEHICLE_KM, Text(en="km/day", vi="km/ngày")),
        number_column("cost_per_day", words.PRICE, money),
        number_column("resource_cost_per_day", words.RESOURCE_COST, money),
    )
    return frame_table(words.BY_MODE, frame, columns, names=MODE_NAMES)


def _gateways(outcome: Outcome) -> Section:
    found = outcome.indicators
    totals = found.totals
    bar = Bar(
        words.SHARE_OF_BOXES,
        tuple(
            BarPart(name, totals[f"gateway_share_{group}"], GATEWAY_COLOURS[group])
            for group, name in GATEWAY_NAMES.items()
        ),
    )
    busy = found.by_terminal[
        (found.by_terminal["throughput_teu_per_day"] > 0) | (found.by_terminal["throughput_t_per_day"] > 0)
    ]
    busy = busy.sort_values("throughput_teu_per_day", ascending=False, kind="stable")
    gateways = frame_table(
        words.BY_GATEWAY,
        found.by_gateway,
        (
            text_column("name"),
            number_column("teu_per_day", words.BOXES, TEU_PER_DAY),
            number_column("t_per_day", words.FOREIGN_T, T_PER_DAY),
            number_column("share_teu", words.SHARE_OF_BOXES, digits=1, look="share"),
            number_column("barge_share", words.BY_BARGE, digits=1, look="share"),
        ),
        note=words.GATEWAY_NOTE,
    )
    terminals = frame_table(
        words.BY_TERMINAL,
        busy,
        (
            text_column("name"),
            text_column("kind"),
            number_column("teu_per_day", words.AS_GATEWAY, TEU_PER_DAY),
            number_column("throughput_teu_per_day", words.HANDLED, TEU_PER_DAY),
            number_column("throughput_t_per_day", words.HANDLED, T_PER_DAY),
        ),
        names=PLACE_NAMES,
        open_rows=OPEN_ROWS,
    )
    figure = Bars(words.GATEWAYS_OF_PLAN, Text(en="", vi=""), (bar,), digits=1, look="share")
    return Section(words.GATEWAYS, (), (gateways, terminals), (figure,))


def _places(outcome: Outcome) -> Section:
    currency = str(outcome.document["currency"])
    frame = outcome.indicators.by_park.sort_values("t_out_per_day", ascending=False, kind="stable")
    frame = frame.assign(
        cost_per_t=frame["cost_per_t"] / THOUSAND,
        emissions_kg_co2e_per_day=frame["emissions_kg_co2e_per_day"] / THOUSAND,
    )
    columns = (
        text_column("name"),
        number_column("t_out_per_day", words.OUT, T_PER_DAY),
        number_column("t_in_per_day", words.IN, T_PER_DAY),
        number_column("teu_out_per_day", words.OUT, TEU_PER_DAY),
        number_column("teu_in_per_day", words.IN, TEU_PER_DAY),
        number_column("unserved_t_per_day", words.LEFT, T_PER_DAY, 1),
        *_to_market(currency),
    )
    return Section(
        words.PLACES, (words.TO_MARKET_NOTE,), (frame_table(words.BY_PLACE, frame, columns, open_rows=OPEN_ROWS),)
    )


def _to_market(currency: str) -> tuple[Column, ...]:
    return (
        number_column("cost_per_t", words.PRICE_TO_MARKET, money_unit(currency, THOUSAND, PER_T)),
        number_column("mean_time_h", words.TIME_TO_MARKET, HOURS, 1),
        number_column("emissions_kg_co2e_per_day", words.CO2E_TO_MARKET, CO2E_T_PER_DAY, 1),
        number_column("share_hcmc_ports", GATEWAY_NAMES["hcmc_ports"], digits=1, look="share"),
        number_column("share_cai_mep", GATEWAY_NAMES["cai_mep"], digits=1, look="share"),
    )


def _goods(outcome: Outcome) -> Section:
    currency = str(outcome.document["currency"])
    boxes = number_column("teu_per_day", words.BOXES_ALL, TEU_PER_DAY)
    moved = (number_column("t_per_day", words.MOVED, T_PER_DAY), boxes)
    left = number_column("unserved_t_per_day", words.LEFT, T_PER_DAY, 1)
    both = (number_column("t_out_per_day", words.OUT, T_PER_DAY), number_column("t_in_per_day", words.IN, T_PER_DAY))
    tables = []
    for title, frame, amounts in (
        (words.BY_COMMODITY, outcome.indicators.by_commodity, (*moved, left)),
        (words.BY_MARKET, outcome.indicators.by_market, (*both, boxes, left)),
    ):
        columns = (text_column("name"), *amounts, *_to_market(currency))
        tables.append(frame_table(title, _scaled(frame, TO_MARKET), columns))
    return Section(words.GOODS, (), tuple(tables))


def _bottlenecks(outcome: Outcome) -> Section:
    frame = outcome.indicators.bottlenecks
    if frame.empty:
        return Section(words.BOTTLENECKS, (words.NOTHING_BINDS,))
    currency = str(outcome.document["currency"])
    worth = frame["shadow_price"] * frame["used_per_day"] / MILLION
    frame = frame.assign(worth_per_day=worth).sort_values("worth_per_day", ascending=False, kind="stable")
    units = {str(unit): unit_name(str(unit)) for unit in frame["unit"].unique()}
    price = money_unit(currency, 1.0, PER_UNIT)
    columns = (
        text_column("name"),
        text_column("unit"),
        number_column("residual_per_day", words.ROOM, words.UNITS_PER_DAY, 1),
        number_column("used_per_day", words.USED, words.UNITS_PER_DAY, 1),
        number_column("worth_per_day", words.WORTH, money_unit(currency, MILLION), 1),
        number_column("shadow_price", words.SHADOW, price),
        number_column("shadow_money", words.FROM_MONEY, price),
        number_column("shadow_time", words.FROM_TIME, price),
        number_column("shadow_carbon", words.FROM_CARBON, price),
        number_column("shadow_penalty", words.FROM_PENALTY, price),
        number_column("shadow_from", words.HOLDS_FROM, words.UNITS_PER_DAY, 1),
        number_column("shadow_to", words.HOLDS_TO, words.UNITS_PER_DAY, 1),
        text_column("penalty_driven"),
    )
    return Section(words.BOTTLENECKS, (words.BOTTLENECK_NOTE,), (frame_table(words.FULL, frame, columns, names=units),))


def _unserved(outcome: Outcome) -> Section:
    frame = outcome.unserved
    if frame.empty:
        return Section(words.UNSERVED, (words.NOTHING_UNSERVED,))
    names = {**names_by_id(outcome.case.pack), **FORM_NAMES, **words.DIRECTIONS}
    columns = (
        text_column("commodity_id"),
        text_column("form"),
        text_column("origin_id"),
        text_column("destination_id"),
        number_column("demand_t_per_day", words.WANTED, T_PER_DAY, 1),
        number_column("unserved_t_per_day", words.LEFT, T_PER_DAY, 1),
        Column("reason_text", words.REASON),
        Column("relaxation", words.RELAXATION),
    )
    frame = frame.rename(columns={"reason_en": "reason_text_en", "reason_vi": "reason_text_vi"})
    return Section(
        words.UNSERVED,
        (words.UNSERVED_NOTE,),
        (frame_table(words.UNSERVED, frame, columns, names=names, open_rows=OPEN_ROWS),),
    )


def _emissions(outcome: Outcome) -> Section:
    frame = outcome.indicators.by_mode
    names = ["emissions_kg_co2e_per_day", "ttw_kg_co2e_per_day", "wtt_kg_co2e_per_day"]
    frame = frame[frame[names[0]] > 0]
    scaled = _with_total(_scaled(frame, dict.fromkeys(names, THOUSAND)), names)
    columns = (
        text_column("mode"),
        number_column("ttw_kg_co2e_per_day", words.OPERATION, CO2E_T_PER_DAY, 2),
        number_column("wtt_kg_co2e_per_day", words.PROVISION, CO2E_T_PER_DAY, 2),
        number_column("emissions_kg_co2e_per_day", words.WELL_TO_WHEEL, CO2E_T_PER_DAY, 2),
    )
    table = frame_table(words.EMISSIONS, scaled, columns, names={**MODE_NAMES, "all": words.ALL}, strong=(len(frame),))
    return Section(words.EMISSIONS, (words.EMISSIONS_NOTE,), (table,))


def _scaled(frame: pd.DataFrame, divisors: Mapping[str, float]) -> pd.DataFrame:
    """Return a frame with some columns divided."""
    return frame.assign(**{name: frame[name] / divisor for name, divisor in divisors.items()})


def _with_total(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return a frame with the sum of some columns as its last row."""
    frame = frame[["mode", *names]].reset_index(drop=True)
    frame.loc[len(frame)] = ["all", *frame[names].sum()]
    return frame
