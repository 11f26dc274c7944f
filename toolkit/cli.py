"""The command `backcare`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.errors import ToolkitError

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.logs.read import ImportResult
    from toolkit.store import Store

STORE = typer.Argument(help="URL of a store, or the path of its SQLite file.")
app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


def main() -> None:
    """Run the command: exit status 0 done, 1 the input could not be used, 2 wrong usage."""
    try:
        app()
    except ToolkitError as error:
        typer.echo(str(error), err=True)
        raise SystemExit(1) from None


@app.callback()
def _backcare() -> None:
    """Plan low-back home exercise, read patients' logs, see adherence. Nothing leaves this computer."""


@app.command()
def sample(
    out: Annotated[Path, typer.Option(help="Folder to write into; made if it is not there.")],
    patients: Annotated[int, typer.Option(help="How many made-up patients.")] = 24,
    weeks: Annotated[int, typer.Option(help="Weeks of diary.")] = 12,
    seed: Annotated[int, typer.Option(help="The same seed gives the same clinic.")] = 2026,
) -> None:
    """Write a made-up clinic: log.csv, regimens.json, prescriptions.csv, pauses.csv."""
    from toolkit.logs.write import write_log
    from toolkit.plan.files import write_regimens
    from toolkit.samples import sample_clinic
    from toolkit.writing import write_table

    clinic = sample_clinic(seed=seed, patients=patients, weeks=weeks)
    _make_folder(out)
    write_log(clinic.log, out / "log.csv")
    write_regimens(clinic.regimens, out / "regimens.json")
    write_table(clinic.prescriptions, out / "prescriptions.csv")
    write_table(clinic.pauses, out / "pauses.csv")
    typer.echo(f"{patients} made-up patients, {len(clinic.log)} log rows, last complete day {clinic.as_of}.")


@app.command("import")
def import_(
    logs: Annotated[list[Path], typer.Argument(help="Log files: our own, an app's export, any table with --mapping.")],
    out: Annotated[Path, typer.Option(help="Folder for log.csv and quarantine.csv; made if it is not there.")],
    mapping: Annotated[Path | None, typer.Option(help="Saved mapping of the source.")] = None,
    patient: Annotated[str | None, typer.Option(help="Patient of a log that names none.")] = None,
    imported_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day accepted for an entry.")
    ] = None,
    dictionary: Annotated[Path | None, typer.Option(help="Data dictionary of a REDCap study.")] = None,
) -> None:
    """Check log files of any size, row by row: what is kept, and what is set aside with line, reason and what to do."""
    from tqdm import tqdm

    from toolkit.logs.mapping import mapping_of
    from toolkit.logs.stream import import_logs

    _make_folder(out)
    with tqdm(unit=" rows", disable=None, leave=False) as bar:
        accounts = import_logs(
            logs, out, mapping=mapping_of(mapping), patient_id=patient, dictionary=dictionary,
            imported_on=None if imported_on is None else imported_on.date(), tell=typer.echo, progress=bar.update,
        )  # fmt: skip
    kept, aside = sum(one.entries for one in accounts), sum(one.quarantined for one in accounts)
    typer.echo(f"{kept} entries in log.csv, {aside} rows in quarantine.csv.")


@app.command()
def adherence(
    logs: Annotated[list[Path], typer.Argument(help="Log files: CSV or XLSX of our own, or any with --mapping.")],
    regimens: Annotated[Path, typer.Option(help="Regimens as .json or .jsonl, or prescriptions as .csv or .parquet.")],
    as_of: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Last complete day, such as 2026-03-31.")],
    out: Annotated[Path, typer.Option(help="CSV file to write.")],
    by: Annotated[
        str, typer.Option(help="patient_id, exercise, side, weekday, week, month; commas between.")
    ] = "patient_id",
    pauses: Annotated[Path | None, typer.Option(help="Pauses as .csv or .parquet.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="Saved mapping of a foreign log.")] = None,
    patient_id: Annotated[
        str | None, typer.Option("--patient", "--patient-id", help="Patient of a log that names none.")
    ] = None,
    quarantine: Annotated[Path | None, typer.Option(help="CSV file for the rows that were not kept.")] = None,
) -> None:
    """Write adherence with its uncertainty, one row a group."""
    from toolkit.logs.read import read_log
    from toolkit.measures.adherence import adherence as measure
    from toolkit.measures.cells import cell_table
    from toolkit.plan.files import read_caseload
    from toolkit.rules import Rules
    from toolkit.writing import write_table

    caseload = read_caseload(regimens, pauses=pauses)
    imported = [read_log(path, mapping=mapping, patient_id=patient_id) for path in logs]
    for path, result in zip(logs, imported, strict=True):
        typer.echo(f"{path.name}: {result.account}", err=True)
    for notice in caseload.notices:
        typer.echo(notice, err=True)
    if quarantine is not None:
        write_table(_joined([result.quarantine for result in imported]), quarantine)
    _refuse_unread(logs, imported)
    cells = cell_table(
        caseload.prescriptions,
        _joined([result.log for result in imported]),
        Rules(as_of=as_of.date()),
        pauses=caseload.pauses,
    )
    table = measure(cells, by=[name.strip() for name in by.split(",")])
    write_table(table.reset_index(), out)
    typer.echo(f"{len(table)} rows written to {out.name}.", err=True)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab(
    context: typer.Context,
    store: Annotated[
        str, typer.Option(help="URL or path of the clinic's own store; the sample clinic without it.")
    ] = "",
    profile: Annotated[Path | None, typer.Option(help="The clinic's profile; else the file beside the store.")] = None,
) -> None:
    """Open JupyterLab on the start notebook; further arguments go to JupyterLab."""
    from toolkit.lab import start_lab
    from toolkit.settings import PROFILE_VARIABLE, read_profile
    from toolkit.store import SAMPLE, Store

    if profile is not None:
        read_profile(profile)
        os.environ[PROFILE_VARIABLE] = str(profile.absolute())
    opened = Store(store or SAMPLE)
    clinic = opened.url
    typer.echo(f"{opened!r}. Nothing leaves this computer. Stop with Ctrl+C.")
    typer.echo("If no browser opens: `jupyter server list`, in another terminal, tells the address with its token.")
    opened.close()
    raise SystemExit(start_lab(clinic, more=tuple(context.args)))


@app.command()
def verify(store: Annotated[str, STORE]) -> None:
    """Check a store against its own chains; nothing is repaired. Ends with 1 where something does not hold."""
    with _opened(store, must_exist=True) as opened:
        found = opened.verify()
    typer.echo(str(found), err=bool(found.wrong))
    if found.wrong:
        raise SystemExit(1)


@app.command()
def backup(store: Annotated[str, STORE], file: Annotated[Path, typer.Argument(help="New file to write.")]) -> None:
    """Copy a whole store, of SQLite or PostgreSQL, into a new SQLite file, and check the copy."""
    with _opened(store, must_exist=True) as opened:
        typer.echo(f"{file.name}: {opened.back_up(file)}")


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="A backup.")], store: Annotated[str, STORE]) -> None:
    """Copy a backup into a new, empty store, and check it."""
    with _opened(str(file), must_exist=True):
        pass  # a file that is no backup makes no store
    with _opened(store) as opened:
        typer.echo(str(opened.restore(file)))
    typer.echo("The clinic's profile is a file of its own: lay it beside the store, with its name.")


@app.command()
def upgrade(
    store: Annotated[str, STORE],
    backup: Annotated[Path, typer.Option(help="New file for the store as it is now, written first.")],
) -> None:
    """Bring a store of an earlier Backcare up to date, with a backup first."""
    from toolkit.store import upgrade

    typer.echo(upgrade(store, backup))


@app.command()
def profile(file: Annotated[Path, typer.Argument(help="New file to write, such as clinic.toml.")]) -> None:
    """Write a clinic's profile to fill in: name, telephone numbers, time zone and the thresholds with their sources."""
    from toolkit.settings import blank_profile
    from toolkit.writing import write_atomically

    if file.exists():
        raise ToolkitError(f"{file.name} is there already: it is never written over.")
    write_atomically(file, blank_profile().encode("utf-8"))
    typer.echo(f"{file.name}: fill in what stands in angle brackets, and keep it beside the store, with its name.")


@contextmanager
def _opened(store: str, *, must_exist: bool = False) -> Iterator[Store]:
    from toolkit.store import Store

    opened = Store(store, must_exist=must_exist)
    try:
        yield opened
    finally:
        opened.close()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ToolkitError(f"The folder {folder.name} cannot be made: {error.strerror}.") from None


def _joined(tables: list[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else tables[0]


def _refuse_unread(paths: list[Path], imported: list[ImportResult]) -> None:
    """Stop where a file still asks something, or no row could be kept: nothing is guessed, and nothing is a zero."""
    from toolkit.logs.answers import what_to_answer

    for path, result in zip(paths, imported, strict=True):
        if result.questions:
            raise ToolkitError(f"{path.name} needs an answer first.\n{what_to_answer(result.questions)}")
    if not any(len(result.log) for result in imported):
        raise ToolkitError(
            "No log row could be kept, so there is nothing to measure; see --quarantine for the reasons."
        )
