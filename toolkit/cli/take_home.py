"""Commands that make what a patient takes home from a regimen file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.files import Whose
from toolkit.errors import ToolkitError

if TYPE_CHECKING:
    from toolkit.documents.take_home import TakeHome
    from toolkit.plan.regimen import Regimen
    from toolkit.settings import ClinicProfile

File = Annotated[Path, typer.Argument(help="Regimen file, .json or .jsonl; of several revisions the newest is used.")]
Spoken = Annotated[str | None, typer.Option("--language", help="en or es; the clinic's own unless given.")]
Paper = Annotated[str, typer.Option(help="a4 or letter.")]
Profile = Annotated[Path | None, typer.Option(help="The clinic's profile; else the sample's, which prints SAMPLE.")]
commands = typer.Typer()


@commands.command()
def handout(
    regimen: File,
    out: Annotated[Path, typer.Option(help="PDF file to write.")],
    language: Spoken = None,
    paper: Paper = "a4",
    safety_net: Annotated[
        bool, typer.Option("--safety-net", help="The safety-net box alone, also of a held regimen.")
    ] = False,
    patient: Whose = None,
    profile: Profile = None,
) -> None:
    """Write the handout as PDF: safety net, drawings, steps, dose and days."""
    from toolkit.documents.handout import handout, safety_sheet
    from toolkit.languages.words import language as language_of

    _refuse_ending(out, ".pdf")
    clinic = _clinic(profile)
    if safety_net:
        chosen, _ = _chosen(regimen, patient)
        words = language_of(language or clinic.language)
        made = safety_sheet(clinic, words, on=chosen.written_on or chosen.first_day, paper=paper)
    else:
        home = _home(regimen, patient, clinic, language)
        made = handout(home, paper=paper)
    _write(out, made.pdf(), read=[regimen, profile])


@commands.command()
def sheet(
    regimen: File,
    out: Annotated[Path, typer.Option(help="PDF file to print and fill in by hand, or XLSX file to fill in by keys.")],
    language: Spoken = None,
    paper: Paper = "a4",
    patient: Whose = None,
    profile: Profile = None,
) -> None:
    """Write the diary sheet: the plan's own days, nothing answered beforehand."""
    from toolkit.documents.diary_book import diary_book
    from toolkit.documents.diary_sheet import diary_sheet

    _refuse_ending(out, ".pdf", ".xlsx")
    home = _home(regimen, patient, _clinic(profile), language)
    made = diary_book(home) if out.suffix.lower() == ".xlsx" else diary_sheet(home, paper=paper).pdf()
    _write(out, made, read=[regimen, profile])


@commands.command()
def diary(
    regimen: File,
    out: Annotated[Path, typer.Option(help="HTML file to write; it works on a telephone, without a network.")],
    language: Spoken = None,
    patient: Whose = None,
    profile: Profile = None,
) -> None:
    """Write the diary page: timer, what was done, pain, a month at a glance, a file for the clinic."""
    from toolkit.documents.diary_page import diary_page

    _refuse_ending(out, ".html")
    clinic = _clinic(profile)
    home = _home(regimen, patient, clinic, language)
    made = diary_page(home, day_start=clinic.rules(home.written_on).day_start)
    _write(out, made, read=[regimen, profile])


@commands.command()
def reminders(
    regimen: File,
    out: Annotated[Path, typer.Option(help="Calendar file (.ics) to write.")],
    language: Spoken = None,
    at: Annotated[str | None, typer.Option(help="Times of day, such as 08:00,18:00; else from 08:00 to 18:00.")] = None,
    zone: Annotated[str | None, typer.Option(help="Of the patient's clock; the clinic's own unless given.")] = None,
    patient: Whose = None,
    profile: Profile = None,
) -> None:
    """Write reminders for a calendar: one event for each session of the day, on the days asked for."""
    from toolkit.documents.reminders import reminders, times_of_day

    _refuse_ending(out, ".ics")
    home = _home(regimen, patient, _clinic(profile), language)
    _write(out, reminders(home, at=times_of_day(at), zone=zone), read=[regimen, profile])


def _home(path: Path, patient: str | None, clinic: ClinicProfile, language: str | None) -> TakeHome:
    from toolkit.documents.take_home import take_home

    chosen, others = _chosen(path, patient)
    return take_home(chosen, clinic, code=language, before=others)


def _chosen(path: Path, patient: str | None) -> tuple[Regimen, list[Regimen]]:
    """Return the newest revision that is no draft, and the others of its regimen."""
    from toolkit.plan.files import read_regimens

    found = [one for one in read_regimens(path) if patient in (None, one.patient_id)]
    if not found:
        raise ToolkitError(f"{path.name} holds no regimen of this patient.")
    if len(plans := {one.regimen_id for one in found}) > 1:
        patients = {one.patient_id for one in found}
        which = "--patient says whose" if len(patients) > 1 else "leave one in the file"
        raise ToolkitError(f"{path.name} holds {len(plans)} regimens: {which}.")
    newest = max(found, key=lambda one: (one.status != "draft", one.revision))
    return newest, [one for one in found if one is not newest]


def _clinic(profile: Path | None) -> ClinicProfile:
    from toolkit.settings import profile_or_sample

    clinic = profile_or_sample(profile)
    if clinic.sample and profile is None:
        typer.echo("No --profile is given: the sample clinic stands on it, marked SAMPLE.", err=True)
    return clinic


def _refuse_ending(out: Path, *accepted: str) -> None:
    if out.suffix.lower() not in accepted:
        raise ToolkitError(f"{out.name} must end in {' or '.join(accepted)}; found {out.suffix or 'no ending'}.")


def _write(out: Path, made: bytes, *, read: Iterable[Path | None]) -> None:
    from toolkit.writing import refuse_clash, write_atomically

    refuse_clash(read, [out])
    write_atomically(out, made)
    typer.echo(f"{out.name} is written.", err=True)
