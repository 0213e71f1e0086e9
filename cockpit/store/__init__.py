"""SQLite: schema, history by import, queries, statements at rest."""
