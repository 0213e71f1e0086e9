"""What a session offers to whoever signs: drafts, options, signatures, and statements that were made elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from cockpit import charter as charters
from cockpit.garbage import uncollected
from cockpit.ledger import deciding, drafting, signing
from cockpit.ledger.drafting import Draft
from cockpit.ledger.keeping import Keeping
from cockpit.ledger.subjects import DraftError, Known, Words
from cockpit.memory import Memory
from cockpit.model import Meaning, Statement
from cockpit.trust import statements as ledger

if TYPE_CHECKING:
    from cockpit.assessment import Assessment, Breach
    from cockpit.lives import Option
    from cockpit.snapshot import Snapshot

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

    def keep_evidence(self, draft: Draft) -> None:
        """Copy the evidence of a draft into the portfolio, for a signature that is made elsewhere."""
        drafting.keep_evidence(self.folder, draft.files)

    def sign(self, draft: Draft, key: Path | None = None, *, interactive: bool | None = None) -> Statement:
        """Sign a draft with the key file, else with the one it was drafted for, else with the agent; keep it.

        `interactive` tells whether a passphrase may be asked for at the terminal (None: if there is one); an app that
        owns the screen passes False. Raises SigningError, DraftError, StoreError or OSError: then nothing was kept.
        """
        # Outside the lock: a key may wait for its touch while the screen goes on.
        signature = signing.sign(draft.payload, key or draft.key, draft.public_line, interactive=interactive)
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
