"""A job of the service as the listener of a question, and what of its answer is kept with the job."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from supplychain.errors import FindingsError, HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    from api.jobs.kinds import JobContext

MEDIA_TYPES: Final = {
    ".gpkg": "application/geopackage+sqlite3",
    ".geojson": "application/geo+json",
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".yaml": "application/yaml",
    ".zip": "application/zip",
}
"""Kinds of contents, by the ending of a file's name."""

MOST_ROWS: Final = 5_000
"""Rows of each table that the result of a job holds; files hold all."""

WRITING: Final = Text(en="Writing the answer", vi="Ghi kết quả")


class JobListener:
    """Tells a job how far its question is, and keeps what a reader of the answer must know.

    Parameters
    ----------
    context
        The job.
    steps
        Steps that the question tells; the writing of the answer is one more.
    """

    def __init__(self, context: JobContext, steps: int) -> None:
        self._context = context
        self._steps = steps + 1
        self._begun = 0
        self.warnings: list[Text] = []

    @property
    def _share(self) -> float:
        return max(self._begun - 1, 0) / max(self._steps, self._begun)

    def begin(self, text: Text) -> None:
        """Tell that a step begins."""
        self._begun += 1
        self._context.tell(text, self._share)

    def detail(self, text: Text) -> None:
        """Tell what happens within the step."""
        self._context.tell(text, self._share)

    def warn(self, text: Text) -> None:
        """Keep what a reader of the answer must know."""
        self.warnings.append(text)

    def once(self, name: str, make: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """Return what a step of the job gives: it is done once, however often the job begins again."""
        return self._context.step(name, make)


@contextmanager
def job_folder(context: JobContext) -> Iterator[Path]:
    """Give a folder for files of a job, whose path no refusal tells: what people sent is told by its name alone."""
    with context.folder() as folder:
        try:
            yield folder
        except FindingsError as error:
            findings = [
                replace(one, file=one.file.replace(f"{folder}/", ""), text=_bare(one.text, folder))
                for one in error.findings
            ]
            raise FindingsError(_bare(error.text, folder), findings) from error
        except HinterlandError as error:
            if str(folder) not in error.text.en:
                raise
            raise HinterlandError(_bare(error.text, folder)) from error


def _bare(text: Text, folder: Path) -> Text:
    below = [str(path) for path in sorted(folder.iterdir(), reverse=True) if path.is_dir()]
    told = {"en": text.en, "vi": text.vi}
    for path in (*below, str(folder)):
        told = {language: said.replace(f"{path}/", "").replace(path, "") for language, said in told.items()}
    return Text(en=told["en"], vi=told["vi"])


def told_texts(texts: list[Text] | tuple[Text, ...]) -> list[dict[str, str]]:
    """Return sentences in both languages, as JSON."""
    return [{"vi": text.vi, "en": text.en} for text in texts]


def cut_document(document: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, int]]:
    """Return a document whose tables have no more rows than a job's result may, and how many each lacks."""
    kept, left_out = {}, {}
    for name, value in document.items():
        kept[name] = value
        if isinstance(value, list) and len(value) > MOST_ROWS:
            kept[name] = value[:MOST_ROWS]
            left_out[name] = len(value) - MOST_ROWS
    return kept, left_out


def keep_path(context: JobContext, path: Path) -> dict[str, str]:
    """Keep a file with the job and return where."""
    media_type = MEDIA_TYPES.get(path.suffix.lower(), "application/octet-stream")
    return {"name": path.name, "file_id": context.keep_file(path, media_type), "media_type": media_type}
