"""Commands over files: what needs no store, in a pipeline or a folder of exports."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from toolkit.errors import ToolkitError

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.batch import Batch
    from toolkit.rules import Rules
    from toolkit.scale.asked import Asked

Logs = Annotated[list[Path], typer.Argument(help="Log files: our own, an app's export, any table with --mapping.")]
Regimens = Annotated[Path, typer.Option(help="Regimens as .json or .jsonl, or prescriptions as .csv or .parquet.")]
AsOf = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Last complete day, such as 2026-03-31.")]
Out = Annotated[Path, typer.Option(help="CSV file to write; the rules used are written beside it.")]
Pauses = Annotated[Path | None, typer.Option(help="Pauses as .csv or .parquet.")]
Mapped = Annotated[Path | None, typer.Option(help="Saved mapping of a foreign log.")]
Whose = Annotated[
    str | None, typer.Option("--patient", "--patient-id", help="Patient: of a file that names none, or one of several.")
]
Aside = Annotated[Path | None, typer.Option(help="CSV file for the rows that were not kept.")]
Reviewed = Annotated[Path | None, typer.Option(help="Reviews as .csv or .parquet.")]
Profile = Annotated[Path | None, typer.Option(help="The clinic's profile, for its thresholds in force on --as-of.")]
commands = typer.Typer()


@commands.command()
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
    make_folder(out)
    write_log(clinic.log, out / "log.csv")
    write_regimens(clinic.regimens, out / "regimens.json")
    write_table(clinic.prescriptions, out / "prescriptions.csv")
    write_table(clinic.pauses, out / "pauses.csv")
    typer.echo(f"{patients} made-up patients, {len(clinic.log)} log rows, last complete day {clinic.as_of}.")


@commands.command("import")
def import_(
    logs: Annotated[list[Path], typer.Argument(help="Log files: our own, an app's export, any table with --mapping.")],
    out: Annotated[Path, typer.Option(help="Folder for log.csv and quarantine.csv; made if it is not there.")],
    mapping: Annotated[Path | None, typer.Option(help="Saved mapping of the source.")] = None,
    patient: Whose = None,
    imported_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day accepted for an entry.")
    ] = None,
    dictionary: Annotated[Path | None, typer.Option(help="Data dictionary of a REDCap study.")] = None,
    parquet: Annotated[bool, typer.Option(help="Write a folder of Parquet files, log, in place of log.csv.")] = False,
) -> None:
    """Check log files of any size, row by row: what is kept, and what is set aside with line, reason and what to do."""
    from toolkit.logs.mapping import mapping_of
    from toolkit.logs.stream import import_logs

    make_folder(out)
    if parquet:
        from toolkit.scale.parquet import parquet_log
    with _rows_passed() as passed:
        accounts = import_logs(
            logs, out, mapping=mapping_of(mapping), patient_id=patient, dictionary=dictionary,
            imported_on=None if imported_on is None else imported_on.date(), tell=typer.echo, progress=passed,
            keep=parquet_log(out / "log") if parquet else None,
        )  # fmt: skip
    kept, aside = sum(one.entries for one in accounts), sum(one.quarantined for one in accounts)
    typer.echo(f"{kept} entries in {'log, by patient' if parquet else 'log.csv'}, {aside} rows in quarantine.csv.")


@commands.command()
def adherence(
    logs: Logs,
    regimens: Regimens,
    as_of: AsOf,
    out: Out,
    by: Annotated[
        str, typer.Option(help="patient_id, exercise, side, weekday, week, month; commas between.")
    ] = "patient_id",
    pauses: Pauses = None,
    mapping: Mapped = None,
    patient_id: Whose = None,
    quarantine: Aside = None,
    profile: Profile = None,
) -> None:
    """Write adherence with its uncertainty, one row a group."""
    from toolkit.measures.adherence import adherence as measure

    said = {"pauses": pauses, "mapping": mapping, "patient_id": patient_id, "profile": profile}
    batch = _read(logs, _asked(logs, regimens, as_of, out, quarantine, **said), quarantine)
    table = measure(batch.cells(), by=[name.strip() for name in by.split(",")])
    _write(table.reset_index(), out, batch.rules)


@commands.command()
def triage(
    logs: Logs,
    regimens: Regimens,
    as_of: AsOf,
    out: Out,
    pauses: Pauses = None,
    mapping: Mapped = None,
    patient_id: Whose = None,
    quarantine: Aside = None,
    profile: Profile = None,
    reviews: Reviewed = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes on this computer that share the work.")] = None,
    scheduler: Annotated[str | None, typer.Option(help="Address of a running Dask cluster that does the work.")] = None,
) -> None:
    """Write whom to call, in order, one row a patient, each with the reason in a sentence."""
    from toolkit.scale.parquet import log_files
    from toolkit.scale.run import triage_files

    if workers is not None and scheduler is not None:
        raise typer.BadParameter("give --workers or --scheduler, not both", param_hint="--scheduler")
    said = {"pauses": pauses, "reviews": reviews, "mapping": mapping, "patient_id": patient_id, "profile": profile}
    asked = _asked(logs, regimens, as_of, out, quarantine, **said)
    files, keep = log_files(logs), _keeper(quarantine)
    if workers is None and scheduler is None:
        with _rows_passed() as passed:
            table = triage_files(files, asked, tell=_tell, keep_aside=keep, progress=passed)
    else:
        from toolkit.scale.cluster import triage_on_workers

        table = triage_on_workers(files, asked, workers=workers, scheduler=scheduler, tell=_tell, keep_aside=keep)
    _write(table, out, asked.rules)


@commands.command()
def report(
    logs: Logs,
    regimens: Regimens,
    as_of: AsOf,
    out: Annotated[Path, typer.Option(help="PDF file to write.")],
    patient: Annotated[
        str | None,
        typer.Option(
            "--patient",
            "--patient-id",
            help="Patient to report on, and of a log that names none; else the whole caseload.",
        ),
    ] = None,
    by: Annotated[str, typer.Option(help="Who makes the report.")] = "",
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="When; --as-of unless given.")] = None,
    periods_from: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day of the 30-day periods of a patient.")
    ] = None,
    reviews: Reviewed = None,
    pauses: Pauses = None,
    mapping: Mapped = None,
    quarantine: Aside = None,
    profile: Profile = None,
) -> None:
    """Write a report as PDF: one patient's review, or the caseload in calling order."""
    from toolkit.documents.imprint import Imprint
    from toolkit.settings import read_profile
    from toolkit.writing import write_atomically

    said = {"pauses": pauses, "reviews": reviews, "mapping": mapping, "patient_id": patient, "profile": profile}
    with _progress(2) as bar:
        batch = _read(logs, _asked(logs, regimens, as_of, out, quarantine, **said), quarantine)
        bar.update()
        clinic = "" if profile is None else read_profile(profile).name
        made = batch.report(
            Imprint(by, (on or as_of).date(), clinic), patient_id=patient,
            periods_from=None if periods_from is None else periods_from.date(),
        )  # fmt: skip
        bar.update()
    write_atomically(out, made)
    _tell(f"The report is written to {out.name}.")


def _progress(steps: int) -> Any:
    """Return a bar that only a person who watches sees."""
    from tqdm import tqdm

    return tqdm(total=steps, disable=None, leave=False)


@contextmanager
def _rows_passed() -> Iterator[Callable[[int], Any]]:
    """Return what counts rows on a bar that only a person who watches sees."""
    from tqdm import tqdm

    with tqdm(unit=" rows", disable=None, leave=False) as bar:
        yield bar.update


def make_folder(folder: Path) -> None:
    """Make a folder to write into, and those above it; one that is there is taken."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ToolkitError(f"The folder {folder.name} cannot be made: {error.strerror}.") from None


def _tell(line: str) -> None:
    typer.echo(line, err=True)


def _asked(logs: list[Path], regimens: Path, as_of: datetime, out: Path, aside: Path | None, **said: Any) -> Asked:
    """Return what is asked of the logs, once it is known that nothing would be written over."""
    from toolkit.scale.asked import asked_of
    from toolkit.scale.parquet import log_files
    from toolkit.writing import refuse_clash

    files = [said.get(name) for name in ("pauses", "reviews", "mapping", "profile")]
    refuse_clash([*log_files(logs), regimens, *files], [out, _rules_beside(out), aside])
    return asked_of(regimens, as_of.date(), **said, tell=_tell)


def _read(logs: list[Path], asked: Asked, aside: Path | None) -> Batch:
    """Return what is to be measured; the rows not kept go to the file `aside` if there is one."""
    from toolkit.batch import read_batch

    return read_batch(logs, asked, keep_aside=_keeper(aside), tell=_tell)


def _keeper(quarantine: Path | None) -> Callable[[pd.DataFrame], None]:
    """Return what writes the rows not kept into their file, if there is one."""
    from toolkit.logs.write import quarantine_file
    from toolkit.writing import write_atomically

    def keep(rows: pd.DataFrame) -> None:
        if quarantine is not None:
            write_atomically(quarantine, quarantine_file(rows))

    return keep


def _write(table: pd.DataFrame, out: Path, rules: Rules) -> None:
    """Write a table, and beside it the rules it was made by."""
    from toolkit.writing import write_atomically, write_table

    beside = _rules_beside(out)
    write_table(table, out)
    write_atomically(beside, (json.dumps(rules.as_data(), indent=2) + "\n").encode("utf-8"))
    _tell(f"{len(table)} rows written to {out.name}; the rules they were made by stand in {beside.name}.")


def _rules_beside(out: Path) -> Path:
    return out.parent / f"{out.name}.rules.json"
