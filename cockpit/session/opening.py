"""A portfolio that is opened when it is first needed, so that the app stands before anything is loaded for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from cockpit.basics.garbage import uncollected

if TYPE_CHECKING:
    from types import TracebackType

    from cockpit.records.assessment import Assessment
    from cockpit.session.ground import Ground
    from cockpit.session.live import Session


class Opening:
    """The session of the portfolio in `folder`, opened by whichever thread asks first. Closes it as a context."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.failure: Exception | None = None
        self._lock = Lock()
        self._ground: Ground | None = None
        self._session: Session | None = None

    def session(self) -> Session:
        """Open it, once. Raises CharterError or StoreError, and keeps it as `failure`."""
        with self._lock:
            if self._session is None:
                ground = self._open()
                with self._keeping():
                    from cockpit.session.live import Session

                    self._session = Session(ground)
            return self._session

    def _open(self) -> Ground:
        """What a session stands on, opened once; also where that fails, as it may have waited long."""
        from cockpit.session.ground import Ground

        if self.failure is not None:
            raise self.failure
        if self._ground is None:
            with self._keeping():
                self._ground = Ground.open(self.folder)
        return self._ground

    @contextmanager
    def _keeping(self) -> Iterator[None]:
        """Keep as `failure` what is raised."""
        try:
            yield
        except Exception as error:
            self.failure = error
            raise

    @property
    def notice(self) -> str:
        """What the store has to say; empty for nothing, and where it was not opened."""
        return "" if self._ground is None else self._ground.store.notice

    def remembered(self) -> Assessment | None:
        """What was true when this user looked last, if nothing has changed since. Raises CharterError or StoreError."""
        with self._lock, uncollected():
            from cockpit.session.remembered import present

            return present(self._open())

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
            elif self._ground is not None:
                self._ground.store.close()
