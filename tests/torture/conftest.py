"""What the torture tests share."""

import multiprocessing

import pytest


@pytest.fixture(scope="session")
def processes():
    """Processes that begin fast, each without anything of its parent's."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["toolkit.store", "psycopg"])
    return context
