"""What the terminal tells of recorded runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from api.numbers import number, scientific
from api.runs_read import NO_RUNS, SHORT
from api.runs_replay import listed, replay_run, shown
from api.totals import status_text
from supplychain.text import Text

if TYPE_CHECKING:
    from api.console import Talk

RUNS: Final = Text(en="Recorded runs", vi="Các lần chạy đã ghi")
NONE: Final = Text(en="–", vi="–")
HEADINGS: Final = (
    Text(en="Run", vi="Lần chạy"),
    Text(en="Began (UTC)", vi="Bắt đầu (UTC)"),
    Text(en="Scenario", vi="Kịch bản"),
    Text(en="Status", vi="Trạng thái"),
    Text(en="Objective a day", vi="Hàm mục tiêu mỗi ngày"),
    Text(en="Inputs", vi="Đầu vào"),
)
ABOUT: Final = Text(en="Run {name}", vi="Lần chạy {name}")
FIGURE: Final = Text(en="Item", vi="Mục")
VALUE: Final = Text(en="Value", vi="Giá trị")
NO_RECORD: Final = Text(
    en="What it was made from was not kept; it cannot be replayed.", vi="Không lưu đầu vào nên không chạy lại được."
)
KEPT: Final = Text(
    en="{count} contents kept for it, {size} kB ({kept} kB compressed; shared with every run that has the same).",
    vi="Lưu {count} nội dung cho lần chạy này, {size} kB ({kept} kB khi nén; dùng chung với mọi lần chạy có cùng nội "
    "dung).",
)
KB: Final = 1000.0


def tell_runs(database: str, scenario_id: str | None, talk: Talk) -> None:
    """List the recorded runs."""
    found = listed(database, scenario_id)
    language = talk.language
    rows = [
        (
            run["run_id"][:SHORT],
            run["started_at"],
            run["scenario_id"],
            status_text(run["status"], run["gap"] or 0.0).of(language),
            number(run["objective"]).of(language),
            run["inputs_sha256"][:SHORT] if run["can_be_replayed"] else NONE.of(language),
        )
        for run in found
    ]
    if rows:
        talk.table(RUNS, HEADINGS, rows)
    else:
        talk.say(NO_RUNS)
    talk.answer({"runs": found})


def tell_run(database: str, name: str, talk: Talk) -> None:
    """Show one run."""
    found = shown(database, name)
    record: dict[str, Any] | None = found["record"]
    rows = [
        (Text(en="Scenario", vi="Kịch bản"), found["scenario_id"]),
        (Text(en="Began (UTC)", vi="Bắt đầu (UTC)"), found["started_at"]),
        (Text(en="Status", vi="Trạng thái"), status_text(found["status"], found["gap"] or 0.0).of(talk.language)),
        (Text(en="Objective a day", vi="Hàm mục tiêu mỗi ngày"), number(found["objective"]).of(talk.language)),
        (Text(en="Inputs (SHA-256)", vi="Đầu vào (SHA-256)"), found["inputs_sha256"]),
    ]
    if record is not None:
        network = record["network"]
        rows += [
            (
                Text(en="Network", vi="Mạng lưới"),
                NONE.of(talk.language) if network is None else f"{network['name']} ({network['version']})",
            ),
            (
                Text(en="Gap that counts as optimal", vi="Sai lệch được coi là tối ưu"),
                scientific(record["options"]["gap_tolerance"]).of(talk.language),
            ),
            (
                Text(en="Versions", vi="Phiên bản"),
                ", ".join(f"{key} {value}" for key, value in sorted(record["versions"].items())),
            ),
            (Text(en="Planned after", vi="Lập sau"), ", ".join(one[:SHORT] for one in record["after"]) or "–"),
        ]
    language = talk.language
    table = [(label.of(language), value) for label, value in rows]
    talk.table(ABOUT.format(name=found["run_id"]), (FIGURE, VALUE), table)
    if record is None:
        talk.say(NO_RECORD)
    else:
        contents = found["contents"]
        size, kept = (sum(one[key] or 0 for one in contents) / KB for key in ("bytes", "bytes_kept"))
        talk.say(KEPT.format(count=len(contents), size=number(size), kept=number(kept)))
    talk.answer(found)


def tell_replay(database: str, name: str, talk: Talk) -> bool:
    """Make a run again and tell whether it comes out the same; return whether it is as good."""
    with talk.steps(2) as steps:
        run, found = replay_run(database, name, steps)
    talk.say(found.explanation)
    talk.answer(
        {
            "run_id": run.run_id,
            "scenario_id": run.scenario_id,
            "verdict": found.verdict,
            "explanation": {"vi": found.explanation.vi, "en": found.explanation.en},
            "objective_then": found.objective_then,
            "objective_now": found.objective_now,
            "inputs_then": found.inputs_then,
            "inputs_now": found.inputs_now,
            "paths": found.paths,
            "paths_otherwise": found.paths_otherwise,
            "t_otherwise_per_day": found.t_otherwise,
        }
    )
    return found.verdict != "other"
