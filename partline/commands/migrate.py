"""`partline migrate`."""

import asyncio
import os
from typing import Annotated

import typer

from partline.commands.failure import fail
from partline.commands.preparing import preparing

ADMINISTRATOR_VARIABLE = "PARTLINE_ADMINISTRATOR_URL"


def migrate(
    seed: Annotated[
        bool, typer.Option("--seed", help="Put in the data that `partline seed` does as well.")
    ] = False,
) -> None:
    """Bring every service's database to the newest version of its tables.

    With PARTLINE_ADMINISTRATOR_URL, a connection string of a PostgreSQL superuser, it first creates
    the role and the database of each service, closed to the other roles. It also creates the bucket
    for models. Safe to run at any time, also while everything runs.
    """
    from partline.wiring import preparation  # noqa: PLC0415 — a command pays for its own imports
    from partline.wiring.settings import load_settings  # noqa: PLC0415
    from shared.telemetry.logs import configure_logs  # noqa: PLC0415

    with preparing():
        settings = load_settings()
        configure_logs(settings)
        if not settings.database_urls:
            fail("PARTLINE_DATABASE_URLS is not set and nothing has run from this folder yet.")
        administrator_url = os.environ.get(ADMINISTRATOR_VARIABLE)
        if administrator_url:
            asyncio.run(preparation.provide_databases(settings, administrator_url))
        asyncio.run(preparation.refuse_unsafe_databases(settings))
        preparation.migrate_databases(settings)
        preparation.provide_bucket(settings)
        if seed:
            asyncio.run(preparation.seed(settings))
