"""Settings of one installation: the only place that reads the environment, and only when asked."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from supplychain.errors import HinterlandError
from supplychain.text import LANGUAGES, Language, Text

DATABASE_VARIABLE: Final = "HINTERLAND_DATABASE_URL"
LANGUAGE_VARIABLE: Final = "HINTERLAND_LANGUAGE"
CACHE_VARIABLE: Final = "HINTERLAND_CACHE"
DEFAULT_DATABASE: Final = "hinterland.gpkg"


@dataclass(frozen=True, slots=True)
class Settings:
    """What differs between installations.

    Parameters
    ----------
    database_url
        File name of the embedded GeoPackage database, or a ``postgresql+psycopg://`` URL.
    language
        Language of messages when none is asked for.
    cache
        Folder that keeps stored networks for quick reading; None for one beside the database.
    """

    database_url: str = DEFAULT_DATABASE
    language: Language = "vi"
    cache: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Return the settings of ``HINTERLAND_DATABASE_URL``, ``HINTERLAND_LANGUAGE`` and ``HINTERLAND_CACHE``.

        Parameters
        ----------
        environment
            Variables to read; those of the process by default.

        Raises
        ------
        HinterlandError
            When the language is not one we speak.
        """
        variables = os.environ if environment is None else environment
        chosen = variables.get(LANGUAGE_VARIABLE) or "vi"
        for language in LANGUAGES:
            if chosen == language:
                database = variables.get(DATABASE_VARIABLE) or DEFAULT_DATABASE
                return cls(database, language, variables.get(CACHE_VARIABLE) or None)
        raise HinterlandError(
            Text(
                en="{variable} must be vi or en, got {chosen}.", vi="{variable} phải là vi hoặc en, nhận được {chosen}."
            ).format(variable=LANGUAGE_VARIABLE, chosen=chosen)
        )


def user_cache_folder(environment: Mapping[str, str] | None = None) -> Path:
    """Return where this system keeps what a user's programs can make again.

    Parameters
    ----------
    environment
        Variables to read; those of the process by default.
    """
    variables = os.environ if environment is None else environment
    if sys.platform == "win32":
        return Path(variables.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "hinterland" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "hinterland"
    return Path(variables.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hinterland"
