"""Logs: one JSON object a line, each request with its id, its caller and how long it took.

What a request asked for stands nowhere in them: addresses are kept without their question, bodies and keys never.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, Final, TextIO

LOG: Final = logging.getLogger("hinterland.service")
OTHERS: Final = ("uvicorn.error", "uvicorn.access")

_FIELDS: Final = (
    "request_id",
    "method",
    "path",
    "route",
    "status",
    "duration_ms",
    "account_id",
    "address",
    "process_id",
)


class JsonLines(logging.Formatter):
    """Writes each record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="microseconds")
        line: dict[str, Any] = {"at": at, "level": record.levelname.lower(), "event": record.getMessage()}
        line |= {name: getattr(record, name) for name in _FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["fault"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def start_logs(*, requests: bool, stream: TextIO | None = None) -> None:
    """Let the service write its log to a stream, standard error by default.

    Parameters
    ----------
    requests
        Whether every request is logged; else only faults and warnings.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    LOG.handlers = [handler]
    LOG.propagate = False
    LOG.setLevel(logging.INFO if requests else logging.WARNING)
    for name in OTHERS:
        other = logging.getLogger(name)
        other.handlers = [handler]
        other.propagate = False
        other.setLevel(logging.ERROR)
