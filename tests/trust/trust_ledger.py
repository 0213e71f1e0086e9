"""A ledger with stewards that grows in a test, signed with the keys of `trust_keys`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from trust_keys import Key

from cockpit.records.model import Meaning, Statement
from cockpit.trust.authority import POSSESSION, Authority, judge, possession_payload
from cockpit.trust.history import judged
from cockpit.trust.statements import build, load, proof_body, sealed

BEGUN = datetime(2025, 3, 3, 8, tzinfo=UTC)
NOW = datetime(2025, 12, 31, tzinfo=UTC)


class Ledger:
    """A ledger that grows, a minute a statement. `with_` says with which key, by name."""

    def __init__(self, *stewards: str) -> None:
        self.statements: list[Statement] = []
        people = [{"id": name, "name": name.title(), "key": Key(name).line} for name in sorted(stewards)]
        self.root = ""
        self.root = self.say(stewards[0], "genesis", {"title": "Core", "stewards": people}, after=()).id

    def say(
        self,
        who: str,
        kind: str,
        body: dict[str, Any],
        *,
        after: Sequence[Statement] | None = None,
        with_: str = "",
        minutes: int | None = None,
    ) -> Statement:
        key = Key(with_ or who)
        at = BEGUN + timedelta(minutes=len(self.statements) if minutes is None else minutes)
        parents = [s.id for s in (self.heads() if after is None else after)]
        payload = build(self.root or "core", kind, who, key.fingerprint, at, parents, body)
        found = sealed(load(payload, key.sign(payload)))
        assert found.verdict == ""
        self.statements.append(found)
        return found

    def heads(self) -> list[Statement]:
        followed = {parent for s in self.statements for parent in s.parents}
        return [s for s in self.statements if s.id not in followed]

    def enrol(self, by: str, who: str, key: str = "", holder: str = "", **more: Any) -> Statement:
        new = Key(key or who)
        proof = Key(holder or new.name).sign(possession_payload(self.root, who, new.fingerprint), POSSESSION)
        after, with_ = more.pop("after", None), more.pop("with_", "")
        body = {"person": who, "name": who.title(), "teams": ["apps"], "key": new.line, "possession": proof} | more
        return self.say(by, "enrol", body, after=after, with_=with_)

    def rotate(
        self, who: str, key: str, *, with_: str = "", by: str = "", old: str = "", after: Any = None
    ) -> Statement:
        new = Key(key)
        proof = new.sign(possession_payload(self.root, who, new.fingerprint), POSSESSION)
        body = {"person": who, "key": new.line, "possession": proof} | ({"old": old} if old else {})
        return self.say(by or who, "rotate", body, with_=with_, after=after)

    def revoke(self, by: str, who: str, key: str = "", **more: Any) -> Statement:
        body = {"person": who, "key": Key(key or who).fingerprint, "note": "left"}
        return self.say(by, "revoke", body, **more)

    def prove(self, who: str, subject: str = "dependency:D", meaning: str = "resolved", **more: Any) -> Statement:
        return self.say(who, "proof", proof_body(subject, "ab" * 32, Meaning(meaning)), **more)

    def judge(self, statements: Sequence[Statement] | None = None, root: str = "") -> Authority:
        found = judged(self.statements if statements is None else statements, NOW)
        return judge(found, root or self.root, lambda s: f"by the table: {s.signer}", NOW)

    def verdict(self, statement: Statement) -> str:
        return {s.id: s.verdict for s in self.judge().statements}[statement.id]

    def transfer(
        self, by: str, to: str, subject: str = "dependency:D", role: str = "giver_owner", **more: Any
    ) -> Statement:
        return self.say(by, "transfer", {"subject": subject, "role": role, "to": to, "note": ""}, **more)

    def about(self, by: str, kind: str, said: Statement, **more: Any) -> Statement:
        """An acceptance, a second signature, a recall."""
        body = {"of": said.id} | ({"note": ""} if kind == "recall" else {})
        return self.say(by, kind, body, **more)

    def delegate(self, by: str, to: str, days: tuple[str, str], **more: Any) -> Statement:
        subjects = [more.pop("subject", "dependency:D")]
        said = {"meanings": ["promised", "resolved"], "subjects": subjects, "note": "holidays"}
        return self.say(by, "delegate", {"to": to, "from": days[0], "until": days[1]} | said, **more)
