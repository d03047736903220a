"""What people decide about pairs: stored with author and time, taken back by a later judgement, kept through merges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from sqlalchemy import Connection, Engine, insert, select

from supplychain.database import clear_errors, for_writing
from supplychain.errors import HinterlandError
from supplychain.linkage.clusters import Pair, pair_of
from supplychain.linkage.comparing import compare
from supplychain.linkage.parties import read_party
from supplychain.models.linkage import JUDGEMENTS
from supplychain.registry.merging import MergeWanted, merge_within
from supplychain.registry.redirects import redirects
from supplychain.registry.values import Change
from supplychain.registry.writing import now, take_turn
from supplychain.text import Text

Judged = Literal["same", "different", "undecided"]

TABLE: Final = "organisations"

UNKNOWN_DECISION: Final = Text(
    en="'{decision}' is no judgement: write same, different, or undecided to take one back.",
    vi="'{decision}' không hợp lệ: hãy ghi same (là một), different (là hai) hoặc undecided (rút lại).",
)
NO_AUTHOR: Final = Text(
    en="A judgement needs the name of who gives it: --author NAME.", vi="Cần tên người quyết định: --author TÊN."
)
NOT_THERE: Final = Text(
    en="There is no organisation {record_id}. Look it up with `hinterland search`.",
    vi="Không có tổ chức {record_id}. Hãy tra bằng `hinterland search`.",
)
ONE_ALREADY: Final = Text(
    en="{a} and {b} are one record. To part them, take the merge back with `hinterland registry split`.",
    vi="{a} và {b} đã là một hồ sơ. Muốn tách, hãy hoàn tác việc gộp bằng `hinterland registry split`.",
)
CHAIN: Final = Text(
    en="{a} and {b} cannot become one: {c} and {d} were judged different, and one of them has been merged into each. "
    "Take that judgement back first: hinterland registry judge {c} {d} undecided.",
    vi="Không thể gộp {a} với {b}: {c} và {d} đã được xác định là khác nhau và đã gộp vào hai hồ sơ này. Hãy rút lại "
    "quyết định đó trước: hinterland registry judge {c} {d} undecided.",
)


class JudgementError(HinterlandError):
    """A judgement that cannot be taken."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What somebody said of a pair.

    Parameters
    ----------
    a_id, b_id
        The records, by the ids they had.
    decision
        ``same``, ``different``, or ``undecided``: an earlier judgement is taken back.
    author, note, judged_at
        Who, why, and when (ISO 8601, UTC).
    log_odds
        What the model said before the judgement, without what judgements had taught; None if it was not asked, or
        if nobody but the model judged (:func:`accept`): recalibration learns from the others only.
    change_number
        Change in which the two were merged, if they were.
    """

    a_id: str
    b_id: str
    decision: str
    author: str
    note: str
    judged_at: str
    log_odds: float | None
    change_number: int | None


def judge(
    engine: Engine,
    a_id: str,
    b_id: str,
    decision: str,
    author: str,
    note: str = "",
    *,
    choices: Mapping[str, str] | None = None,
) -> Judgement:
    """Store what a person decides about two organisations; judged the same, they are merged into the first.

    Parameters
    ----------
    engine
        Database.
    a_id, b_id
        The organisations; ids merged away stand for the record they lead to.
    decision
        ``same``, ``different`` (never asked again), or ``undecided`` (a judgement is taken back, and asked again).
    author, note
        Who says so, and why.
    choices
        By column, the record whose identifier is right where two differ.

    Raises
    ------
    JudgementError
        If a record is not there, the two are one already, or a pair judged different would become one.
    FindingsError
        If identifiers differ and nobody chose.
    """
    with clear_errors(engine), for_writing(engine).begin() as connection:
        take_turn(connection)
        return judge_within(connection, (a_id, b_id), decision, author, note, choices=choices)


def judge_within(
    connection: Connection,
    pair: Pair,
    decision: str,
    author: str,
    note: str = "",
    *,
    choices: Mapping[str, str] | None = None,
) -> Judgement:
    """Store a judgement inside the caller's transaction, which has the turn; all else as of ``judge``."""
    if decision not in get_args(Judged):
        raise JudgementError(UNKNOWN_DECISION.format(decision=decision))
    if not author.strip():
        raise JudgementError(NO_AUTHOR)
    log_odds = _check(connection, *pair, decision)
    change = _merge(connection, pair, author, note, choices) if decision == "same" else None
    number = change.number if change else None
    return _store(connection, Judgement(*pair_of(*pair), decision, author, note, now(), log_odds, number))


def accept(engine: Engine, a_id: str, b_id: str, author: str, note: str) -> Judgement:
    """Merge two organisations into the first on the model's word alone, and store that nobody looked.

    Parameters are those of :func:`judge`, and so is what is refused. The model must not learn from its own word, so
    what it said is not stored with it.
    """
    if not author.strip():
        raise JudgementError(NO_AUTHOR)
    with clear_errors(engine), for_writing(engine).begin() as connection:
        take_turn(connection)
        _check(connection, a_id, b_id, "same")
        change = _merge(connection, (a_id, b_id), author, note, None)
        judgement = Judgement(*pair_of(a_id, b_id), "same", author, note, now(), None, change.number)
        return _store(connection, judgement)


def _store(connection: Connection, judgement: Judgement) -> Judgement:
    """Store a judgement and return it."""
    row = {name: getattr(judgement, name) for name in Judgement.__slots__}
    connection.execute(insert(JUDGEMENTS).values(row))
    return judgement


def _check(connection: Connection, a_id: str, b_id: str, decision: str) -> float | None:
    """Return what the model says of a pair, after refusing what cannot be judged."""
    into = redirects(connection, TABLE, (a_id, b_id))
    first, second = into.get(a_id, a_id), into.get(b_id, b_id)
    if first == second:
        if decision == "undecided" and a_id != b_id:
            return None
        raise JudgementError(ONE_ALREADY.format(a=a_id, b=b_id))
    parties = []
    for record_id in (first, second):
        party = read_party(connection, record_id)
        if party is None:
            raise JudgementError(NOT_THERE.format(record_id=record_id))
        parties.append(party)
    if decision == "same":
        _refuse_chain(connection, a_id, b_id, pair_of(first, second))
    return compare(*parties).log_odds


def _refuse_chain(connection: Connection, a_id: str, b_id: str, pair: Pair) -> None:
    """Refuse to join two records into which others were merged that were judged different."""
    for judgement, resolved in _resolved(connection, latest(read_judgements(connection)).values()):
        if (
            judgement.decision == "different"
            and resolved == pair
            and pair_of(a_id, b_id)
            != (
                judgement.a_id,
                judgement.b_id,
            )
        ):
            raise JudgementError(CHAIN.format(a=a_id, b=b_id, c=judgement.a_id, d=judgement.b_id))


def _merge(connection: Connection, pair: Pair, author: str, note: str, choices: Mapping[str, str] | None) -> Change:
    """Merge the second record of a pair into the first."""
    into = redirects(connection, TABLE, pair)
    keep, drop = (into.get(one, one) for one in pair)
    return merge_within(connection, MergeWanted(TABLE, keep, (drop,), choices or {}), author=author, note=note)


def read_judgements(connection: Connection) -> list[Judgement]:
    """Return all judgements in the order they were given."""
    columns = [JUDGEMENTS.c[name] for name in Judgement.__slots__]
    return [Judgement(*row) for row in connection.execute(select(*columns).order_by(JUDGEMENTS.c.fid))]


def latest(judgements: Iterable[Judgement]) -> dict[Pair, Judgement]:
    """Return the last judgement of each pair, by the ids it was given for; pairs taken back are left out."""
    found = {pair_of(one.a_id, one.b_id): one for one in judgements}
    return {pair: one for pair, one in found.items() if one.decision != "undecided"}


def judged_different(connection: Connection) -> frozenset[Pair]:
    """Return the pairs of records of today that are judged different, ids merged away followed to where they lead."""
    judgements = latest(read_judgements(connection)).values()
    return frozenset(pair for one, pair in _resolved(connection, judgements) if one.decision == "different")


def _resolved(connection: Connection, judgements: Iterable[Judgement]) -> list[tuple[Judgement, Pair]]:
    """Return judgements with the pair of records of today they speak of."""
    listed = list(judgements)
    into = redirects(connection, TABLE, {one_id for one in listed for one_id in (one.a_id, one.b_id)})
    return [(one, pair_of(into.get(one.a_id, one.a_id), into.get(one.b_id, one.b_id))) for one in listed]
