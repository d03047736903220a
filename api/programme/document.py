"""The document about a programme: actions, all together, places served, indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from api.documents.frames import frame_table, number_column, text_column
from api.documents.model import Column, Document, Section, Stand, Table
from api.documents.units import CO2E_T_PER_DAY, HOURS, PER_DAY, T_PER_DAY, TEU_PER_DAY, money_unit
from api.programme import words
from api.programme.tables import TOGETHER, action_frame, place_frame
from optimizer.explain.sentences import SEMICOLON, joined
from optimizer.results.names import GATEWAY_NAMES, MODE_NAMES, figure
from supplychain.text import Text

if TYPE_CHECKING:
    from optimizer.programme.answer import ProgrammeAnswer

MILLION: Final = 1e6
BILLION: Final = 1e9
KG_PER_T: Final = 1000.0
PER_YEAR: Final = Text(en="/year", vi="/năm")
NO_PER: Final = Text(en="", vi="")
NAMES: Final = {**words.STATES, **words.VERDICTS}
INTERACTION_ROWS: Final = (
    ("generalised_cost_per_day", Text(en="Generalised cost", vi="Chi phí tổng quát"), MILLION),
    ("money_per_day", Text(en="Price paid", vi="Giá phải trả"), MILLION),
    ("resource_cost_per_day", Text(en="Resource cost", vi="Chi phí nguồn lực"), MILLION),
    ("emissions_kg_co2e_per_day", Text(en="CO2e, t", vi="CO2e, tấn"), KG_PER_T),
    ("tonne_hours_per_day", Text(en="Tonne-hours, thousand", vi="Tấn-giờ, nghìn"), 1000.0),
)


def programme_document(answer: ProgrammeAnswer, stand: Stand) -> Document:
    """Return the document of a programme.

    Parameters
    ----------
    answer
        The evaluation.
    stand
        What its figures are: the stands of all its plans, combined.
    """
    days = words.MONEY_NOTE.format(days=figure(answer.days_per_year, ",.0f"))
    actions = Section(words.ACTION, (words.ACTIONS_NOTE, days), (_effects(answer), _money(answer), _shares(answer)))
    sections = [actions]
    if answer.together is not None:
        sections.append(Section(words.TOGETHER, (words.INTERACTION_NOTE,), (_interaction(answer),)))
    sections.append(Section(words.PLACES, (words.PLACES_NOTE,), (_places(answer),)))
    notes = (words.INDICATORS_NOTE, *_other_baselines(answer))
    sections.append(Section(words.INDICATORS, notes, (_indicators(answer),)))
    others = _others(answer)
    if others.rows:
        sections.append(Section(words.NO_NETWORK, (words.NO_NETWORK_NOTE,), (others,)))
    return Document(words.TITLE, stand, tuple(sections))


def _planned_rows(answer: ProgrammeAnswer) -> pd.DataFrame:
    frame = action_frame(answer)
    frame = frame[frame["gap"].notna()].reset_index(drop=True)
    currency_scales = {"investment": BILLION, "yearly_saving": BILLION, "yearly_resource_saving": BILLION}
    for name, scale in currency_scales.items():
        frame[name] = frame[name].astype("float64") / scale
    for name in ("generalised_cost_per_day", "money_per_day", "resource_cost_per_day"):
        frame[f"{name}_change"] /= MILLION
    for name in ("emissions", "ttw", "wtt"):
        frame[f"{name}_kg_co2e_per_day_change"] /= KG_PER_T
    frame["years"] = [_years(start, end) for start, end in zip(frame["start_year"], frame["end_year"], strict=True)]
    return frame


def _years(start: Any, end: Any) -> str | None:  # noqa: ANN401 - cells of a frame
    known = ["" if pd.isna(one) else str(int(one)) for one in (start, end)]
    return "–".join(known) if any(known) else None


def _effects(answer: ProgrammeAnswer) -> Table:
    currency = answer.base.case.pack.region.currency
    million = money_unit(currency, MILLION)
    columns = (
        Column("name", words.ACTION),
        text_column("status", words.STATUS),
        text_column("years", words.YEARS),
        text_column("verdict", words.VERDICT),
        _signed("generalised_cost_per_day_change", "Generalised cost", "Chi phí tổng quát", million, 1),
        _signed("money_per_day_change", "Price paid", "Giá phải trả", million, 1),
        _signed("resource_cost_per_day_change", "Resource cost", "Chi phí nguồn lực", million, 1),
        _signed("mean_time_h_change", "Mean time", "Thời gian bình quân", HOURS, 2),
        _signed("emissions_kg_co2e_per_day_change", "CO2e well to wheel", "CO2e cả vòng đời", CO2E_T_PER_DAY, 1),
        _signed("ttw_kg_co2e_per_day_change", "of which operation", "trong đó vận hành", CO2E_T_PER_DAY, 1),
        _signed("wtt_kg_co2e_per_day_change", "of which energy", "trong đó cung cấp năng lượng", CO2E_T_PER_DAY, 1),
        _signed("unserved_t_per_day_change", "Left", "Bị bỏ lại", T_PER_DAY, 1),
        number_column("use_t_per_day", Text(en="Using it", vi="Sử dụng"), T_PER_DAY),
        number_column("use_teu_per_day", Text(en="Using it", vi="Sử dụng"), TEU_PER_DAY),
        number_column("parks_served", Text(en="Parks served", vi="Khu được lợi"), NO_PER),
        number_column("zones_served", Text(en="Zones served", vi="Khu vực được lợi"), NO_PER),
    )
    frame = _planned_rows(answer)
    return frame_table(words.VERDICT, frame, columns, names=NAMES, strong=_last(frame))


def _money(answer: ProgrammeAnswer) -> Table:
    currency = answer.base.case.pack.region.currency
    billion, yearly = money_unit(currency, BILLION, NO_PER), money_unit(currency, BILLION, PER_YEAR)
    columns = (
        Column("name", words.ACTION),
        number_column("investment", Text(en="Investment", vi="Vốn đầu tư"), billion, 0),
        number_column("yearly_saving", Text(en="Saving, generalised", vi="Tiết kiệm, tổng quát"), yearly, 2),
        number_column("yearly_resource_saving", Text(en="Saving, resource", vi="Tiết kiệm, nguồn lực"), yearly, 2),
        number_column(
            "yearly_saving_share",
            Text(en="One year's saving of the investment", vi="Tiết kiệm một năm trên vốn"),
            NO_PER,
            2,
            "share",
        ),
    )
    frame = _planned_rows(answer)
    title = Text(en="Investment beside the saving of a year", vi="Vốn đầu tư và khoản tiết kiệm một năm")
    note = Text(
        en="Investment as the source states it, brought to the money of the pack; a dash where no source gives it. All "
        "together: the sum of those known, with no ratio.",
        vi="Vốn đầu tư theo nguồn, đổi về giá của gói; gạch ngang là chưa có nguồn. Dòng mọi hành động: tổng các khoản "
        "đã biết, không tính tỷ lệ.",
    )
    return frame_table(title, frame, columns, note=note, strong=_last(frame))


def _shares(answer: ProgrammeAnswer) -> Table:
    found = answer.base_figures
    base = {"name_vi": words.BASE.vi, "name_en": words.BASE.en}
    base |= {f"share_{name}": share for name, share in (*found.gateway_shares.items(), *found.mode_shares.items())}  # type: ignore[misc]
    frame = pd.concat([pd.DataFrame([base]), _planned_rows(answer)], ignore_index=True)
    named = {**GATEWAY_NAMES, **MODE_NAMES}
    columns = (
        Column("name", words.ACTION),
        *(
            number_column(f"share_{name}", named[name], NO_PER, 1, "share")
            for name in (*found.gateway_shares, *found.mode_shares)
        ),
    )
    note = Text(
        en="Gateways: share of the laden TEU of foreign trade; modes: share of inland tonne-kilometres.",
        vi="Cửa ngõ: phần trong TEU có hàng xuất nhập khẩu; phương thức: phần trong tấn-km nội địa.",
    )
    return frame_table(words.SHARES, frame, columns, note=note)


def _interaction(answer: ProgrammeAnswer) -> Table:
    together, twice = answer.together, answer.interaction
    columns = (
        Column("quantity", Text(en="Change a day", vi="Thay đổi mỗi ngày")),
        Column("together", words.TOGETHER, digits=1, is_number=True, look="signed"),
        Column("sum", words.SUM_ALONE, digits=1, is_number=True, look="signed"),
        Column("interaction", words.INTERACTION, digits=1, is_number=True, look="signed"),
    )
    currency = answer.base.case.pack.region.currency
    rows = []
    for name, label, scale in INTERACTION_ROWS:
        change = 0.0 if together is None else together.changes[name]
        unit = money_unit(currency, MILLION, NO_PER) if scale == MILLION else None
        said = label if unit is None else Text(en=f"{label.en}, {unit.en}", vi=f"{label.vi}, {unit.vi}")
        rows.append((said, change / scale, (change - twice[name]) / scale, twice[name] / scale))
    return Table(words.INTERACTION, columns, tuple(rows))


def _places(answer: ProgrammeAnswer) -> Table:
    frame = place_frame(answer)
    names = {one.action.action_id: one.action.name for one in answer.results} | {TOGETHER: words.TOGETHER}
    kinds = {"park": Text(en="park", vi="khu công nghiệp"), "zone": Text(en="zone", vi="khu vực")}
    frame = frame.assign(cost_fall=frame["cost_fall"] / MILLION, money_fall=frame["money_fall"] / MILLION)
    million = money_unit(answer.base.case.pack.region.currency, MILLION)
    columns = (
        text_column("action_id", words.ACTION),
        Column("name", Text(en="Place", vi="Địa điểm")),
        text_column("kind", Text(en="Kind", vi="Loại")),
        number_column("cost_fall", Text(en="Generalised cost falls by", vi="Chi phí tổng quát giảm"), million, 2),
        number_column("cost_fall_share", Text(en="of its cost", vi="trên chi phí"), NO_PER, 2, "share"),
        number_column("money_fall", Text(en="Price falls by", vi="Giá giảm"), million, 2),
        number_column("hours_fall", Text(en="Mean time falls by", vi="Thời gian giảm"), HOURS, 2),
        number_column("kg_co2e_fall", Text(en="CO2e falls by", vi="CO2e giảm"), _per_day("kg CO2e"), 0),
    )
    return frame_table(words.PLACES, frame, columns, names={**names, **kinds}, open_rows=30)


def _indicators(answer: ProgrammeAnswer) -> Table:
    frame = answer.indicators
    titles = _source_titles(answer)
    names = {one.action.action_id: one.action.name for one in answer.results}
    columns = (
        text_column("action_id", words.ACTION),
        Column("name", Text(en="Indicator", vi="Chỉ số")),
        text_column("unit", Text(en="Unit", vi="Đơn vị")),
        number_column("baseline", Text(en="Baseline", vi="Ban đầu"), NO_PER, 1),
        number_column("target", Text(en="Target", vi="Mục tiêu"), NO_PER, 1),
        _year("target_year", "Target year", "Năm mục tiêu"),
        number_column("actual", Text(en="Actual", vi="Đã đạt"), NO_PER, 1),
        _year("actual_year", "As of", "Tính đến"),
        text_column("actual_source", Text(en="Source of the actual value", vi="Nguồn của giá trị đã đạt")),
        number_column("modelled_base", Text(en="Modelled, base", vi="Mô hình, hiện trạng"), NO_PER, 1),
        number_column("modelled_action", Text(en="Modelled, this action", vi="Mô hình, hành động này"), NO_PER, 1),
        number_column("modelled_together", Text(en="Modelled, all", vi="Mô hình, tất cả"), NO_PER, 1),
    )
    years = {name: _plain_years(frame[name]) for name in ("target_year", "actual_year")}
    return frame_table(words.INDICATORS, frame.assign(**years), columns, names={**names, **titles, **words.UNITS})


def _other_baselines(answer: ProgrammeAnswer) -> tuple[Text, ...]:
    """Return what is to be said where the base of the plans is not the stated baseline, to the digit shown."""
    names = {one.action.action_id: one.action.name for one in answer.results}
    frame = answer.indicators
    stated, modelled = (frame[name].astype("float64").round(1) for name in ("baseline", "modelled_base"))
    rows = frame[stated.notna() & modelled.notna() & (stated != modelled)]
    told = [
        words.BASELINE_DIFFERS.format(
            action=names[row["action_id"]],
            indicator=Text(en=row["name_en"], vi=row["name_vi"]),
            stated=figure(row["baseline"], ",.1f"),
            modelled=figure(row["modelled_base"], ",.1f"),
            unit=words.UNITS.get(row["unit"], row["unit"]),
        )
        for row in rows.to_dict("records")
    ]
    return (words.BASELINES_DIFFER.format(listed=joined(told, SEMICOLON)),) if told else ()


def _others(answer: ProgrammeAnswer) -> Table:
    columns = (Column("name", words.ACTION), Column("status", words.STATUS), Column("why", words.VERDICT))
    rows = tuple(
        (
            one.action.name,
            words.STATES[one.action.status],
            words.NO_SCENARIO if one.action.scenario_id is None else words.IN_BASE,
        )
        for one in answer.results
        if one.verdict == "not_modelled"
    )
    return Table(words.NO_NETWORK, columns, rows)


def _source_titles(answer: ProgrammeAnswer) -> dict[str, Text]:
    sources = answer.base.case.pack.table("sources")
    return {
        str(key): Text(en=f"{title} ({publisher})", vi=f"{title} ({publisher})")
        for key, title, publisher in zip(sources["source_id"], sources["title"], sources["publisher"], strict=True)
    }


def _signed(key: str, en: str, vi: str, unit: Text, digits: int) -> Column:
    return number_column(key, Text(en=en, vi=vi), unit, digits, "signed")


def _year(key: str, en: str, vi: str) -> Column:
    return text_column(key, Text(en=en, vi=vi))


def _plain_years(years: pd.Series) -> list[str | None]:
    return [None if pd.isna(one) else str(int(one)) for one in years]


def _per_day(unit: str) -> Text:
    return Text(en=f"{unit}{PER_DAY.en}", vi=f"{unit}{PER_DAY.vi}")


def _last(frame: pd.DataFrame) -> tuple[int, ...]:
    """Return the place of the row of all actions together, if it is there."""
    return tuple(int(one) for one in frame.index[frame["action_id"] == TOGETHER])
