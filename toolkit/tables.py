"""Tables checked against the schema: types turned exactly, everything wrong told at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from toolkit.errors import Problem, TableError
from toolkit.schema import CODE, DAY, FLAG, INSTANT, NUMBER, TEXT, WEEKDAYS, WHOLE, Column, Table

if TYPE_CHECKING:
    import pandas as pd

ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?)?")


def make(table: Table, columns: Mapping[str, Any] | Iterable[Mapping[str, Any]] = ()) -> pd.DataFrame:
    """Return a table of the kind `table` from columns or from rows, checked as by `conform`."""
    import pandas as pd

    frame = pd.DataFrame(columns if isinstance(columns, Mapping) else list(columns))
    return conform(frame if len(frame.columns) else pd.DataFrame(columns=table.names), table)


def conform(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return `frame` with the columns of `table`, in their order and types; optional ones are added empty.

    Raises
    ------
    TableError
        With every missing column, unknown word and value out of range; rows count from 1.
    """
    import pandas as pd

    problems = [Problem(c.name, "is a column the table must have") for c in table.columns if _lacks(frame, c)]
    if not problems:
        found = {c.name: _typed(frame, c, problems) for c in table.columns}
        if not problems:
            return pd.DataFrame(found, index=frame.index)
    raise TableError(f"The table of {table.name} cannot be used.", problems)


def _lacks(frame: pd.DataFrame, column: Column) -> bool:
    return column.required and column.name not in frame.columns


def _typed(frame: pd.DataFrame, column: Column, problems: list[Problem]) -> pd.Series | None:
    """Return one column in its type, or None and the problems it has."""
    import pandas as pd

    if column.name not in frame.columns:
        return _absent(frame.index, column)
    given = frame[column.name]
    try:
        if column.name == "weekdays":
            given = given.map(_weekday_text)
        series = _blank_flags(given) if column.dtype == FLAG else _exact(given, column.dtype)
        if column.dtype == DAY:
            series = series.dt.normalize()
    except (ValueError, TypeError, pd.errors.OutOfBoundsDatetime):
        problems.append(Problem(column.name, f"must hold {_accepted(column)}; found {_first_odd(given, column)}"))
        return None
    if wrong := _wrong(series, column):
        problems.append(Problem(column.name, wrong))
    return series


def _absent(index: pd.Index, column: Column) -> pd.Series:
    """An optional column that was not given: true for a flag (`time_known`), otherwise blank."""
    import pandas as pd

    return pd.Series(True if column.dtype == FLAG else None, index=index).astype(column.dtype)


def _exact(given: pd.Series, dtype: str) -> pd.Series:
    """Turn a column to its type; a number that would be cut to a whole one is an error, never rounded."""
    if dtype in (DAY, INSTANT):
        _refuse_guesses(given)
    series = given.astype(dtype)
    if dtype == WHOLE and not (series == given.astype(NUMBER)).all():
        raise ValueError("not whole")
    return series


def _refuse_guesses(given: pd.Series) -> None:
    """Refuse what pandas would make a date of by guessing: numbers, and text in another form than ISO 8601."""
    if given.dtype.kind in "iufb" and given.notna().any():
        raise ValueError("a number is no date")
    for value in given.dropna().unique() if given.dtype.kind not in "M" else ():
        if isinstance(value, (int, float)) or (isinstance(value, str) and not ISO.fullmatch(value)):
            raise ValueError("not ISO 8601")


def _blank_flags(given: pd.Series) -> pd.Series:
    return given.where(given.notna(), True).astype("bool")


def _weekday_text(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return ";".join(day for day in WEEKDAYS if day in value) if set(value) <= set(WEEKDAYS) else ";".join(value)
    return value


def _wrong(series: pd.Series, column: Column) -> str:
    """Say what the first unacceptable value of a typed column is, or nothing."""
    blank = series.isna()
    odd = blank & (not column.blank)
    if column.words:
        odd |= ~series.isin(column.words) & ~blank
    if column.name == "weekdays":
        odd |= ~blank & ~series.isin(
            [text for text in series.dropna().unique() if set(text.split(";")) <= set(WEEKDAYS)]
        )
    if column.low is not None:
        odd |= series < column.low
    if column.high is not None:
        odd |= series > column.high
    if not odd.any():
        return ""
    row = int(odd.to_numpy().argmax())
    found = "nothing" if blank.iloc[row] else series.iloc[row]
    return f"must hold {_accepted(column)}; found {found} in row {row + 1}"


def _accepted(column: Column) -> str:
    if column.words:
        return " or ".join(column.words)
    if column.name == "weekdays":
        return "days such as mon;wed;fri"
    kind = {TEXT: "text", CODE: "text", FLAG: "true or false", WHOLE: "a whole number", NUMBER: "a number"}
    words = kind.get(column.dtype, "a date or time")
    if column.low is not None and column.high is not None:
        return f"{words} from {column.low:g} to {column.high:g}"
    if column.dtype in (DAY, INSTANT):
        words = "a date such as 2026-03-02" if column.dtype == DAY else "a time such as 2026-03-02 07:30"
    return words if column.low is None else f"{words}, {column.low:g} or more"


def _first_odd(given: pd.Series, column: Column) -> str:
    """Show the first value that will not become the column's type."""
    import pandas as pd

    for row, value in enumerate(given, start=1):
        try:
            _exact(pd.Series([value]), column.dtype)
        except (ValueError, TypeError, pd.errors.OutOfBoundsDatetime):
            return f"{'nothing' if pd.isna(value) else str(value)[:40]} in row {row}"
    return "values of several kinds"
