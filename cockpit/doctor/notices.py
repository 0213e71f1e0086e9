"""What people are told: whether anything waits that no channel has taken, and whether anybody sends it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from cockpit.basics.text import moment, one_line
from cockpit.charter.charter import Charter
from cockpit.doctor.findings import MOST_NAMED, Finding, advice, ok, shell, wrong
from cockpit.doctor.patient import STORE, Patient
from cockpit.notices.lock import sender
from cockpit.notices.records import Failure
from cockpit.store import Store

LATE = timedelta(hours=1)
"""What is due for so long is late: somebody who sends would have tried it."""


def findings(patient: Patient, charter: Charter, store: Store) -> Iterator[Finding]:
    """The one finding about what people are told."""
    failures = store.outbox.failures()
    due = store.outbox.next_at()
    if failures:
        yield _failing(patient, failures)
    elif charter.notify.silent:
        yield ok("notify", "Nobody is told anything: [notify] of the charter names no channel.")
    elif due is not None and due < patient.now - LATE and not sender(patient.folder / STORE):
        says = f"A message is due since {moment(due)}, and nobody sends it."
        yield advice("notify", says, f"cockpit notify {shell(patient.folder)}")
    else:
        by = sender(patient.folder / STORE)
        yield ok("notify", f"Every message was taken. {by}" if by else "Every message was taken; none is sent now.")


def _failing(patient: Patient, failures: tuple[Failure, ...]) -> Finding:
    first = failures[0]
    many = "1 message was" if len(failures) == 1 else f"{len(failures)} messages were"
    details = [
        f"{each.channel.rpartition('-')[0]} to {one_line(each.person, 40)}, "
        f"{each.attempts} {'try' if each.attempts == 1 else 'tries'}: "
        f"{one_line(each.error, 200)}"
        for each in failures[:MOST_NAMED]
    ]
    test = f"cockpit notify {shell(patient.folder)} --test {shell(one_line(first.person))}"
    says = f"{many} not taken yet; each is kept and tried again. When the channel is mended, this tries it:"
    return wrong("notify", says, test, details=details)
