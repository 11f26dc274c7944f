"""Regimen and caseload files to the two tables, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.errors import Problem, RegimenError, TableError, ToolkitError
from toolkit.plan.changes import revisions_in_force
from toolkit.plan.regimen import Regimen, pause_table, prescription_table
from toolkit.plan.screening import judge
from toolkit.schema import PAUSES, PRESCRIPTIONS, Table
from toolkit.tables import conform
from toolkit.typed import shown
from toolkit.writing import unmarked, write_atomically

if TYPE_CHECKING:
    import pandas as pd

FORMAT, VERSION = "backcare-regimen", 1
FOR_ADHERENCE = "read for adherence only, no document is made from it"
ENDINGS = (".json", ".jsonl", ".csv", ".parquet")


@dataclass(frozen=True, slots=True)
class Caseload:
    """Regimens of one or many patients as the two tables; `notices` says what was left out and why."""

    prescriptions: pd.DataFrame
    pauses: pd.DataFrame
    notices: tuple[str, ...] = ()


def read_caseload(path: Path | str, *, pauses: Path | str | None = None) -> Caseload:
    """Return the prescriptions and pauses of a caseload file.

    Parameters
    ----------
    path : `.json` (one regimen or an array), `.jsonl` (one a line), or the prescriptions table as `.csv` or `.parquet`
    pauses : the pauses table as `.csv` or `.parquet`; beside a `.json` its rows are added, equal ones once

    Raises
    ------
    RegimenError
        If a file is missing, is none of these, or holds a regimen that is wrong: every problem, with its place.
    """
    path = Path(path)
    ending = _known_ending(path, ENDINGS)
    extra = read_pauses(pauses) if pauses is not None else None
    if ending in (".json", ".jsonl"):
        caseload = caseload_of(read_regimens(path))
    else:
        caseload = Caseload(read_table(path, PRESCRIPTIONS), pause_table([]))
    if not len(caseload.prescriptions):
        left_out = "; ".join(caseload.notices)
        raise RegimenError(f"{path.name} holds no prescription in force{': ' + left_out if left_out else ''}.")
    if extra is None:
        return caseload
    import pandas as pd

    both = [table for table in (caseload.pauses, extra) if len(table)]
    joined = pd.concat(both).drop_duplicates(ignore_index=True) if both else caseload.pauses
    return replace(caseload, pauses=joined)


def read_regimens(path: Path | str) -> list[Regimen]:
    """Return the regimens of a `.json` (one, or an array) or `.jsonl` file (one a line), each as it stands there.

    Raises
    ------
    RegimenError
        With every problem of every regimen, the place counted from 1.
    """
    path = Path(path)
    text = _read_text(path)
    problems: list[Problem] = []
    found = []
    for place, data in _documents(path, text):
        try:
            found.append(regimen_from_data(data))
        except ToolkitError as error:
            problems += [Problem(f"{place}{one.where}", one.message) for one in error.problems]
            problems += [] if error.problems else [Problem(place.rstrip(" :"), error.summary)]
    if problems:
        raise RegimenError(f"{path.name} cannot be used.", problems)
    return found


def regimen_from_data(data: Any) -> Regimen:
    """Return the regimen that a JSON document of the format `backcare-regimen` states.

    Raises
    ------
    RegimenError
        If it is another format, of a later version, has an unknown key, or is wrong: all problems at once.
    """
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        found = data.get("format") if isinstance(data, dict) else type(data).__name__
        raise RegimenError("", [Problem("format", f"must be {FORMAT}; found {shown(found)}")])
    if data.get("version") != VERSION:
        raise RegimenError("", [Problem("version", f"must be {VERSION}; found {shown(data.get('version'))}")])
    return Regimen(**{key: value for key, value in data.items() if key not in ("format", "version")})


def regimen_to_data(regimen: Regimen) -> dict[str, Any]:
    """Return a regimen as the JSON document that `regimen_from_data` reads; optional keys only where filled."""
    data = regimen.model_dump(mode="json")
    if regimen.screening:
        data["screening"] = regimen.screening.model_dump(mode="json", exclude_none=True)
    optional = ("written_on", "purpose", "written_by", "goal", "note", "screening")
    kept = {key: value for key, value in data.items() if key not in optional or value is not None}
    return {"format": FORMAT, "version": VERSION, **kept}


def write_regimens(regimens: Iterable[Regimen], path: Path | str) -> None:
    """Write regimens to a `.json` file (one as an object, more as an array) or to `.jsonl` (one a line)."""
    path = Path(path)
    documents = [regimen_to_data(regimen) for regimen in regimens]
    if _known_ending(path, (".json", ".jsonl")) == ".jsonl":
        text = "".join(json.dumps(document, ensure_ascii=False) + "\n" for document in documents)
    else:
        content = documents[0] if len(documents) == 1 else documents
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    write_atomically(path, text.encode("utf-8"))


def caseload_of(regimens: Iterable[Regimen]) -> Caseload:
    """Return the tables of several revisions: each final one cuts the last on the day before it begins.

    Drafts and held regimens are left out and named in `notices`; so is a final one without a complete screening,
    which is read.
    """
    notices, final = [], []
    for regimen in regimens:
        name = f"{regimen.regimen_id} revision {regimen.revision}"
        if regimen.status == "final":
            final.append(regimen)
            notices += (
                [] if is_screened(regimen) else [f"{name} is final without a complete screening: {FOR_ADHERENCE}"]
            )
        else:
            notices.append(f"{name} is {regimen.status}: left out")
    in_force = list(revisions_in_force(final))
    newest = {regimen.regimen_id: regimen for regimen in sorted(final, key=lambda one: one.revision)}
    return Caseload(prescription_table(in_force), pause_table(newest.values()), tuple(notices))


def is_screened(regimen: Regimen) -> bool:
    """Return whether a final regimen carries a screening that allows it, whatever its age by now."""
    on = regimen.written_on or date.max
    rows = {row.exercise for row in regimen.prescriptions}
    verdict = judge(regimen.screening, patient_id=regimen.patient_id, exercises=rows, on=on, valid_days=on.toordinal())
    return verdict.status == "final"


def read_pauses(path: Path | str) -> pd.DataFrame:
    """Return the pauses table of a `.csv` or `.parquet` file.

    Raises
    ------
    RegimenError
        If the file is missing or lacks a column.
    """
    return read_table(path, PAUSES)


def _known_ending(path: Path, accepted: tuple[str, ...]) -> str:
    ending = path.suffix.lower()
    if ending not in accepted:
        raise RegimenError(f"{path.name} must end in {', '.join(accepted)}; found {ending or 'no ending'}.")
    return ending


def _read_text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")  # a line's end within a text stays what it is
    except FileNotFoundError:
        raise RegimenError(f"There is no file {path.name} in the folder given.") from None
    except UnicodeDecodeError:
        raise RegimenError(f"{path.name} must be UTF-8 text; it holds other bytes.") from None
    except OSError as error:
        raise RegimenError(f"{path.name} cannot be read: {error.strerror or error}.") from None


def _documents(path: Path, text: str) -> Iterator[tuple[str, Any]]:
    """Return each JSON document of a file with the words for its place."""
    if path.suffix.lower() == ".jsonl":
        for number, line in enumerate(text.splitlines(), start=1):
            if line.strip():
                yield f"line {number}: ", _parse(path, line, number)
        return
    data = _parse(path, text, 1)
    if isinstance(data, list):
        yield from ((f"regimen {number}: ", one) for number, one in enumerate(data, start=1))
    else:
        yield "", data


def _parse(path: Path, text: str, line: int) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_each_key_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise RegimenError(f"{path.name} is not JSON: line {line + error.lineno - 1}, {error.msg}.") from None
    except (ValueError, RecursionError) as error:
        words = str(error) if isinstance(error, ValueError) else "it is nested too deeply"
        raise RegimenError(f"{path.name} is not JSON that can be used: {words}.") from None


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def read_table(path: Path | str, table: Table) -> pd.DataFrame:
    """Return a table of data/README.md from a `.csv` or `.parquet` file.

    Raises
    ------
    RegimenError
        If the file is missing, is none of these, or its columns are others.
    """
    import pandas as pd

    return pd.concat(list(read_tables(path, table)), ignore_index=True)


def read_tables(path: Path | str, table: Table, rows: int = 1_000_000) -> Iterator[pd.DataFrame]:
    """Yield what `read_table` returns, of a Parquet file `rows` at a time."""
    path = Path(path)
    ending = _known_ending(path, (".csv", ".parquet"))
    try:
        for frame in _stored(path, rows) if ending == ".parquet" else _typed(path):
            if unknown := [str(name) for name in frame.columns if name not in table.names]:
                raise TableError(
                    "", [Problem(", ".join(unknown), f"is no column of {table.name}: an order loses no field")]
                )
            yield conform(frame, table)
    except ImportError:
        raise RegimenError(f"{path.name} needs pyarrow: pip install 'backcare[scale]'.") from None
    except TableError as error:
        raise RegimenError(f"{path.name} cannot be used as a table of {table.name}.", error.problems) from None
    except (OSError, ValueError) as error:
        raise RegimenError(f"{path.name} cannot be read as a table: {str(error).splitlines()[0]}.") from None


def _stored(path: Path, rows: int) -> Iterator[pd.DataFrame]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        yield file.schema_arrow.empty_table().to_pandas()  # has its columns, if nothing else
        yield from (batch.to_pandas() for batch in file.iter_batches(rows))


def _typed(path: Path) -> Iterator[pd.DataFrame]:
    import pandas as pd

    frame = pd.read_csv(_text_file(path), dtype="str", keep_default_na=False, na_values=[""])
    yield frame.map(unmarked, na_action="ignore")


def _text_file(path: Path) -> Any:
    import io

    return io.StringIO(_read_text(path))
