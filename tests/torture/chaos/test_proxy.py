"""The lines between processes and their servers do what their weather says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from partline.embedded.ports import HOST
from tests.torture.chaos.proxy.lines import Lines
from tests.torture.chaos.proxy.weather import FAIR, Kind, Weather

NAME = "shop/postgres"


@asynccontextmanager
async def line_to_an_echo(folder: Path) -> AsyncIterator[tuple[Lines, int]]:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(echo, HOST, 0)
    lines = Lines(folder / "proxy.log")
    await lines.start()
    try:
        process, _, target = NAME.partition("/")
        port = await lines.open(process, target, server.sockets[0].getsockname()[1])
        async with asyncio.timeout(30):
            yield lines, port
    finally:
        await lines.close()
        server.close()


async def answer(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, question: bytes
) -> bytes:
    writer.write(question)
    return await reader.readexactly(len(question))


async def test_a_fair_line_passes_everything_on_in_order(tmp_path: Path) -> None:
    long = bytes(range(256)) * 20_000
    async with line_to_an_echo(tmp_path) as (_, port):
        reader, writer = await asyncio.open_connection(HOST, port)
        assert await answer(reader, writer, long) == long
        writer.write_eof()
        assert await reader.read() == b""
        writer.close()


async def test_a_cut_line_breaks_what_is_open_and_refuses_what_is_new(tmp_path: Path) -> None:
    async with line_to_an_echo(tmp_path) as (lines, port):
        reader, writer = await asyncio.open_connection(HOST, port)
        await answer(reader, writer, b"hello")
        await lines.change([NAME], Weather(Kind.CUT))
        with pytest.raises(ConnectionResetError):
            await reader.readexactly(1)
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await (await asyncio.open_connection(HOST, port))[0].readexactly(1)
        await lines.change([NAME], FAIR)
        assert await answer(*await asyncio.open_connection(HOST, port), b"back") == b"back"


async def test_a_black_hole_keeps_old_and_new_connections_for_later(tmp_path: Path) -> None:
    async with line_to_an_echo(tmp_path) as (lines, port):
        old = await asyncio.open_connection(HOST, port)
        await answer(*old, b"hello")
        await lines.change([NAME], Weather(Kind.BLACKHOLE))
        new = await asyncio.open_connection(HOST, port)
        waiting = [asyncio.create_task(answer(*pair, b"there?")) for pair in (old, new)]
        done, _ = await asyncio.wait(waiting, timeout=0.2)
        assert not done
        await lines.change([NAME], FAIR)
        assert await asyncio.gather(*waiting) == [b"there?", b"there?"]


async def test_a_slow_line_keeps_the_order(tmp_path: Path) -> None:
    async with line_to_an_echo(tmp_path) as (lines, port):
        reader, writer = await asyncio.open_connection(HOST, port)
        await lines.change([NAME], Weather(Kind.DELAY, 0.05))
        for word in (b"one ", b"two "):
            writer.write(word)
            await asyncio.sleep(0.01)
        await lines.change([NAME], FAIR)
        assert await answer(reader, writer, b"three") + await reader.readexactly(8) == (
            b"one two three"
        )
