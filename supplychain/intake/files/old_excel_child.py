"""Reads one old Excel file in a process of its own, because a broken file can end the process that reads it.

It is run as a script and imports nothing of the program. Called with a path, it writes one JSON line with the sheets;
called with a path and a sheet's name, one JSON line for each row. A date is ``{"date": ISO}``. It ends with status
``DAMAGED`` or ``ENCRYPTED`` and a line on the standard error where the file cannot be read.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import Any, Final

import python_calamine as calamine

DAMAGED: Final = 3
ENCRYPTED: Final = 4
MOST_MEMORY: Final = 2 << 30
MOST_CPU_S: Final = 120


def limit() -> None:
    """Bound the memory and the time of this process, where the system can."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not on every system

    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def plain(value: Any) -> Any:  # noqa: ANN401 - as calamine gives it
    """Return a cell as JSON can hold it."""
    if isinstance(value, dt.datetime | dt.date):
        return {"date": value.isoformat()}
    return value if isinstance(value, str | float | int) else str(value)


def main(path: str, sheet: str | None) -> int:
    """Write the sheets of a file, or the rows of one."""
    write = sys.stdout.write
    try:
        workbook = calamine.CalamineWorkbook.from_path(path)
        if sheet is None:
            sheets = [
                [one.name, one.visible != calamine.SheetVisibleEnum.Visible]
                for one in workbook.sheets_metadata
                if one.typ == calamine.SheetTypeEnum.WorkSheet
            ]
            write(json.dumps(sheets) + "\n")
            return 0
        for row in workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False):
            write(json.dumps([plain(value) for value in row]) + "\n")
    except calamine.PasswordError:
        return ENCRYPTED
    except (calamine.CalamineError, OSError, ValueError, MemoryError) as error:
        sys.stderr.write(" ".join(str(error).split())[:200])
        return DAMAGED
    return 0


if __name__ == "__main__":
    limit()
    sys.exit(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None))  # noqa: PLR2004 - script, path, sheet
