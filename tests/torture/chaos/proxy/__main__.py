"""`python -m tests.torture.chaos.proxy`: all lines of a rig, in a process of their own.

A line of input is `{"open": name, "target": port}`, answered with `{"opened": name, "port"}`, or
`{"change": [names], "kind", "seconds"}`, answered with `{"changed": ...}`. It ends with its input.
"""

import asyncio
import json
import sys

import uvloop

from tests.torture.chaos.proxy.line import Line
from tests.torture.chaos.proxy.weather import Kind, Weather


async def serve() -> None:
    loop = asyncio.get_running_loop()
    told = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(told), sys.stdin)
    lines: dict[str, Line] = {}
    while wanted := await told.readline():
        request = json.loads(wanted)
        if "open" in request:
            line = lines[request["open"]] = Line(request["target"])
            answer = {"opened": request["open"], "port": await line.open()}
        else:
            weather = Weather(Kind(request["kind"]), request["seconds"])
            for name in request["change"]:
                lines[name].change(weather)
            answer = {"changed": request["number"]}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    uvloop.run(serve())
