"""SQLite: schema, history by import, queries, statements at rest."""

from cockpit.store.errors import StoreError
from cockpit.store.history import ImportResult
from cockpit.store.imports import Arrival
from cockpit.store.store import Store

__all__ = ["Arrival", "ImportResult", "Store", "StoreError"]
