"""Graphs as commands are given them."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from gateway.edge.transport.http import HttpPool
from gateway.federation import Subgraph, Supergraph, compose
from gateway.standalone.draft import Draft
from gateway.standalone.part import SourceError, read_text
from gateway.standalone.sources import NotHeardOf, SubgraphList, SupergraphFile

_OWN = "subgraphs/*/schema.graphql"


def given_subgraphs(arguments: Sequence[str]) -> list[Subgraph]:
    """The subgraphs of a list in JSON, of SDL files by name, or without either Partline's own.

    Raises SourceError.
    """
    if not arguments:
        return _own()
    if len(arguments) == 1 and "=" not in arguments[0]:
        parts = asyncio.run(_listed(Path(arguments[0]))).parts
        return [Subgraph(part.name, part.sdl or "", part.url) for part in parts]
    found: list[Subgraph] = []
    for argument in arguments:
        name, equals, path = argument.partition("=")
        if not name or not equals:
            raise SourceError(f"Give one list in JSON or NAME=FILE each; {argument!r} is neither.")
        found.append(Subgraph(name, read_text(Path(path))))
    return found


def given_supergraph(supergraph: Path | None, subgraphs: Path | None) -> Supergraph:
    """A ready supergraph, or one composed now.

    Raises SourceError, CompositionError or SupergraphError.
    """
    if supergraph is not None and subgraphs is not None:
        raise SourceError("Give --supergraph or --subgraphs, not both.")
    if supergraph is not None:
        return asyncio.run(SupergraphFile(supergraph).read()).compose()
    return compose(given_subgraphs([] if subgraphs is None else [str(subgraphs)]))


async def _listed(path: Path) -> Draft:
    pool = HttpPool()
    try:
        return await SubgraphList(path, pool, 0).read()
    except NotHeardOf as error:
        raise SourceError(f"Not every subgraph told its schema: {error}.") from error
    finally:
        await pool.close()


def _own() -> list[Subgraph]:
    root = Path(__file__).parents[2]
    files = sorted(root.glob(_OWN))
    if not files:
        raise SourceError("Partline's own schemas are not here; give a list or files by name.")
    return [Subgraph(file.parent.name, read_text(file)) for file in files]
