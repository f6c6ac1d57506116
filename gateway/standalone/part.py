"""One subgraph as the list of subgraphs has it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

import orjson

_FOR_REQUESTS = ("http", "https")
_FOR_SUBSCRIPTIONS = (*_FOR_REQUESTS, "ws", "wss")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


class SourceError(Exception):
    """What the graph is to be made of cannot be read; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Part:
    """A subgraph: where it is, and its schema if that is known.

    `headers` go with every request to it. `timeout` is its own deadline in seconds, `events` the
    address for subscriptions where it is another one.
    """

    name: str
    url: str = ""
    sdl: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    timeout: float | None = None
    events: str = ""


@dataclass(frozen=True, slots=True)
class _Entry:
    """Reads one object of the list."""

    place: int
    given: Mapping[str, object]
    folder: Path
    fields: frozenset[str] = field(
        default=frozenset(
            {"name", "url", "sdl", "sdl_file", "headers", "timeout", "subscriptions_url"}
        )
    )

    def part(self) -> Part:
        if unknown := sorted(self.given.keys() - self.fields):
            raise self._wrong(f'"{unknown[0]}" means nothing; there are {", ".join(self._known)}')
        name = self._text("name")
        if not name:
            raise self._wrong('it needs a "name"')
        part = Part(
            name,
            self._address("url", _FOR_REQUESTS),
            self._sdl(),
            self._headers(),
            self._timeout(),
            self._address("subscriptions_url", _FOR_SUBSCRIPTIONS),
        )
        if not part.url and part.sdl is None:
            raise self._wrong('it needs a "url", or "sdl" to compose only')
        return part

    @property
    def _known(self) -> Sequence[str]:
        return sorted(self.fields)

    def _wrong(self, what: str) -> SourceError:
        shown = self.given.get("name") or f"number {self.place + 1}"
        return SourceError(f"Subgraph {shown}: {what}.")

    def _text(self, name: str) -> str:
        value = self.given.get(name, "")
        if not isinstance(value, str):
            raise self._wrong(f'"{name}" has to be a string')
        return value

    def _address(self, name: str, schemes: Sequence[str]) -> str:
        url = self._text(name)
        if url and not _is_address(url, schemes):
            told = " or ".join(f"{scheme}://…" for scheme in schemes)
            raise self._wrong(f'"{name}" has to be an address like {told}')
        return url

    def _sdl(self) -> str | None:
        path = self._text("sdl_file")
        if not path:
            return self._text("sdl") or None
        if self._text("sdl"):
            raise self._wrong('give "sdl" or "sdl_file", not both')
        return read_text(self.folder / path)

    def _headers(self) -> tuple[tuple[str, str], ...]:
        headers = self.given.get("headers", {})
        if not isinstance(headers, dict) or not all(
            isinstance(value, str) for value in headers.values()
        ):
            raise self._wrong('"headers" has to be an object of strings')
        for name, value in headers.items():
            if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
                raise self._wrong(f'{name!r} in "headers" cannot be sent as a header')
        # In small letters, so that none is sent beside a client's header of the same name.
        return tuple(sorted((name.lower(), value) for name, value in headers.items()))

    def _timeout(self) -> float | None:
        timeout = self.given.get("timeout")
        if timeout is None:
            return None
        if isinstance(timeout, bool) or not isinstance(timeout, int | float) or timeout <= 0:
            raise self._wrong('"timeout" has to be a number of seconds above 0')
        return float(timeout)


def _is_address(url: str, schemes: Sequence[str]) -> bool:
    """Can requests be sent there, going by the look of it?"""
    try:
        parts = urlsplit(url)
        (parts.hostname or "").encode("idna")
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def read_text(path: Path) -> str:
    """The text of a file. Raises SourceError."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path} is not a text in UTF-8.") from error
    except ValueError as error:
        raise SourceError(f"{str(path)!r} is no name of a file.") from error


def read_parts(text: str, folder: Path) -> tuple[Part, ...]:
    """The subgraphs in a JSON list; paths in it are relative to `folder`. Raises SourceError."""
    try:
        given = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise SourceError(f"The list of subgraphs is not JSON: {error}.") from error
    if isinstance(given, dict):
        given = given.get("subgraphs")
    if not isinstance(given, list) or not given or not all(isinstance(one, dict) for one in given):
        raise SourceError(
            'The list of subgraphs has to be JSON: [{"name": …, "url": …, "sdl": …}, …].'
        )
    parts = tuple(_Entry(place, one, folder).part() for place, one in enumerate(given))
    names = [part.name for part in parts]
    for name in names:
        if names.count(name) > 1:
            raise SourceError(f"Two subgraphs are called {name}. Give each its own name.")
    return parts


def with_sdl(part: Part, sdl: str) -> Part:
    """The part with its schema."""
    return replace(part, sdl=sdl)
