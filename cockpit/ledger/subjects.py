"""What a statement can be about: the subject that somebody's words mean, which version of it is signed, and what it is
called in the sentence."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import cached_property

from cockpit.basics.classes import dataclass
from cockpit.basics.text import one_line
from cockpit.engine.case import Case
from cockpit.engine.edits import scopes
from cockpit.engine.facts import Facts, finish_of
from cockpit.engine.statements import policies
from cockpit.records.assessment import Assessment
from cockpit.records.model import Meaning
from cockpit.records.snapshot import Snapshot
from cockpit.trust import obligations, sentence
from cockpit.wording import edited

MEANINGS: dict[str, tuple[Meaning, ...]] = {
    obligations.DEPENDENCY: (Meaning.PROMISED, Meaning.RESOLVED, Meaning.DISPUTED, Meaning.WITHDRAWN),
    obligations.MILESTONE: (Meaning.VALIDATED,),
    obligations.KPI: (Meaning.ATTESTED, Meaning.DISPUTED),
    obligations.BASELINE: (Meaning.BASELINED,),
    obligations.MAPPING: (Meaning.CONFIRMED, Meaning.WITHDRAWN),
    obligations.POLICY: (Meaning.CONFIRMED,),
    obligations.BREACH: (Meaning.ACKNOWLEDGED, Meaning.DECIDED),
    obligations.SUSPICION: (Meaning.CONFIRMED, Meaning.DISMISSED),
    obligations.SAME: (Meaning.CONFIRMED, Meaning.DISMISSED),
    obligations.SCOPE: (Meaning.CONFIRMED,),
}
"""What can be said of each kind of subject."""
MOST_EDITS = 12
"""So many edits are named in the sentence that is signed; the hash covers all."""


class DraftError(Exception):
    """Nothing was signed: a sentence that says why, and what to do."""


@dataclass(frozen=True)
class Words:
    """What somebody wants to say, as typed."""

    subject: str
    meaning: Meaning
    on: date | None = None
    value: float | None = None
    note: str = ""
    option: str = ""
    """What a decision chooses."""


@dataclass(frozen=True)
class Known:
    """What is known when a statement is drafted."""

    case: Case
    assessment: Assessment
    now: datetime

    @property
    def facts(self) -> Facts:
        """The lookups over the snapshot."""
        return self.case.facts

    @property
    def snapshot(self) -> Snapshot:
        """All that is known, as it is read."""
        return self.facts.read

    @cached_property
    def subjects(self) -> tuple[str, ...]:
        """Everything that a statement can be about, what is waited for first."""
        return tuple(dict.fromkeys(self._subjects()))

    def _subjects(self) -> Iterator[str]:
        yield from (signoff.subject for signoff in self.assessment.signoffs if not signoff.command)
        yield from (view.subject for view in self.assessment.dependencies)
        yield from (obligations.kpi_subject(view.record.id) for view in self.assessment.kpis)
        yield from (obligations.milestone_subject(finish_of(view.record.id)) for view in self.assessment.projects)
        yield from (obligations.milestone_subject(item) for item in self.facts.items)
        yield from (obligations.baseline_subject(view.record.id) for view in self.assessment.projects)
        yield from (obligations.mapping_subject(rule.field, rule.pattern) for rule in self.snapshot.assignments)
        if policies.loosened(self.snapshot.policy):
            yield obligations.policy_subject(self.snapshot.portfolio.id)
        yield from (obligations.scope_subject(scope) for scope in scopes.signable(self.facts))
        yield from (obligations.breach_subject(breach.key) for breach in self.assessment.breaches)


def find_subject(known: Known, text: str, meaning: Meaning) -> str:
    """Return the one subject that `text` means, with or without its kind. Raises DraftError that lists close ones."""
    if text in known.subjects:
        return _checked(text, meaning)
    policy = obligations.policy_subject(known.snapshot.portfolio.id)
    if meaning is Meaning.CONFIRMED and text in (obligations.POLICY, policy):
        if policy not in known.subjects:
            raise DraftError("The policy of portfolio.toml is nowhere looser than the default: nobody need sign it.")
        return policy
    fitting = [s for s in known.subjects if meaning in MEANINGS.get(obligations.split_subject(s)[0], ())]
    found = [s for s in fitting if s.partition(":")[2] == text]
    if len(found) == 1:
        return found[0]
    if found:
        raise DraftError(f"“{one_line(text)}” may be {listed(found)}. Write the one that you mean.")
    other = [s for s in known.subjects if s.partition(":")[2] == text]
    if other:
        return _checked(other[0], meaning)
    ids = {s.partition(":")[2]: s for s in reversed(fitting)}
    close = difflib.get_close_matches(text, [*fitting, *ids], n=4, cutoff=0.5)
    near = list(dict.fromkeys(ids.get(match, match) for match in close)) or fitting[:4]
    hint = f" Did you mean {listed(near)}?" if near else f" There is nothing here that can be {meaning}."
    raise DraftError(f"There is no “{one_line(text)}” that can be {meaning}.{hint}")


def _checked(subject: str, meaning: Meaning) -> str:
    kind = obligations.split_subject(subject)[0]
    allowed = MEANINGS.get(kind, ())
    if meaning not in allowed:
        said = " or ".join(m.value for m in allowed)
        raise DraftError(f"{one_line(subject)} can't be {meaning}: a {kind} can be {said}.")
    return subject


def listed(subjects: Sequence[str]) -> str:
    """The first six of several subjects, in words."""
    shown = [one_line(subject) for subject in subjects[:6]]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"


def obligation_of(known: Known, words: Words) -> tuple[str, str]:
    """Return the version that is signed, and the words for what it is."""
    kind, name = obligations.split_subject(words.subject)
    facts = known.facts
    if kind == obligations.DEPENDENCY:
        view = next(v for v in known.assessment.dependencies if v.subject == words.subject)
        teams = (facts.team_title(view.record.giver_team), facts.team_title(view.record.receiver_team))
        return view.version, sentence.of_dependency(view.record, *teams)
    if kind == obligations.KPI:
        kpi = next(v.record for v in known.assessment.kpis if v.record.id == name)
        assert words.on is not None and words.value is not None
        return obligations.reading_version(name, words.on, words.value), sentence.of_reading(kpi)
    if kind == obligations.BASELINE:
        project = facts.projects[name]
        return obligations.baseline_version(name, project.baseline_finish), sentence.of_baseline(project)
    if kind == obligations.MAPPING:
        return _mapping(known, words.subject)
    if kind == obligations.SCOPE:
        return _scope(known, name)
    if kind == obligations.POLICY:
        asked = known.snapshot.policy
        return policies.version_of(asked), sentence.of_policy(each.change for each in policies.loosened(asked))
    return _milestone(known, name)


def _mapping(known: Known, subject: str) -> tuple[str, str]:
    for rule in known.snapshot.assignments:
        if obligations.mapping_subject(rule.field, rule.pattern) == subject:
            row = known.facts.projects.get(rule.project)
            target = rule.objective or next(iter(row.objectives if row else ()), "")
            objective = known.facts.objectives.get(target)
            if objective is None:
                raise DraftError(f"{one_line(subject)} leads to no known objective: mend [[assign]] in portfolio.toml.")
            version = obligations.mapping_version(rule.field, rule.pattern, rule.project, rule.objective)
            return version, sentence.of_mapping(rule.field, rule.pattern, objective)
    raise DraftError(f"{one_line(subject)} is in no [[assign]] of portfolio.toml.")


def _scope(known: Known, name: str) -> tuple[str, str]:
    facts = known.facts
    edits = [found.edit for found in facts.edits.of(name)]
    project, objective = scopes.project_of(facts, name), scopes.objective_of(facts, name)
    what = "project" if project is not None else "objective" if objective is not None else "portfolio"
    title = (project or objective or facts.snapshot.portfolio).title
    told = sorted(edits, key=lambda edit: list(edited.WORDS).index(edit.what))[:MOST_EDITS]
    more = len(edits) - len(told)
    words = sentence.of_scope(what, title, edited.counted(edits), list(map(edited.sentence, told)), more)
    return scopes.version_of(facts, name), words


def _milestone(known: Known, name: str) -> tuple[str, str]:
    item = known.facts.item(name)
    if item is None:
        raise DraftError(f"There is no milestone “{one_line(name)}”.")
    version = obligations.milestone_version(item.id, item.project, item.title, item.acceptance)
    return version, sentence.of_milestone(item, known.facts.projects.get(item.project))
