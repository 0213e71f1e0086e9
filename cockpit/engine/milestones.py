"""Milestones close on evidence: validated by their acceptor over the acceptance text, with proof that is still there.

Asked of every project's finish, of milestones for which somebody named an acceptor or an acceptance, of those that a
dependency waits for, and of those that the driving chain of an objective runs through or rests on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cached_property

from cockpit.basics.classes import dataclass
from cockpit.basics.text import one_line
from cockpit.engine import kernel
from cockpit.engine.facts import Facts, finish_of
from cockpit.engine.path.blockage import Blockage
from cockpit.engine.renewed import taken
from cockpit.engine.statements.ledger import Ledger, Proof
from cockpit.records.assessment import Reason
from cockpit.records.model import Kind, Meaning, Project, State, WorkItem


@dataclass(frozen=True)
class Milestones:
    """The milestones of one portfolio on one day."""

    facts: Facts
    ledger: Ledger
    blockage: Blockage
    earlier: Milestones | None = None
    """Those of a snapshot by which nothing but times of work is otherwise, in the projects that are touched."""

    def let_go(self) -> None:
        """Forget the snapshot before: nothing is asked of it any more."""
        object.__setattr__(self, "earlier", None)

    @cached_property
    def _claims(self) -> dict[str, bool]:
        """Project → whether its finish is claimed, as far as that was asked."""
        return taken(self.earlier._claims, self.facts.touched) if self.earlier is not None else {}

    def claimed(self, project: str) -> tuple[WorkItem, ...]:
        """The milestones of a project that are claimed done and that nobody but their acceptor may close."""
        return tuple(i for i in self._done.get(project, ()) if self.is_named(i) or i.id in self.critical)

    def is_named(self, item: WorkItem) -> bool:
        """Whether somebody waits for it: its acceptance is or was named, or a dependency is on it."""
        return bool(item.acceptor or item.acceptance) or item.id in self._waited_for or item.id in self._named_before

    @cached_property
    def _named_before(self) -> frozenset[str]:
        """Milestones whose rows named an acceptor or an acceptance until an edit that nobody signed."""
        edits, found = self.facts.edits, set[str]()
        for name, lines in edits.lines["work_items"].items():
            for line in lines:
                signed = self.facts.signed.get(edits.place_of(line.first).scope)
                before = next((said.record for said in line.since(signed)), None)
                if isinstance(before, WorkItem) and before.kind is Kind.MILESTONE:
                    found |= {name} if before.acceptor or before.acceptance else set()
        return frozenset(found)

    @cached_property
    def critical(self) -> frozenset[str]:
        """The milestones on the driving chain of any objective, and those that work on one rests on as done."""
        network, held = self.blockage.woven.network, self.blockage.held
        ends = {self.blockage.end_of(objective, held) for objective in self.facts.objectives.values()} - {None}
        nodes = {n for end in ends if end is not None for n in self.blockage.chain_to(end)}
        found = {n for n in nodes if network.items[n].kind is Kind.MILESTONE}
        # All that ends a project stands before its implied finish: that rests on nothing in particular.
        open_ = [n for n in nodes if network.ids[n] in self.facts.items]
        while open_:
            node = open_.pop()
            before = (network.link_pred[link] for link in range(network.first[node], network.first[node + 1]))
            fresh = {n for n in before if network.items[n].kind is Kind.MILESTONE} - found
            found |= fresh
            open_ += fresh
        return frozenset(network.ids[n] for n in found)

    @cached_property
    def _waited_for(self) -> frozenset[str]:
        """Work items that a dependency needs, of the register or of a link between teams."""
        return frozenset(judged.view.record.giver_item for judged in self.blockage.judged.values())

    @cached_property
    def _done(self) -> Mapping[str, list[WorkItem]]:
        known = taken(self.earlier._done, self.facts.touched) if self.earlier is not None else {}
        if self.earlier is not None and self.earlier._named_before != self._named_before:
            known = {}
        groups: dict[str, list[WorkItem]] = {}
        for project, items in self.facts.items_by_project.items():
            if project in known:
                groups[project] = known[project]
                continue
            asked = (i for i in items if i.kind is Kind.MILESTONE or i.id in self._named_before)
            groups[project] = [i for i in asked if self.facts.is_done(i)]
        return groups

    def claims_done(self, project: Project) -> bool:
        """Whether a project's finish is claimed: its file says so, or nothing of its work is open."""
        if project.id not in self._claims:
            self._claims[project.id] = self._claims_done(project)
        return self._claims[project.id]

    def _claims_done(self, project: Project) -> bool:
        if project.actual_finish is not None or project.state is State.DONE:
            return True
        items, untold = self.facts.items_by_project.get(project.id, ()), self.blockage.woven.untold
        return bool(items) and all(self.facts.is_done(i) or untold.is_done(i) for i in items)

    def open_before(self, item: str) -> WorkItem | None:
        """Unfinished work that links put before a milestone; the first by id, None where there is none."""
        network, node = self.blockage.woven.network, self.blockage.woven.node(item)
        if node is None:
            return None
        before = (network.link_pred[link] for link in range(network.first[node], network.first[node + 1]))
        return min((network.items[n] for n in before if network.progress[n] != kernel.DONE), key=_by_id, default=None)

    def unclosed(self) -> tuple[WorkItem, ...]:
        """Everything that is claimed done and not closed: milestones and finishes of projects."""
        claimed = [i for project in self.facts.projects for i in self.claimed(project)]
        finishes = (self.facts.item(finish_of(p.id)) for p in self.facts.projects.values() if self.claims_done(p))
        return tuple(i for i in (*claimed, *(f for f in finishes if f is not None)) if self.closing(i.id) is None)

    # What closes them

    def closing(self, item: str) -> Proof | None:
        """The validation that closes a milestone: one that counts, with evidence that is kept as it was signed."""
        proofs = self.ledger.proofs(f"milestone:{item}", Meaning.VALIDATED)
        return next((proof for proof in reversed(proofs) if not lacks(self.facts, proof)), None)

    def has_lost(self, item: str) -> bool:
        """Whether a validation that counts names evidence, and that is not kept as it was signed."""
        proofs = self.ledger.proofs(f"milestone:{item}", Meaning.VALIDATED)
        named = bool(proofs) and bool(proofs[-1].statement.body.get("evidence"))
        return named and self.closing(item) is None

    def failing(self, item: str) -> Reason | None:
        """Why a validation that counts closes nothing; None where there is none."""
        proofs = self.ledger.proofs(f"milestone:{item}", Meaning.VALIDATED)
        if not proofs or self.closing(item) is not None:
            return None
        proof = proofs[-1]
        return Reason(f"{proof.person.name} validated it, but {lacks(self.facts, proof)}", None, proof.statement.id)


def _by_id(item: WorkItem) -> str:
    return item.id


def lacks(facts: Facts, proof: Proof) -> str:
    """What the evidence of a statement lacks, to follow “but”; empty where it is all kept, or a link in its note."""
    named = tuple(proof.statement.body.get("evidence", ()))
    if not named:
        return "" if "://" in str(proof.statement.body.get("note", "")) else "with no evidence behind it"
    lost = [sha for sha in named if sha not in facts.snapshot.evidence]
    if not lost:
        return ""
    name = _kept_under(facts, lost[0])
    if name:
        return f"its evidence {one_line(name, 80)} is another file now than was signed (SHA-256 {lost[0][:12]})"
    return f"the evidence with SHA-256 {lost[0][:12]} is not kept any more"


def _kept_under(facts: Facts, sha: str) -> str:
    """The file that was kept for this hash, and holds something else now; empty where there is none."""
    names = (path.rpartition("/")[2] for path in facts.snapshot.evidence.values())
    return next((name.removeprefix(f"{sha}-") for name in sorted(names) if name.startswith(f"{sha}-")), "")


def age_days(facts: Facts, proof: Proof) -> int:
    """How old the evidence of a statement is, from the day on which it was signed."""
    return max(0, (facts.today - proof.statement.signed_at.date()).days)


def expires_on(facts: Facts, proof: Proof) -> date:
    """The first day on which the evidence of a statement is too old."""
    return proof.statement.signed_at.date() + timedelta(days=facts.policy.evidence_days)
