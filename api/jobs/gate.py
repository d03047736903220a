"""The way from the web process to the workers: the table of jobs, which every worker looks at ten times a second."""

from __future__ import annotations

from typing import Final


class TableGate:
    """Nothing needs to be sent: what stands in the table is seen by a worker within a tenth of a second.

    The web process therefore opens no second database and waits for nobody, and a job entered while all workers are
    away is run when one comes back.
    """

    def wake(self, job_id: str) -> None:
        """Leave a job that was entered to the workers."""

    def cancel(self, job_id: str) -> None:
        """Leave a job whose row asks for its end to the worker that runs it."""


TABLE_GATE: Final = TableGate()
"""The one there is."""
