"""Public programmes: actions, milestones and indicators."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from supplychain.columns import choice, identifier, loose_reference, number, reference, text, year
from supplychain.models.base import Ascending, Base, Needs
from supplychain.models.groups import Names, OptionalMoneyBasis, Provenance
from supplychain.text import Text

_PROGRESS = ("done", "under_way", "planned")


class Programme(Names, Provenance, Base):
    """A public programme, such as the smart-city programme or a transport plan."""

    __tablename__ = "programmes"
    meaning = Text(en="Public programmes", vi="Chương trình, đề án")
    rules = (Ascending(("start_year", "end_year")),)

    programme_id: Mapped[str] = identifier("Key of the programme", "Mã chương trình")
    lead_id: Mapped[str | None] = reference("organisations.organisation_id", "Who leads it", "Đơn vị chủ trì")
    start_year: Mapped[int] = year("First year", "Năm bắt đầu")
    end_year: Mapped[int] = year("Last year", "Năm kết thúc")


class Action(Names, OptionalMoneyBasis, Provenance, Base):
    """One action of a programme; an infrastructure action names its scenario."""

    __tablename__ = "actions"
    meaning = Text(en="Actions of programmes", vi="Hành động của chương trình")
    rules = (Ascending(("start_year", "end_year")), Needs(("cost",), ("currency", "price_year")))

    action_id: Mapped[str] = identifier("Key of the action", "Mã hành động")
    programme_id: Mapped[str] = reference("programmes.programme_id", "Programme", "Chương trình", sort_order=-60)
    domain: Mapped[str] = choice(
        ("people", "business", "technology", "infrastructure"),
        "Domain of the smart city",
        "Lĩnh vực: con người, doanh nghiệp, công nghệ, hạ tầng",
    )
    status: Mapped[str] = choice(_PROGRESS, "State of progress", "Tình trạng thực hiện")
    start_year: Mapped[int | None] = year("First year", "Năm bắt đầu")
    end_year: Mapped[int | None] = year("Last year", "Năm kết thúc")
    cost: Mapped[float | None] = number("currency", "Cost, where known", "Chi phí, nếu biết")
    scenario_id: Mapped[str | None] = loose_reference(
        ("scenarios.scenario_id",),
        "Scenario that holds its change of the network",
        "Kịch bản chứa thay đổi mạng lưới của hành động",
        sort_order=72,
    )


class Milestone(Names, Provenance, Base):
    """A dated step of an action."""

    __tablename__ = "milestones"
    meaning = Text(en="Milestones of actions", vi="Mốc của hành động")

    milestone_id: Mapped[str] = identifier("Key of the milestone", "Mã mốc")
    action_id: Mapped[str] = reference("actions.action_id", "Action", "Hành động", sort_order=-60)
    due_year: Mapped[int] = year("Year it is due", "Năm đến hạn")
    status: Mapped[str] = choice(_PROGRESS, "State of progress", "Tình trạng thực hiện")


class Indicator(Names, Provenance, Base):
    """A measured quantity by which an action is judged."""

    __tablename__ = "indicators"
    meaning = Text(en="Indicators of actions", vi="Chỉ số của hành động")
    rules = (Needs(("target",), ("target_year",)), Needs(("actual",), ("actual_year", "actual_source")))

    indicator_id: Mapped[str] = identifier("Key of the indicator", "Mã chỉ số")
    action_id: Mapped[str] = reference("actions.action_id", "Action", "Hành động", sort_order=-60)
    unit: Mapped[str] = text("Unit", "Đơn vị")
    baseline: Mapped[float | None] = number(None, "Value at the start", "Giá trị ban đầu", minimum=None)
    target: Mapped[float | None] = number(None, "Value aimed at", "Giá trị mục tiêu", minimum=None)
    target_year: Mapped[int | None] = year("Year of the target", "Năm đạt mục tiêu")
    actual: Mapped[float | None] = number(
        None,
        "Value last known to be reached; empty where no source says",
        "Giá trị đã đạt theo nguồn gần nhất",
        minimum=None,
    )
    actual_year: Mapped[int | None] = year("Year the actual value is of", "Năm của giá trị đã đạt")
    actual_source: Mapped[str | None] = loose_reference(
        ("sources.source_id",), "Where the actual value comes from", "Nguồn của giá trị đã đạt"
    )
    measured_by: Mapped[str | None] = text(
        "Quantity of a plan that measures it, such as teu_per_year_through:ga_bau_bang (docs/planning/programme.md)",
        "Đại lượng của phương án đo chỉ số này, ví dụ teu_per_year_through:ga_bau_bang (docs/planning/programme.md)",
    )
