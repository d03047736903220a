"""Which columns each table of the report shows, and how."""

from __future__ import annotations

from api.report.tables import Columns, difference, digits, kind_name, mode_name, plain, share, yes_no

MILLION = 1e6
THOUSAND = 1e3
EMISSIONS = (
    ("emissions_kg_co2e_per_day", digits(1, THOUSAND)),
    ("ttw_kg_co2e_per_day", digits(1, THOUSAND)),
    ("wtt_kg_co2e_per_day", digits(1, THOUSAND)),
)
MODE_COLUMNS = Columns(
    (
        ("mode", mode_name),
        ("t_per_day", digits(0)),
        ("t_main_per_day", digits(0)),
        ("share_t", share),
        ("tkm_per_day", digits(0)),
        ("share_tkm", share),
        ("vehicle_km_per_day", digits(0)),
        ("cost_per_day", digits(0, MILLION)),
        ("resource_cost_per_day", digits(0, MILLION)),
        *EMISSIONS,
    )
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
        ("kind", kind_name),
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
    )
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
    )
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
    )
)
BOTTLENECK_COLUMNS = Columns(
    (
        ("name", plain),
        ("unit", plain),
        ("residual_per_day", digits(0)),
        ("used_per_day", digits(0)),
        ("utilisation", share),
        ("shadow_price", digits(0)),
        ("shadow_money", digits(0)),
        ("shadow_time", digits(0)),
        ("shadow_carbon", digits(0)),
        ("shadow_penalty", digits(0)),
        ("penalty_driven", yes_no),
    )
)
UNSERVED_COLUMNS = Columns(
    (
        ("origin_id", plain),
        ("destination_id", plain),
        ("commodity_id", plain),
        ("form", plain),
        ("unserved_t_per_day", digits(1)),
        ("reason", plain),
        ("relaxation", plain),
    )
)
KNOWN_COLUMNS = Columns(
    (
        ("name", plain),
        ("unit", plain),
        ("model", digits(2)),
        ("known", digits(2)),
        ("low", digits(2)),
        ("high", digits(2)),
        ("difference_percent", difference(1)),
        ("within", yes_no),
        ("confidence", plain),
        ("source", plain),
    )
)
CALIBRATED_COLUMNS = Columns(
    (
        ("gateway_group", plain),
        ("access_mode", mode_name),
        ("plan_share", share),
        ("calibrated_share", share),
        ("estimate_share", share),
        ("difference_points", difference(1)),
    )
)
SWING_COLUMNS = Columns(
    (
        ("name", plain),
        ("unit", plain),
        ("low", digits(3)),
        ("mid", digits(3)),
        ("high", digits(3)),
        ("cost_low", difference(0, MILLION)),
        ("cost_high", difference(0, MILLION)),
        ("cost_swing_percent", digits(2)),
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
        ("assumption_id", plain),
        ("name", plain),
        ("reasoning", plain),
        ("replaced_by", plain),
        ("confidence", plain),
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
