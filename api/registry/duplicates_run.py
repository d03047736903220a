"""What the commands on duplicates do: list the queue with reasons, store judgements, learn from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Engine

from api.readiness import opened
from api.registry.reading import viewer_named
from supplychain.errors import FindingsError, HinterlandError
from supplychain.linkage.duplicates import Candidate
from supplychain.linkage.judgements import NO_AUTHOR, JudgementError, accept, judge
from supplychain.linkage.queue import Queue, read_queue
from supplychain.linkage.recalibration import recalibrate
from supplychain.text import Language, Text

if TYPE_CHECKING:
    from api.console import Talk

SHOWN_REASONS: Final = 4
_LEAST_WEIGHT: Final = 0.05

TITLE: Final = Text(en="Organisations that may be one", vi="Các tổ chức có thể là một")
HEADINGS: Final = (
    Text(en="A", vi="A"),
    Text(en="B", vi="B"),
    Text(en="Probability", vi="Xác suất"),
    Text(en="Decision", vi="Đề nghị"),
    Text(en="Why", vi="Lý do"),
)
DECISIONS: Final = {
    "same": Text(en="sure", vi="chắc chắn"),
    "review": Text(en="to decide", vi="cần quyết định"),
}
COUNTS: Final = Text(
    en="{sure} pairs are sure, {review} wait for a person; {shown} are shown. {thinned} keys were shared by so many "
    "records that only neighbours were compared.",
    vi="{sure} cặp chắc chắn, {review} cặp chờ quyết định; in {shown} cặp. {thinned} khóa có quá nhiều hồ sơ nên chỉ "
    "so các hồ sơ cạnh nhau.",
)
HELD_BACK: Final = Text(
    en="Held back: {group} hang together, but {pairs} are two. Decide which tie is wrong.",
    vi="Chưa gộp: {group} liên kết với nhau, nhưng {pairs} là hai. Hãy quyết định liên kết nào sai.",
)
MERGED: Final = Text(en="Merged into {keep}: {drop} (change {number}).", vi="Đã gộp vào {keep}: {drop} (số {number}).")
NOT_MERGED: Final = Text(en="Not merged: {group}. {reason}", vi="Không gộp: {group}. {reason}")
JUDGED: Final = Text(en="Noted: {a} and {b} are {decision}.", vi="Đã ghi: {a} và {b}: {decision}.")
JUDGED_MERGED: Final = Text(
    en="Noted: {a} and {b} are one; {b} was merged into {a} (change {number}; hinterland registry split {number} parts "
    "them).",
    vi="Đã ghi: {a} và {b} là một; đã gộp {b} vào {a} (thay đổi số {number}; hinterland registry split {number} để "
    "tách).",
)
NO_CHOICE: Final = Text(
    en="'{choice}' is no choice: write column=id, such as tax_code=org_1.",
    vi="'{choice}' không hợp lệ: hãy ghi cột=mã, ví dụ tax_code=org_1.",
)
LEARNED: Final = Text(
    en="Learned from {count} judgements ({same} same, {different} different): log-odds times {slope:.3f} plus "
    "{shift:+.3f}; log loss {before:.3f} before, {after:.3f} after.",
    vi="Đã học từ {count} quyết định ({same} là một, {different} là hai): log-odds nhân {slope:.3f} cộng {shift:+.3f}; "
    "log loss trước {before:.3f}, sau {after:.3f}.",
)
PRECISION: Final = Text(
    en="Of {sure} judged pairs that the model is sure of, {hits} are the same: precision {low:.1%} to {high:.1%} "
    "(95 %).",
    vi="Trong {sure} cặp đã xét mà mô hình chắc chắn, {hits} cặp là một: độ chính xác {low:.1%} đến {high:.1%} (95 %).",
)
NO_PRECISION: Final = Text(
    en="No pair that the model is sure of was judged: its precision is not known from judgements.",
    vi="Chưa xét cặp nào mà mô hình chắc chắn: chưa biết độ chính xác từ các quyết định.",
)


@dataclass(frozen=True, slots=True)
class DuplicatesRequest:
    """What `hinterland registry duplicates` was asked."""

    database: str
    viewer: str
    synthetic: bool
    show: int
    author: str | None
    merge_sure: bool


@dataclass(frozen=True, slots=True)
class JudgeRequest:
    """What `hinterland registry judge` was told."""

    database: str
    a_id: str
    b_id: str
    decision: str
    author: str
    note: str
    choices: tuple[str, ...]


def run_duplicates(request: DuplicatesRequest, talk: Talk) -> None:
    """List the pairs that may be one, and merge the sure ones if asked to."""
    if request.merge_sure and not (request.author or "").strip():
        raise JudgementError(NO_AUTHOR)
    with opened(request.database) as engine:
        with engine.connect() as connection:
            viewer = viewer_named(connection, request.viewer)
            queue = read_queue(connection, viewer, synthetic=request.synthetic)
        merged = _merge_sure(engine, queue, request.author or "") if request.merge_sure else []
    _tell_queue(queue, request, talk)
    for text, _ in merged:
        talk.say(text)
    document = queue_document(queue, request.show, lambda text: text.of(talk.language))
    talk.answer({**document, "merges": [merge for _, merge in merged]})


Told = Callable[[Text], Any]
"""How a document holds a text: in one language, or in both."""


def queue_document(queue: Queue, show: int, told: Told) -> dict[str, Any]:
    """Return what is to be decided as a document, with the likeliest pairs."""
    sure = _count_sure(queue)
    return {
        "pairs": [pair_document(one, told) for one in queue.candidates[:show]],
        "sure": sure,
        "to_decide": len(queue.candidates) - sure,
        "held_back": [
            {"group": list(group), "different": [list(pair) for pair in pairs]}
            for group, pairs in queue.clusters.held_back
        ],
        "thinned_keys": queue.report.thinned,
    }


def _count_sure(queue: Queue) -> int:
    return sum(one.comparison.decision == "same" for one in queue.candidates)


def _tell_queue(queue: Queue, request: DuplicatesRequest, talk: Talk) -> None:
    language = talk.language
    rows = [_row(one, language) for one in queue.candidates[: request.show]]
    if rows:
        talk.table(TITLE, HEADINGS, rows)
    sure = _count_sure(queue)
    counts = {"sure": sure, "review": len(queue.candidates) - sure, "shown": len(rows)}
    talk.say(COUNTS.format(**counts, thinned=queue.report.thinned))
    for group, pairs in queue.clusters.held_back:
        told = "; ".join(" / ".join(pair) for pair in pairs)
        talk.say(HELD_BACK.format(group=", ".join(group), pairs=told))


def _row(candidate: Candidate, language: Language) -> tuple[str, ...]:
    comparison = candidate.comparison
    reasons = [one.reason.of(language) for one in comparison.features if abs(one.weight) >= _LEAST_WEIGHT]
    if comparison.caution:
        reasons.insert(0, comparison.caution.of(language))
    return (
        f"{candidate.a.party_id}\n{candidate.a.name}",
        f"{candidate.b.party_id}\n{candidate.b.name}",
        f"{comparison.probability:.0%}",
        DECISIONS[comparison.decision].of(language),
        "; ".join(reasons[:SHOWN_REASONS]),
    )


def pair_document(candidate: Candidate, told: Told) -> dict[str, Any]:
    """Return a pair as a document, with what speaks for and against."""
    comparison = candidate.comparison
    return {
        "a": candidate.a.party_id,
        "a_name": candidate.a.name,
        "b": candidate.b.party_id,
        "b_name": candidate.b.name,
        "probability": round(comparison.probability, 4),
        "decision": comparison.decision,
        "caution": told(comparison.caution) if comparison.caution else None,
        "base_log_odds": round(comparison.base, 4),
        "log_odds": round(comparison.log_odds, 4),
        "features": [
            {"name": one.name, "score": one.score, "weight": one.weight, "reason": told(one.reason)}
            for one in comparison.features
        ],
    }


def _merge_sure(engine: Engine, queue: Queue, author: str) -> list[tuple[Text, dict[str, Any]]]:
    """Merge the groups without a contradiction, and tell of each what was done or why not."""
    told = []
    for group in queue.clusters.one:
        keep = group[0]
        for other in group[1:]:
            try:
                judgement = accept(engine, keep, other, author, "hinterland registry duplicates --merge-sure")
            except (JudgementError, FindingsError) as error:
                reason = Text(en=error.sentence("en"), vi=error.sentence("vi"))
                told.append((NOT_MERGED.format(group=f"{keep}, {other}", reason=reason), _failed(keep, other, reason)))
                continue
            number = judgement.change_number
            text = MERGED.format(keep=keep, drop=other, number=number)
            told.append((text, {"keep": keep, "drop": other, "change": number, "reason": None}))
    return told


def _failed(keep: str, other: str, reason: Text) -> dict[str, Any]:
    return {"keep": keep, "drop": other, "change": None, "reason": reason.en}


def run_judge(request: JudgeRequest, talk: Talk) -> None:
    """Store a judgement, and tell it."""
    choices = _choices(request.choices)
    with opened(request.database) as engine:
        judgement = judge(
            engine,
            request.a_id,
            request.b_id,
            request.decision,
            request.author,
            request.note,
            choices=choices,
        )
    text = JUDGED if judgement.change_number is None else JUDGED_MERGED
    words = {"a": request.a_id, "b": request.b_id, "decision": judgement.decision, "number": judgement.change_number}
    talk.say(text.format(**words))
    talk.answer({**words, "author": judgement.author, "judged_at": judgement.judged_at})


def _choices(given: Sequence[str]) -> dict[str, str]:
    choices = {}
    for one in given:
        column, equals, record_id = one.partition("=")
        if not equals or not column or not record_id:
            raise HinterlandError(NO_CHOICE.format(choice=one))
        choices[column] = record_id
    return choices


def run_recalibrate(database: str, author: str, talk: Talk) -> None:
    """Learn from judgements, and tell what was learned and what is not known."""
    with opened(database) as engine:
        found = recalibrate(engine, author)
    calibration = found.calibration
    talk.say(
        LEARNED.format(
            count=calibration.judgements,
            same=found.same,
            different=found.different,
            slope=calibration.slope,
            shift=calibration.shift,
            before=found.loss_before,
            after=found.loss_after,
        )
    )
    if found.precision_low is None or found.precision_high is None:
        talk.say(NO_PRECISION)
    else:
        bounds = {"low": found.precision_low, "high": found.precision_high}
        talk.say(PRECISION.format(sure=found.sure, hits=found.sure_and_same, **bounds))
    talk.answer(
        {
            "judgements": calibration.judgements,
            "same": found.same,
            "different": found.different,
            "slope": calibration.slope,
            "shift": calibration.shift,
            "log_loss_before": found.loss_before,
            "log_loss_after": found.loss_after,
            "sure": found.sure,
            "sure_and_same": found.sure_and_same,
            "precision_95_low": found.precision_low,
            "precision_95_high": found.precision_high,
        }
    )
