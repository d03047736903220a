"""A plan that the independent check refuses is never told, written or recorded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from supplychain.errors import HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    from optimizer.check import Violation

CHECK_FAILED: Final = Text(
    en="The independent check refused the plan of {name}: {violations}. Please report this with your data.",
    vi="Kiểm tra độc lập bác bỏ phương án {name}: {violations}. Xin báo lỗi kèm dữ liệu.",
)
MOST_TOLD: Final = 3


class CheckFailedError(HinterlandError):
    """The independent check found a fault in a plan: it must not be used."""


def refuse_violations(name: str, violations: Sequence[Violation]) -> None:
    """Refuse a plan in which the check found anything.

    Raises
    ------
    CheckFailedError
        If there is a violation.
    """
    if violations:
        texts = [violation.text for violation in violations[:MOST_TOLD]]
        raise CheckFailedError(
            Text(
                en=CHECK_FAILED.en.format(name=name, violations="; ".join(text.en.rstrip(".") for text in texts)),
                vi=CHECK_FAILED.vi.format(name=name, violations="; ".join(text.vi.rstrip(".") for text in texts)),
            )
        )
