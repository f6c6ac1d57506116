"""Subscriptions over WebSocket, by the protocol graphql-transport-ws."""

import asyncio
from collections.abc import AsyncGenerator, Mapping

import aiohttp
import orjson

from gateway.edge.event_sources.base import LARGEST_EVENT
from gateway.edge.transport import SubgraphUnavailable

PROTOCOL = "graphql-transport-ws"
_ID = "1"
_ACKNOWLEDGED_SECONDS = 10.0
_HEARTBEAT_SECONDS = 30.0


async def websocket_events(
    session: aiohttp.ClientSession,
    subgraph: str,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
) -> AsyncGenerator[bytes, None]:
    """The responses of one subscription on a connection of its own.

    Raises `SubgraphUnavailable`, and aiohttp's errors of connecting.
    """
    async with session.ws_connect(
        url,
        protocols=(PROTOCOL,),
        headers=headers,
        heartbeat=_HEARTBEAT_SECONDS,
        max_msg_size=LARGEST_EVENT,
    ) as socket:
        if socket.protocol != PROTOCOL:
            raise SubgraphUnavailable(subgraph, f"it does not speak {PROTOCOL}")
        await socket.send_json({"type": "connection_init", "payload": {}})
        async with asyncio.timeout(_ACKNOWLEDGED_SECONDS):
            while (await _message(subgraph, socket))["type"] != "connection_ack":
                pass
        await socket.send_json({"id": _ID, "type": "subscribe", "payload": orjson.loads(body)})
        ended = False
        try:
            while not ended:
                message = await _message(subgraph, socket)
                if message["type"] == "next":
                    yield orjson.dumps(message.get("payload"))
                elif message["type"] == "error":
                    ended = True
                    yield orjson.dumps({"data": None, "errors": message.get("payload")})
                elif message["type"] == "complete":
                    ended = True
        finally:
            if not ended and not socket.closed:
                await socket.send_json({"id": _ID, "type": "complete"})


async def _message(subgraph: str, socket: aiohttp.ClientWebSocketResponse) -> Mapping[str, object]:
    """The next message that is not about the connection itself."""
    while True:
        received = await socket.receive()
        if received.type is not aiohttp.WSMsgType.TEXT:
            raise SubgraphUnavailable(
                subgraph, f"it closed the subscription ({socket.close_code} {received.extra or ''})"
            )
        try:
            message = orjson.loads(received.data)
        except orjson.JSONDecodeError as error:
            raise SubgraphUnavailable(subgraph, "it sent what is not JSON") from error
        if not isinstance(message, dict) or "type" not in message:
            raise SubgraphUnavailable(subgraph, f"it sent what is not {PROTOCOL}")
        if message["type"] == "ping":
            await socket.send_json({"type": "pong"})
        elif message["type"] != "pong":
            return message
