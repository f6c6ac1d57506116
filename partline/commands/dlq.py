"""`partline dlq`: dead letters at the terminal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from partline.commands.columns import columns
from partline.commands.failure import FAILED, fail
from shared.settings import SERVICES

if TYPE_CHECKING:
    from partline.delivery.letters import Act, Filter, Found
    from shared.delivery.letters import Letter
    from shared.messaging.dead_letters import DeadLetter
    from shared.settings import Settings

dlq = typer.Typer(
    no_args_is_help=True,
    help="Look at dead letters: events that a service could not apply; redrive or discard them.\n\n"
    "Works on the databases themselves, whether Partline runs or not. What is done is kept with "
    "your name; a running Partline takes up what was redriven within a second.",
)


def _known_services(names: list[str] | None) -> list[str] | None:
    for name in names or ():
        if name not in SERVICES:
            raise typer.BadParameter(f"it is one of {', '.join(SERVICES)}")
    return names


def _known_consumer(name: str | None) -> str | None:
    from shared.messaging.subscriptions import SUBSCRIPTIONS  # noqa: PLC0415 — costs its imports

    if name is not None and name not in SUBSCRIPTIONS:
        raise typer.BadParameter(f"it is one of {', '.join(SUBSCRIPTIONS)}")
    return name


Services = Annotated[
    list[str] | None,
    typer.Option(
        "--service",
        metavar="NAME",
        callback=_known_services,
        help="In whose database; may repeat.",
    ),
]
Consumer = Annotated[
    str | None, typer.Option(callback=_known_consumer, help="At this consumer, e.g. crm.journey.")
]
Kind = Annotated[str | None, typer.Option("--type", help="Of this event, e.g. OrderShipped.")]
Error = Annotated[str | None, typer.Option(help="With this in its error, in small or capitals.")]
Events = Annotated[
    list[UUID] | None, typer.Argument(metavar="[EVENT…]", help="Ids of events.", show_default=False)
]
All = Annotated[bool, typer.Option("--all", help="Every dead letter there is.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@dlq.command("list")
def list_letters(
    *,
    service: Services = None,
    consumer: Consumer = None,
    kind: Kind = None,
    error: Error = None,
    discarded: Annotated[
        bool, typer.Option("--discarded", help="Those that were discarded as well.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: Json = False,
) -> None:
    """List dead letters, the newest first.

    The exit status is 0 also when there are none, and 1 when a database cannot be asked; the
    letters of the others are listed all the same.
    """
    from partline.delivery.databases import named_services, opened, run  # noqa: PLC0415
    from partline.delivery.letters import Filter, newest  # noqa: PLC0415

    wanted = Filter(consumer, kind, error, discarded)

    async def work(settings: "Settings") -> "Found":
        async with opened(settings, named_services(service)) as databases:
            return await newest(databases, wanted, limit)

    found = run(work)
    if found.letters or not found.unusable:
        _print_list(found.letters, as_json=as_json)
    for sentence in found.unusable:
        typer.echo(f"partline: {sentence}", err=True)
    raise typer.Exit(FAILED if found.unusable else 0)


@dlq.command()
def show(
    event: Annotated[UUID, typer.Argument(help="The event's id.", show_default=False)],
    *,
    consumer: Consumer = None,
    as_json: Json = False,
) -> None:
    """Show a dead letter whole: error, trace, attempts and what was sent.

    An event may be dead at several consumers: without --consumer each is shown.
    """
    from partline.delivery.databases import opened, run  # noqa: PLC0415
    from partline.delivery.letters import places  # noqa: PLC0415

    async def work(settings: "Settings") -> "Sequence[tuple[str, Letter]]":
        async with opened(settings, SERVICES) as databases:
            return await places(databases, event)

    found = [(s, x) for s, x in run(work) if consumer in (None, x.consumer)]
    if not found:
        fail(f"{event} is no dead letter, and is not being tried again. `partline dlq list`")
    for service, letter in found:
        typer.echo(_json(letter) if as_json else _whole(service, letter))


@dlq.command()
def redrive(
    events: Events = None,
    *,
    service: Services = None,
    consumer: Consumer = None,
    kind: Kind = None,
    error: Error = None,
    everything: All = False,
) -> None:
    """Give dead letters to their consumers again, at once and with all ten attempts.

    Name events, or choose by options. Mend the cause first: otherwise they come back. A message
    that is no event cannot be redriven. It cannot be taken back.
    """
    from partline.delivery.databases import actor  # noqa: PLC0415
    from partline.delivery.letters import Act, Filter  # noqa: PLC0415

    wanted = _checked(Filter(consumer, kind, error), service, events, everything=everything)
    _act(Act(actor()), wanted, service, events)


@dlq.command()
def discard(
    events: Events = None,
    *,
    reason: Annotated[str, typer.Option(help="Why; it stays with the letters.")],
    service: Services = None,
    consumer: Consumer = None,
    kind: Kind = None,
    error: Error = None,
    everything: All = False,
) -> None:
    """Give dead letters up: they never take effect, and the events behind them go on.

    Name events, or choose by options. The letters stay readable (`dlq list --discarded`). It
    cannot be taken back.
    """
    from partline.delivery.databases import actor  # noqa: PLC0415
    from partline.delivery.letters import Act, Filter  # noqa: PLC0415

    wanted = _checked(Filter(consumer, kind, error), service, events, everything=everything)
    _act(Act(actor(), reason), wanted, service, events)


def _checked(
    wanted: "Filter", services: list[str] | None, events: list[UUID] | None, *, everything: bool
) -> "Filter":
    """Whoever means all letters has to say so."""
    if not (events or services or everything) and wanted.is_open:
        raise typer.BadParameter("name events, choose by options, or say --all")
    if events and (everything or wanted.type or wanted.error):
        raise typer.BadParameter("name events or choose by options, not both")
    return wanted


def _act(
    act: "Act", wanted: "Filter", services: list[str] | None, events: list[UUID] | None
) -> None:
    from partline.delivery import letters  # noqa: PLC0415
    from partline.delivery.databases import Unusable, named_services, opened, run  # noqa: PLC0415

    did = "redriven" if act.reason is None else "discarded"

    async def work(settings: "Settings") -> None:
        async with opened(settings, named_services(services)) as databases:
            if events:
                done = await letters.act_on_events(databases, events, wanted.consumer, act)
                missed = [str(event) for event, count in done.items() if not count]
                typer.echo(f"{sum(done.values()):,} {did}.")
                if missed:
                    fail(f"no dead letter that could be {did}: {', '.join(missed)}")
            else:
                typer.echo(f"{await letters.act_on_all(databases, wanted, act):,} {did}.")

    try:
        run(work)
    except Unusable as error:
        fail(error)


def _print_list(letters: "Sequence[DeadLetter]", *, as_json: bool) -> None:
    if as_json:
        for letter in letters:
            typer.echo(_json(letter))
        return
    if not letters:
        typer.echo("No dead letters.")
        return
    rows = [("died", "consumer", "event", "id", "attempts", "error")]
    for letter in letters:
        died = f"{letter.died_at:%Y-%m-%d %H:%M:%S}"
        state = "discarded: " + (letter.discard_reason or "") if letter.discarded_at else ""
        error = " ".join((state or letter.error).split())
        row = (died, letter.consumer, letter.type, str(letter.event_id), str(letter.attempts))
        rows.append((*row, error if len(error) <= _ERROR else error[: _ERROR - 1] + "…"))
    for line in columns(rows):
        typer.echo(line)


_ERROR = 60


def _whole(service: str, letter: "Letter") -> str:
    from shared.delivery.payload import readable  # noqa: PLC0415

    facts = {
        "consumer": f"{letter.consumer} (database of {service})",
        "state": letter.state.value.lower(),
        "event": f"{letter.type} {letter.event_id}",
        "from": letter.producer,
        "order": letter.correlation_id,
        "number": letter.version and f"{letter.version} of {letter.aggregate_id}",
        "attempts": letter.attempts,
        "failed": letter.failed_at,
        "next attempt": letter.next_attempt_at,
        "held back": f"{letter.waiting} behind it" if letter.waiting else None,
        "discarded": letter.discarded_at
        and f"{letter.discarded_at} by {letter.discarded_by}: {letter.discard_reason}",
    }
    lines = [f"{name:<13} {value}" for name, value in facts.items() if value is not None]
    payload = readable(letter.body or b"")
    about = f"{payload.form.value}, {payload.size:,} bytes{', its beginning' * payload.cut}"
    parts = ("\n".join(lines), letter.error, letter.trace, f"{about}\n{payload.text}")
    return "\n\n".join(part.rstrip() for part in parts if part) + "\n"


def _json(letter: "DeadLetter | Letter") -> str:
    import orjson  # noqa: PLC0415

    from partline.delivery.letters import as_json  # noqa: PLC0415

    return orjson.dumps(as_json(letter), default=str).decode()
