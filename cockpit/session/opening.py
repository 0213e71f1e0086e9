"""A portfolio that is opened when it is first needed, so that the app stands before anything is loaded for it."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

    from cockpit.records.assessment import Assessment
    from cockpit.session.live import Session


class Opening:
    """The session of the portfolio in `folder`, opened by whichever thread asks first. Closes it as a context."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.failure: Exception | None = None
        self._lock = Lock()
        self._session: Session | None = None

    def session(self) -> Session:
        """Open it, once. Raises CharterError or StoreError, and keeps it as `failure`."""
        from cockpit.session.live import Session

        with self._lock:
            if self._session is None:
                try:
                    self._session = Session.open(self.folder)
                except Exception as error:
                    self.failure = error
                    raise
            return self._session

    @property
    def notice(self) -> str:
        """What the store has to say; empty for nothing, and where it was not opened."""
        return "" if self._session is None else self._session.store.notice

    def remembered(self) -> Assessment | None:
        """What was true when this user looked last, if nothing has changed since; opens the session."""
        from cockpit.session.remembered import present

        return present(self.session())

    def remember(self, assessment: Assessment | None) -> None:
        """Keep what is true now for the next start, if it still is."""
        from cockpit.session import networks
        from cockpit.session.remembered import keep_present

        if self._session is not None and assessment is not None:
            keep_present(self._session, assessment)
            networks.keep(self._session)

    def __enter__(self) -> Opening:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            if self._session is not None:
                self._session.close()
