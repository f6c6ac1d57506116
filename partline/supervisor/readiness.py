"""Probes: ways to find out that a process serves."""

import asyncio
from contextlib import suppress

from partline.supervisor.program import Probe

PROBE_SECONDS = 2.0


def port_open(port: int, host: str = "127.0.0.1") -> Probe:
    """Ready when a connection to the port is accepted."""

    async def probe() -> bool:
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(PROBE_SECONDS):
                _, writer = await asyncio.open_connection(host, port)
            writer.close()
            return True
        return False

    return probe


def http_ok(port: int, path: str = "/health", host: str = "127.0.0.1") -> Probe:
    """Ready when a GET of `path` is answered with status 200."""

    async def probe() -> bool:
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(PROBE_SECONDS):
                reader, writer = await asyncio.open_connection(host, port)
                try:
                    request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
                    writer.write(request.encode())
                    status_line = await reader.readline()
                finally:
                    writer.close()
            return status_line.split(b" ")[1:2] == [b"200"]
        return False

    return probe
