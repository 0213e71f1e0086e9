"""The last assessment of the present, kept for this user (`cached`): where nothing was touched since, it is shown at
once. Nothing but records is ever made of its bytes.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, timedelta, timezone
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from cockpit.records.assessment import Assessment
from cockpit.session import cached
from cockpit.sources.errors import SourceError
from cockpit.store import StoreError

if TYPE_CHECKING:
    from cockpit.session.ground import Ground
    from cockpit.session.live import Session

_NAMES = (
    "assessment", "edits", "itemdates", "lives", "measures", "model", "origins", "snapshot", "steps", "terms",
    "verdicts",
)  # fmt: skip
_MODULES = frozenset(f"cockpit.records.{name}" for name in _NAMES)
"""Where records are defined."""
_TIMES = {kind.__name__: kind for kind in (date, datetime, timedelta, timezone)}


def present(ground: Ground) -> Assessment | None:
    """What was true when this portfolio was looked at last, if nothing it rests on has changed since; else None."""
    with suppress(StoreError, SourceError):
        return recall(cached.name(ground), _key(ground))
    return None


def keep_present(session: Session, assessment: Assessment) -> None:
    """Keep an assessment of the present for the next session, if it is still true of all files and of the store."""
    with suppress(StoreError, SourceError):
        key = _key(session)
        if session.as_of is None and session.is_current():
            keep(cached.name(session), key, assessment)


def _key(portfolio: Ground | Session) -> bytes:
    return cached.key(portfolio, portfolio.store.state())


def keep(name: str, key: bytes, assessment: Assessment) -> None:
    """Keep an assessment in the place of the one before."""
    subjects = dict(assessment.subjects)
    whole = replace(assessment, items={}, titles={}, near={}, quality=(), unmapped=(), subjects=subjects)
    with suppress(RecursionError):
        cached.keep(name, key, bytes_of(whole))


def recall(name: str, key: bytes) -> Assessment | None:
    """The assessment that was kept under a key; None where there is none, or none that can be believed.

    Dates of items, titles, near-critical chains, the quality of all work together and single unmapped tickets are not
    kept: it is shown until the next one is made.
    """
    data = cached.recall(name, key)
    found = None if data is None else made_of(data)
    return found if isinstance(found, Assessment) else None


def bytes_of(records: object) -> bytes:
    """Records as bytes of which `made_of` makes them again, by any release of Python."""
    kept = io.BytesIO()
    _Kept(kept, protocol=5).dump(records)
    return kept.getvalue()


class _Kept(pickle.Pickler):
    """Tells a record by the values of its slots: what dataclasses do instead takes more than twice as long to read. And
    a member of an enumeration by its value: Python 3.11.2, which Debian 12 has, tells it by a call of `getattr`, and
    nothing that is read back may call that."""

    def reducer_override(self, it: Any) -> Any:
        kind: Any = type(it)
        if issubclass(kind, Enum):
            return kind, (it.value,)
        values = _values(kind)
        return NotImplemented if values is None else (_filled, (kind, values(it)))


@cache
def _values(kind: type) -> Callable[[Any], tuple[Any, ...]] | None:
    """What gives the values of a record with slots; None for anything else."""
    if not is_dataclass(kind) or "__slots__" not in vars(kind):
        return None
    names = [field.name for field in fields(kind)]
    return attrgetter(*names) if len(names) > 1 else lambda it: tuple(getattr(it, name) for name in names)


@cache
def _slots(kind: type) -> tuple[Callable[[Any, Any], None], ...]:
    """What fills the slots of a record, which is frozen for everybody else. Raises TypeError for no record."""
    return tuple(getattr(kind, field.name).__set__ for field in fields(kind))


def _filled(kind: type, values: tuple[Any, ...]) -> object:
    """The record of this kind with these values. Raises TypeError or ValueError where they are none."""
    made: object = object.__new__(kind)
    for fill, value in zip(_slots(kind), values, strict=True):
        fill(made, value)
    return made


def made_of(data: memoryview) -> object:
    """The records of kept bytes; None where anything else is in them."""
    try:
        found: object = _Records(io.BytesIO(data)).load()
    except (pickle.UnpicklingError, ValueError, TypeError, AttributeError, KeyError, IndexError, EOFError, ImportError):
        return None
    return found


class _Records(pickle.Unpickler):
    """Makes records, days and times, and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        """The class of a record, or what fills it. Raises UnpicklingError for anything else."""
        if module == "datetime" and name in _TIMES:
            return _TIMES[name]
        if (module, name) == (__name__, _filled.__name__):
            return _filled
        found: object = super().find_class(module, name) if module in _MODULES and "." not in name else None
        if isinstance(found, type) and found.__module__ == module and _is_record(found):
            return found
        raise pickle.UnpicklingError(f"{module}.{name} is no record")


def _is_record(kind: type) -> bool:
    return is_dataclass(kind) or issubclass(kind, Enum | tuple)
