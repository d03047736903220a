"""Answers on identifiers, goods and industries: what is right, what was put right, and what was not checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from supplychain.codes import (
    CodeError,
    Vsic,
    check_gln,
    check_isic,
    check_lei,
    check_locode,
    check_month,
    check_tax_code,
)
from supplychain.codes.goods_table import look_up_hs
from supplychain.codes.isic import is_isic, isic_classes
from supplychain.codes.vsic_table import EDITIONS
from supplychain.text import Text

if TYPE_CHECKING:
    from api.console import Talk
    from supplychain.codes import Industry, Step

Identifier = Literal["lei", "gln", "locode", "month"]

TAX_KINDS: Final = {
    "enterprise": Text(
        en="{code}: tax code of an enterprise. Its check digit agrees; whether it was issued is not checked.",
        vi="{code}: mã số thuế của doanh nghiệp. Chữ số kiểm tra đúng; không kiểm tra mã đã được cấp hay chưa.",
    ),
    "branch": Text(
        en="{code}: tax code of a branch of {enterprise}. Check digit right; whether it was issued is not checked.",
        vi="{code}: mã số thuế của đơn vị phụ thuộc của {enterprise}. Chữ số kiểm tra đúng; không kiểm tra mã đã được "
        "cấp hay chưa.",
    ),
    "person": Text(
        en="{code}: personal identification number, used as tax code. It is personal data.",
        vi="{code}: số định danh cá nhân dùng làm mã số thuế. Đây là dữ liệu cá nhân.",
    ),
}
CHECKS: Final[Mapping[str, tuple[Callable[[str], str], Text]]] = {
    "lei": (
        check_lei,
        Text(
            en="{code}: legal entity identifier. Its check digits agree; whether it was issued is not checked.",
            vi="{code}: mã định danh pháp nhân. Chữ số kiểm tra đúng; không kiểm tra mã đã được cấp hay chưa.",
        ),
    ),
    "gln": (
        check_gln,
        Text(
            en="{code}: global location number. Its check digit agrees; whether it was issued is not checked.",
            vi="{code}: mã địa điểm toàn cầu. Chữ số kiểm tra đúng; không kiểm tra mã đã được cấp hay chưa.",
        ),
    ),
    "locode": (
        check_locode,
        Text(
            en="{code}: UN/LOCODE. Form and country are right; whether the place is listed is not checked.",
            vi="{code}: UN/LOCODE. Đúng dạng và quốc gia; không kiểm tra địa điểm có trong danh mục hay không.",
        ),
    ),
    "month": (check_month, Text(en="{code}: month.", vi="{code}: tháng.")),
}
HS_FOUND: Final = Text(
    en="{code}: in HS 2022. Chapter {chapter}: {title}.", vi="{code}: có trong HS 2022. Chương {chapter}: {title}."
)
HS_NATIONAL: Final = Text(
    en="Digits seven and eight are of the ASEAN or national tariff and are not checked.",
    vi="Chữ số thứ bảy và tám thuộc biểu thuế ASEAN hoặc quốc gia, không kiểm tra.",
)
HS_ABSENT: Final = Text(
    en="HS 2022 has no code {code}. Chapter {chapter}: {title}.",
    vi="HS 2022 không có mã {code}. Chương {chapter}: {title}.",
)
ISIC_ABSENT: Final = Text(en="ISIC Rev. 4 has no code {code}.", vi="ISIC Rev. 4 không có mã {code}.")
ISIC_FOUND: Final = Text(en="{code}: in ISIC Rev. 4.", vi="{code}: có trong ISIC Rev. 4.")
READ_AS: Final = Text(en="VSIC 2018, as we read it: {codes}.", vi="VSIC 2018, theo chúng tôi đối chiếu: {codes}.")
INDUSTRY: Final = Text(en="VSIC {version} {code}: {title}.", vi="VSIC {version} {code}: {title}.")
WITHIN: Final = Text(en="Within {code}: {title}.", vi="Thuộc {code}: {title}.")
BELOW: Final = Text(en="Divided into: {codes}.", vi="Gồm: {codes}.")
VIETNAMESE: Final = Text(
    en="There is no English title for this level; the name is the Vietnamese one.",
    vi="Chưa có tên tiếng Anh cho cấp này.",
)
STEPS: Final = {
    "same": Text(en="VSIC {version}: {code} {title} (the same).", vi="VSIC {version}: {code} {title} (giữ nguyên)."),
    "moved": Text(
        en="VSIC {version}: {code} {title} (all of it, under another number).",
        vi="VSIC {version}: {code} {title} (toàn bộ, mã khác).",
    ),
    "split": Text(en="VSIC {version}: {code} {title} (a part).", vi="VSIC {version}: {code} {title} (một phần)."),
    "merged": Text(
        en="VSIC {version}: {code} {title} (all of it, with others).",
        vi="VSIC {version}: {code} {title} (toàn bộ, gộp với ngành khác).",
    ),
    "mixed": Text(
        en="VSIC {version}: {code} {title} (a part, with parts of others).",
        vi="VSIC {version}: {code} {title} (một phần, cùng phần của ngành khác).",
    ),
}
ISIC_OF: Final = Text(
    en="ISIC Rev. 4: {codes} (read by us, {sure}).", vi="ISIC Rev. 4: {codes} (tự đối chiếu, {sure})."
)
SURE: Final = {
    "high": Text(en="sure", vi="chắc chắn"),
    "medium": Text(en="fairly sure", vi="khá chắc chắn"),
    "low": Text(en="unsure", vi="chưa chắc chắn"),
}
OWN_LIST: Final = Text(
    en="From your list; the steps are of the lists that ship.",
    vi="Theo danh mục của bạn; bảng chuyển đổi theo danh mục kèm theo.",
)


def tell_tax(code: str, talk: Talk) -> None:
    """Tell whose tax code it is, and what was put right."""
    found = check_tax_code(code)
    talk.say(TAX_KINDS[found.kind].format(code=found.code, enterprise=found.enterprise or ""))
    if found.note is not None:
        talk.say(found.note)
    talk.answer(
        {
            "code": found.code,
            "kind": found.kind,
            "enterprise": found.enterprise,
            "personal": found.personal,
            "note": None if found.note is None else both(found.note),
        }
    )


def tell_identifier(kind: Identifier, code: str, talk: Talk) -> None:
    """Tell that an identifier is right, or raise why not."""
    check, sentence = CHECKS[kind]
    checked = check(code)
    talk.say(sentence.format(code=checked))
    talk.answer({"code": checked, "kind": kind})


def tell_hs(code: str, talk: Talk) -> None:
    """Tell whether HS 2022 has the code.

    Raises
    ------
    CodeError
        Where HS 2022 does not have its first six digits.
    """
    found = look_up_hs(code)
    sentence = HS_FOUND if found.exists else HS_ABSENT
    told = sentence.format(code=found.code, chapter=found.code[:2], title=found.chapter)
    if not found.exists:
        raise CodeError(told)
    talk.say(told)
    if found.compared < len(found.code):
        talk.say(HS_NATIONAL)
    talk.answer({"code": found.code, "chapter": both(found.chapter), "digits_compared": found.compared})


def tell_isic(code: str, talk: Talk) -> None:
    """Tell whether ISIC Rev. 4 has the code, and the VSIC 2018 classes read as it.

    Raises
    ------
    CodeError
        Where it does not have it.
    """
    checked = check_isic(code)
    if not is_isic(checked):
        raise CodeError(ISIC_ABSENT.format(code=checked))
    classes = {} if checked.isalpha() else isic_classes()
    former = sorted({vsic for isic, found in classes.items() if isic.startswith(checked) for vsic in found})
    talk.say(ISIC_FOUND.format(code=checked))
    if former:
        talk.say(READ_AS.format(codes=", ".join(former)))
    talk.answer({"code": checked, "vsic_2018": former})


def tell_vsic(code: str, version: str, table: Path | None, talk: Talk) -> None:
    """Tell the name of an industry, what is above and below it, and where it stands in the other edition and ISIC."""
    vsic = Vsic(None if table is None else {version: table})
    industry = vsic.get(code, version)
    parents, children = tuple(vsic.parents(industry)), vsic.children(industry)
    other = next(edition for edition in EDITIONS if edition != version)
    shipped = Vsic()
    known = industry.code in shipped.entries(version)
    steps = _steps(shipped, industry) if known else ()
    isic = shipped.to_isic(industry.code, version) if known else ()
    talk.say(INDUSTRY.format(version=version, code=industry.code, title=industry.title))
    if talk.language == "en" and not industry.translated:
        talk.say(VIETNAMESE)
    for parent in parents:
        talk.say(WITHIN.format(code=parent.code, title=parent.title))
    if children:
        talk.say(BELOW.format(codes=", ".join(child.code for child in children)))
    if table is not None:
        talk.say(OWN_LIST)
    for step in steps:
        title = shipped.title(step.code, other)
        talk.say(STEPS[step.kind].format(version=other, code=step.code, title=title))
    if isic:
        codes = ", ".join(found.code for found in isic)
        talk.say(ISIC_OF.format(codes=codes, sure=SURE[isic[0].confidence]))
    talk.answer(
        {
            **_shown(industry),
            "parents": [_shown(parent) for parent in parents],
            "children": [_shown(child) for child in children],
            f"vsic_{other}": [
                {"code": step.code, "kind": step.kind, "title": both(shipped.title(step.code, other))} for step in steps
            ],
            "isic_4": [{"code": found.code, "confidence": found.confidence} for found in isic],
        }
    )


def both(text: Text) -> dict[str, str]:
    """Return a text in both languages, as a JSON answer holds it."""
    return {"vi": text.vi, "en": text.en}


def both_of(texts: Iterable[Text]) -> list[dict[str, str]]:
    """Return several texts in both languages."""
    return [both(text) for text in texts]


def _steps(vsic: Vsic, industry: Industry) -> tuple[Step, ...]:
    return vsic.to_2025(industry.code) if industry.version == EDITIONS[0] else vsic.to_2018(industry.code)


def _shown(industry: Industry) -> dict[str, Any]:
    return {
        "code": industry.code,
        "version": industry.version,
        "title": both(industry.title),
        "translated": industry.translated,
    }
