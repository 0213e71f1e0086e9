"""Why an objective and a KPI stand as they do: every number with what it is made of."""

from __future__ import annotations

from cockpit.records.assessment import Assessment, KpiView, ObjectiveView
from cockpit.records.model import Kpi
from cockpit.screens.plotting import Chart
from cockpit.screens.why import Facts, Line, because, first_origin, named, pair, signed_over, tolerances
from cockpit.screens.words import STATUS, basis, day, days, finish, inert, money, number, percent, sparkline
from cockpit.wording import signatures
from cockpit.wording.amounts import delay_currency


def objective_facts(view: ObjectiveView, assessment: Assessment) -> Facts:
    """Say how the objective stands and what it is made of."""
    record, currency = view.record, assessment.currency
    lines: list[Line] = [("head", record.title), ("", "")]
    lines += pair("Owner", view.owner_name or record.owner or "nobody is named")
    lines += pair("Execution", STATUS[view.execution][0] + basis(view.execution_basis), STATUS[view.execution][1])
    lines += pair("Outcome", STATUS[view.outcome][0], STATUS[view.outcome][1])
    lines += pair("Attained", _attained(view))
    lines += pair("Finish", finish(view.finish, view.at_least))
    lines += pair("Target", day(record.target_date))
    slip = days(view.slip_days, view.at_least)
    lines += pair("Slip", f"{slip} from target to finish" if slip else "")
    daily = delay_currency(assessment)
    if daily is None:
        lines += pair("A day costs", "unknown: no objective has a cost_of_delay_per_day")
    else:
        lines += pair("A day costs", money(view.cost_of_delay, daily) + (" (assumed)" if view.cost_assumed else ""))
    overrun = money(view.overrun, currency)
    lines += pair("Overrun", f"{overrun}: forecast cost − budget of its projects" if overrun else "")
    lines += pair("Bottom line", _bottom_line(view, currency, daily))
    lines += tolerances("objective", record.id, assessment)
    lines += because(view.reasons, assessment)
    lines += [("", ""), ("head", "Projects")] if view.projects else []
    statuses = {project.record.id: project.status for project in assessment.projects}
    for identity in view.projects:
        text, tone = STATUS[statuses[identity]] if identity in statuses else ("? not listed", "muted")
        lines.append((tone, f"{text:<12} {named(assessment, identity)}"))
    lines += [("", ""), ("head", "KPIs")] if view.kpis else []
    for kpi in assessment.kpis:
        if kpi.record.id in view.kpis:
            lines.append((STATUS[kpi.status][1], f"{STATUS[kpi.status][0]:<12} {kpi.record.title}"))
            lines += _latest(kpi, assessment)
    return Facts(tuple(lines), record.origin, f"objective:{record.id}")


def _attained(view: ObjectiveView) -> str:
    """How far the objective has come and how it came there, by the KPI that was furthest behind each time."""
    shares = [share for _, share in view.attained]
    if not shares:
        return ""
    since = f"from {day(view.attained[-len(shares[-24:])][0])} on, by the KPI furthest behind, as signed"
    return f"{percent(shares[-1])}  {sparkline(shares, 24)}  {since}"


def _bottom_line(view: ObjectiveView, currency: str, daily: str | None) -> str:
    """What it comes to, and of what that is made."""
    text = money(view.bottom_line, daily)
    late = view.slip_days is not None and view.slip_days > 0 and view.cost_of_delay is not None
    parts = [f"{days(view.slip_days, view.at_least)} × {money(view.cost_of_delay, daily)}"] if late else []
    parts += [money(view.overrun, currency)] if view.overrun else []
    return f"{text}: {' + '.join(parts)}".replace("+ −", "− ") if text and late else text


def _latest(kpi: KpiView, assessment: Assessment) -> list[Line]:
    """The signature under the latest reading of a KPI, or that there is none."""
    view = signatures.by_id(assessment).get(kpi.statements[-1]) if kpi.statements else None
    none = "its latest reading is not signed" if kpi.readings else "it has no reading"
    return [("muted", f"   {signatures.signature(view) if view else none}")]


def kpi_facts(view: KpiView, assessment: Assessment) -> Facts:
    """Say whose number it is, whether it counts, and every reading."""
    record = view.record
    lines: list[Line] = [("head", record.title), ("", "")]
    lines += pair("Owner", view.owner_name or record.owner or "nobody is named")
    lines += pair("Leads", "; ".join(named(assessment, lead) for lead in record.leads))
    lines += pair("Status", STATUS[view.status][0], STATUS[view.status][1])
    latest = f"{number(view.value, record.unit)} on {day(view.value_on)}" if view.value is not None else "no reading"
    lines += pair("Latest", latest)
    lines += [] if view.signed else pair("Signed", "no: it counts for nothing until its owner signs", "warn")
    lines += pair("Stale", "older than its cadence" if view.stale else "", "warn")
    lines += pair("Contradicted", "two sources, one date, two values" if view.contradicted else "", "bad")
    target, by = number(record.target, record.unit), day(record.target_date)
    lines += pair("Target", " by ".join(part for part in (target, by) if part)) if target else pair("Due", by)
    lines += pair("Baseline", number(record.baseline, record.unit))
    if record.low is not None or record.high is not None:
        lines += pair("Range", target_of(record, record.unit))
    lines += pair("Attainment", _attainment(view))
    forecast = f"{number(view.forecast, record.unit)} ({STATUS[view.forecast_status][0]}) on {day(record.target_date)}"
    lines += pair(
        "Forecast", f"{forecast}: the line through the last signed readings" if view.forecast is not None else ""
    )
    lines += pair("Objective", named(assessment, record.objective))
    lines += because(view.reasons, assessment)
    lines += [("", ""), ("head", "Readings, latest first")] if view.readings else []
    readings = tuple(signatures.of_readings(view, signatures.by_id(assessment)))
    for on, value, was_signed, proof in reversed(readings[-24:]):
        text = f"{day(on)}\t{number(value, record.unit):>9}  {'signed' if was_signed else 'unsigned'}"
        by = f" by {signatures.who(proof)}, statement {proof.record.id[: signatures.DIGITS]}" if proof else ""
        lines.append(("" if was_signed else "muted", text + by))
    subject = f"kpi:{record.id}"
    lines += signed_over(assessment, subject)
    return Facts(tuple(lines), record.origin or first_origin(view.reasons), subject, drawing=Chart(view))


def target_of(record: Kpi, unit: str = "") -> str:
    """Return what a KPI shall reach, with its unit: `98 %`, a range as `99.9–100 %`."""
    if record.low is None and record.high is None:
        return number(record.target, unit)
    return f"{number(record.low) or '…'}–{number(record.high) or '…'} {inert(unit, 12)}".strip()


def _attainment(view: KpiView) -> str:
    """How far it has come, and of what that is made."""
    value, baseline, target = view.value, view.record.baseline, view.record.target
    if view.attainment is None or value is None or baseline is None or target is None:
        return ""
    made = f"({number(value)} − {number(baseline)}) ÷ ({number(target)} − {number(baseline)})".replace("− -", "− −")
    return f"{percent(view.attainment)}: {made}"
