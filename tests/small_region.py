"""A small pack as files, right in every cell, for tests that spoil one of them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from api.regions import PACK_MODELS
from supplychain.pack import write_templates

FILES: Final[dict[str, str]] = {
    "pack.yaml": """\
region_id: small
name: {vi: Vùng nhỏ, en: Small region}
currency: VND
price_year: 2025
base_year: 2024
crs: EPSG:4326
licence: Apache-2.0
""",
    "sources.csv": """\
source_id,title,publisher,year,kind,licence,reference,remark
own_estimate,Estimate,,2026,own_estimate,,general knowledge,"Hai dòng,
""trích"" nguyên văn"
""",
    "assumptions.csv": """\
assumption_id,name_vi,name_en,unit,low,mid,high,kind,applies_to,reasoning,replaced_by,source,confidence
peak_factor,Hệ số cao điểm,Peak factor,-,1,1.1,1.35,value,,seasons,counts,own_estimate,assumption
area_factor,Hệ số diện tích,Area factor,-,0.9,1,1.1,factor,parks.area_ha,maps,survey,own_estimate,assumption
""",
    "commodities.csv": """\
commodity_id,name_vi,name_en,hs_chapters,usd_per_t_export,usd_per_t_import,t_per_teu,container_share_export,\
container_share_import,container_share_domestic,box,container_size,value_of_time_usd_per_t_h,modes,source,confidence,\
assumption_ids
furniture,Đồ gỗ,Furniture,94,4000,3000,6.5,1,1,0.5,container,40HC,0.5,road;rail;sea,own_estimate,estimate,
""",
    "industry_mixes.csv": """\
mix_row_id,mix_id,commodity_id,out_weight,in_weight,source,confidence,assumption_ids
mixed_furniture,mixed,furniture,1,0.8,own_estimate,estimate,
""",
    "organisations.csv": """\
organisation_id,name_vi,name_en,former_name,kind,role,tax_code,address,parent_id,synthetic,source,confidence,\
assumption_ids
becamex,Becamex,Becamex,,enterprise,developer,0370000001,,,no,own_estimate,estimate,
""",
    "parks.csv": """\
park_id,name_vi,name_en,former_province,ward,in_region,lat,lon,position_accuracy_m,area_ha,leased_pct,founded_year,\
developer_id,mix_id,road_node_id,status,opening_year,source,confidence,assumption_ids
park_a,Khu A,Park A,Bình Dương,,yes,10.9,106.7,500,500,95.5,1996,becamex,mixed,r1,open,1996,own_estimate,estimate,\
area_factor
park_b,Khu B,Park B,Bình Dương,,yes,11.1,106.6,500,300,80,2004,,mixed,,open,,own_estimate,estimate,
""",
    "nodes.csv": """\
node_id,name,mode,lat,lon,position_accuracy_m,source,confidence,assumption_ids
r1,,road,10.9,106.7,100,own_estimate,estimate,
r2,Ngã tư,road,10.8,106.75,100,own_estimate,estimate,
""",
    "links.csv": """\
link_id,road,mode,from_node_id,to_node_id,link_class,oneway,geometry,length_m,speed_kmh,capacity_per_day,\
capacity_unit,background_per_day,status,source,confidence
l1,QL13,road,r1,r2,trunk,no,"LINESTRING (106.70 10.9, 106.72 10.85, 106.75 10.8)",12500,40,20000,pcu,8000,open,\
own_estimate,estimate
""",
    "terminals.csv": """\
terminal_id,kind,gateway_group,name_vi,name_en,operator_id,modes,lat,lon,position_accuracy_m,road_node_id,\
capacity_teu_per_year,background_teu_per_year,handling_cost_factor,handling_time_factor,gate_open_h,gate_close_h,\
status,source,confidence
cat_lai,seaport,hcmc_ports,Cát Lái,Cat Lai,,road;sea,10.8,106.75,300,r2,6000000,4000000,1,1,0,24,open,own_estimate,\
estimate
""",
    "markets.csv": """\
market_id,name_vi,name_en,kind,lat,lon,position_accuracy_m,source,confidence,assumption_ids
europe,Châu Âu,Europe,overseas,51.95,4.05,500000,own_estimate,estimate,
""",
    "trade.csv": """\
trade_id,commodity_id,direction,market_id,value_musd,mass_t_per_year,source,confidence,assumption_ids
furniture_europe,furniture,export,europe,2500,,own_estimate,estimate,
""",
    "facilities.csv": """\
facility_id,organisation_id,name_vi,name_en,kind,park_id,synthetic,lat,lon,position_accuracy_m,employees,source,\
confidence,assumption_ids
plant,becamex,Nhà máy,Plant,factory,park_a,yes,10.9,106.7,500,1200,own_estimate,assumption,
""",
    "certificates.csv": """\
certificate_id,facility_id,scheme,scope,issuer,valid_from,valid_to,synthetic,source,confidence,assumption_ids
plant_iso,plant,ISO 9001,furniture,issuer,2024-03-01,2027-02-28,yes,own_estimate,assumption,
""",
    "scenarios/base.yaml": """\
scenario_id: base
name: {vi: Hiện trạng, en: As it is}
description: {vi: Không thay đổi., en: No change.}
changes: []
""",
}


def write_small_region(folder: Path) -> Path:
    """Write the small pack; tables it leaves out are empty."""
    write_templates(folder, PACK_MODELS)
    (folder / "scenarios").mkdir()
    for name, content in FILES.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def spoil(folder: Path, name: str, old: str, new: str) -> None:
    """Replace a text that stands in a file exactly once."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
    path.write_text(text.replace(old, new), encoding="utf-8")
