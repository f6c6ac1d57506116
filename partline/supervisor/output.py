"""What a process prints, line by line, through a pipe of our own.

asyncio's own pipes will not do: it holds back the news that a process has ended until every copy
of the pipe is closed, and a grandchild may keep one open for ever.
"""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress

_CHUNK_BYTES = 65_536
_LONGEST_LINE_BYTES = 1_000_000


class OutputPipe:
    """A pipe whose writing end a process gets as its standard output."""

    def __init__(self) -> None:
        self._reading, self.writing = os.pipe()

    def close_writing(self) -> None:
        """To be called once the process has its copy."""
        os.close(self.writing)

    async def lines(self, take: Callable[[bytes], None]) -> None:
        """Hand each line to `take` until nobody can write any more."""
        reader = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(self._reading, "rb", 0)
        )
        pending = b""
        try:
            while chunk := await reader.read(_CHUNK_BYTES):
                *complete, pending = (pending + chunk).split(b"\n")
                for line in complete:
                    take(line)
                if len(pending) > _LONGEST_LINE_BYTES:
                    take(pending)
                    pending = b""
        finally:
            with suppress(OSError):
                transport.close()
            if pending:
                take(pending)
