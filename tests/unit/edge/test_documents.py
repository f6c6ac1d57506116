"""Operations that are named instead of sent."""

import hashlib

import orjson
import pytest

from gateway.edge.graphql.documents import (
    Documents,
    ManifestError,
    PersistedQueries,
    read_manifest,
)
from gateway.edge.graphql.request import GraphQLRequest, parse_request
from gateway.edge.refusal import Refusal

QUERY = "query Shelves { shelves }"
HASH = hashlib.sha256(QUERY.encode()).hexdigest()
NAMED = GraphQLRequest("", document_id=f"sha256:{HASH}")
PERSISTED = GraphQLRequest("", persisted_hash=HASH)
REGISTERING = GraphQLRequest(QUERY, persisted_hash=HASH)


def refused(documents: Documents, request: GraphQLRequest) -> Refusal:
    with pytest.raises(Refusal) as caught:
        documents.resolve(request)
    return caught.value


def trusting(**options: bool) -> Documents:
    return Documents({f"sha256:{HASH}": QUERY}, **options)


@pytest.mark.parametrize("request_", [NAMED, PERSISTED], ids=["documentId", "persistedQuery"])
def test_a_trusted_document_is_found_by_its_hash(request_: GraphQLRequest) -> None:
    assert trusting().resolve(request_).query == QUERY
    assert trusting(only_trusted=True).resolve(request_).query == QUERY


def test_an_unknown_document_is_refused_with_its_name() -> None:
    refusal = refused(Documents(), NAMED)
    assert (refusal.status, refusal.code) == (404, "DOCUMENT_UNKNOWN")
    assert HASH in refusal.message


@pytest.mark.parametrize("request_", [GraphQLRequest(QUERY), REGISTERING])
def test_where_only_trusted_documents_hold_no_text_is_executed(request_: GraphQLRequest) -> None:
    documents = Documents(
        {f"sha256:{HASH}": QUERY}, only_trusted=True, persisted=PersistedQueries()
    )
    assert refused(documents, request_).code == "ONLY_TRUSTED_DOCUMENTS"


def test_an_automatic_persisted_query_is_asked_for_registered_and_found() -> None:
    documents = Documents(persisted=PersistedQueries())
    asked = refused(documents, PERSISTED)
    assert (asked.message, asked.code) == ("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND")
    documents.keep(documents.resolve(REGISTERING))
    assert documents.resolve(PERSISTED).query == QUERY


def test_a_query_that_was_not_found_valid_is_not_remembered() -> None:
    documents = Documents(persisted=PersistedQueries())
    documents.resolve(REGISTERING)
    assert refused(documents, PERSISTED).code == "PERSISTED_QUERY_NOT_FOUND"


def test_a_text_cannot_be_registered_under_the_hash_of_another() -> None:
    documents = Documents(persisted=PersistedQueries())
    forged = GraphQLRequest("{ other }", persisted_hash=HASH)
    assert refused(documents, forged).code == "PERSISTED_QUERY_HASH_MISMATCH"


def test_without_a_memory_apollos_clients_are_told_so_in_their_words() -> None:
    assert refused(Documents(), PERSISTED).message == "PersistedQueryNotSupported"


def test_the_memory_forgets_what_was_not_used_longest_and_never_passes_its_bytes() -> None:
    memory = PersistedQueries(most_bytes=16_000)
    for number in range(40):
        memory.keep(f"{number:064}", "x" * 900)
        memory.get(f"{0:064}")
        assert memory.bytes <= 16_000
    assert memory.get(f"{0:064}") is not None
    assert memory.get(f"{1:064}") is None
    assert len(memory) == 16_000 // 964


def test_one_huge_text_does_not_push_out_all_others() -> None:
    memory = PersistedQueries(most_bytes=16_000)
    memory.keep("a", "x" * 900)
    memory.keep("b", "x" * 10_000)
    assert memory.get("a") is not None
    assert memory.get("b") is None


def test_a_manifest_of_hashes_is_read() -> None:
    content = orjson.dumps({f"sha256:{HASH}": QUERY})
    assert read_manifest(content) == {f"sha256:{HASH}": QUERY}


def test_apollos_manifest_is_read_whatever_its_ids_are() -> None:
    operations = [
        {"id": HASH, "name": "Shelves", "type": "query", "body": QUERY},
        {"id": "v1/parts", "name": "Parts", "type": "query", "body": "query Parts { parts }"},
    ]
    manifest = {
        "format": "apollo-persisted-query-manifest",
        "version": 1,
        "operations": operations,
    }
    documents = Documents(read_manifest(orjson.dumps(manifest)))
    assert documents.resolve(NAMED).query == QUERY
    assert documents.resolve(PERSISTED).query == QUERY
    by_id = GraphQLRequest("", document_id="v1/parts")
    assert documents.resolve(by_id).query == "query Parts { parts }"


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[]",
        b'{"sha256:00": "{ a }"}',
        b'{"sha256:00": 1}',
        b'{"x": ""}',
        b'{"format": "apollo-persisted-query-manifest", "version": 2, "operations": []}',
        b'{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{}]}',
        b'{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id": "a"}]}',
    ],
)
def test_what_is_no_manifest_is_refused(content: bytes) -> None:
    with pytest.raises(ManifestError):
        read_manifest(content)


@pytest.mark.parametrize(
    "body",
    [
        {"documentId": 1},
        {"documentId": "sha256:0", "query": "{ a }"},
        {"documentId": ""},
        {"extensions": []},
        {"extensions": {"persistedQuery": 1}},
        {"extensions": {"persistedQuery": {"version": 1}}},
        {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": HASH}}},
        {"extensions": {}},
    ],
)
def test_a_name_that_is_none_is_refused(body: object) -> None:
    with pytest.raises(Refusal) as caught:
        parse_request(orjson.dumps(body))
    assert caught.value.code == "BAD_REQUEST"
