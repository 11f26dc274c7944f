"""Commands that exchange regimens and logs with other systems by FHIR R4."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.files import Aside, Whose, make_folder
from toolkit.errors import LogError

if TYPE_CHECKING:
    from toolkit.fhir.plans import Plans
    from toolkit.logs.mapping import Mapping
    from toolkit.logs.read import ImportResult

Mapped = Annotated[Path | None, typer.Option(help="Saved mapping: patients of the other system to ours, a zone.")]
commands = typer.Typer(no_args_is_help=True, help="Exchange regimens and logs with other systems by FHIR R4.")


@commands.command()
def export(
    regimen: Annotated[Path, typer.Argument(help="Regimens, .json or .jsonl; give all revisions of one together.")],
    out: Annotated[Path, typer.Option(help="JSON file to write: one transaction Bundle, which may be sent twice.")],
    log: Annotated[Path | None, typer.Option(help="Log of the same patients.")] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Last complete day: plans over by it are completed; one is revoked once a later revision has begun.",
        ),
    ] = None,
    patient: Whose = None,
    mapping: Mapped = None,
    quarantine: Aside = None,
) -> None:
    """Write regimens and their log as a FHIR R4 Bundle: pseudonyms and no author; notes and goals go as typed."""
    from toolkit.fhir.write import fhir_bundle
    from toolkit.logs.mapping import mapping_of
    from toolkit.logs.write import quarantine_file
    from toolkit.plan.files import read_regimens
    from toolkit.writing import refuse_clash, write_atomically

    refuse_clash([regimen, log, mapping], [out, quarantine])
    regimens = read_regimens(regimen)
    found = None if log is None else _read(log, mapping_of(mapping), patient)
    if log is not None and found is not None:
        typer.echo("\n".join([f"{log.name}: {found.account}", *found.notices]), err=True)
        if quarantine is None:
            _refuse_dropped(found)
    made = fhir_bundle(regimens, None if found is None else found.log, as_of=None if as_of is None else as_of.date())
    if found is not None and quarantine is not None:
        write_atomically(quarantine, quarantine_file(found.quarantine))
    write_atomically(out, made)
    typer.echo(f"{out.name} is written: pseudonymous, still personal health data.", err=True)


@commands.command("import")
def import_(
    bundle: Annotated[Path, typer.Argument(help="FHIR R4 as JSON: a Bundle, an array, one resource, or one a line.")],
    out: Annotated[Path, typer.Option(help="Folder to write, new or empty: regimens, log, quarantine, a report.")],
    patient: Whose = None,
    mapping: Mapped = None,
) -> None:
    """Read regimens and the log out of FHIR R4; what is left alone, and why a plan is only a draft, is told."""
    from toolkit.fhir.plans import plans_of
    from toolkit.logs.fhir_json import fhir_document
    from toolkit.logs.mapping import mapping_of
    from toolkit.logs.source import open_source
    from toolkit.logs.strict_json import json_text
    from toolkit.writing import refuse_filled

    refuse_filled(out)
    source, answers = open_source(bundle), mapping_of(mapping)
    if source.kind != "json":
        raise LogError(f"{bundle.name} must be FHIR R4 as JSON; found {source.kind}.")
    plans = plans_of(fhir_document(bundle.name, json_text(source)), patients=answers.patients, patient_id=patient)
    try:
        found = _read(bundle, answers, patient)
    except LogError as error:
        if error.code != "not_a_log" or not (plans.regimens or plans.drafts):
            raise
        found = None
    make_folder(out)
    report = list(_report(plans, found))
    _write(out, plans, found, report)
    typer.echo("\n".join(report))


def _read(path: Path, mapping: Mapping, patient: str | None) -> ImportResult:
    from toolkit.logs.answers import what_to_answer
    from toolkit.logs.read import read_log

    found = read_log(path, mapping=mapping, patient_id=patient)
    if found.questions:
        raise LogError(f"{path.name} needs an answer first.\n{what_to_answer(list(found.questions))}", code="asked")
    return found


def _refuse_dropped(found: ImportResult) -> None:
    """Stop where rows with a fault would be missing from the bundle and nobody would see it."""
    from toolkit.logs.codes import needs_no_work

    if dropped := sum(not needs_no_work(code) for code in found.quarantine["code"]):
        rows = "1 row was" if dropped == 1 else f"{dropped} rows were"
        told = "--quarantine FILE keeps them with their reasons, and the rest goes out. Nothing is written."
        raise LogError(f"{rows} set aside and would be missing from the bundle: {told}")


def _report(plans: Plans, found: ImportResult | None) -> Iterator[str]:
    """Yield what became of the document, line by line."""
    kept = " in regimens.json" if plans.regimens else ""
    yield f"{len(plans.regimens)} regimens{kept}, {len(plans.drafts)} drafts for the physician."
    for one in plans.drafts:
        chosen = f", {', '.join(one.chosen)}" if one.chosen else ""
        yield f"Draft from {one.first_day or 'no day'} to {one.last_day or 'no day'}{chosen}. {one.note}".strip()
    yield from plans.notices
    yield from [str(found.account), *found.notices] if found else ["It holds nothing of a log."]


def _write(out: Path, plans: Plans, found: ImportResult | None, report: list[str]) -> None:
    """Write all files, or none of them; none for what the document does not hold."""
    import json

    from toolkit.logs.write import WRITTEN as COLUMNS
    from toolkit.logs.write import csv_text, log_text, quarantine_file
    from toolkit.plan.files import regimen_to_data
    from toolkit.writing import Growing

    texts = {"report.txt": "\n".join(report) + "\n"}
    if plans.regimens:
        documents = [regimen_to_data(one) for one in plans.regimens]
        texts["regimens.json"] = json.dumps(documents, ensure_ascii=False, indent=1) + "\n"
    if found is not None and len(found.log):
        texts["log.csv"] = csv_text([COLUMNS]) + log_text(found.log)
    if found is not None and len(found.quarantine):
        texts["quarantine.csv"] = quarantine_file(found.quarantine).decode("utf-8")
    with Growing(*(out / name for name in texts)) as parts:
        for part, text in zip(parts, texts.values(), strict=True):
            part.write(text)
