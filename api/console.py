"""What the command line prints: results on standard output, progress and errors on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from api.stop import STOP
from supplychain.text import Language, Text

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID


PLAIN_WIDTH: Final = 132
"""Columns of a table that goes to a file or another program."""


@dataclass(slots=True)
class Talk:
    """The conversation with one user: language, and whether the answer is read by a program.

    Parameters
    ----------
    language
        Language of all sentences.
    as_json
        True when standard output must hold one JSON document and nothing else.
    """

    language: Language
    as_json: bool = False
    _error_console: Console | None = field(default=None, repr=False)

    @property
    def errors(self) -> Console:
        """Console on standard error."""
        if self._error_console is None:
            from rich.console import Console  # noqa: PLC0415 - keeps `--help` quick

            self._error_console = Console(stderr=True, highlight=False, markup=False, emoji=False)
        return self._error_console

    def say(self, text: Text) -> None:
        """Print one sentence for a person; nothing when a program reads."""
        if not self.as_json:
            sys.stdout.write(text.of(self.language) + "\n")

    def answer(self, document: Mapping[str, Any]) -> None:
        """Print the JSON answer when a program reads; nothing for a person."""
        if self.as_json:
            escape = not (sys.stdout.encoding or "").lower().startswith("utf")
            sys.stdout.write(json.dumps(document, ensure_ascii=escape, indent=2, allow_nan=False) + "\n")

    def table(self, title: Text, columns: Sequence[Text], rows: Sequence[Sequence[str]]) -> None:
        """Print a table for a person, numbers (all columns but the first) to the right.

        Names of the user are printed as they are, also those that look like markup, such as ``[/]`` or ``:ship:``.
        """
        if self.as_json:
            return
        from rich.console import Console  # noqa: PLC0415 - keeps `--help` quick
        from rich.table import Table  # noqa: PLC0415

        table = Table(title=title.of(self.language), title_justify="left")
        for position, column in enumerate(columns):
            table.add_column(column.of(self.language), justify="right" if position else "left")
        for row in rows:
            table.add_row(*row)
        console = Console(highlight=False, markup=False, emoji=False)
        if not console.is_terminal:
            console.width = PLAIN_WIDTH
        console.print(table)

    @contextmanager
    def steps(self, total: int) -> Iterator[Steps]:
        """Show the progress of a job of ``total`` steps, as a bar on a terminal and as lines elsewhere."""
        if not self.errors.is_terminal:
            yield Steps(self, total)
            return
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

        with Progress(
            TextColumn("{task.completed}/{task.total}"),
            BarColumn(bar_width=24),
            TimeElapsedColumn(),
            TextColumn("{task.description}", markup=False),
            console=self.errors,
            transient=True,
        ) as progress:
            yield Steps(self, total, progress, progress.add_task("", total=total))


@dataclass(slots=True)
class Steps:
    """Progress of one job.

    Parameters
    ----------
    talk
        The conversation it is shown in.
    total
        Number of steps.
    """

    talk: Talk
    total: int
    _progress: Progress | None = None
    _task: TaskID | None = None
    _done: int = 0
    _started: float = field(default_factory=monotonic)

    def begin(self, text: Text) -> None:
        """Say which step begins now; the one before it is done."""
        STOP.check()
        sentence = text.of(self.talk.language)
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, completed=self._done, description=sentence)
        else:
            elapsed_s = monotonic() - self._started
            sys.stderr.write(f"[{self._done + 1}/{self.total}] {elapsed_s:5.1f} s  {sentence}\n")
            sys.stderr.flush()
        self._done += 1

    def detail(self, text: Text) -> None:
        """Show what happens inside the step, on a terminal only."""
        STOP.check()
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, description=text.of(self.talk.language))

    def warn(self, text: Text) -> None:
        """Tell what a reader of the answer must know, on standard error."""
        show_error(text.of(self.talk.language))

    def once(self, _name: str, make: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """Return what something gives: a command that is broken off begins anew."""
        return make()


def show_error(sentence: str) -> None:
    """Print one error on standard error."""
    sys.stderr.write(sentence + "\n")
