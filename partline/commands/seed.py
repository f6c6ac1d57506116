"""`partline seed`."""

import asyncio

from partline.commands.preparing import preparing


def seed() -> None:
    """Put in the data that the services need: materials, machines, the price book.

    With PARTLINE_DEMO=true also the demo accounts and ready-made products. May run again: what is
    there already stays as it is.
    """
    from partline.wiring import preparation  # noqa: PLC0415 — a command pays for its own imports
    from partline.wiring.settings import load_settings  # noqa: PLC0415
    from shared.telemetry.logs import configure_logs  # noqa: PLC0415

    with preparing():
        settings = load_settings()
        configure_logs(settings)
        asyncio.run(preparation.seed(settings))
