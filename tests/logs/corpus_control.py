"""The control: what a common reader makes of the corpus as it comes, and where it changes a value without a word."""

import io
import math
import re
import warnings
from decimal import Decimal, InvalidOperation

import pandas as pd

IDS = ("patient_id", "entry_id", "note", "record_id")
DATES = ("performed_at", "Day", "Date")
ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2})?Z?)?")


def changed_by_pandas(case, *, dates):
    """Tell whether pandas returns, without an error or a warning, a table in which a value is not what the text says.

    The names of the columns must be the file's, so that it is its rows that are compared. A number is the same where it
    is equal; an id or a note where its text is. A row that is swallowed or made up is a change too. Blanks and outer
    blanks are none.

    Parameters
    ----------
    dates : whether pandas is told which column holds dates, which it then guesses as it does
    """
    try:
        rows = [fields for _, fields in case.rows() if any(cell.strip() for cell in fields)]
    except UnicodeDecodeError:  # the text itself is not known
        return False
    names, body = rows[0], rows[1:]
    named = [name for name in DATES if dates and name in names]
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            table = pd.read_csv(io.BytesIO(case.bytes), parse_dates=named or False).dropna(how="all")
        except Exception:  # it said something
            return False
    if said or len(names) < 2 or list(table.columns) != names:
        return False
    if len(table) != len(body):
        return True
    return any(
        not _same(name, cell.strip(), table[name].iloc[place])
        for place, fields in enumerate(body)
        for name, cell in zip(names, fields, strict=False)
    )


def _same(name, text, value):
    if isinstance(value, pd.Timestamp):
        return bool(ISO.fullmatch(text)) and value.tz_localize(None) == pd.Timestamp(text).tz_localize(None)
    if value is None or (isinstance(value, float) and math.isnan(value)) or value is pd.NaT:
        return not text
    if isinstance(value, str) or name in IDS:
        return str(value).strip() == text
    try:
        return Decimal(text) == Decimal(str(value))
    except InvalidOperation:
        return str(value) == text
