"""What is said of the stages of a chain, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from supplychain.chains.answer import StageAnswer, State
from supplychain.chains.chain import Asked, Stage
from supplychain.text import Text

STATES: Final[Mapping[State, Text]] = {
    "held": Text(en="held", vi="đã có"),
    "single": Text(en="one firm only", vi="chỉ một đơn vị"),
    "open": Text(en="could be entered", vi="có thể tham gia"),
    "missing": Text(en="missing", vi="còn thiếu"),
}

HELD: Final = Text(en="Organisations that stand here: {count}.", vi="Có {count} đơn vị ở công đoạn này.")
SINGLE: Final = Text(
    en="Only {name} stands here in the registry: if it stops, the stage is gone.",
    vi="Trong sổ đăng ký chỉ có {name} ở công đoạn này: nếu đơn vị này dừng, công đoạn không còn.",
)
OPEN: Final = Text(
    en="Nobody in the registry stands here. Facilities that do something near it: {count}; of them with every "
    "certificate one cannot enter without: {ready}.",
    vi="Sổ đăng ký chưa có ai ở công đoạn này; {count} cơ sở làm việc gần với nó, {ready} cơ sở đã có đủ chứng nhận "
    "bắt buộc.",
)
OPEN_FREE: Final = Text(
    en="Nobody in the registry stands here. Facilities that do something near it: {count}.",
    vi="Sổ đăng ký chưa có ai ở công đoạn này; {count} cơ sở làm việc gần với nó.",
)
MISSING: Final = Text(
    en="Nobody in the registry stands here, and nobody does anything that is named as near.",
    vi="Sổ đăng ký chưa có ai ở công đoạn này và chưa có ai làm việc gần với nó.",
)
INPUT: Final = Text(
    en="It draws on '{stage}', where nobody in the registry stands: that must come from outside.",
    vi="Công đoạn này cần '{stage}', nơi sổ đăng ký chưa có ai: phải đưa từ nơi khác tới.",
)
CERTIFICATE: Final = Text(
    en="No valid {scheme} in the registry: {count} of the {all} facilities here ({why}).",
    vi="Sổ đăng ký không có {scheme} còn hiệu lực của {count} trong {all} cơ sở tại đây ({why}).",
)
SKILLS: Final = Text(en="Nobody in the registry teaches: {listed}.", vi="Sổ đăng ký chưa có nơi đào tạo: {listed}.")
NEEDS: Final = Text(
    en="Needs that ask for it: {count}, of facilities: {facilities}.",
    vi="Số nhu cầu đang cần: {count}, của {facilities} cơ sở.",
)
UNMET: Final = Text(
    en="Needs that ask for it: {count}, of facilities: {facilities}; nobody offers it.",
    vi="Số nhu cầu đang cần: {count}, của {facilities} cơ sở; chưa ai cung ứng.",
)
SHORT_CODES: Final = Text(
    en="Offers whose HS code is too short to tell whether they belong here: {count}.",
    vi="{count} chào hàng có mã HS quá ngắn để biết có thuộc công đoạn này không.",
)
BY_STEP: Final = Text(
    en="Offers, needs and industries placed by the step between editions: {count}:",
    vi="Số chào hàng, nhu cầu, ngành được xếp theo chuyển đổi giữa hai phiên bản: {count}:",
)
ORPHANS: Final = Text(
    en="Rows that could not be used, because what they hang on is not there: {count} ({listed}).",
    vi="Số dòng không dùng được vì thiếu hồ sơ mà chúng thuộc về: {count} ({listed}).",
)


def of_state(one: StageAnswer) -> Text:
    """Return how a stage is held."""
    if one.state == "held":
        return HELD.format(count=len(one.organisations))
    if one.state == "single":
        return SINGLE.format(name=one.present[0].party.organisation_name)
    if one.state == "missing":
        return MISSING
    if not any(asked.essential for asked in one.stage.certificates):
        return OPEN_FREE.format(count=len(one.candidates))
    ready = sum(not candidate.lacking(essential=True) for candidate in one.candidates)
    return OPEN.format(count=len(one.candidates), ready=ready)


def of_input(stage: Stage) -> Text:
    """Return that a stage is drawn on where nobody stands."""
    return Text(en=INPUT.en.format(stage=stage.name.en), vi=INPUT.vi.format(stage=stage.name.vi))


def of_certificate(asked: Asked, count: int, of_all: int) -> Text:
    """Return how many facilities of a stage show no certificate of a scheme."""
    values = {"scheme": asked.scheme, "count": count, "all": of_all}
    return Text(
        en=CERTIFICATE.en.format(why=asked.why.en, **values), vi=CERTIFICATE.vi.format(why=asked.why.vi, **values)
    )


def of_skills(names: Sequence[Text]) -> Text:
    """Return the skills that nobody teaches."""
    return Text(
        en=SKILLS.en.format(listed="; ".join(name.en for name in names)),
        vi=SKILLS.vi.format(listed="; ".join(name.vi for name in names)),
    )


def of_needs(one: StageAnswer) -> Text:
    """Return how many needs ask for what a stage makes, and whether anybody offers it."""
    offered = any(present.offers for present in one.present)
    facilities = len({need.party.facility_id for need in one.needs})
    return (NEEDS if offered else UNMET).format(count=len(one.needs), facilities=facilities)
