"""The database under the store: tables, engines, an append-only history, copies."""
