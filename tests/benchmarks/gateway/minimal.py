"""The engine behind the least of servers.

python -m tests.benchmarks.gateway.minimal PORT ADDRESSES
"""

import sys
from collections.abc import Mapping

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.edge.collector import calm_collector
from gateway.edge.transport.http import HttpTransport
from gateway.federation import Engine, FetchRequest
from tests.benchmarks.gateway.graph import supergraph


def _app(addresses: Mapping[str, str]) -> Starlette:
    transport = HttpTransport(addresses)

    async def fetch(name: str, request: FetchRequest) -> bytes:
        return await transport.send(name, request.body, {}, repeatable=request.is_query)

    engine = Engine(supergraph(addresses), fetch)

    async def answer(request: Request) -> Response:
        asked = orjson.loads(await request.body())
        body = await engine.execute_json(
            asked["query"], asked.get("variables"), asked.get("operationName")
        )
        return Response(body, media_type="application/json")

    return Starlette(routes=[Route("/graphql", answer, methods=["POST"])])


def serve(app: Starlette, port: int) -> None:
    """Serve as `partline gateway` does."""
    calm_collector()
    uvicorn.run(
        app,
        port=port,
        loop="uvloop",
        http="httptools",
        log_level="warning",
        access_log=False,
        server_header=False,
    )


if __name__ == "__main__":
    serve(_app(orjson.loads(sys.argv[2])), int(sys.argv[1]))
