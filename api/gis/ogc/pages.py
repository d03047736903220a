"""Pages for people: what programs get as JSON, in Vietnamese or English, without scripts."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import Any, Final

from fastapi import Response
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from api.gis.ogc.asked import Asked
from api.gis.ogc.formats import HTML
from api.gis.ogc.page_words import WORDS
from supplychain.text import Language

STYLE: Final = (
    ":root{color-scheme:light dark}"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:0 auto;padding:1rem}"
    "nav,.forms{font-size:.9rem}nav a,.forms a{margin-right:.8rem}h1{line-height:1.2;overflow-wrap:anywhere}"
    ".wide{overflow-x:auto}table{border-collapse:collapse;font-size:.9rem}"
    "th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #8886}"
    "th{white-space:nowrap}small{opacity:.75}code{overflow-wrap:anywhere}.id{font-family:ui-monospace,monospace}"
)
_HASH: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS: Final = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Vary": "Accept, Accept-Language",
}
"""Nothing is run or fetched; the one style stands in the page."""


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=PackageLoader("api.gis.ogc", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


def page_answer(asked: Asked, name: str, title: str, **told: Any) -> Response:  # noqa: ANN401 - values of the page
    """Return a page.

    Parameters
    ----------
    asked
        The request.
    name
        Name of its template, without ending.
    title
        What it is called.
    told
        What it shows.
    """
    other: Language = "en" if asked.language == "vi" else "vi"
    text = _template(f"{name}.html.j2").render(
        asked=asked,
        language=asked.language,
        other=other,
        style=STYLE,
        title=title,
        words={name: word.of(asked.language) for name, word in WORDS.items()},
        **told,
    )
    return Response(text, media_type=HTML.media_type, headers={**HEADERS, "Content-Language": asked.language})
