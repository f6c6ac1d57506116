"""The command line: `partline`."""

import typer

from partline.commands.calibrate import calibrate
from partline.commands.compose import compose
from partline.commands.demo import demo
from partline.commands.dlq import dlq
from partline.commands.down import down
from partline.commands.events import events
from partline.commands.gateway import gateway
from partline.commands.migrate import migrate
from partline.commands.plan import plan
from partline.commands.price import price
from partline.commands.sample import sample
from partline.commands.secrets import secrets
from partline.commands.seed import seed
from partline.commands.serve import serve
from partline.commands.status import status
from partline.commands.up import up
from partline.commands.worker import worker

ABOUT = """\
From a 3D model to a shipped parcel: pricing, ordering, approval and production of made-to-order
parts.

`partline up` runs everything on this machine, with servers that it brings along: nothing needs to
be installed or configured. `partline status` and `partline down` look at it and end it from
another terminal.

The other commands are the pieces that `up` is made of. They read their settings from the
environment (PARTLINE_DATABASE_URLS, PARTLINE_BUS_URL, ...; see shared/settings.py), and what is not
set there from the state folder of the last `up`.

`partline dlq` and `partline events` look after the events between the services: dead letters, the
way of an order, sending again.

`partline gateway`, `compose` and `plan` are a federation gateway for anyone's subgraphs; they need
nothing of the rest.

FILES

.partline/ below the current folder, or the folder that PARTLINE_HOME names, holds all state: the
databases, the uploaded models, the mailbox, passwords, and one log file a process in logs/.

ENVIRONMENT

PORT moves the public address (default 8000). PARTLINE_HOME moves the state folder.
"""

app = typer.Typer(
    name="partline",
    help=ABOUT,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

COMMANDS = (
    *(up, down, status, demo, migrate, seed, serve, worker, price, calibrate, secrets, sample),
    *(gateway, compose, plan),
)
for command in COMMANDS:
    app.command()(command)
app.add_typer(dlq, name="dlq")
app.add_typer(events, name="events")


def main() -> None:
    """Run the command line."""
    app()
