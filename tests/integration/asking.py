"""A schema asked as the gateway asks it."""

from typing import Any

import orjson

from shared.graphql import GraphQLEndpoint
from shared.identity import Identity, TokenSigner


class Asking:
    """Signs each question with the gateway's key."""

    def __init__(self, endpoint: GraphQLEndpoint, signer: TokenSigner) -> None:
        self.endpoint = endpoint
        self.signer = signer

    async def ask(self, identity: Identity, query: str, **variables: object) -> dict[str, Any]:
        """The whole GraphQL answer."""
        body = orjson.dumps({"query": query, "variables": variables})
        answer = await self.endpoint.answer(body, self.signer.sign(identity), "a-request")
        assert answer.status == 200
        whole: dict[str, Any] = orjson.loads(answer.body)
        return whole

    async def data(self, identity: Identity, query: str, **variables: object) -> dict[str, Any]:
        """The data of an answer without errors."""
        answer = await self.ask(identity, query, **variables)
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data

    async def code(self, identity: Identity, query: str, **variables: object) -> str:
        """The code of the one error of an answer."""
        answer = await self.ask(identity, query, **variables)
        (error,) = answer["errors"]
        code: str = error["extensions"]["code"]
        return code
