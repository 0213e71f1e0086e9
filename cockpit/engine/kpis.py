"""KPIs: whether the number is signed, fresh and uncontradicted, how far it has come, and where it is going.

Attainment = (actual − baseline) ÷ (target − baseline). The forecast is the least-squares line through the last
six readings that count, three at least, read at the target date.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from math import isfinite

from cockpit.basics.classes import dataclass
from cockpit.basics.figures import quantity
from cockpit.engine.facts import Facts
from cockpit.engine.statements.ledger import Ledger, Proof
from cockpit.records.assessment import KpiView, Reason
from cockpit.records.model import Direction, Kpi, Meaning, Origin
from cockpit.records.verdicts import Status

FORECAST_READINGS = 6
FORECAST_LEAST = 3


@dataclass(frozen=True, slots=True)
class Point:
    """One value of one day. `values` holds more than one number when sources contradict each other."""

    day: date
    values: tuple[float, ...]
    signed: bool
    signer: str = ""
    origin: Origin | None = None
    statement: str = ""

    @property
    def value(self) -> float:
        """The signed value, else the first read."""
        return self.values[0]


def points_of(facts: Facts, ledger: Ledger, kpi: Kpi) -> tuple[Point, ...]:
    """The readings of a KPI by day; the owner's signature may carry a value that no file has."""
    read: dict[date, list[tuple[float, Origin | None]]] = defaultdict(list)
    for reading in facts.readings_by_kpi.get(kpi.id, ()):
        read[reading.as_of].append((reading.value, reading.origin))
    signed = {
        proof.on: proof
        for proof in ledger.proofs(f"kpi:{kpi.id}", Meaning.ATTESTED)
        if proof.on is not None and proof.value is not None and proof.on <= facts.today
    }
    points = []
    for day in sorted(read.keys() | signed.keys()):
        rows = sorted(read.get(day, ()), key=lambda row: (str(row[1] or ""), row[0]))
        values = list(dict.fromkeys(value for value, _ in rows))
        proof = signed.get(day)
        if proof is not None and proof.value is not None:
            values = list(dict.fromkeys((proof.value, *values)))
        origin = rows[0][1] if rows else None
        points.append(
            Point(
                day,
                tuple(values),
                proof is not None,
                proof.person.id if proof else "",
                origin,
                proof.statement.id if proof else "",
            )
        )
    return tuple(points)


def meets(kpi: Kpi, value: float) -> bool:
    """Whether a value is at its target, within tolerance (in the unit of the KPI)."""
    if kpi.direction is Direction.RANGE:
        above = kpi.low is None or value >= kpi.low - kpi.tolerance
        return above and (kpi.high is None or value <= kpi.high + kpi.tolerance)
    if kpi.target is None:
        return False
    if kpi.direction is Direction.HIGHER:
        return value >= kpi.target - kpi.tolerance
    return value <= kpi.target + kpi.tolerance


def attainment(kpi: Kpi, value: float) -> float | None:
    """How much of the way from baseline to target is done; None where there is no way to go (or a range)."""
    if kpi.direction is Direction.RANGE or kpi.baseline is None or kpi.target is None:
        return None
    span = kpi.target - kpi.baseline
    if span == 0:
        return None
    share = (value - kpi.baseline) / span
    return share if isfinite(share) else None


def forecast(kpi: Kpi, points: tuple[Point, ...]) -> float | None:
    """The value at the target date by the line through the last readings; None without a date or enough readings."""
    last = points[-FORECAST_READINGS:]
    if kpi.target_date is None or len(last) < FORECAST_LEAST:
        return None
    xs = [p.day.toordinal() - last[0].day.toordinal() for p in last]
    mean_x, mean_y = sum(xs) / len(xs), sum(p.value for p in last) / len(last)
    spread = sum((x - mean_x) ** 2 for x in xs)
    slope = sum((x - mean_x) * (p.value - mean_y) for x, p in zip(xs, last, strict=True)) / spread
    ahead = mean_y + slope * (kpi.target_date.toordinal() - last[0].day.toordinal() - mean_x)
    return ahead if isfinite(ahead) else None


def _defined(kpi: Kpi) -> bool:
    if kpi.direction is Direction.RANGE:
        return kpi.low is not None or kpi.high is not None
    return kpi.target is not None


def _status(kpi: Kpi, now: float, ahead: float | None, today: date) -> tuple[Status, str]:
    met = meets(kpi, now)
    if kpi.target_date is not None and today > kpi.target_date:
        if met:
            return Status.COMPLETE, "the target date has passed and the target is met"
        return Status.OFF_TRACK, f"the target date {kpi.target_date} has passed and the target is not met"
    if ahead is not None:
        if meets(kpi, ahead):
            return Status.ON_TRACK, f"the line through the last readings meets the target by {kpi.target_date}"
        return Status.AT_RISK, f"the line through the last readings gives {quantity(ahead)} on {kpi.target_date}"
    if met:
        return Status.ON_TRACK, "the target is met"
    if kpi.target_date is None:
        return Status.OFF_TRACK, "the target is not met and has no date"
    return Status.UNKNOWN, f"fewer than {FORECAST_LEAST} signed readings: no line to the target date"


def kpi_view(facts: Facts, ledger: Ledger, kpi: Kpi) -> KpiView:
    """One KPI, judged. Unsigned, stale or contradicted is Unknown, never green; and no better than what was signed."""
    points = points_of(facts, ledger, kpi)
    last = points[-1] if points else None
    counted = tuple(p for p in points if p.signed and len(p.values) == 1)
    ahead = forecast(kpi, counted)
    stale = last is not None and kpi.cadence_days is not None and (facts.today - last.day).days > kpi.cadence_days
    contradicted = last is not None and len(last.values) > 1
    dispute = _dispute(ledger, kpi, last)
    reasons = tuple(_why_unknown(facts, kpi, last, stale=stale, dispute=dispute))
    if reasons or last is None:
        status = Status.UNKNOWN
        if last is not None and dispute is None and not stale and _defined(kpi):
            status, reasons = _as_signed(kpi, points, ahead, facts.today, reasons)
    else:
        status, text = _status(kpi, last.value, ahead, facts.today)
        value = f"{quantity(last.value)} {kpi.unit}".strip()
        reasons = (Reason(f"{value} on {last.day}: {text}", last.origin, last.statement),)
    return KpiView(
        record=kpi,
        status=status,
        value=last.value if last else None,
        value_on=last.day if last else None,
        signed=bool(last and last.signed),
        signer_name=facts.person_name(last.signer) if last else "",
        stale=stale,
        contradicted=contradicted or dispute is not None,
        attainment=attainment(kpi, last.value) if last else None,
        forecast=ahead,
        forecast_status=Status.UNKNOWN if ahead is None else Status.ON_TRACK if meets(kpi, ahead) else Status.AT_RISK,
        readings=tuple((p.day, p.value, p.signed) for p in points),
        owner_name=facts.person_name(kpi.owner),
        reasons=reasons,
        statements=tuple(p.statement for p in points),
    )


def _as_signed(
    kpi: Kpi, points: tuple[Point, ...], ahead: float | None, today: date, unknown: tuple[Reason, ...]
) -> tuple[Status, tuple[Reason, ...]]:
    """What a KPI is whose latest reading does not count: Unknown, or worse where the last signed one says so. Else a
    reading that nobody signs would hide what its owner signed."""
    signed = [point for point in points if point.signed]
    if not signed:
        return Status.UNKNOWN, unknown
    point = signed[-1]
    status, text = _status(kpi, point.value, ahead, today)
    if status not in (Status.OFF_TRACK, Status.AT_RISK):
        return Status.UNKNOWN, unknown
    said = f"the last signed reading, {quantity(point.value)} on {point.day}, counts: {text}"
    return status, (*unknown, Reason(said, point.origin, point.statement))


def _dispute(ledger: Ledger, kpi: Kpi, last: Point | None) -> Proof | None:
    """What somebody who is bound by the number signed against the latest reading."""
    if last is None:
        return None
    said = ledger.proofs(f"kpi:{kpi.id}", Meaning.DISPUTED)
    return next((proof for proof in said if proof.on == last.day and proof.value == last.value), None)


def _why_unknown(facts: Facts, kpi: Kpi, last: Point | None, *, stale: bool, dispute: Proof | None) -> list[Reason]:
    reasons = []
    if not _defined(kpi):
        wanted = "low or high" if kpi.direction is Direction.RANGE else "a target"
        reasons.append(Reason(f"it has no {wanted.removeprefix('a ')}", kpi.origin))
    if last is None:
        reasons.append(Reason("it has no reading", kpi.origin))
        return reasons
    if not last.signed:
        who = facts.person_name(kpi.owner) or "its owner, who is not named"
        reasons.append(Reason(f"the reading of {last.day} is not signed by {who}", last.origin))
    if stale:
        age = (facts.today - last.day).days
        text = f"the last reading is {age} days old, its cadence is {kpi.cadence_days}"
        reasons.append(Reason(text, last.origin, last.statement))
    if len(last.values) > 1:
        values = " and ".join(map(quantity, last.values))
        reasons.append(Reason(f"sources contradict each other on {last.day}: {values}", last.origin, last.statement))
    if dispute is not None:
        text = f"{dispute.person.name}, who is bound by it, disputes the reading"
        reasons.append(Reason(text, last.origin, dispute.statement.id))
    return reasons
