"""Which columns each table of the report shows, and how."""

from __future__ import annotations

from collections.abc import Mapping

from api.report.names import CONFIDENCE_NAMES, FORM_NAMES, MEASURE_NAMES
from api.report.tables import Columns, difference, digits, figure, named, plain, share, unit, yes_no
from api.styles import MODE_NAMES, PLACE_NAMES
from supplychain.text import Text

MILLION = 1e6
THOUSAND = 1e3
EMISSIONS = (
    ("emissions_kg_co2e_per_day", digits(1, THOUSAND)),
    ("ttw_kg_co2e_per_day", digits(1, THOUSAND)),
    ("wtt_kg_co2e_per_day", digits(1, THOUSAND)),
)
TO_MARKET = {
    "cost_per_t": Text(en="Price to market, thousand VND/t", vi="Giá đến thị trường, nghìn đồng/tấn"),
    "mean_time_h": Text(en="Mean time to market, h", vi="Thời gian đến thị trường, giờ"),
    "emissions_kg_co2e_per_day": Text(en="t CO2e/day to market", vi="tấn CO2e/ngày đến thị trường"),
}
"""Headings of what counts the whole way, sea and air included."""
MODE_COLUMNS = Columns(
    (
        ("mode", named(MODE_NAMES)),
        ("t_per_day", digits(0)),
        ("share_t", share),
        ("tkm_per_day", digits(0)),
        ("share_tkm", share),
        ("vehicle_km_per_day", digits(0)),
        ("cost_per_day", digits(0, MILLION)),
        ("resource_cost_per_day", digits(0, MILLION)),
        *EMISSIONS,
    ),
    {"share_t": Text(en="Share of t, as main inland mode", vi="Tỷ lệ theo tấn, là phương thức chính")},
)
GATEWAY_COLUMNS = Columns(
    (
        ("name", plain),
        ("teu_per_day", digits(0)),
        ("t_per_day", digits(0)),
        ("share_teu", share),
        ("barge_share", share),
    )
)
TERMINAL_COLUMNS = Columns(
    (
        ("name", plain),
        ("kind", named(PLACE_NAMES)),
        ("teu_per_day", digits(0)),
        ("t_per_day", digits(0)),
        ("share_teu", share),
        ("throughput_teu_per_day", digits(0)),
        ("throughput_t_per_day", digits(0)),
    )
)
PARK_COLUMNS = Columns(
    (
        ("name", plain),
        ("t_out_per_day", digits(0)),
        ("t_in_per_day", digits(0)),
        ("teu_out_per_day", digits(0)),
        ("teu_in_per_day", digits(0)),
        ("unserved_t_per_day", digits(1)),
        ("cost_per_t", digits(0, THOUSAND)),
        ("mean_time_h", digits(1)),
        ("emissions_kg_co2e_per_day", digits(1, THOUSAND)),
        ("share_hcmc_ports", share),
        ("share_cai_mep", share),
    ),
    TO_MARKET,
)
COMMODITY_COLUMNS = Columns(
    (
        ("name", plain),
        ("t_per_day", digits(0)),
        ("teu_per_day", digits(0)),
        ("unserved_t_per_day", digits(1)),
        ("cost_per_t", digits(0, THOUSAND)),
        ("mean_time_h", digits(1)),
        ("emissions_kg_co2e_per_day", digits(1, THOUSAND)),
        ("share_hcmc_ports", share),
        ("share_cai_mep", share),
    ),
    TO_MARKET,
)
MARKET_COLUMNS = Columns(
    (
        ("name", plain),
        ("t_out_per_day", digits(0)),
        ("t_in_per_day", digits(0)),
        ("teu_per_day", digits(0)),
        ("unserved_t_per_day", digits(1)),
        ("cost_per_t", digits(0, THOUSAND)),
        ("mean_time_h", digits(1)),
        ("share_hcmc_ports", share),
        ("share_cai_mep", share),
    ),
    TO_MARKET,
)
BOTTLENECK_COLUMNS = Columns(
    (
        ("name", plain),
        ("unit", unit),
        ("residual_per_day", digits(0)),
        ("used_per_day", digits(0)),
        ("utilisation", share),
        ("worth_per_day", digits(0, MILLION)),
        ("shadow_price", digits(0)),
        ("shadow_money", digits(0)),
        ("shadow_time", digits(0)),
        ("shadow_carbon", digits(0)),
        ("shadow_penalty", digits(0)),
        ("shadow_from", digits(1)),
        ("shadow_to", digits(1)),
        ("penalty_driven", yes_no),
    )
)


def unserved_columns(names: Mapping[str, Text]) -> Columns:
    """Return the columns of freight left unserved; ``names`` tells what the ids stand for."""
    return Columns(
        (
            ("origin_id", named(names)),
            ("destination_id", named(names)),
            ("commodity_id", named(names)),
            ("form", named(FORM_NAMES)),
            ("unserved_t_per_day", digits(1)),
            ("reason", plain),
            ("relaxation", plain),
        )
    )


KNOWN_COLUMNS = Columns(
    (
        ("name", plain),
        ("unit", unit),
        ("model", figure),
        ("known", figure),
        ("low", figure),
        ("high", figure),
        ("difference_percent", difference(1)),
        ("within", yes_no),
        ("confidence", named(CONFIDENCE_NAMES)),
        ("source", plain),
    )
)
CALIBRATED_COLUMNS = Columns(
    (
        ("name", plain),
        ("measure", named(MEASURE_NAMES)),
        ("plan_share", share),
        ("calibrated_share", share),
        ("estimate_share", share),
        ("difference_points", difference(1)),
    )
)
SWING_COLUMNS = Columns(
    (
        ("name", plain),
        ("unit", unit),
        ("low", figure),
        ("mid", figure),
        ("high", figure),
        ("cost_low", difference(0, MILLION)),
        ("cost_high", difference(0, MILLION)),
        ("cost_swing_percent", digits(2)),
        ("emissions_swing_percent", digits(2)),
        ("gateway_swing_points", digits(1)),
        ("emissions_low", difference(1, THOUSAND)),
        ("emissions_high", difference(1, THOUSAND)),
        ("cai_mep_points_low", difference(1)),
        ("cai_mep_points_high", difference(1)),
        ("evaluated", yes_no),
    )
)
ASSUMPTION_COLUMNS = Columns(
    (
        ("name", plain),
        ("reasoning", plain),
        ("replaced_by", plain),
        ("confidence", named(CONFIDENCE_NAMES)),
        ("source", plain),
    )
)
SOURCE_COLUMNS = Columns(
    (
        ("source_id", plain),
        ("title", plain),
        ("publisher", plain),
        ("year", plain),
        ("reference", plain),
        ("licence", plain),
    )
)
