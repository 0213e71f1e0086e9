"""Work that the owner of an objective gave to it by signature: what no file says, a person says with their name.

It changes what the work serves and nothing else: no date, no project, no roll-up. What a file says comes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from cockpit.engine.assign import matches, values
from cockpit.records.model import Meaning, WorkItem
from cockpit.trust.obligations import MAPPING, mapping_covered, mapping_version, serving_subject, split_subject

if TYPE_CHECKING:
    from cockpit.engine.facts import Facts
    from cockpit.engine.statements.ledger import Ledger, Proof
    from cockpit.trust.obligations import Covered


FIELDS = ("id", "project", "team", "objective")
"""What such a rule may go by: columns in which an edit is seen as one."""


class Rule(NamedTuple):
    """Work whose `field` matches `pattern` serves `objective`."""

    field: str
    pattern: str
    objective: str

    @property
    def subject(self) -> str:
        """What is signed about it."""
        return serving_subject(self.field, self.pattern, self.objective)

    @property
    def version(self) -> str:
        """The SHA-256 of what is signed: the same fields as of a mapping of the charter."""
        return mapping_version(self.field, self.pattern, "", self.objective)

    @property
    def covered(self) -> Covered:
        """What is signed."""
        return mapping_covered(self.field, self.pattern, "", self.objective)


def rule_of(subject: str, objectives: Iterable[str]) -> Rule | None:
    """The rule that a subject names: `mapping:FIELD=PATTERN>OBJECTIVE`, one of these objectives; else None."""
    kind, name = split_subject(subject)
    known = [each for each in objectives if name.endswith(f">{each}")] if kind == MAPPING else []
    if not known:
        return None
    objective = max(known, key=len)
    field, mark, pattern = name.removesuffix(f">{objective}").partition("=")
    return Rule(field, pattern, objective) if mark and field in FIELDS and pattern.strip() else None


class Standing(NamedTuple):
    """A rule that counts, with the statement by which it does."""

    rule: Rule
    proof: Proof


def standing(facts: Facts, ledger: Ledger) -> tuple[Standing, ...]:
    """The rules that count, signed first first: confirmed, by somebody who had every withdrawal before their eyes."""
    found = []
    for subject in ledger.proven(Meaning.CONFIRMED):
        rule = rule_of(subject, facts.objectives) if not is_of_charter(facts, subject) else None
        taken_back = ledger.proofs(subject, Meaning.WITHDRAWN)
        for proof in ledger.proofs(subject, Meaning.CONFIRMED) if rule is not None else ():
            if rule is not None and all(ledger.knew(proof.statement.id, each.statement.id) for each in taken_back):
                found.append(Standing(rule, proof))
                break
    return tuple(sorted(found, key=lambda each: each.proof.place))


def is_of_charter(facts: Facts, subject: str) -> bool:
    """Whether a subject is that of a mapping in the charter, which comes first."""
    name = split_subject(subject)[1]
    return any(name == f"{rule.field}={rule.pattern}" for rule in facts.snapshot.assignments)


class Serving:
    """Which rule gives an item to an objective. Exact patterns are looked up, and only those with a `*` are tried."""

    def __init__(self, facts: Facts, rules: Iterable[Rule]) -> None:
        self._facts = facts
        self._exact: dict[str, dict[str, tuple[int, Rule]]] = {}
        self._globs: list[tuple[int, Rule]] = []
        for place, rule in enumerate(rules):
            if "*" in rule.pattern:
                self._globs.append((place, rule))
            else:
                texts = self._exact.setdefault(rule.field, {})
                texts.setdefault(rule.pattern.casefold(), (place, rule))

    def rule_for(self, item: WorkItem) -> Rule | None:
        """The first rule that the item matches."""
        if not self._exact and not self._globs:
            return None
        found = min(self._matching(item), default=None)
        return found[1] if found is not None else None

    def _matching(self, item: WorkItem) -> Iterator[tuple[int, Rule]]:
        for field, texts in self._exact.items():
            yield from (texts[text] for each in self.texts(item, field) if (text := each.casefold()) in texts)
        for place, rule in self._globs:
            if any(matches(rule.pattern, text) for text in self.texts(item, rule.field)):
                yield place, rule

    def texts(self, item: WorkItem, field: str) -> Iterator[str]:
        """What an item says in a field: under `id` also what stands above it, under `team` whose work it is."""
        yield from (each.id for each in line_of(self._facts.items, item)) if field == "id" else values(item, field)
        if field == "team":
            yield self._facts.team_of(item)


def line_of(items: Mapping[str, WorkItem], item: WorkItem) -> Iterator[WorkItem]:
    """An item and all that stands above it, nearest first."""
    seen: set[str] = set()
    current: WorkItem | None = item
    while current is not None and current.id not in seen:
        seen.add(current.id)
        yield current
        current = items.get(current.parent)
