"""`partline gateway`."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from partline.commands.failure import fail
from partline.commands.pairs import pairs
from partline.commands.problems import fail_with

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.edge.graphql.bearer import BearerTokens
    from gateway.edge.transport.http import HttpPool
    from gateway.standalone.settings import StandaloneSettings
    from gateway.standalone.sources import Source

_UPLOAD_ADVICE = (
    "Files are not sent through GraphQL here: send them to a service of yours over HTTP, and name "
    "them in the operation."
)
_LEVELS = ("debug", "info", "warning", "error")


def _known_level(level: str) -> str:
    if level not in _LEVELS:
        raise typer.BadParameter(f"it is one of {', '.join(_LEVELS)}")
    return level


def _may_be_forwarded(names: list[str] | None) -> list[str] | None:
    from gateway.standalone.fetches import OF_THE_CONNECTION  # noqa: PLC0415 — costs its imports

    for name in names or ():
        if name.lower() in OF_THE_CONNECTION:
            raise typer.BadParameter(f"{name} belongs to the connection and cannot be forwarded")
    return names


def gateway(
    *,
    supergraph: Annotated[
        Path | None, typer.Option(help="A supergraph that any composition tool wrote.")
    ] = None,
    subgraphs: Annotated[
        Path | None,
        typer.Option(help='A JSON list of {"name", "url"} and optionally "sdl" or "sdl_file".'),
    ] = None,
    host: Annotated[
        str, typer.Option(help="The address to listen on; localhost: 127.0.0.1 and ::1.")
    ] = "localhost",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free one.")] = 4000,
    subgraph_url: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=URL", help="Another address of a subgraph; may repeat."),
    ] = None,
    subscriptions_url: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=URL",
            help="Where a subgraph takes subscriptions, as ws://…; may repeat.",
        ),
    ] = None,
    forward_header: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            callback=_may_be_forwarded,
            help="A client's header that subgraphs get; may repeat.",
        ),
    ] = None,
    cors: Annotated[
        list[str] | None,
        typer.Option(metavar="ORIGIN", help="Whose pages may ask, or *; may repeat."),
    ] = None,
    poll: Annotated[
        float,
        typer.Option(min=0, metavar="SECONDS", help="How often subgraphs are asked for schemas."),
    ] = 10.0,
    timeout: Annotated[
        float, typer.Option(min=0.001, metavar="SECONDS", help="For one fetch from a subgraph.")
    ] = 10.0,
    operation_timeout: Annotated[
        float, typer.Option(min=0.001, metavar="SECONDS", help="For a whole operation.")
    ] = 60.0,
    attempts: Annotated[
        int, typer.Option(min=1, help="How often a query goes out when its connection breaks.")
    ] = 3,
    circuit_failures: Annotated[
        int, typer.Option(min=0, help="Failures in a row that open a circuit; 0: never.")
    ] = 10,
    max_body: Annotated[int, typer.Option(min=1, metavar="KB", help="Of a request.")] = 1024,
    max_answer: Annotated[
        int, typer.Option(min=1, metavar="KB", help="Of a subgraph's answer.")
    ] = 32 * 1024,
    max_depth: Annotated[int, typer.Option(min=1, help="Of an operation's fields.")] = 40,
    max_aliases: Annotated[int, typer.Option(min=0, help="In an operation.")] = 1_000,
    max_tokens: Annotated[int, typer.Option(min=1, help="In an operation's text.")] = 20_000,
    max_cost: Annotated[
        int | None, typer.Option(min=1, help="Of an operation, by @cost and @listSize.")
    ] = None,
    trusted_documents: Annotated[
        Path | None, typer.Option(help="A manifest of operations that clients name by id.")
    ] = None,
    only_trusted: Annotated[
        bool, typer.Option("--only-trusted", help="Execute nothing that is not in the manifest.")
    ] = False,
    jwt_key: Annotated[
        Path | None,
        typer.Option(help="A public key (PEM) or JWK set that verifies bearer tokens."),
    ] = None,
    jwt_issuer: Annotated[str | None, typer.Option(help="Who must have issued a token.")] = None,
    jwt_audience: Annotated[str | None, typer.Option(help="Whom a token must be for.")] = None,
    override_label: Annotated[
        list[str] | None,
        typer.Option(metavar="LABEL", help="A label of @override that holds; may repeat."),
    ] = None,
    introspection: Annotated[bool, typer.Option(help="Whether clients may ask for the schema.")] = (
        True
    ),
    explorer: Annotated[bool, typer.Option(help="GraphiQL for browsers at /graphql.")] = True,
    mask_errors: Annotated[
        bool,
        typer.Option("--mask-errors/--show-errors", help="Hide errors that have no code."),
    ] = True,
    show_plans: Annotated[
        bool, typer.Option("--show-plans", help="Plans for whoever sends X-Query-Plan.")
    ] = False,
    single_flight: Annotated[
        bool, typer.Option(help="Execute queries once that are the same at the same moment.")
    ] = True,
    log_level: Annotated[
        str, typer.Option(callback=_known_level, help=f"One of {', '.join(_LEVELS)}.")
    ] = "warning",
    log_json: Annotated[bool, typer.Option("--log-json", help="Log lines as JSON.")] = False,
) -> None:
    """Serve a graph of anyone's subgraphs at /graphql, with nothing else of Partline.

    Give a ready supergraph or a list of subgraphs; one whose schema is not in the list is asked
    for it. The files are watched, and a graph that changes is swapped without losing a request;
    one that does not compose leaves what is served as it is, and GET /health says why. SIGTERM
    ends it once what is under way is finished. docs/gateway.md tells more.
    """
    from gateway.edge.graphql.answering import AnsweringSettings  # noqa: PLC0415 — costs its imports
    from gateway.edge.transport.http import HttpLimits  # noqa: PLC0415
    from gateway.edge.transport.patience import Patience  # noqa: PLC0415
    from gateway.federation import Limits  # noqa: PLC0415
    from gateway.standalone.settings import StandaloneSettings  # noqa: PLC0415
    from shared.telemetry.logs import write_logs  # noqa: PLC0415

    if only_trusted and trusted_documents is None:
        fail("With --only-trusted nothing can be asked: give --trusted-documents FILE, too.")
    write_logs("json" if log_json else "text", log_level)
    settings = StandaloneSettings(
        forwarded_headers=tuple(forward_header or ()),
        origins=tuple(cors or ()),
        answering=AnsweringSettings(
            largest_body=max_body * 1024,
            operation_seconds=operation_timeout,
            single_flight=single_flight,
            upload_advice=_UPLOAD_ADVICE,
        ),
        limits=Limits(
            depth=max_depth,
            aliases=max_aliases,
            tokens=max_tokens,
            cost=max_cost,
            introspection=introspection,
        ),
        patience=Patience(deadline=timeout, attempts=attempts, failures=circuit_failures),
        http=HttpLimits(connections=1024, connections_to_one=256, largest_answer=max_answer * 1024),
        addresses=pairs(subgraph_url, "--subgraph-url"),
        subscription_addresses=pairs(subscriptions_url, "--subscriptions-url"),
        trusted_documents=_documents(trusted_documents),
        only_trusted_documents=only_trusted,
        tokens=_tokens(jwt_key, jwt_issuer, jwt_audience),
        override_labels=frozenset(override_label or ()),
        explorer=explorer,
        mask_errors=mask_errors,
        show_plans=show_plans,
        poll_seconds=poll,
    )
    _serve(settings, _source(supergraph, subgraphs, poll), host, port)


def _documents(manifest: Path | None) -> dict[str, str]:
    if manifest is None:
        return {}
    from gateway.edge.graphql.documents import ManifestError, read_manifest  # noqa: PLC0415

    try:
        return read_manifest(manifest.read_bytes())
    except ManifestError as error:
        fail(f"{manifest} cannot be used: {error}.")
    except OSError as error:
        fail(f"{manifest} cannot be read: {error.strerror}.")


def _tokens(key: Path | None, issuer: str | None, audience: str | None) -> "BearerTokens | None":
    if key is None:
        return None
    from gateway.edge.graphql.bearer import BearerTokens, UnusableKey  # noqa: PLC0415
    from gateway.standalone.part import SourceError, read_text  # noqa: PLC0415

    try:
        return BearerTokens.of(read_text(key), issuer=issuer, audience=audience)
    except (UnusableKey, SourceError) as error:
        fail(error)


def _source(
    supergraph: Path | None, subgraphs: Path | None, poll: float
) -> "Callable[[HttpPool], Source]":
    from gateway.standalone.sources import SubgraphList, SupergraphFile  # noqa: PLC0415

    if supergraph is not None and subgraphs is None:
        return lambda _: SupergraphFile(supergraph)
    if subgraphs is not None and supergraph is None:
        return lambda pool: SubgraphList(subgraphs, pool, poll)
    both = ", not both" if subgraphs is not None else ""
    fail(f"Give --supergraph FILE or --subgraphs FILE.json{both}.")


def _serve(
    settings: "StandaloneSettings", source: "Callable[[HttpPool], Source]", host: str, port: int
) -> None:
    import uvloop  # noqa: PLC0415 — a command pays for its own imports

    from gateway.federation import CompositionError, SupergraphError  # noqa: PLC0415
    from gateway.standalone.part import SourceError  # noqa: PLC0415
    from gateway.standalone.server import listen, serve  # noqa: PLC0415

    try:
        listening = listen(host, port)
    except OSError as error:
        fail(f"{host}:{port} cannot be listened on: {error.strerror}. Choose another --port.")
    with ExitStack() as sockets:
        for one in listening:
            sockets.enter_context(one)
        try:
            uvloop.run(serve(settings, source, listening, typer.echo))
        except (CompositionError, SupergraphError) as error:
            fail_with(error.problems)
        except SourceError as error:
            fail(error)
