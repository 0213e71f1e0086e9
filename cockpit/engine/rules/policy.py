"""The policy itself: tolerances that somebody loosened in the charter without a steward."""

from __future__ import annotations

from collections.abc import Iterable

from cockpit.engine.case import Case
from cockpit.engine.rules.base import Family, breach
from cockpit.engine.statements import policies
from cockpit.records.assessment import Breach, Reason
from cockpit.records.model import Meaning
from cockpit.records.snapshot import Loosened
from cockpit.records.verdicts import Basis, Severity
from cockpit.trust.entitlement import steward_seat
from cockpit.trust.obligations import policy_subject

RULES = Family("policy")


@RULES.rule("POLICY-UNSIGNED", tolerance="none", clears="a steward signs it, or the charter goes back to the default")
def unsigned(case: Case) -> Iterable[Breach]:
    """Does the charter ask for tolerances looser than the default that no steward has signed? The default counts."""
    facts, settings = case.facts, case.facts.unsigned
    if settings:
        seat = steward_seat(policies.stewards(facts.snapshot), facts.directory)
        names = settings[0].name + (f" and {len(settings) - 1} more" if len(settings) > 1 else "")
        yield breach(
            case,
            "POLICY-UNSIGNED",
            policy_subject(facts.snapshot.portfolio.id),
            f"The charter loosens {names}, unsigned: the default rules",
            f"{seat.person.name if seat.person else 'a steward, who must be named,'} signs it (cockpit sign FOLDER "
            "policy confirmed), or the charter goes back to the default",
            severity=Severity.MAJOR,
            basis=Basis.UNPROVEN,
            owner=seat.person.id if seat.person else facts.snapshot.portfolio.steward,
            reasons=_reasons(case, settings),
        )


def _reasons(case: Case, settings: Iterable[Loosened]) -> Iterable[Reason]:
    for setting in settings:
        yield Reason(f"it asks for {setting.change}", policies.CHARTER)
    for view in case.ledger.voided(policy_subject(case.facts.snapshot.portfolio.id), Meaning.CONFIRMED):
        day = view.record.signed_at.date()
        yield Reason(f"what {view.signer_name} signed on {day} was another policy", None, view.record.id)
