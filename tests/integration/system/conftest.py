"""The same system in its other shape: each service in a process of its own."""

from collections.abc import Iterator

import pytest

from tests.system import System, partline, temporary_home


@pytest.fixture(scope="session")
def separate() -> Iterator[System]:
    """Partline with `--processes`, running for all tests that name it."""
    with temporary_home() as home, partline(home, "--processes") as running:
        yield running
