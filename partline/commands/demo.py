"""`partline demo`."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer


def demo(
    file: Annotated[
        Path | None,
        typer.Argument(
            exists=True,
            dir_okay=False,
            readable=True,
            show_default=False,
            help="A model: STL, 3MF, STEP, OBJ, PLY, OFF, GLB or glTF; else a bracket is drawn.",
        ),
    ] = None,
    *,
    material: Annotated[str | None, typer.Option(help="A material's code; PLA by default.")] = None,
    quantity: Annotated[
        int, typer.Option(min=1, help="How many of it. A dozen brackets wait for CRM's approval.")
    ] = 12,
    seconds: Annotated[float, typer.Option(min=1, help="Give up after this time.")] = 180.0,
    url: Annotated[
        str | None,
        typer.Option(help="The address of a Partline; else this folder's."),
    ] = None,
) -> None:
    """Order a part and see it made, against a running Partline.

    As a shopper it uploads the model, sees its price and orders; as CRM it approves, unless the
    order is so small that the rule does; as an operator it makes and ships; as a partner it orders
    the same part with one API call. Only the public addresses are used. It ends with the order's
    journey and the exit status 0, or with 1 and a sentence when the order does not come to its end
    in time. A part of the system may be killed meanwhile: the demo waits for it.
    """
    from rich.console import Console  # noqa: PLC0415 - the other commands start without it

    from partline.commands.failure import fail  # noqa: PLC0415
    from partline.demo.outcome import Ended, Refused  # noqa: PLC0415
    from partline.demo.part import draw_part, read_part  # noqa: PLC0415
    from partline.demo.run import Plan, run  # noqa: PLC0415
    from shared.settings import Settings  # noqa: PLC0415

    settings = Settings()
    plan = Plan(
        url=url or _address(settings.gateway_url),
        password=settings.demo_password.get_secret_value(),
        api_key=settings.demo_api_key.get_secret_value(),
        part=read_part(file) if file else draw_part(),
        material=material,
        quantity=quantity,
        seconds=seconds,
    )
    try:
        asyncio.run(run(plan, Console(highlight=False)))
    except (Ended, Refused) as end:
        fail(end)


def _address(otherwise: str) -> str:
    """Where the Partline of this state folder answers, when one runs."""
    from partline.home import Home, home_folder  # noqa: PLC0415
    from partline.supervisor.record import RunRecord  # noqa: PLC0415

    record = RunRecord.read(Home(home_folder()).record)
    return record.address if record is not None else otherwise
