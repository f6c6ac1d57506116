"""Asking subgraphs for their schemas."""

import orjson

from gateway.edge.authentication.tokens import GATEWAY, Tokens
from gateway.edge.transport import SubgraphUnavailable, Transport
from shared.headers import TOKEN_HEADER

_QUERY = orjson.dumps({"query": "{ _service { sdl } }"})


class SdlReader:
    """Asks a subgraph for its schema, as Federation has it: `_service { sdl }`."""

    def __init__(self, transport: Transport, tokens: Tokens) -> None:
        self._transport = transport
        self._tokens = tokens

    async def read(self, subgraph: str) -> str:
        """The SDL. Raises `SubgraphUnavailable` when there is none to be had."""
        headers = {TOKEN_HEADER: self._tokens.token_for(GATEWAY)}
        answer = await self._transport.send(subgraph, _QUERY, headers, repeatable=True)
        try:
            sdl = orjson.loads(answer)["data"]["_service"]["sdl"]
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise SubgraphUnavailable(subgraph, "it did not tell its schema") from error
        if not isinstance(sdl, str):
            raise SubgraphUnavailable(subgraph, "it did not tell its schema")
        return sdl
