"""Where drafts come from: a file with a supergraph, or a list of subgraphs."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import orjson

from gateway.edge.transport import SubgraphUnavailable
from gateway.edge.transport.http import HttpPool, HttpTransport
from gateway.standalone.draft import Draft
from gateway.standalone.part import Part, read_parts, read_text, with_sdl

_QUERY = orjson.dumps({"query": "{ _service { sdl } }"})
_SDL_SECONDS = 5.0


class NotHeardOf(Exception):
    """Subgraphs that have not told their schema yet; `why` says of each what happened."""

    def __init__(self, why: dict[str, str]) -> None:
        super().__init__("; ".join(why.values()))
        self.why = why


class Source(Protocol):
    """Gives the newest draft."""

    async def read(self) -> Draft:
        """The draft as it is now. Raises SourceError, or NotHeardOf."""
        ...


class SupergraphFile:
    """A supergraph in a file, read anew each time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def read(self) -> Draft:
        """As `Source.read`."""
        return Draft(supergraph=await asyncio.to_thread(read_text, self._path))


class SubgraphList:
    """Subgraphs in a JSON file, read anew each time; who gives no schema there is asked for it.

    A subgraph is asked until it has answered, and then every `poll_seconds` (0: not again). One
    that does not answer any more keeps the schema that it had.
    """

    def __init__(
        self,
        path: Path,
        pool: HttpPool,
        poll_seconds: float,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path = path
        self._pool = pool
        self._poll_seconds = poll_seconds
        self._now = now
        self._told: dict[tuple[str, str], str] = {}
        self._asked: dict[tuple[str, str], float] = {}

    async def read(self) -> Draft:
        """As `Source.read`."""
        parts = await asyncio.to_thread(self._listed)
        found = await asyncio.gather(*(self._completed(part) for part in parts))
        missing = {
            part.name: str(one)
            for part, one in zip(parts, found, strict=True)
            if isinstance(one, SubgraphUnavailable)
        }
        if missing:
            raise NotHeardOf(missing)
        return Draft(parts=tuple(one for one in found if isinstance(one, Part)))

    def _listed(self) -> tuple[Part, ...]:
        return read_parts(read_text(self._path), self._path.parent)

    async def _completed(self, part: Part) -> Part | SubgraphUnavailable:
        if part.sdl is not None:
            return part
        memo = (part.name, part.url)
        told = self._told.get(memo)
        if told is None or self._is_due(memo):
            self._asked[memo] = self._now()
            try:
                told = self._told[memo] = await self._ask(part)
            except SubgraphUnavailable as error:
                if told is None:
                    return error
        return with_sdl(part, told)

    def _is_due(self, memo: tuple[str, str]) -> bool:
        return 0 < self._poll_seconds <= self._now() - self._asked[memo]

    async def _ask(self, part: Part) -> str:
        transport = HttpTransport(
            {part.name: part.url}, timeout=_SDL_SECONDS, lenient=True, pool=self._pool
        )
        answer = await transport.send(part.name, _QUERY, dict(part.headers), repeatable=True)
        try:
            sdl = orjson.loads(answer)["data"]["_service"]["sdl"]
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise SubgraphUnavailable(
                part.name, f"{part.url} did not tell its schema (_service)"
            ) from error
        if not isinstance(sdl, str):
            raise SubgraphUnavailable(part.name, f"{part.url} did not tell its schema (_service)")
        return sdl
