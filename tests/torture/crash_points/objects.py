"""Taking away what a test has left in storage."""

from collections.abc import Set

from shared.settings import Settings
from tests.torture.invariants.stored_objects import client_of, keys


def delete_all_but(settings: Settings, kept: Set[str]) -> None:
    """Delete every object whose key is not among `kept`. Blocks."""
    client = client_of(settings)
    for key in keys(settings) - kept:
        client.delete_object(Bucket=settings.s3_bucket, Key=key)
