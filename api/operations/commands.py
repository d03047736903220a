"""What `hinterland backup` and `hinterland restore` do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from api.operations.backup import write_backup
from api.operations.restore import restore_backup
from supplychain.text import Text

if TYPE_CHECKING:
    from api.console import Talk
    from api.operations.manifest import Manifest

BACKED_UP: Final = Text(
    en="{file}: {rows} rows of {tables} tables, compared with the database and equal. It holds everything, also what "
    "is private and the digests of passwords: keep it as safe as the database.",
    vi="{file}: {rows} dòng của {tables} bảng, đã đối chiếu và khớp với cơ sở dữ liệu. Tệp chứa mọi dữ liệu, kể cả dữ "
    "liệu riêng và mã băm mật khẩu: hãy giữ cẩn thận như cơ sở dữ liệu.",
)
RESTORED: Final = Text(
    en="{database} holds the {rows} rows of the backup of {made_at}, compared and equal.",
    vi="{database} đã có {rows} dòng của bản sao lưu lúc {made_at}, đã đối chiếu và khớp.",
)


def run_backup(database: str, file: Path, talk: Talk) -> None:
    """Back a database up."""
    with talk.steps(1) as steps:
        steps.begin(Text(en=f"Backing up to {file}", vi=f"Sao lưu vào {file}"))
        manifest = write_backup(database, file, steps)
    talk.say(BACKED_UP.format(file=file, rows=manifest.rows, tables=len(manifest.tables)))
    talk.answer(_document(manifest))


def run_restore(file: Path, database: str, talk: Talk, *, replace: bool) -> None:
    """Make a database of a backup."""
    with talk.steps(1) as steps:
        steps.begin(Text(en=f"Restoring {file}", vi=f"Khôi phục {file}"))
        manifest = restore_backup(file, database, steps, replace=replace)
    talk.say(RESTORED.format(database=_shown(database), rows=manifest.rows, made_at=manifest.made_at))
    talk.answer(_document(manifest))


def _shown(database: str) -> str:
    from supplychain.database import database_url  # noqa: PLC0415 - only here

    url = database_url(database)
    return (url.database or "") if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)


def _document(manifest: Manifest) -> dict[str, object]:
    return {
        "made_at": manifest.made_at,
        "program": manifest.program,
        "revision": manifest.revision,
        "origin": manifest.origin,
        "rows": manifest.rows,
        "tables": {name: {"rows": one.rows, "sha256": one.sha256} for name, one in manifest.tables.items()},
    }
