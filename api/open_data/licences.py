"""Licences under which data are open, by the names that sources state; no other counts as open."""

from __future__ import annotations

from typing import Final

_BY_NAME: Final = {
    "cc0": "http://creativecommons.org/publicdomain/zero/1.0/",
    "cc0 1.0": "http://creativecommons.org/publicdomain/zero/1.0/",
    "cc by 4.0": "http://creativecommons.org/licenses/by/4.0/",
    "cc by 3.0": "http://creativecommons.org/licenses/by/3.0/",
    "cc by 3.0 igo": "http://creativecommons.org/licenses/by/3.0/igo/",
    "cc by-sa 4.0": "http://creativecommons.org/licenses/by-sa/4.0/",
    "cc by-sa 3.0": "http://creativecommons.org/licenses/by-sa/3.0/",
    "odbl 1.0": "http://opendatacommons.org/licenses/odbl/1-0/",
    "odc-by 1.0": "http://opendatacommons.org/licenses/by/1-0/",
    "pddl 1.0": "http://opendatacommons.org/licenses/pddl/1-0/",
    "ogl v3": "http://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    "apache-2.0": "http://www.apache.org/licenses/LICENSE-2.0",
    "public domain": "http://creativecommons.org/publicdomain/mark/1.0/",
}
"""Addresses of open licences (opendefinition.org), by their names in small letters."""


def licence_address(name: str | None) -> str | None:
    """Return the address of an open licence by its name; None where there is none, or it is not known to be open."""
    return None if name is None else _BY_NAME.get(" ".join(name.casefold().split()))
