"""Sentences that were written for the command line, as the service says them: with fields in place of options."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

from supplychain.text import Text

_SAME: Final = (
    "alternatives area arrive bounds buffer-m code commodity confirm-mapping count crs date day-first decimal "
    "delimiter demand depart dry-run encoding from-facilities from-gateways lead-days least-fit legs licence link "
    "mode name near near-m network objective offer onto plots prove publisher quantity reach-m reason share "
    "sheet source source-id source-kind spacing-m synthetic table terminal to tonnes unit unserved visibility within"
)
FIELDS: Final = MappingProxyType(
    {
        **{option: option.replace("-", "_") for option in _SAME.split()},
        "class": "freight_class",
        "map": "mapping",
        "no-merge": "merge_chains: false",
        "report": "files.reports",
        "layers": "files.layers",
    }
)
"""Field of a request by the option of a command that means the same."""

_OPTION: Final = re.compile(r"(?<![\w-])--([a-z]+(?:-[a-z]+)*)(?![\w-])")


def with_fields(text: Text) -> Text:
    """Return a sentence that names fields of a request instead of options of a command; others stay as they are."""

    def named(found: re.Match[str]) -> str:
        return FIELDS.get(found[1], found[0])

    return Text(en=_OPTION.sub(named, text.en), vi=_OPTION.sub(named, text.vi))
