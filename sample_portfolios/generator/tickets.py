"""The tickets of the agile teams: when each was written, begun and done, from a fixed seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from sample_portfolios.generator.simulate import DELIVERED_LATE, NEEDED
from sample_portfolios.generator.worktime import BANK


@dataclass(frozen=True)
class Epic:
    """A heading of tickets; every object is combined with every verb."""

    key: str
    title: str
    opened: date
    verbs: tuple[str, ...]
    objects: tuple[str, ...]
    people: tuple[str, ...]
    waits: bool = False
    """Its tickets can't be done without the vendor's documentation."""


@dataclass(frozen=True)
class Ticket:
    """A ticket as it truly went. `done` may lie after any export."""

    number: int
    jira: str
    summary: str
    epic: Epic | None
    kind: str
    person: str
    points: int
    created: date
    begun: date
    done: date
    blocks: int = 0
    """The number of the ticket that this one blocks."""

    @property
    def key(self) -> str:
        """The issue key."""
        return f"{self.jira}-{self.number}"


JIRA = {
    "INTG": "Integration",
    "CHAN": "Digital Channels",
    "PLAT": "Cloud Platform",
    "GUILD": "Engineering Guild",
}
"""The Jira projects. The guild's tickets serve no objective; nobody ever asked."""

EPICS = (
    Epic("INTG", "Legacy core API mapping", date(2025, 2, 20),
         ("Map", "Agree error codes of", "Write contract tests for"),
         ("balance enquiry", "holds and releases", "standing orders", "interest accrual", "account closure"),
         ("Mei Tanaka", "Jonas Weber"), waits=True),
    Epic("INTG", "API gateway", date(2025, 1, 8), ("Route", "Rate-limit", "Log calls to", "Document"),
         ("account lookup", "payee list", "card controls", "payment status", "branch search", "fee preview"),
         ("Ana Ruiz", "Jonas Weber")),
    Epic("INTG", "Event streaming", date(2025, 2, 10), ("Publish", "Consume", "Replay", "Monitor"),
         ("posting events", "card events", "login events", "limit changes", "address changes"),
         ("Ana Ruiz", "Tariq Aziz")),
    Epic("CHAN", "Mobile app on the new core", date(2025, 2, 3), ("Show", "Edit", "Cache", "Test"),
         ("balances", "transactions", "standing orders", "cards", "notices", "limits", "statements"),
         ("Noor Jansen", "Paul Breen")),
    Epic("CHAN", "Online banking pages", date(2025, 2, 17), ("Build", "Translate", "Test with screen reader:"),
         ("overview page", "transfer page", "payee page", "document page", "loan page", "settings page"),
         ("Noor Jansen", "Ivy Clark")),
    Epic("PLAT", "Monitoring", date(2025, 3, 3), ("Collect", "Alert on", "Chart"),
         ("queue depth", "database latency", "login failures", "batch run time", "certificate age", "disk growth"),
         ("Omar Said", "Kim Larsen")),
    Epic("GUILD", "", date(2025, 1, 20), ("Rewrite", "Prettify", "Migrate", "Benchmark"),
         ("build scripts", "lunch bot", "wiki theme", "code style guide", "demo kiosk", "team dashboard",
          "release jingle", "commit hooks", "office screens"),
         ("Ana Ruiz", "Paul Breen", "Kim Larsen", "Omar Said")),
)  # fmt: skip


@cache
def all_tickets(*, healthy: bool) -> tuple[Ticket, ...]:
    """Every ticket by Jira project and number. The first number of each epic is the epic itself."""
    chance = random.Random(365)
    numbers = dict.fromkeys(JIRA, 0)
    found: list[Ticket] = []
    for epic in EPICS:
        found += _of_epic(epic, numbers, chance, healthy=healthy)
    return tuple(found)


def _of_epic(epic: Epic, numbers: dict[str, int], chance: random.Random, *, healthy: bool) -> list[Ticket]:
    tickets: list[Ticket] = []
    if epic.title:
        numbers[epic.key] += 1
        far = date(2025, 12, 12)
        tickets.append(
            Ticket(
                numbers[epic.key], epic.key, epic.title, None, "Epic", epic.people[0], 0, epic.opened, epic.opened, far
            )
        )
    head = epic if epic.title else None
    for count, (verb, thing) in enumerate((v, o) for o in epic.objects for v in epic.verbs):
        numbers[epic.key] += 1
        tickets.append(_ticket(numbers[epic.key], epic, head, count, f"{verb} {thing}", chance, healthy=healthy))
    return tickets


def _ticket(
    number: int, epic: Epic, head: Epic | None, count: int, summary: str, chance: random.Random, *, healthy: bool
) -> Ticket:
    created = BANK.first(epic.opened + timedelta(days=3 + count * chance.randint(5, 7)))
    begun = BANK.last_of(created, chance.randint(2, 9))
    done = BANK.last_of(begun, chance.randint(3, 12))
    if epic.waits:
        created, begun = (BANK.first(NEEDED + timedelta(days=n * (count + 1))) for n in (1, 2))
        started = healthy or count < 4
        done = BANK.last_of(begun if healthy else BANK.after(DELIVERED_LATE), 4 + count)
        begun = begun if started else BANK.after(DELIVERED_LATE)
    kind = chance.choice(("Story", "Story", "Task", "Task" if epic.waits else "Bug"))
    blocks = number + 1 if count % 5 == 1 else 0
    return Ticket(
        number, epic.key, summary, head, kind, chance.choice(epic.people), chance.choice((1, 2, 3, 3, 5, 8)),
        created, begun, done, blocks,
    )  # fmt: skip
