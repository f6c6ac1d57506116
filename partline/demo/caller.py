"""Somebody who talks to the public API: a signed-in person, a visitor or a partner's program."""

from typing import Any

import httpx

from partline.demo.outcome import OutOfReach, Refused

# These say that a part of the system is away or overloaded, not that the answer is no.
_NOT_NOW = frozenset({"INTERNAL", "SUBREQUEST_FAILED", "TOO_MANY_REQUESTS"})
_AWAY = "_UNAVAILABLE"


class Caller:
    """`ask` goes to the gateway's /graphql; `credential` are the headers that say who asks."""

    def __init__(self, http: httpx.AsyncClient, credential: dict[str, str] | None = None) -> None:
        self.http = http
        self._credential = credential or {}

    @classmethod
    def signed_in(cls, http: httpx.AsyncClient, session_token: str) -> "Caller":
        return cls(http, {"cookie": f"partline_session={session_token}"})

    @classmethod
    def with_key(cls, http: httpx.AsyncClient, api_key: str) -> "Caller":
        return cls(http, {"authorization": f"Bearer {api_key}"})

    async def ask(self, document: str, **variables: object) -> dict[str, Any]:
        """The data of the answer. Raises OutOfReach or Refused, also for a partial answer."""
        try:
            response = await self.http.post(
                "/graphql",
                json={"query": document, "variables": variables},
                headers=self._credential,
            )
        except httpx.TransportError as fault:
            raise OutOfReach(f"no answer: {type(fault).__name__}") from fault
        return answer_of(response)


def answer_of(response: httpx.Response) -> dict[str, Any]:
    """The data of a GraphQL answer. Raises OutOfReach or Refused."""
    try:
        body = response.json()
    except ValueError as fault:
        raise OutOfReach(f"HTTP status {response.status_code}") from fault
    errors = body.get("errors") or []
    for error in errors:
        message = str(error.get("message", "no reason given"))
        code = str(error.get("extensions", {}).get("code", ""))
        if code in _NOT_NOW or code.endswith(_AWAY) or response.status_code >= 500:
            raise OutOfReach(message)
        raise Refused(code, message)
    if response.status_code != httpx.codes.OK:
        raise OutOfReach(f"HTTP status {response.status_code}")
    data: dict[str, Any] = body["data"]
    return data
