"""Names and kinds of files as others give them: cleaned, so that none can lead anywhere or pretend to be another."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Final

LONGEST_BYTES: Final = 200
NAMELESS: Final = "file"
OPAQUE: Final = "application/octet-stream"

_SEPARATORS: Final = re.compile(r"[/\\]")
_FORBIDDEN: Final = re.compile(r'[<>:"|?*%]')
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}", re.ASCII)
_LONGEST_SUFFIX_BYTES: Final = 20


def clean_name(given: str) -> str:
    """Return a file name that is a name and nothing else: no folder, no sign that steers a screen or a system.

    Only what stands after the last separator is taken. Control and format characters (those that turn the direction
    of writing among them) and signs that systems forbid become ``_``; dots and spaces at the ends go.
    """
    last = _SEPARATORS.split(unicodedata.normalize("NFC", given))[-1]
    shown = "".join("_" if unicodedata.category(sign)[0] == "C" else sign for sign in last)
    name = _FORBIDDEN.sub("_", " ".join(shown.split())).strip(". ")
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    return _shortened(name) or NAMELESS


def _shortened(name: str) -> str:
    """Return the name cut to what every file system takes; its ending stays."""
    if len(name.encode()) <= LONGEST_BYTES:
        return name
    suffix = PurePosixPath(name).suffix
    if len(suffix.encode()) > _LONGEST_SUFFIX_BYTES:
        suffix = ""
    room = LONGEST_BYTES - len(suffix.encode())
    stem = name.removesuffix(suffix).encode()[:room].decode(errors="ignore")
    return (stem.rstrip(". ") + suffix).strip(". ")


def clean_media_type(given: str) -> str:
    """Return a media type without its parameters; what is none becomes ``application/octet-stream``."""
    bare = given.partition(";")[0].strip().lower()
    return bare if _MEDIA_TYPE.fullmatch(bare) else OPAQUE
