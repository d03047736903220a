"""What the terminal tells of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from api.compare.words import rows_of
from api.documents.cells import amount_text
from optimizer.compare.comparable import period_words
from supplychain.text import Text

if TYPE_CHECKING:
    from api.console import Talk
    from optimizer.compare.comparison import Comparison

TITLE: Final = Text(en="Plans side by side ({period})", vi="So sánh các phương án ({period})")
QUANTITY: Final = Text(en="An optimum, not a forecast", vi="Phương án tối ưu, không phải dự báo")
CHANGE: Final = Text(en="Difference", vi="Chênh lệch")
CHANGE_OF: Final = Text(en="Difference of {name}", vi="Chênh lệch của {name}")
HEAD: Final = Text(en="{other} against {base}:", vi="{other} so với {base}:")
PERIODS: Final = {
    "working day": Text(en="a working day", vi="một ngày làm việc"),
    "day": Text(en="a day", vi="một ngày"),
}


def tell_comparison(found: Comparison, talk: Talk) -> None:
    """Tell the totals of all plans side by side, and what each differs in from the first."""
    language = talk.language
    names = [found.differences[0].base_name, *(one.other_name for one in found.differences)]
    changes = [CHANGE] if len(names) == 2 else [CHANGE_OF.format(name=name) for name in names[1:]]  # noqa: PLR2004
    rows = [
        (row.label.of(language), *(amount_text(one).of(language) for one in (*row.figures, *row.changes)))
        for row in rows_of(found)
    ]
    period = PERIODS.get(found.period, period_words(found.period))
    talk.table(TITLE.format(period=period), (QUANTITY, *names, *changes), rows)
    for one in found.differences:
        if len(found.differences) > 1:
            talk.say(HEAD.format(base=one.base_name, other=one.other_name))
        talk.say(one.explanation)
        for note in one.notes:
            talk.say(note)
