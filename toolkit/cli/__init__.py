"""The command `backcare`."""

from __future__ import annotations

import typer

from toolkit.cli import clinic, export, fhir, files, take_home
from toolkit.errors import ToolkitError

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
app.add_typer(files.commands)
app.add_typer(take_home.commands)
app.add_typer(clinic.commands)
app.add_typer(export.commands, name="export", help="Write the clinic's data as a package: clinical or shared.")
app.add_typer(fhir.commands, name="fhir")


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
