"""Tables in, one cell table, every number from it."""
