"""What the tests of reading share."""

import pytest

from toolkit.logs.read import read_source
from toolkit.logs.source import source_of


@pytest.fixture
def read():
    """Read a file that is given as its text or bytes."""

    def reading(content, *, name="log.csv", **said):
        data = content if isinstance(content, bytes) else content.encode("utf-8")
        mapping = said.pop("mapping", None)
        if isinstance(mapping, dict):
            from toolkit.logs.mapping import Mapping

            mapping = Mapping(**mapping)
        return read_source(source_of(name, data), mapping=mapping, **said)

    return reading
