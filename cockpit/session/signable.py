"""What a session offers to whoever signs: drafts, options, signatures, and statements that were made elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from cockpit.basics.garbage import uncollected
from cockpit.charter import charter as charters
from cockpit.ledger import deciding, drafting, signing
from cockpit.ledger.drafting import Draft
from cockpit.ledger.keeping import Keeping
from cockpit.ledger.subjects import DraftError, Known, Words
from cockpit.records.model import Meaning, Statement
from cockpit.session.memory import Memory
from cockpit.trust import statements as ledger

if TYPE_CHECKING:
    from cockpit.ledger.papers import Paper
    from cockpit.records.assessment import Assessment, Breach
    from cockpit.records.lives import Option
    from cockpit.records.snapshot import Snapshot
    from cockpit.records.whatif import Assumption, WhatIf
    from cockpit.session.live import Session

T = TypeVar("T")


class Signable:
    """The part of a session that has to do with signing: it knows what is known, and keeps what was signed."""

    folder: Path
    as_of: date | None
    _lock: threading.RLock
    _past: Memory
    _clock: Callable[[], datetime]

    def today(self) -> date:
        """Return the day that counts."""
        raise NotImplementedError

    def dates(self) -> tuple[date, ...]:
        """Return the days on which something was observed, earliest first."""
        raise NotImplementedError

    def assess(self, as_of: date | None = None) -> Assessment:
        """Return what is true at the end of `as_of`."""
        raise NotImplementedError

    def kept(self, work: Callable[[Keeping, charters.Charter, datetime], T]) -> T:
        """Do something with what is kept of the statements."""
        raise NotImplementedError

    def _known(self, as_of: date | None) -> Snapshot:
        raise NotImplementedError

    def draft(
        self,
        subject: str,
        meaning: Meaning,
        *,
        signer: str = "",
        key: Path | None = None,
        evidence: Sequence[Path] = (),
        on: date | None = None,
        value: float | None = None,
        note: str = "",
        option: str = "",
    ) -> Draft:
        """Return a statement ready to be signed, with its full sentence and what would be true once it is.

        `subject` may leave out its kind where that is clear. Raises DraftError when it would not count, and why;
        SigningError when no key of a known person is there.
        """
        with self._lock:
            if self.as_of is not None:
                raise DraftError("What is signed is signed today: leave out --as-of.")
            words = Words(subject, meaning, on, value, note, option)
            with uncollected():
                return drafting.draft(self._now(), words, signer=signer, key=key, evidence=evidence)

    def _now(self) -> Known:
        snapshot = self._past.with_earlier(self._known(None), self.today(), self._known, self.dates())
        assessment = self.assess()
        return Known(self._past.case(snapshot, assessment.today), assessment, self._clock())

    def options(self, breach: str) -> tuple[Breach, tuple[Option, ...]]:
        """Return the breach that is meant and what may be decided about it, recomputed now. Raises DraftError."""
        with self._lock:
            known = self._now()
            found = deciding.find_breach(known.assessment, breach)
            with uncollected():
                return found, deciding.options_of(known, found)

    def what_if(self, assumptions: Sequence[Assumption]) -> WhatIf:
        """Return what would be true today under these assumptions; nothing of it is kept. Raises DraftError."""
        from cockpit.engine.decisions.outcomes import what_if

        with self._lock:
            if self.as_of is not None:
                raise DraftError("What is assumed is assumed today: leave out --as-of.")
            known = self._now()
            with uncollected():
                return what_if(known.case, assumptions)

    def keep_evidence(self, draft: Draft) -> None:
        """Copy the evidence of a draft into the portfolio, for a signature that is made elsewhere."""
        drafting.keep_evidence(self.folder, draft.files)

    def second(self, command: str, key: Path | None = None) -> Paper:
        """Return what somebody else has to sign too, by the command that a sign-off names: accept, or cosign.

        Raises DraftError when it would not count, SigningError when no key of who may sign it is there.
        """
        from cockpit.ledger import offices

        act, _, statement = command.removeprefix("cockpit ").partition(" FOLDER ")
        with self._lock:
            drafted = offices.accept if act == "accept" else offices.cosign
            return drafted(cast("Session", self), statement, key)

    def sign(
        self, draft: Draft | Paper, key: Path | None = None, *, interactive: bool | None = None, agent: str = ""
    ) -> Statement:
        """Sign a draft with the key file, else with the one it was drafted for, else with the agent; keep it.

        `interactive` tells whether a passphrase may be asked for at the terminal (None: if there is one); an app that
        owns the screen passes False. `agent` is the socket of one that holds the key file's key. Raises SigningError,
        DraftError, StoreError or OSError: then nothing was kept.
        """
        if not isinstance(draft, Draft):
            from cockpit.ledger import papers

            return papers.sign(cast("Session", self), draft, key, interactive=interactive, agent=agent)
        # Outside the lock: a key may wait for its touch while the screen goes on.
        by = key or draft.key
        signature = signing.sign(draft.payload, by, draft.public_line, interactive=interactive, agent=agent)
        statement = ledger.load(draft.payload, signature)
        with self._lock:
            drafting.keep_evidence(self.folder, draft.files)
            self.keep(statement)
        return statement

    def keep(self, statement: Statement) -> None:
        """Add a statement to the ledger. Raises StoreError: then nothing was kept."""
        self.kept(lambda keeping, _, now: keeping.add(statement, now))

    def wrong_with(self, statement: Statement) -> str:
        """What would be wrong with a signed statement if it were kept; empty when it would stand."""
        return self.kept(lambda keeping, charter, now: keeping.wrong_with(charter, statement, now))
