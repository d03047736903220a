"""`hinterland stages`: who stands in each stage of a supply chain, who could enter, what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Final

import typer

from api.command_options import DatabaseOption, JsonOption, LanguageOption, database_url, talk_in
from api.registry.register import SyntheticOption, ViewerOption
from supplychain.errors import HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    from api.console import Talk
    from supplychain.chains.answer import Candidate, ChainAnswer, Present, StageAnswer

SHOWN: Final = 10

NO_DAY: Final = Text(
    en="{text} is no date; write it like 2026-11-23.", vi="{text} không phải là ngày; hãy ghi như 2026-11-23."
)
NO_STAGE: Final = Text(
    en="The chain {chain} has no stage {stage}. It has: {known}.",
    vi="Chuỗi {chain} không có công đoạn {stage}. Các công đoạn: {known}.",
)
NAMES: Final = Text(
    en="Chains that ship: {known}. `hinterland stages NAME` holds one against the registry.",
    vi="Các chuỗi có sẵn: {known}. `hinterland stages TÊN` đối chiếu chuỗi với sổ đăng ký.",
)
STAGE: Final = Text(en="Stage", vi="Công đoạn")
STATE: Final = Text(en="State", vi="Tình trạng")
THERE: Final = Text(en="Organisations there", vi="Số đơn vị")
NEAR: Final = Text(en="Could enter", vi="Có thể tham gia")
NEEDS: Final = Text(en="Needs", vi="Nhu cầu")
WHO: Final = Text(en="Facility", vi="Cơ sở")
OFFERS: Final = Text(en="Offers", vi="Chào hàng")
LACKS: Final = Text(en="Certificates not shown", vi="Chứng nhận chưa có trong sổ")
ESSENTIAL: Final = Text(en="Lacks, cannot enter without", vi="Thiếu, bắt buộc")
USUAL: Final = Text(en="Lacks, usually asked", vi="Thiếu, thường được yêu cầu")
PRESENT: Final = Text(en="Who is there", vi="Ai đang có")
CANDIDATES: Final = Text(en="Who could enter", vi="Ai có thể tham gia")
MORE: Final = Text(en="… and {count} more; --show {all} prints all.", vi="… và {count} nữa; --show {all} in tất cả.")
BY_INDUSTRY: Final = Text(en="(by its industry)", vi="(theo ngành)")
MADE_UP: Final = Text(
    en="Made-up records are left out; --synthetic takes them in.",
    vi="Đã bỏ dữ liệu giả lập; thêm --synthetic để gồm cả.",
)
WITH_MADE_UP: Final = Text(
    en="Made-up records are in this answer: nothing in it describes the real region.",
    vi="Kết quả có dữ liệu giả lập: không mô tả vùng thật.",
)


@dataclass(frozen=True, slots=True)
class ChainRequest:
    """Which chain is held against which registry, and what is shown.

    Parameters
    ----------
    name
        A shipped chain, or a YAML file.
    database, viewer
        The registry, and who looks at it.
    synthetic
        Whether made-up records count.
    on
        Day on which certificates must hold, as written; empty for today.
    stage
        The one stage to show whole; empty for all in short.
    show
        Most rows of a list.
    """

    name: str
    database: str
    viewer: str = "public"
    synthetic: bool = False
    on: str = ""
    stage: str = ""
    show: int = SHOWN


def chain(  # noqa: PLR0913 - Typer reads every option from an argument
    name: Annotated[
        str, typer.Argument(help="Tên chuỗi hoặc tệp YAML. · Name of a chain, or a YAML file.", metavar="CHAIN")
    ] = "",
    *,
    stage: Annotated[str, typer.Option(help="Chỉ một công đoạn, đầy đủ. · One stage, whole.", metavar="STAGE")] = "",
    on: Annotated[
        str, typer.Option(help="Ngày xét chứng nhận. · Day on which certificates must hold.", metavar="DATE")
    ] = "",
    show: Annotated[int, typer.Option(help="Số dòng tối đa. · Most rows of a list.", min=1, max=10_000)] = SHOWN,
    viewer: ViewerOption = "public",
    synthetic: SyntheticOption = False,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Chuỗi cung ứng theo công đoạn · A supply chain stage by stage: who is there, who could enter, what is missing."""
    request = ChainRequest(name, database_url(database), viewer, synthetic, on, stage, show)
    run_chain(request, talk_in(lang, as_json=as_json))


def run_chain(request: ChainRequest, talk: Talk) -> None:
    """Hold a chain against a registry and tell what is found.

    Raises
    ------
    HinterlandError
        If the chain, the day, the stage, the viewer or the database is none.
    """
    from supplychain.chains.document import chain_document  # noqa: PLC0415 - keeps `--help` quick
    from supplychain.chains.read import list_chains  # noqa: PLC0415

    if not request.name:
        talk.say(NAMES.format(known=", ".join(list_chains())))
        talk.answer({"chains": list(list_chains())})
        return
    answer = answer_request(request)
    document = {**chain_document(answer), "viewer": request.viewer, "synthetic": request.synthetic}
    if request.stage:
        document["stages"] = [one for one in document["stages"] if one["stage"] == request.stage]
    talk.answer(document)
    _tell(answer, request, talk)


def answer_request(request: ChainRequest) -> ChainAnswer:
    """Return what a registry says of a chain.

    Raises
    ------
    HinterlandError
        As ``run_chain``.
    """
    from api.registry.reading import open_registry, viewer_named  # noqa: PLC0415 - keeps `--help` quick
    from supplychain.chains.compute import answer_chain  # noqa: PLC0415
    from supplychain.chains.read import find_chain, read_chain  # noqa: PLC0415
    from supplychain.chains.standing import CHAIN_TABLES, build_ground  # noqa: PLC0415
    from supplychain.sourcing.read import Look, read_rows  # noqa: PLC0415

    found = read_chain(find_chain(request.name))
    known = [one.stage_id for one in found.stages]
    if request.stage and request.stage not in known:
        raise HinterlandError(NO_STAGE.format(chain=found.chain_id, stage=request.stage, known=", ".join(known)))
    day = _day(request.on)
    with open_registry(request.database) as connection:
        viewer = viewer_named(connection, request.viewer)
        rows = read_rows(connection, CHAIN_TABLES, Look(viewer, day, request.synthetic))
    return answer_chain(found, build_ground(rows), day)


def _day(text: str) -> date:
    if not text:
        return datetime.now(UTC).astimezone().date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise HinterlandError(NO_DAY.format(text=text)) from None


def _tell(answer: ChainAnswer, request: ChainRequest, talk: Talk) -> None:
    from supplychain.chains.sentences import STATES  # noqa: PLC0415 - keeps `--help` quick

    if request.stage:
        one = next(one for one in answer.stages if one.stage.stage_id == request.stage)
        _tell_stage(one, request, talk)
    else:
        headings = (STAGE, STATE, THERE, NEAR, NEEDS)
        rows = [
            (
                f"{one.stage.name.of(talk.language)} [{one.stage.stage_id}]",
                STATES[one.state].of(talk.language),
                str(len(one.organisations)),
                str(len(one.candidates)),
                str(len(one.needs)),
            )
            for one in answer.stages
        ]
        talk.table(answer.chain.name, headings, rows)
        for one in answer.stages:
            talk.say(
                Text(en=f"{one.stage.name.en} [{one.stage.stage_id}]", vi=f"{one.stage.name.vi} [{one.stage.stage_id}]")
            )
            _tell_reasons(one, talk)
    for note in answer.notes:
        talk.say(note)
    talk.say(WITH_MADE_UP if request.synthetic else MADE_UP)
    if answer.chain.remark is not None:
        talk.say(answer.chain.remark)


def _tell_reasons(one: StageAnswer, talk: Talk) -> None:
    for reason in one.reasons:
        talk.say(Text(en=f"  - {reason.en}", vi=f"  - {reason.vi}"))


def _tell_stage(one: StageAnswer, request: ChainRequest, talk: Talk) -> None:
    talk.say(Text(en=f"{one.stage.name.en}: {one.stage.makes.en}", vi=f"{one.stage.name.vi}: {one.stage.makes.vi}"))
    _tell_reasons(one, talk)
    if one.present:
        rows = [_present_row(present, talk) for present in one.present[: request.show]]
        talk.table(PRESENT, (WHO, OFFERS, LACKS), rows)
        _tell_more(len(one.present), request.show, talk)
    if one.candidates:
        rows = [_candidate_row(candidate) for candidate in one.candidates[: request.show]]
        talk.table(CANDIDATES, (WHO, ESSENTIAL, USUAL), rows)
        _tell_more(len(one.candidates), request.show, talk)
        for why in dict.fromkeys(why for candidate in one.candidates for why in candidate.why):
            talk.say(Text(en=f"  - {why.en}", vi=f"  - {why.vi}"))


def _tell_more(count: int, shown: int, talk: Talk) -> None:
    if count > shown:
        talk.say(MORE.format(count=count - shown, all=count))


def _present_row(one: Present, talk: Talk) -> tuple[str, str, str]:
    offers = ", ".join(offer.offer_id for offer in one.offers) or BY_INDUSTRY.of(talk.language)
    return _who(one), offers, ", ".join(standing.asked.scheme for standing in one.certificates if standing.fault)


def _candidate_row(one: Candidate) -> tuple[str, str, str]:
    return _who(one), ", ".join(one.lacking(essential=True)), ", ".join(one.lacking(essential=False))


def _who(one: Present | Candidate) -> str:
    return f"{one.party.organisation_name} [{one.party.facility_id}]"
