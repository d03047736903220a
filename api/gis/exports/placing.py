"""Where the files of an export stand while they are written, and how they come to be what was asked for."""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.gis.exports.forms import ZIP, Form
from supplychain.errors import HinterlandError
from supplychain.text import Text

LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)
"""Time of every file in an archive: the same export gives the same bytes."""
COMPRESSION: Final = 4
PIECE_BYTES: Final = 1 << 20

NEEDS_ZIP: Final = Text(
    en="{form} holds one layer a file, so {count} layers come as an archive: name a file that ends in .zip, "
    "not {file}.",
    vi="{form} chỉ chứa một lớp mỗi tệp nên {count} lớp sẽ thành tệp nén: hãy đặt tên tệp có đuôi .zip "
    "thay cho {file}.",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the files of one export are written.

    Parameters
    ----------
    folder
        Folder for all of them, which is gone afterwards.
    out
        File that was asked for.
    form
        Its format.
    layers
        How many layers it holds.
    """

    folder: Path
    out: Path
    form: Form
    layers: int

    def __post_init__(self) -> None:
        if self.layers > 1 and not self.is_packed and (not self.form.holds_many or self.form.name in {"shp", "tab"}):
            words = {"form": self.form.title, "count": self.layers, "file": self.out.name}
            raise HinterlandError(NEEDS_ZIP.format(**words))

    @property
    def is_packed(self) -> bool:
        """Whether it becomes an archive."""
        suffix = self.out.suffix.lower()
        return suffix == ".zip" or (self.form.has_parts and suffix != self.form.suffix)

    @property
    def is_shared(self) -> bool:
        """Whether one file holds all layers."""
        return self.form.holds_many and self.form.name not in {"shp", "tab"}

    def data(self, layer: str) -> Path:
        """Return the file that a layer is written to."""
        stem = self.out.name.split(".")[0] if self.is_packed else self.out.stem
        if self.is_packed and not self.is_shared:
            stem = layer
        return self.folder / f"{stem}{self.form.suffix}"

    @property
    def media_type(self) -> str:
        """Media type of what comes of it."""
        return ZIP if self.is_packed else self.form.media_type

    def settle(self) -> tuple[Path, ...]:
        """Put what was written where it was asked for, and return the other files that came to stand beside it."""
        if self.is_packed:
            archive = self.folder / ".packed"
            _pack(self.folder, archive)
            archive.replace(self.out)
            return ()
        beside = []
        for path in sorted(self.folder.iterdir()):
            target = self.out.parent / path.name
            if path.suffix == self.form.suffix:
                target = self.out
            else:
                beside.append(target)
            if target.is_dir():
                shutil.rmtree(target)
            path.replace(target)
        return tuple(beside)


def file_layer(name: str) -> str:
    """Return what a layer is called in files: programs take a dot for something else."""
    return name.replace(".", "_").replace("-", "_")


def _pack(folder: Path, archive: Path) -> None:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION) as packed:
        for path in sorted(folder.rglob("*")):
            if path == archive or path.is_dir():
                continue
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            with path.open("rb") as file, packed.open(entry, "w", force_zip64=True) as held:
                while piece := file.read(PIECE_BYTES):
                    held.write(piece)
