"""SQLite: schema, history by import, queries, statements at rest."""

from cockpit.store.errors import StoreError
from cockpit.store.history import ImportResult
from cockpit.store.store import Store

__all__ = ["ImportResult", "Store", "StoreError"]
