"""Units of money in both languages, by the currency of a pack or folder."""

from __future__ import annotations

from typing import Final

from supplychain.text import Text

SCALES: Final = {
    1.0: Text(en="", vi=""),
    1e3: Text(en="thousand ", vi="nghìn "),
    1e6: Text(en="million ", vi="triệu "),
    1e9: Text(en="billion ", vi="tỷ "),
}
T: Final = Text(en="t", vi="tấn")
T_PER_DAY: Final = Text(en="t/day", vi="tấn/ngày")
TEU_PER_DAY: Final = Text(en="TEU/day", vi="TEU/ngày")
TKM_PER_DAY: Final = Text(en="t·km/day", vi="tấn·km/ngày")
CO2E_T_PER_DAY: Final = Text(en="t CO2e/day", vi="tấn CO2e/ngày")
CO2E_KG: Final = Text(en="kg CO2e", vi="kg CO2e")
HOURS: Final = Text(en="h", vi="giờ")
KM: Final = Text(en="km", vi="km")
POINTS: Final = Text(en="points", vi="điểm %")
PER_DAY: Final = Text(en="/day", vi="/ngày")
PER_T: Final = Text(en="/t", vi="/tấn")
PER_UNIT: Final = Text(en=" per unit", vi="/đơn vị")
NOT_PER: Final = Text(en="", vi="")


def money_unit(currency: str, scale: float = 1.0, per: Text = PER_DAY) -> Text:
    """Return the unit of an amount of money, such as ``million VND/day`` or ``triệu đồng/ngày``.

    Parameters
    ----------
    currency
        ISO code.
    scale
        What amounts are divided by: 1, 1e3, 1e6 or 1e9.
    per
        What they are counted by.
    """
    scaled = SCALES[scale]
    local = "đồng" if currency == "VND" else currency
    return Text(en=f"{scaled.en}{currency}{per.en}", vi=f"{scaled.vi}{local}{per.vi}")
