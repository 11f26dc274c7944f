"""Commands over a clinic: opening it, and looking after its store."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.errors import ToolkitError

if TYPE_CHECKING:
    from toolkit.store import Store

STORE = typer.Argument(help="URL of a store, or the path of its SQLite file.")
commands = typer.Typer()


@commands.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
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


@commands.command()
def verify(store: Annotated[str, STORE]) -> None:
    """Check a store against its own chains; nothing is repaired. Ends with 1 where something does not hold."""
    with _opened(store, must_exist=True) as opened:
        found = opened.verify()
    typer.echo(str(found), err=bool(found.wrong))
    if found.wrong:
        raise SystemExit(1)


@commands.command()
def backup(store: Annotated[str, STORE], file: Annotated[Path, typer.Argument(help="New file to write.")]) -> None:
    """Copy a whole store, of SQLite or PostgreSQL, into a new SQLite file, and check the copy."""
    with _opened(store, must_exist=True) as opened:
        typer.echo(f"{file.name}: {opened.back_up(file)}")


@commands.command()
def restore(file: Annotated[Path, typer.Argument(help="A backup.")], store: Annotated[str, STORE]) -> None:
    """Copy a backup into a new, empty store, and check it."""
    with _opened(str(file), must_exist=True):
        pass  # a file that is no backup makes no store
    with _opened(store) as opened:
        typer.echo(str(opened.restore(file)))
    typer.echo("The clinic's profile is a file of its own: lay it beside the store, with its name.")


@commands.command()
def upgrade(
    store: Annotated[str, STORE],
    backup: Annotated[Path, typer.Option(help="New file for the store as it is now, written first.")],
) -> None:
    """Bring a store of an earlier Backcare up to date, with a backup first."""
    from toolkit.store import upgrade

    typer.echo(upgrade(store, backup))


@commands.command()
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
