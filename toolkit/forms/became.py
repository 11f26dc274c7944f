"""What became of a file's rows, as text on screen: the account, the rows to look at, and a file to send back."""

from __future__ import annotations

from typing import Any

from toolkit.forms import markup
from toolkit.logs.codes import words as code_words
from toolkit.logs.read import ImportResult
from toolkit.logs.source import Source
from toolkit.logs.write import quarantine_file
from toolkit.plan.catalogue import exercises
from toolkit.plan.wording import day_in_words
from toolkit.typed import shown

MOST_ROWS = 200  # of the quarantine on screen; the download has all
READ = {"patient_id": "Patient", "exercise": "Exercise", "side": "Side", "status": "Status", "sets": "Sets",
        "reps": "Repetitions", "hold_s": "Hold (s)", "pain": "Pain", "note": "Note"}  # fmt: skip
SHORT = {"line": "Line", "column": "Column", "code": "Code", "value": "Found", "message": "What to do"}


def recognised(source: Source | None, result: ImportResult | None) -> str:
    """Return what a file was told to be, nothing where there is none."""
    if source is None or result is None:
        return ""
    waiting = "; it asks something first" if result.questions else ""
    unit = {"row": "rows", "entry": "entries", "resource": "resources"}[result.account.unit]
    return f"{shown(source.name, limit=60)} is {result.says}, {result.account.rows} {unit}{waiting}."


def first_entries(result: ImportResult) -> str:
    """Return the first entries as they were read, for a person to compare with the file: a date above all."""
    table = result.log.head(3)
    if not len(table):
        return ""
    when = [
        day_in_words(at) + (f", {at:%H:%M}" if known else "")
        for at, known in zip(table["performed_at"], table["time_known"], strict=True)
    ]
    names = [exercises()[one].name if one == one and one else "pain entry" for one in table["exercise"]]
    named = table.assign(exercise=names)
    texts = [[_said(value) for value in named[name]] for name in READ]
    return markup.table(["Line", "When", *READ.values()], zip(map(_said, table["line"]), when, *texts, strict=True))


def span_of(result: ImportResult) -> str:
    """Return how many entries of whom there are, on how many days, from when to when: a wrong order of dates shows."""
    if not len(result.log):
        return "No entry could be kept."
    days, whose = result.log["performed_at"].dt.normalize(), result.log["patient_id"].unique()
    first, last = day_in_words(days.min()), day_in_words(days.max())
    named = f" of {', '.join(shown(one) for one in sorted(whose)[:5])}{', ...' if len(whose) > 5 else ''}"
    entries, count = len(result.log), days.nunique()
    said = f"{entries} entr{'y' if entries == 1 else 'ies'}{named} on {count} day{'' if count == 1 else 's'}"
    return f"{said}, {first}." if first == last else f"{said}, from {first} to {last}."


def _said(value: Any) -> str:
    """Return a value as it is read: nothing where it is missing."""
    return "" if value != value or value is None else f"{value:g}" if isinstance(value, float) else shown(value)


def _quiet(result: ImportResult) -> Any:
    """Return which rows that were set aside need no work."""
    return result.quarantine["code"].isin(list(code_words()["information"]))


def account_of(result: ImportResult) -> str:
    """Return the account as a table of one row, with what needs work apart from what needs none."""
    account = result.account
    quiet = int(_quiet(result).sum())
    rows, above = ("Resources", "Not of the log") if account.unit == "resource" else ("Rows", "Header")
    heads = [rows, "Kept", "Entries", "To look at", "No work needed", "Blank", above]
    counts = [account.rows, account.kept, account.entries, account.quarantined - quiet, quiet, account.blank,
              account.header]  # fmt: skip
    return markup.table(heads, [counts])


def rows_set_aside(result: ImportResult) -> str:
    """Return the rows to look at as a table, and all of them as a file to send back."""
    table = result.quarantine[~_quiet(result)]
    if not len(table):
        return ""
    rows = table[list(SHORT)].head(MOST_ROWS).astype(object).where(table[list(SHORT)].notna(), "").to_numpy().tolist()
    link = markup.download("quarantine.csv", quarantine_file(table), "Download the rows set aside (CSV)")
    more = f"<p>{len(table) - MOST_ROWS} more in the file.</p>" if len(table) > MOST_ROWS else ""
    shown_rows = markup.table(list(SHORT.values()), rows) if rows else ""
    return f"{shown_rows}{more}{link}"
