"""Fields of requests and answers: each with its meaning in both languages and an example, which OpenAPI shows."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Model(BaseModel):
    """Root of every request and answer: nothing unknown is taken in silence, nothing is changed in place."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, str_max_length=100_000)


def told(en: str, vi: str, example: object, **more: Any) -> Any:  # noqa: ANN401 - as pydantic's Field
    """Return a field with its meaning and an example; without ``default`` it is required.

    Parameters
    ----------
    en, vi
        What it is, with its unit.
    example
        A value as it may stand there.
    more
        As of ``pydantic.Field``: ``default``, ``ge``, ``le``, ``max_length``, ``pattern`` …
    """
    return Field(description=f"{vi} · {en}", examples=[example], **more)
