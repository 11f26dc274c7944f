"""The corpus of small files: every way a log is known to go wrong, and what must become of each."""

from logs import (
    corpus_apps,
    corpus_asked,
    corpus_books,
    corpus_diary,
    corpus_exact,
    corpus_fhir,
    corpus_refused,
    corpus_rows,
    corpus_tables,
)
from logs.corpus_case import TRAPS, Case
from logs.corpus_values import GROUPS, Group

CASES = [
    *corpus_refused.cases(),
    *corpus_asked.cases(),
    *corpus_rows.cases(),
    *corpus_exact.cases(),
    *corpus_apps.cases(),
    *corpus_tables.cases(),
    *corpus_books.cases(),
    *corpus_diary.cases(),
    *corpus_fhir.cases(),
]

__all__ = ["CASES", "GROUPS", "TRAPS", "Case", "Group"]
