"""Reading chains: the shipped ones by name, any other from a YAML file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Final, NoReturn

from supplychain.chains.chain import Asked, Chain, Near, Sign, Skill, Stage
from supplychain.chains.fields import CHECKS, Fields
from supplychain.errors import FindingsError
from supplychain.pack.files import read_text, read_yaml
from supplychain.text import Text, fold
from supplychain.vocabulary import OFFER_KINDS

SHIPPED: Final = Path(__file__).parent
SUFFIXES: Final = (".yaml", ".yml")
VERSION: Final = 1
LARGEST_BYTES: Final = 1_000_000

_KEYS: Final = ("version", "chain_id", "name", "remark", "sources", "stages")
_STAGE: Final = ("stage_id", "name", "makes", "signs", "industries", "near", "certificates", "inputs", "skills")
_SIGN: Final = ("kinds", *CHECKS, "words", "without")
_FIRMS: Final = ("goods", "service")

SUMMARY: Final = Text(
    en="The chain file {file} cannot be used ({count} findings); docs/registry/chains.md tells how one is written.",
    vi="Không dùng được tệp chuỗi {file} ({count} lỗi); cách viết có trong docs/registry/chains.md.",
)
NO_CHAIN: Final = Text(
    en="There is no chain {name}. There are: {known}. A chain of your own is named by its .yaml file.",
    vi="Không có chuỗi {name}. Hiện có: {known}. Chuỗi của riêng bạn được chỉ bằng tệp .yaml.",
)
WRONG_VERSION: Final = Text(
    en="The version must be {known}, got {value}.", vi="version phải là {known}, nhận được {value}."
)
TOO_LARGE: Final = Text(
    en="The file has more than {limit} bytes; that is no chain.", vi="Tệp lớn hơn {limit} byte, không phải tệp chuỗi."
)
NO_SIGN: Final = Text(
    en="A sign needs a code (hs, vsic_2018, vsic_2025, isic) or words.",
    vi="Mỗi dấu hiệu cần một mã (hs, vsic_2018, vsic_2025, isic) hoặc words.",
)
NO_INDUSTRY: Final = Text(
    en="Here only codes of industries may stand: vsic_2018, vsic_2025 or isic.",
    vi="Ở đây chỉ ghi mã ngành: vsic_2018, vsic_2025 hoặc isic.",
)
TWICE: Final = Text(en="The stage '{stage}' is there twice.", vi="Công đoạn '{stage}' bị ghi hai lần.")
NO_STAGE: Final = Text(
    en="There is no stage '{stage}' to draw on. There are: {known}.",
    vi="Không có công đoạn '{stage}' để lấy đầu vào. Hiện có: {known}.",
)
ITSELF: Final = Text(en="A stage does not draw on itself.", vi="Công đoạn không lấy đầu vào từ chính nó.")


def list_chains() -> tuple[str, ...]:
    """Return the names of the shipped chains."""
    return tuple(sorted(file.stem for file in SHIPPED.glob("*.yaml")))


def find_chain(name: str) -> Path:
    """Return the file of a chain, by name of a shipped one or by path.

    Raises
    ------
    FindingsError
        If no chain has that name.
    """
    if name in list_chains():
        return SHIPPED / f"{name}.yaml"
    path = Path(name)
    if path.suffix.lower() in SUFFIXES:
        return path
    raise FindingsError(NO_CHAIN.format(name=name, known=", ".join(list_chains())), ())


def read_chain(path: Path) -> Chain:
    """Return the chain that a YAML file holds.

    Raises
    ------
    FindingsError
        With everything found wrong in the file.
    """
    fields = Fields(path.name)
    if path.is_file() and path.stat().st_size > LARGEST_BYTES:
        fields.find("", TOO_LARGE.format(limit=LARGEST_BYTES))
        _refuse(fields)
    text = read_text(path, path.name, fields.findings)
    content = None if text is None else read_yaml(text, path.name, fields.findings)
    if content is None:
        _refuse(fields)
    return parse_chain(content, fields)


def parse_chain(content: Any, fields: Fields) -> Chain:  # noqa: ANN401 - what a YAML file holds
    """Return the chain that a document holds.

    Raises
    ------
    FindingsError
        With everything found wrong in it.
    """
    said = fields.mapping(content, "", _KEYS, ("version", "chain_id", "name", "stages"))
    version = said.get("version")
    if version is not None and (isinstance(version, bool) or version != VERSION):
        fields.find("version", WRONG_VERSION.format(known=VERSION, value=version))
    places = enumerate(fields.items(said.get("stages"), "stages", needed=True), 1)
    stages = tuple(_stage(fields, one, f"stages[{number}]") for number, one in places)
    _check_stages(fields, stages)
    chain_id, name = fields.key(said.get("chain_id"), "chain_id"), fields.both(said.get("name"), "name")
    remark = fields.both(said["remark"], "remark") if said.get("remark") is not None else None
    sources = fields.texts(said.get("sources"), "sources")
    if fields.findings:
        _refuse(fields)
    return Chain(chain_id, name, stages, remark, sources)


def _refuse(fields: Fields) -> NoReturn:
    raise FindingsError(SUMMARY.format(file=fields.file, count=len(fields.findings)), fields.findings)


def _stage(fields: Fields, value: Any, place: str) -> Stage:  # noqa: ANN401 - as above
    said = fields.mapping(value, place, _STAGE, ("stage_id", "name", "makes", "signs"))
    stage_id = fields.key(said.get("stage_id"), f"{place}.stage_id")
    place = f"{place} {stage_id}" if stage_id else place
    signs = enumerate(fields.items(said.get("signs"), f"{place}.signs", needed=True), 1)
    found = [_sign(fields, one, f"{place}.signs[{number}]") for number, one in signs]
    return Stage(
        stage_id,
        fields.both(said.get("name"), f"{place}.name"),
        fields.both(said.get("makes"), f"{place}.makes"),
        tuple(one for one in found if one is not None),
        _industries(fields, said.get("industries"), f"{place}.industries"),
        _near(fields, said.get("near"), f"{place}.near"),
        _certificates(fields, said.get("certificates"), f"{place}.certificates"),
        fields.texts(said.get("inputs"), f"{place}.inputs"),
        _skills(fields, said.get("skills"), f"{place}.skills"),
    )


def _sign(fields: Fields, value: Any, place: str, *more: str) -> Sign | None:  # noqa: ANN401 - as above
    said = fields.mapping(value, place, (*_SIGN, *more), ())
    if not said:
        return None
    kinds = fields.choices(said.get("kinds"), f"{place}.kinds", OFFER_KINDS)
    codes = {system: fields.codes(said.get(system), f"{place}.{system}", system) for system in CHECKS}
    words, without = (_phrases(fields, said.get(name), f"{place}.{name}") for name in ("words", "without"))
    if not any(said.get(name) for name in (*CHECKS, "words")):
        fields.find(place, NO_SIGN)
    if not (any(codes.values()) or words):
        return None
    return Sign(kinds or _FIRMS, **codes, words=words, without=without)


def _phrases(fields: Fields, value: Any, place: str) -> tuple[str, ...]:  # noqa: ANN401 - as above
    return tuple(" ".join(fold(one).split()) for one in fields.texts(value, place))


def _industries(fields: Fields, value: Any, place: str) -> Sign | None:  # noqa: ANN401 - as above
    if value is None:
        return None
    sign = _sign(fields, value, place)
    if sign is not None and (sign.hs or sign.words or sign.without):
        fields.find(place, NO_INDUSTRY)
    return sign


def _near(fields: Fields, value: Any, place: str) -> tuple[Near, ...]:  # noqa: ANN401 - as above
    found = []
    for number, one in enumerate(fields.items(value, place), 1):
        here = f"{place}[{number}]"
        sign = _sign(fields, one, here, "why")
        why = one.get("why") if isinstance(one, dict) else None
        fields.mapping({"why": why}, here, ("why",), ("why",))
        text = fields.both(why, f"{here}.why")
        if sign is not None:
            found.append(Near(sign, text))
    return tuple(found)


def _certificates(fields: Fields, value: Any, place: str) -> tuple[Asked, ...]:  # noqa: ANN401 - as above
    found = []
    for number, one in enumerate(fields.items(value, place), 1):
        here = f"{place}[{number}]"
        said = fields.mapping(one, here, ("scheme", "essential", "why"), ("scheme", "why"))
        scheme = fields.text(said.get("scheme"), f"{here}.scheme")
        essential = fields.yes(said.get("essential"), f"{here}.essential")
        found.append(Asked(scheme, essential, fields.both(said.get("why"), f"{here}.why")))
    return tuple(found)


def _skills(fields: Fields, value: Any, place: str) -> tuple[Skill, ...]:  # noqa: ANN401 - as above
    found = []
    for number, one in enumerate(fields.items(value, place), 1):
        here = f"{place}[{number}]"
        said = fields.mapping(one, here, ("name", "words"), ("name", "words"))
        words = _phrases(fields, fields.items(said.get("words"), f"{here}.words", needed=True), f"{here}.words")
        found.append(Skill(fields.both(said.get("name"), f"{here}.name"), words))
    return tuple(found)


def _check_stages(fields: Fields, stages: tuple[Stage, ...]) -> None:
    known = Counter(stage.stage_id for stage in stages if stage.stage_id)
    for stage_id, count in known.items():
        if count > 1:
            fields.find("stages", TWICE.format(stage=stage_id))
    for stage in stages:
        for name in stage.inputs:
            place = f"stages {stage.stage_id}.inputs"
            if name == stage.stage_id:
                fields.find(place, ITSELF)
            elif name not in known:
                fields.find(place, NO_STAGE.format(stage=name, known=", ".join(known)))
