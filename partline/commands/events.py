"""`partline events`: what was sent, and sending it again."""

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from partline.commands.columns import columns
from partline.commands.failure import fail
from shared.settings import SERVICES

if TYPE_CHECKING:
    from partline.delivery.orders import Trail
    from shared.delivery.orders import SentEvent, Standing
    from shared.settings import Settings

events = typer.Typer(
    no_args_is_help=True,
    help="Follow the events of an order through all services, or send events again.",
)
_AGO = re.compile(r"(\d+)([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_TIME = "2026-11-22T14:00 (UTC), or how long ago: 90s, 30m, 2h, 1d."


def _known(service: str) -> str:
    if service not in SERVICES:
        raise typer.BadParameter(f"it is one of {', '.join(SERVICES)}")
    return service


def _moment(text: str) -> datetime:
    ago = _AGO.fullmatch(text)
    try:
        if ago is not None:
            return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise typer.BadParameter(f"{text!r} is no time. Write {_TIME}") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


@events.command()
def show(
    order: Annotated[
        str,
        typer.Argument(help="An order's id or number (PL-…); a model's id.", show_default=False),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object an event.")] = False,
) -> None:
    """Show all events of an order and what each consumer did with them.

    "applied": it took effect. "parked": it waits for an earlier one. "retrying": it failed and is
    tried again. "dead": it waits for a person (`partline dlq`). "missing": it has not come. "?":
    that database cannot be asked. The exit status is 1 when one is missing, dead or unknown.
    """
    from partline.delivery.databases import Unusable, opened, run  # noqa: PLC0415
    from partline.delivery.orders import order_ids, trail  # noqa: PLC0415

    async def work(settings: "Settings") -> "list[Trail]":
        async with opened(settings, SERVICES) as databases:
            return [await trail(databases, one) for one in await order_ids(databases, order)]

    try:
        trails = run(work)
    except ValueError:
        fail(f"{order} is no order. Give its id or its number, as PL-7KQ2M4XW.")
    except Unusable as error:
        fail(error)
    found = [one for one in trails if one.events]
    for one in trails:
        for sentence in one.unusable.values():
            typer.echo(f"partline: {sentence}", err=True)
    if not found:
        fail(f"no event of {order} is in any outbox that could be asked.")
    for one in found:
        _print_json(one) if as_json else _print_trail(one)
    raise typer.Exit(0 if all(_is_well(one) for one in found) else 1)


@events.command()
def replay(
    service: Annotated[
        str, typer.Argument(callback=_known, help="Whose events.", show_default=False)
    ],
    *,
    since: Annotated[
        datetime | None, typer.Option(parser=_moment, metavar="TIME", help=f"From {_TIME}")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(parser=_moment, metavar="TIME", help="Before that time.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--type", help="Of this type, e.g. OrderCreated.")
    ] = None,
    order: Annotated[UUID | None, typer.Option(help="Of the order with this id.")] = None,
    aggregate: Annotated[UUID | None, typer.Option(help="Of the aggregate with this id.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that its outbox holds.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell how many it would be.")
    ] = False,
) -> None:
    """Let a service send events again that it has sent before.

    They are marked as unpublished and the relay sends them; whoever has one already leaves it
    alone, so that nothing takes effect twice. It is kept who did so.
    """
    from partline.delivery.databases import Unusable, actor, opened, run  # noqa: PLC0415
    from partline.delivery.replaying import count, replay_events  # noqa: PLC0415
    from shared.delivery.replay import Selection  # noqa: PLC0415

    selection = Selection(since, until, kind, order, aggregate)
    if selection == Selection() and not everything:
        raise typer.BadParameter("choose events by options, or say --all")

    async def work(settings: "Settings") -> int:
        async with opened(settings, (service,)) as databases:
            if dry_run:
                return await count(databases[service], selection)
            return await replay_events(databases[service], selection, actor())

    try:
        number = run(work)
    except Unusable as error:
        fail(error)
    said = "would be sent again" if dry_run else "will be sent again"
    typer.echo(f"{number:,} {'event' if number == 1 else 'events'} of {service} {said}.")


def _print_trail(trail: "Trail") -> None:
    typer.echo(f"order {trail.order_id}\n")
    rows = [("at", "from", "event", "no.", "published", *trail.consumers)]
    for event in trail.events:
        rows.append(
            (
                f"{event.created_at:%Y-%m-%d %H:%M:%S}",
                event.producer,
                event.type,
                str(event.version),
                "yes" if event.published_at else "waiting",
                *(_cell(trail, consumer, event) for consumer in trail.consumers),
            )
        )
    for line in columns(rows):
        typer.echo(line)
    failed = [(e, s) for e in trail.events for s in _standings(trail, e) if s.error is not None]
    for event, standing in failed:
        typer.echo(
            f"\n{standing.consumer}: {event.type} {event.id} is {standing.fate}, "
            f"attempts {standing.attempts}\n  {standing.error}"
        )


def _cell(trail: "Trail", consumer: str, event: "SentEvent") -> str:
    from shared.messaging.subscriptions import SUBSCRIPTIONS, service_of  # noqa: PLC0415

    if event.producer not in SUBSCRIPTIONS[consumer]:
        return "–"
    if service_of(consumer) in trail.unusable:
        return "?"
    standing = trail.standings[consumer, event.id]
    return f"{standing.fate} {standing.attempts}" if standing.attempts else str(standing.fate)


def _standings(trail: "Trail", event: "SentEvent") -> "list[Standing]":
    return [s for (_, event_id), s in trail.standings.items() if event_id == event.id]


def _is_well(trail: "Trail") -> bool:
    from shared.delivery.orders import Fate  # noqa: PLC0415

    ill = {Fate.MISSING, Fate.DEAD}
    return not trail.unusable and not any(s.fate in ill for s in trail.standings.values())


def _print_json(trail: "Trail") -> None:
    import orjson  # noqa: PLC0415

    for event in trail.events:
        answer = {"order": trail.order_id, "event": event, "consumers": _standings(trail, event)}
        typer.echo(orjson.dumps(answer, default=str).decode())
