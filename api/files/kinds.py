"""Kinds of jobs on files: dry runs, imports, exports."""

from __future__ import annotations

from typing import Final

from api.jobs.kinds import JobKind
from supplychain.text import Text

FILE_KINDS: Final = (
    JobKind(
        "import_check",
        Text(en="Try an import out", vi="Chạy thử lần nhập"),
        "imports:run",
        "api.files.import_job:run_check",
        priority=4,
    ),
    JobKind(
        "import",
        Text(en="Import of a file", vi="Nhập tệp"),
        "imports:run",
        "api.files.import_job:run_import",
        priority=4,
        retries=20,
    ),
    JobKind(
        "export",
        Text(en="Export of the registry", vi="Xuất sổ đăng ký"),
        "exports:run",
        "api.files.export_job:run_export",
    ),
)
"""An import goes on where it stood, so it is tried again more often than others."""
