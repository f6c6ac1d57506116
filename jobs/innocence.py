"""Which errors say nothing about the work that met them."""

from db.faults import is_database_away
from shared.storage import StorageUnavailable


def is_innocent(error: Exception) -> bool:
    """The storage or the database is away: the work may be tried for as long as that lasts.

    A full disk is neither: it would be tried for ever without anybody being told.
    """
    return isinstance(error, StorageUnavailable) or is_database_away(error)
