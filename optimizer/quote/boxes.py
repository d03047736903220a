"""Boxes that freight is shipped in, and loose cargo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from supplychain.text import Text

if TYPE_CHECKING:
    from supplychain.demand.freight_classes import Form

BULK: Final = "BULK"


@dataclass(frozen=True, slots=True)
class Box:
    """One type of box.

    Parameters
    ----------
    box_id
        What people write, such as ``40HC``.
    form
        Cargo form it carries.
    teu
        Twenty-foot equivalent units; 0 for loose cargo.
    tare_t, most_cargo_t
        Its own mass, and the heaviest cargo at a gross mass of 30.48 t (the rating of ISO 668 that all boxes keep;
        many newer ones are plated for more). 0 and inf for loose cargo.
    name
        Name.
    """

    box_id: str
    form: Form
    teu: float
    tare_t: float
    most_cargo_t: float
    name: Text

    @property
    def is_box(self) -> bool:
        """Whether it is a box at all."""
        return self.teu > 0


BOXES: Final = {
    box.box_id: box
    for box in (
        Box("20GP", "container", 1.0, 2.30, 28.18, Text(en="20 ft standard", vi="công-ten-nơ 20 ft thường")),
        Box("40GP", "container", 2.0, 3.75, 26.73, Text(en="40 ft standard", vi="công-ten-nơ 40 ft thường")),
        Box("40HC", "container", 2.0, 3.94, 26.54, Text(en="40 ft high cube", vi="công-ten-nơ 40 ft cao")),
        Box("45HC", "container", 2.25, 4.82, 25.66, Text(en="45 ft high cube", vi="công-ten-nơ 45 ft cao")),
        Box("20RF", "reefer", 1.0, 3.08, 27.40, Text(en="20 ft reefer", vi="công-ten-nơ lạnh 20 ft")),
        Box("40RF", "reefer", 2.0, 4.80, 25.68, Text(en="40 ft reefer", vi="công-ten-nơ lạnh 40 ft")),
        Box(BULK, "bulk", 0.0, 0.0, float("inf"), Text(en="loose or general cargo", vi="hàng rời, hàng tổng hợp")),
    )
}
"""Usual boxes; masses of common steel boxes (freightutils.com/containers), which a box's own plate overrules. A 45 ft
box counts 2.25 TEU, as Eurostat counts it."""

SAME_AS: Final = {
    "20": "20GP",
    "20DC": "20GP",
    "40": "40GP",
    "40DC": "40GP",
    "40HQ": "40HC",
    "45": "45HC",
    "45HQ": "45HC",
}
"""Other ways to write a box."""


def find_box(name: str) -> Box | None:
    """Return the box that a word such as ``40hc`` means; None for none."""
    word = name.strip().upper().replace("'", "").replace(" ", "")
    return BOXES.get(SAME_AS.get(word, word))
