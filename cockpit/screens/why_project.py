"""Why a project stands as it does, and what was said of it on the days before."""

from __future__ import annotations

from cockpit.records.assessment import Assessment, ProjectView
from cockpit.screens.edited import edit_lines
from cockpit.screens.strips import behind_since, gap_text, strips, turns
from cockpit.screens.why import Facts, Line, because, first_origin, named, pair, signed_over, tolerances
from cockpit.screens.words import STATUS, basis, day, days, finish, money

MOST_TURNS = 24
"""So many days are listed on which a project turned; `cockpit replay` prints all."""


def project_facts(view: ProjectView, assessment: Assessment) -> Facts:
    """Say what was reported, what is computed, and why they differ."""
    record, currency = view.record, assessment.currency
    lines: list[Line] = [("head", record.title), ("", "")]
    reported = f"{view.reported} on {day(view.reported_on)}" if view.reported else "nothing"
    lines += pair("Reported", reported)
    lines += pair("Computed", STATUS[view.status][0] + basis(view.basis), STATUS[view.status][1])
    behind = view.watermelon or view.latency_days is not None
    since = behind_since(view.replay) if view.replay is not None else None
    lines += pair("Gap", gap_text(view) + (f", since {day(since)}" if since else "") if behind else "", "warn")
    lines += pair("Comes from", named(assessment, view.root))
    lines += pair("Finish", finish(view.computed_finish, view.at_least))
    lines += pair("Baseline", day(view.baseline_finish))
    slip = days(view.slip_days, view.at_least)
    lines += pair("Slip", f"{slip} from baseline to finish" if slip else "")
    lines += pair("Owner", view.owner_name or record.owner or "nobody is named")
    lines += pair("Sponsor", named(assessment, record.sponsor))
    lines += pair("Team", view.team_title or record.team)
    lines += pair("Objectives", "; ".join(named(assessment, objective) for objective in record.objectives))
    lines += pair("Work", f"{view.items_done:,} done, {view.items_open:,} open")
    amounts = (("forecast", record.forecast_cost), ("spent", record.actual_cost), ("budget", record.budget))
    lines += pair("Cost", ", ".join(f"{money(value, currency)} {name}" for name, value in amounts if value is not None))
    lines += tolerances("project", record.id, assessment)
    lines += [*because(view.reasons, assessment), *edit_lines(assessment, record.id), *_turns(view)]
    subjects = (f"baseline:{record.id}", f"milestone:{record.id}:finish", f"scope:{record.id}")
    lines += signed_over(assessment, *subjects)
    origin = record.origin or first_origin(view.reasons)
    return Facts(tuple(lines), origin, f"project:{record.id}", drawing=strips(view))


def _turns(view: ProjectView) -> list[Line]:
    """Each day on which what was reported or computed changed, latest first."""
    found = turns(view.replay)[::-1] if view.replay is not None and view.reported else []
    lines: list[Line] = [("", ""), ("head", "Reported beside computed, latest first")] if found else []
    return lines + [("", f"{day(at)}  {rag:<9} {status}") for at, rag, status in found[:MOST_TURNS]]
