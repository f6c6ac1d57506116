"""How a subgraph answers: signed callers only, and each fault where it happened."""

from typing import Any
from uuid import uuid4

import orjson
import pytest
import strawberry
import structlog
from strawberry import federation
from structlog.testing import capture_logs

from db.faults import DatabaseUnavailable
from shared.errors import NotFound
from shared.graphql import GraphQLEndpoint, Info, endpoint
from shared.graphql.schema import build_schema
from shared.identity import Identity, TokenSigner, TokenVerifier, new_key_pair
from tests.runtimes import unconnected

PRIVATE, PUBLIC = new_key_pair()


def token() -> str:
    """Signed at the call: it lives for a minute only."""
    identity = Identity(subject=uuid4(), roles=frozenset({"customer"}), name="Sam")
    return TokenSigner(PRIVATE).sign(identity)


@federation.type(keys=["id"])
class Thing:
    id: strawberry.ID
    name: str

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "Thing":  # noqa: A002
        if id == "missing":
            raise NotFound("There is no such thing; look at the list again.", looked_for=id)
        return cls(id=id, name=f"thing {id} for {info.context.identity.name}")


@strawberry.type
class Query:
    @strawberry.field
    def broken(self) -> str | None:
        raise ZeroDivisionError("the secret is 42")

    @strawberry.field
    def absent(self) -> str | None:
        raise DatabaseUnavailable("postgresql://things:secret@10.0.0.7")

    @strawberry.field
    def thing(self) -> Thing:
        return Thing(id=strawberry.ID("1"), name="one")


ENDPOINT = GraphQLEndpoint(
    "things", build_schema(query=Query, types=[Thing]), TokenVerifier(PUBLIC), unconnected("things")
)
ENTITIES = """query ($r: [_Any!]!) { _entities(representations: $r) { ... on Thing { name } } }"""


async def ask(query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
    body = orjson.dumps({"query": query, "variables": variables})
    answer = await ENDPOINT.answer(body, token(), "request-1")
    assert answer.status == 200
    return dict(orjson.loads(answer.body))


@pytest.mark.parametrize("unsigned", [None, "", "forged.by.me"])
@pytest.mark.parametrize("query", ["{ thing { id } }", "{ _service { sdl } }", ENTITIES])
async def test_an_unsigned_call_is_refused_whatever_it_asks(
    unsigned: str | None, query: str
) -> None:
    body = orjson.dumps({"query": query, "variables": {"r": []}})
    answer = await ENDPOINT.answer(body, unsigned, None)
    assert answer.status == 401
    assert orjson.loads(answer.body)["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"not json", b'"text"', b"null"])
async def test_a_body_that_is_no_request_is_refused(body: bytes) -> None:
    assert (await ENDPOINT.answer(body, token(), None)).status == 400


async def test_a_domain_error_keeps_its_code_its_words_and_its_details() -> None:
    answer = await ask(ENTITIES, {"r": [{"__typename": "Thing", "id": "missing"}]})
    [error] = answer["errors"]
    assert error["message"].startswith("There is no such thing")
    assert error["extensions"] == {"code": "NOT_FOUND", "looked_for": "missing"}


async def test_a_database_that_is_away_is_an_absence_and_no_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A logger that another test made to be kept would not be heard.
    monkeypatch.setattr(endpoint, "_log", structlog.get_logger())
    with capture_logs() as logged:
        answer = await ask("{ absent }")
    [error] = answer["errors"]
    assert "Send it again in a few seconds" in error["message"]
    assert error["extensions"] == {"code": "SUBREQUEST_FAILED", "service": "things"}
    assert "10.0.0.7" not in str(answer)
    assert [line["log_level"] for line in logged] == ["warning"]
    assert "exc_info" not in logged[0]


async def test_a_fault_of_ours_tells_nothing_but_a_reference() -> None:
    answer = await ask("{ broken }")
    [error] = answer["errors"]
    assert "42" not in str(answer)
    assert error["extensions"] == {"code": "INTERNAL", "reference": "request-1"}


@pytest.mark.parametrize(
    "rubbish", [{"__typename": "Unknown", "id": "2"}, {"id": "2"}, {"__typename": "Query"}, 7]
)
async def test_one_senseless_representation_does_not_cost_the_others(rubbish: object) -> None:
    good = {"__typename": "Thing", "id": "1"}
    answer = await ask(ENTITIES, {"r": [good, rubbish, good]})
    assert [e and e["name"] for e in answer["data"]["_entities"]] == [
        "thing 1 for Sam",
        None,
        "thing 1 for Sam",
    ]
    assert [error["path"] for error in answer["errors"]] == [["_entities", 1]]
