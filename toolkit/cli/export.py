"""Commands that write a data package: clinical, or shared; there is no third and no default."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.files import AsOf, Logs, Mapped, Pauses, Profile, Regimens, Reviewed, Whose

if TYPE_CHECKING:
    from toolkit.exporting.package import Package
    from toolkit.exporting.records import Records

Out = Annotated[Path, typer.Option(help="Folder to write, new or empty.")]
Threshold = Annotated[
    Path | None,
    typer.Option(
        help="The clinic's profile, for its thresholds; without it small_cell is BACKCARE_PROFILE's, else the sample's."
    ),
]
commands = typer.Typer(no_args_is_help=True)


@commands.command()
def clinical(
    logs: Logs,
    regimens: Regimens,
    as_of: AsOf,
    out: Out,
    pauses: Pauses = None,
    reviews: Reviewed = None,
    mapping: Mapped = None,
    patient_id: Whose = None,
    profile: Profile = None,
) -> None:
    """Write everything with real dates and notes: pseudonymous, still personal health data."""
    from toolkit.exporting.clinical import clinical_export

    records = _read(logs, regimens, as_of, pauses, reviews, mapping, patient_id, profile, None)
    package = clinical_export(records)
    package.write(out)
    _tell(package, out)


@commands.command()
def shared(
    logs: Logs,
    regimens: Regimens,
    as_of: AsOf,
    out: Out,
    keys: Annotated[
        Path | None, typer.Option(help="New CSV file, outside the folder, for who is who; not written without it.")
    ] = None,
    clock: Annotated[
        bool, typer.Option("--clock", help="Tell the hour and minute of entries; said in the manifest.")
    ] = False,
    pauses: Pauses = None,
    mapping: Mapped = None,
    patient_id: Whose = None,
    profile: Threshold = None,
) -> None:
    """Write a package de-identified by rule: study days, new random ids, no notes; check before you publish."""
    from toolkit.exporting.shared import shared_export
    from toolkit.settings import profile_or_sample

    records = _read(logs, regimens, as_of, pauses, None, mapping, patient_id, profile, keys)
    least = profile_or_sample(profile).number("small_cell", as_of.date())
    package = shared_export(records, small_cell=int(least), clock=clock)
    package.write(out, keys=keys)
    _tell(package, out)
    if keys is not None:
        typer.echo(f"{keys.name} says who is who: keep it apart, it is no part of the package.", err=True)


def _read(
    logs: list[Path], regimens: Path, as_of: datetime, pauses: Path | None, reviews: Path | None, mapping: Path | None,
    patient_id: str | None, profile: Path | None, keys: Path | None,
) -> Records:  # fmt: skip
    from toolkit.batch import read_batch
    from toolkit.exporting.records import Records
    from toolkit.scale.asked import asked_of
    from toolkit.writing import refuse_clash

    refuse_clash([*logs, regimens, pauses, reviews, mapping, profile], [keys])

    def tell(line: str) -> None:
        typer.echo(line, err=True)

    said = {"pauses": pauses, "reviews": reviews, "mapping": mapping, "profile": profile}
    asked = asked_of(regimens, as_of.date(), **said, patient_id=patient_id, tell=tell)
    batch = read_batch(logs, asked, tell=tell)
    return Records(asked.prescriptions, asked.pauses, batch.log, batch.quarantine, asked.rules, asked.reviews)


def _tell(package: Package, out: Path) -> None:
    from toolkit.exporting.readme import NOT_LEGAL

    typer.echo(f"{len(package.files)} files are written to {out.name}: {package.says}. {NOT_LEGAL}", err=True)
